package records

import "dojo/models"

// ParseDelete reads the body that asks to delete what belongs to a list of ids, within the default limits:
// {"user_ids":[…]} for interactions, {"data":{"user_ids":[…]}} for users and {"data":{"product_ids":[…]}} for products.
// The ids are in the order and number in which they came. The rejection is 413 for too many ids, 422 for everything
// else; in its lines, N in data.N counts the ids of the list.
func ParseDelete(of models.Collection, body []byte) (models.Deletion, *Rejection) {
	return Limits{}.ParseDelete(of, body)
}

// ParseDelete is the function [ParseDelete] with other limits.
func (l Limits) ParseDelete(of models.Collection, body []byte) (models.Deletion, *Rejection) {
	l = l.orDefaults()
	expected, path := deletionForm(of)
	src, spans, rejected := list(body, expected, l.MaxRecords, path...)
	if rejected != nil {
		return models.Deletion{}, rejected
	}
	ids := make([]string, 0, len(spans))
	var bad lineList
	for i, at := range spans {
		value, found := l.decode(src, at)
		if found == nil {
			found = validate(schemas().deletedID, value, "")
		}
		if found != nil {
			bad.add(lines(i, found))
			continue
		}
		ids = append(ids, value.(string))
	}
	const message = "None of the records were deleted because at least one of the ids is invalid. " +
		"Please see the `data` field for details."
	if rejected := bad.rejection(message); rejected != nil {
		return models.Deletion{}, rejected
	}
	return models.Deletion{Collection: of, IDs: ids}, nil
}

// deletionForm is the form of the body, and the names that lead to the list of ids in it.
func deletionForm(of models.Collection) (expected string, path []string) {
	switch of {
	case models.EndUsers:
		return `{"data":{"user_ids":["…"]}}`, []string{"data", "user_ids"}
	case models.Products:
		return `{"data":{"product_ids":["…"]}}`, []string{"data", "product_ids"}
	default:
		return `{"user_ids":["…"]}`, []string{"user_ids"}
	}
}
