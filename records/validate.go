package records

import (
	"errors"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dojo/models"
)

const customAttributes = "custom_attributes"

// ownAttributes is where a record of this collection may hold attributes that the schema does not know.
func ownAttributes(of models.Collection) string {
	if of == models.Interactions {
		return "context.custom_context"
	}
	return customAttributes
}

// schemaFor chooses the schema. That of an interaction is chosen by its type, so that what is said about the record is
// about its own type and not about all of them.
func schemaFor(of models.Collection, fields object) (*jsonschema.Schema, *violation) {
	switch of {
	case models.EndUsers:
		return schemas().user, nil
	case models.Products:
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
