package records

import (
	"slices"
	"strings"
	"sync"

	"dojo/models"
)

// column is a field of a schema, as a table has it.
type column struct {
	name    string
	text    bool // a string and nothing else
	texts   bool // an array of strings
	kind    cellKind
	choices []string // of an enumeration
}

// cellKind is how the cells of a field are read.
type cellKind int

const (
	jsonKind      cellKind = iota // JSON, whatever it is
	textKind                      // as it stands
	textsKind                     // a list of texts
	pathsKind                     // a list of lists of texts
	numberKind                    // a number
	timeKind                      // a moment, perhaps a day
	booleanKind                   // yes or no
	choiceKind                    // one of a few texts
	attributeKind                 // a custom attribute, of the type that it has
)

// attributePrefix is how the columns of single custom attributes begin.
const attributePrefix = customAttributes + "."

// columnSets are the columns of each of, in the order of a table: first what tells records apart.
var columnSets = sync.OnceValue(func() map[models.Collection][]column {
	sets := map[models.Collection][]column{
		models.EndUsers: columnsOf([]string{"UserRecord"}, "user_id", "name"),
		models.Products: columnsOf([]string{"ProductRecord"}, "product_id", "title"),
	}
	interactions := columnsOf(schemas().names,
		"type", "custom_action_name", "timestamp", "user_id", "anonymous_id", "product_ids")
	interactions[0].kind, interactions[0].choices = choiceKind, append(Types(), "custom")
	sets[models.Interactions] = interactions
	return sets
})

// columnsOf gathers the fields of schemas: the named ones first, and then by name. A field has the same type in all
// schemas of a collection.
func columnsOf(names []string, first ...string) []column {
	found := map[string]column{}
	for _, schema := range names {
		fields, _ := schemas().definitions[schema].(object)["properties"].(object)
		for name, given := range fields {
			found[name] = columnOf(name, given.(object))
		}
	}
	set := make([]column, 0, len(found))
	for _, name := range first {
		set = append(set, found[name])
		delete(found, name)
	}
	rest := make([]column, 0, len(found))
	for _, c := range found {
		rest = append(rest, c)
	}
	slices.SortFunc(rest, func(a, b column) int { return strings.Compare(a.name, b.name) })
	return append(set, rest...)
}

func columnOf(name string, schema object) column {
	items, _ := schema["items"].(object)
	c := column{name: name, text: onlyStrings(schema), texts: isType(schema, "array") && onlyStrings(items)}
	c.choices, _ = asTexts(orNone(schema["enum"]))
	inner, _ := items["items"].(object)
	switch {
	case len(c.choices) > 1:
		c.kind = choiceKind
	case hasFormat(schema, "date-time"):
		c.kind = timeKind
	case c.text:
		c.kind = textKind
	case c.texts:
		c.kind = textsKind
	case isType(schema, "array") && isType(items, "array") && onlyStrings(inner):
		c.kind = pathsKind
	case isType(schema, "number"), isType(schema, "integer"):
		c.kind = numberKind
	case isType(schema, "boolean"):
		c.kind = booleanKind
	}
	return c
}

func orNone(value any) any {
	if value == nil {
		return []any{}
	}
	return value
}

// hasFormat reports whether the format is one of those that the schema accepts.
func hasFormat(schema object, name string) bool {
	alternatives, _ := schema["anyOf"].([]any)
	for _, alternative := range alternatives {
		if inner, ok := alternative.(object); ok && hasFormat(inner, name) {
			return true
		}
	}
	return schema["format"] == name
}

// onlyStrings reports whether every value that the schema accepts is a string.
func onlyStrings(schema object) bool {
	alternatives, _ := schema["anyOf"].([]any)
	for _, alternative := range alternatives {
		if inner, ok := alternative.(object); !ok || !onlyStrings(inner) {
			return false
		}
	}
	return len(alternatives) > 0 || schema["type"] == "string"
}

// isType reports whether the schema accepts the type, perhaps beside null.
func isType(schema object, name string) bool {
	if types, ok := schema["type"].([]any); ok {
		return slices.Contains(types, any(name))
	}
	return schema["type"] == name
}

// Columns returns the names of the fields that a record of the collection may have, as the header of a table.
func Columns(of models.Collection) []string {
	set := columnSets()[of]
	names := make([]string, len(set))
	for i, c := range set {
		names[i] = c.name
	}
	return names
}

func columnNamed(of models.Collection, name string) (column, bool) {
	if attribute, ok := strings.CutPrefix(name, attributePrefix); ok && of != models.Interactions {
		return column{name: name, kind: attributeKind}, attribute != ""
	}
	set := columnSets()[of]
	i := slices.IndexFunc(set, func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, false
	}
	return set[i], true
}
