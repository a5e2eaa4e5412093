package records

import (
	"errors"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const customAttributes = "custom_attributes"

// ownAttributes is where a record of this kind may hold attributes that the schema does not know.
func (k Kind) ownAttributes() string {
	if k == Interaction {
		return "context.custom_context"
	}
	return customAttributes
}

// schemaFor chooses the schema. That of an interaction is chosen by its type, so that what is said about the record is
// about its own type and not about all of them.
func schemaFor(kind Kind, fields object) (*jsonschema.Schema, *violation) {
	switch kind {
	case User:
		return schemas().user, nil
	case Product:
		return schemas().product, nil
	}
	given, present := fields["type"]
	if !present {
		return nil, &violation{path: []string{"type"}, text: textRequired}
	}
	name, ok := given.(string)
	if !ok {
		return nil, wrongType("string", given).under("type")
	}
	schema, ok := schemas().interactions[name]
	if !ok {
		return nil, &violation{path: []string{"type"}, text: textType}
	}
	return schema, nil
}

// validate gives what the value breaks of its schema, nil if nothing.
func validate(schema *jsonschema.Schema, value any, own string) []*violation {
	err := schema.Validate(value)
	if err == nil {
		return nil
	}
	var found *jsonschema.ValidationError
	if !errors.As(err, &found) {
		return []*violation{{text: textSchema}}
	}
	return violations(found, own)
}

// wrongType speaks as the validator does, for what is looked at before it.
func wrongType(want string, value any) *violation {
	var given string
	switch value.(type) {
	case nil:
		given = "null"
	case bool:
		given = "boolean"
	case float64:
		given = "number"
	case string:
		given = "string"
	case []any:
		given = "array"
	default:
		given = "object"
	}
	return &violation{types: []string{want}, given: given}
}

// columns takes out of a valid record what pages filter by.
func columns(kind Kind, fields object) Record {
	switch kind {
	case User:
		return Record{
			UserID:         text(fields, "user_id"),
			Name:           text(fields, "name"),
			AttributeTypes: attributeTypes(fields[customAttributes]),
		}
	case Product:
		return Record{
			ProductID:      text(fields, "product_id"),
			Title:          text(fields, "title"),
			AttributeTypes: attributeTypes(fields[customAttributes]),
		}
	}
	// The schema has checked the format: the zero time is that of an interaction without a timestamp.
	timestamp, _ := parseTimestamp(text(fields, "timestamp"))
	return Record{
		Type:             text(fields, "type"),
		CustomActionName: text(fields, "custom_action_name"),
		UserID:           text(fields, "user_id"),
		AnonymousID:      text(fields, "anonymous_id"),
		Timestamp:        timestamp,
		ProductIDs:       texts(fields, "product_ids"),
	}
}

// text is the string with this name, or "".
func text(fields object, name string) string {
	s, _ := fields[name].(string)
	return s
}

// texts is the array of strings with this name, or nil.
func texts(fields object, name string) []string {
	values, _ := fields[name].([]any)
	if len(values) == 0 {
		return nil
	}
	out := make([]string, len(values))
	for i, value := range values {
		out[i], _ = value.(string)
	}
	return out
}
