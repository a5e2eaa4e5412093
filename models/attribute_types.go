package models

import (
	"fmt"
	"maps"
	"slices"
)

// AttributeType is what kind of value a custom attribute holds. The texts are kept
// in the database.
type AttributeType = string

// The types. Integers are numbers: 1 and 1.5 may stand in one attribute.
const (
	BooleanAttribute AttributeType = "boolean"
	NumberAttribute  AttributeType = "number"
	StringAttribute  AttributeType = "string"
	ObjectAttribute  AttributeType = "object"
	NumbersAttribute AttributeType = "numbers" // an array of numbers
	StringsAttribute AttributeType = "strings" // an array of strings
	ObjectsAttribute AttributeType = "objects" // an array of objects
)

// AttributeTypes maps the name of a custom attribute to its type. Attributes of
// which no type can be told (an empty array) are absent.
type AttributeTypes map[string]AttributeType

// Conflicts returns the attributes that have another type in given, sorted by name.
// It is the one comparison there is: of a record with those before it in its body or
// file, and of a batch with its data set. An empty type is as good as none.
func (t AttributeTypes) Conflicts(given AttributeTypes) (names []string) {
	for name, kind := range given {
		if before := t[name]; before != "" && before != kind {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Add adds the types of further attributes.
func (t *AttributeTypes) Add(more AttributeTypes) {
	if len(more) == 0 {
		return
	}
	if *t == nil {
		*t = make(AttributeTypes, len(more))
	}
	maps.Copy(*t, more)
}

// TypeConflict is why a batch was refused: custom attributes of its records have
// another type in the data set. Known has, of the batch's attributes, those that
// the data set knows.
type TypeConflict struct {
	Collection Collection
	Known      AttributeTypes
}

// Error implements error.
func (e *TypeConflict) Error() string {
	return fmt.Sprintf("custom attributes of %s have other types in the data set", e.Collection)
}

// Unwrap gives the error that people may read.
func (e *TypeConflict) Unwrap() error {
	return Errorf(Invalid, "Some custom attributes have another type in the records that are there already.")
}
