package records

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// openAPI holds the schemas of Miso's public API (OpenAPI 1.1.4), cut down to the fields.
//
//go:embed records.openapi.json
var openAPI string

// The published documentation gives ids two rules that the schemas leave out.
const (
	noUnderscore = `^(?:[^_]|$)`
	noComma      = `^[^,]*$`
)

// patternTexts is what a line says of each pattern.
var patternTexts = map[string]string{
	noUnderscore: "The attribute should not start with '_'.",
	noComma:      "The attribute should not contain a comma.",
}

// schemaSet is the compiled schemas.
type schemaSet struct {
	interactions map[string]*jsonschema.Schema // by the value of `type`
	user         *jsonschema.Schema
	product      *jsonschema.Schema
	deletedID    *jsonschema.Schema // an id in the body of a deletion

	interactionShapes map[string]*shape
	userShape         *shape
	productShape      *shape

	definitions object   // all schemas as they are written, by name
	names       []string // those of interactions
}

// schemas compiles once, when the first upload comes, so that commands that take no uploads do not wait for it.
var schemas = sync.OnceValue(func() *schemaSet {
	set, err := compile(openAPI)
	if err != nil {
		panic(fmt.Sprintf("records: the embedded schemas do not compile: %v", err))
	}
	return set
})

type object = map[string]any

// Schemas returns the schemas that records are checked against, by name, as they
// are written in an OpenAPI document: InteractionBulkIn, ProductBulkIn and
// UserBulkIn are the bodies of uploads, ProductRecord and UserRecord one record.
// They mean the same in OpenAPI 3.0 and 3.1, since they have nothing that the two
// write differently, such as nullable. The caller may change them.
func Schemas() map[string]any {
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(openAPI))
	if err != nil {
		panic(fmt.Sprintf("records: the embedded schemas are not JSON: %v", err))
	}
	_, definitions, _ := prepare(parsed)
	return definitions
}

// prepare brings the schemas of the published document into the form in which
// records are checked.
func prepare(document any) (root, definitions object, types map[string]string) {
	root = simplify(document).(object)
	definitions = root["components"].(object)["schemas"].(object)
	types = interactionTypes(definitions)
	applyDocumentedRules(definitions, types)
	return root, definitions, types
}

func compile(document string) (*schemaSet, error) {
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		return nil, err
	}
	root, definitions, types := prepare(parsed)

	compiler := jsonschema.NewCompiler()
	// OpenAPI 3.0 schemas are JSON Schema of before 2019: $ref replaces its neighbours, formats are checked.
	compiler.DefaultDraft(jsonschema.Draft7)
	compiler.RegisterFormat(stringFormat("date-time", parseTimestamp))
	compiler.RegisterFormat(stringFormat("date", parseDate))
	if err := compiler.AddResource("records.json", root); err != nil {
		return nil, err
	}
	set := &schemaSet{
		interactions: make(map[string]*jsonschema.Schema, len(types)),
		definitions:  definitions, names: slices.Collect(maps.Values(types)),
	}
	for value, name := range types {
		if set.interactions[value], err = compileNamed(compiler, name); err != nil {
			return nil, err
		}
	}
	set.shape(definitions, types)
	for name, schema := range map[string]**jsonschema.Schema{
		"UserRecord": &set.user, "ProductRecord": &set.product, "DeletedID": &set.deletedID,
	} {
		if *schema, err = compileNamed(compiler, name); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// shape makes the shapes of the same schemas.
func (set *schemaSet) shape(definitions object, types map[string]string) {
	set.interactionShapes = make(map[string]*shape, len(types))
	for value, name := range types {
		set.interactionShapes[value] = shapeOf(definitions[name], definitions)
	}
	set.userShape = shapeOf(definitions["UserRecord"], definitions)
	set.productShape = shapeOf(definitions["ProductRecord"], definitions)
}

func compileNamed(compiler *jsonschema.Compiler, name string) (*jsonschema.Schema, error) {
	return compiler.Compile("records.json#/components/schemas/" + name)
}

// interactionTypes maps each value of `type` to the name of its schema.
func interactionTypes(definitions object) map[string]string {
	data := definitions["InteractionBulkIn"].(object)["properties"].(object)["data"].(object)
	types := map[string]string{}
	for _, alternative := range data["items"].(object)["anyOf"].([]any) {
		ref := alternative.(object)["$ref"].(string)
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		value := property(definitions, name, "type")["enum"].([]any)[0].(string)
		types[value] = name
	}
	return types
}

func property(definitions object, schema, name string) object {
	found, _ := definitions[schema].(object)["properties"].(object)[name].(object)
	return found
}

// applyDocumentedRules adds what the API's documentation and its answers say beyond the schemas.
func applyDocumentedRules(definitions object, types map[string]string) {
	for _, schema := range types {
		for _, name := range []string{"product_ids", "product_group_ids"} {
			if list := property(definitions, schema, name); list != nil {
				list["type"] = []any{"array", "null"}
			}
		}
	}
	property(definitions, "UserRecord", "user_id")["pattern"] = noUnderscore
	property(definitions, "ProductRecord", "product_id")["allOf"] = []any{
		object{"pattern": noUnderscore}, object{"pattern": noComma},
	}
	// Deleting what cannot exist is harmless, so the patterns are not asked for.
	definitions["DeletedID"] = object{"type": "string", "minLength": 1, "maxLength": 512}
	for schema, name := range map[string]string{"InteractionDeleteIn": "user_ids", "UserIdList": "user_ids",
		"ProductIdList": "product_ids"} {
		property(definitions, schema, name)["items"] = object{"$ref": "#/components/schemas/DeletedID"}
	}
}

// simplify rewrites schemas into ones that mean the same and are cheaper to validate.
func simplify(schema any) any {
	switch schema := schema.(type) {
	case []any:
		for i := range schema {
			schema[i] = simplify(schema[i])
		}
	case object:
		for name := range schema {
			schema[name] = simplify(schema[name])
		}
		// OpenAPI wraps a $ref like this so that it may have neighbours; here it has none.
		if all, _ := schema["allOf"].([]any); len(all) == 1 && len(schema) == 1 {
			return all[0]
		}
		mergeScalars(schema)
	}
	return schema
}

// mergeScalars makes one alternative of those in `anyOf` that only name a scalar type, so that a value fails once and
// not once a type. An integer is a number, and need not be named beside it.
func mergeScalars(schema object) {
	alternatives, _ := schema["anyOf"].([]any)
	var scalars, others []any
	for _, alternative := range alternatives {
		if scalar := onlyType(alternative); scalar != nil {
			scalars = append(scalars, scalar)
		} else {
			others = append(others, alternative)
		}
	}
	if len(scalars) < 2 {
		return
	}
	if slices.Contains(scalars, any("number")) {
		scalars = slices.DeleteFunc(scalars, func(t any) bool { return t == "integer" })
	}
	if len(others) > 0 {
		schema["anyOf"] = append([]any{object{"type": scalars}}, others...)
		return
	}
	delete(schema, "anyOf")
	schema["type"] = scalars
}

// onlyType gives the type that a schema names if it says nothing else.
func onlyType(schema any) any {
	if object, ok := schema.(object); ok && len(object) == 1 {
		return object["type"]
	}
	return nil
}
