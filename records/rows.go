package records

import (
	"bytes"
	"strings"
	"time"

	"dojo/models"
)

// Rows are parsed records as the store keeps them.

// Products makes rows of parsed products. They share no memory with the body
// they came from.
func Products(parsed []Record) []models.Product {
	rows := make([]models.Product, len(parsed))
	for i, r := range parsed {
		rows[i] = models.Product{ID: strings.Clone(r.ProductID), Title: strings.Clone(r.Title), Body: bytes.Clone(r.Raw)}
	}
	return rows
}

// EndUsers makes rows of parsed users, as Products does.
func EndUsers(parsed []Record) []models.EndUser {
	rows := make([]models.EndUser, len(parsed))
	for i, r := range parsed {
		rows[i] = models.EndUser{ID: strings.Clone(r.UserID), Name: strings.Clone(r.Name), Body: bytes.Clone(r.Raw)}
	}
	return rows
}

// Interactions makes rows of parsed interactions, as Products does. One without
// a time happened when it arrived.
func Interactions(parsed []Record, arrival time.Time) []models.Interaction {
	rows := make([]models.Interaction, len(parsed))
	for i, r := range parsed {
		rows[i] = models.Interaction{
			Type: r.Type, UserID: strings.Clone(r.UserID), AnonymousID: strings.Clone(r.AnonymousID),
			ProductIDs: strings.Join(r.ProductIDs, ", "), OccurredAt: r.Timestamp.UTC(), Body: bytes.Clone(r.Raw),
		}
		if r.CustomActionName != "" {
			rows[i].Type += ":" + r.CustomActionName
		}
		if r.Timestamp.IsZero() {
			rows[i].OccurredAt = arrival
		}
	}
	return rows
}
