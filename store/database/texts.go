package database

import (
	"encoding/json"
	"strings"
)

// Texts is a list of texts as one parameter of a statement, to which In refers, so
// that the statement is the same for lists of any length.
func (d Dialect) Texts(values []string) any {
	if d == Postgres {
		return values
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		panic(err) // texts always encode
	}
	return string(encoded)
}

// In is the condition that a column is one of the Texts in the parameter.
func (d Dialect) In(parameter string) string {
	if d == Postgres {
		return "= ANY(" + parameter + "::text[])"
	}
	return "IN (SELECT value FROM json_each(" + parameter + "))"
}

// EscapeLike takes their meaning from the characters that LIKE does not take as they
// are. The condition says ESCAPE '\'.
func EscapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}
