package records

import (
	"strings"

	"dojo/models"
)

// row is one accepted record on its way into a batch: what lists show, search and
// filter by. Its texts share memory with the whole body.
type row struct {
	record      models.Record      // of a product or an end user
	interaction models.Interaction // of an interaction

	customAction string // of an interaction of the type "custom"
}

// column is where the text of this name is kept; nil: nowhere.
func (r *row) column(of models.Collection, name string) *string {
	switch of {
	case models.Products:
		switch name {
		case "product_id":
			return &r.record.ID
		case "title":
			return &r.record.Label
		}
	case models.EndUsers:
		switch name {
		case "user_id":
			return &r.record.ID
		case "name":
			return &r.record.Label
		}
	case models.Interactions:
		switch name {
		case "type":
			return &r.interaction.Type
		case "custom_action_name":
			return &r.customAction
		case "user_id":
			return &r.interaction.UserID
		case "anonymous_id":
			return &r.interaction.AnonymousID
		}
	}
	return nil
}

// rowOf takes the columns out of a record that has passed its schema.
func rowOf(of models.Collection, fields object) (r row) {
	for name := range fields {
		if column := r.column(of, name); column != nil {
			*column = text(fields, name)
		}
	}
	if of == models.Interactions {
		r.interaction.ProductIDs = strings.Join(texts(fields, "product_ids"), productSeparator)
		// The schema has checked the format: the zero time is that of an interaction without a timestamp.
		r.interaction.OccurredAt, _ = parseTimestamp(text(fields, "timestamp"))
		return r
	}
	r.record.Types = attributeTypes(fields[customAttributes])
	return r
}

// productSeparator stands between the ids of an interaction's products. No product's id has a comma.
const productSeparator = ", "

// addTo puts the record into the batch, with its JSON exactly as it came.
func (r *row) addTo(batch *models.Batch, raw []byte) {
	if batch.Collection == models.Interactions {
		r.interaction.Body = raw
		if r.customAction != "" {
			r.interaction.Type += ":" + label(r.customAction)
		}
		batch.Interactions = append(batch.Interactions, r.interaction)
		return
	}
	r.record.Body, r.record.Label = raw, label(r.record.Label)
	batch.Records = append(batch.Records, r.record)
	batch.Types.Add(r.record.Types)
}

// label cuts a text that is only shown and searched, in characters, so that it fits into an index. The record has all
// of it.
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

// text is the string with this name, or "".
func text(fields object, name string) string {
	s, _ := fields[name].(string)
	return s
}

// texts is the array of strings with this name, or nil.
func texts(fields object, name string) []string {
	values, _ := fields[name].([]any)
	out := make([]string, len(values))
	for i, value := range values {
		out[i], _ = value.(string)
	}
	return out
}
