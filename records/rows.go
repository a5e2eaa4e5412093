package records

import (
	"strings"
	"time"

	"dojo/models"
)

// Products makes rows of parsed products, as the store keeps them. Like the
// records, they share the memory of the body.
func Products(parsed []Record) []models.Product {
	rows := make([]models.Product, len(parsed))
	for i, r := range parsed {
		rows[i] = models.Product{ID: r.ProductID, Title: label(r.Title), Body: r.Raw}
	}
	return rows
}

// EndUsers makes rows of parsed users, as Products does.
func EndUsers(parsed []Record) []models.EndUser {
	rows := make([]models.EndUser, len(parsed))
	for i, r := range parsed {
		rows[i] = models.EndUser{ID: r.UserID, Name: label(r.Name), Body: r.Raw}
	}
	return rows
}

// Interactions makes rows of parsed interactions, as Products does. One without
// a time happened when it arrived.
func Interactions(parsed []Record, arrival time.Time) []models.Interaction {
	rows := make([]models.Interaction, len(parsed))
	for i, r := range parsed {
		rows[i] = models.Interaction{
			Type: r.Type, UserID: r.UserID, AnonymousID: r.AnonymousID,
			ProductIDs: strings.Join(r.ProductIDs, ", "), OccurredAt: r.Timestamp.UTC(), Body: r.Raw,
		}
		if r.CustomActionName != "" {
			rows[i].Type += ":" + label(r.CustomActionName)
		}
		if r.Timestamp.IsZero() {
			rows[i].OccurredAt = arrival
		}
	}
	return rows
}

// label cuts what is only shown and searched, in characters. The record has all of it.
func label(text string) string {
	const longest = 120
	if len(text) <= longest {
		return text
	}
	characters := 0
	for i := range text {
		if characters == longest {
			return text[:i]
		}
		characters++
	}
	return text
}
