package records

import "maps"

// AttributeType is what kind of value a custom attribute holds. The texts are fit to be stored.
type AttributeType = string

// Integers are numbers: 1 and 1.5 may stand in one attribute.
const (
	Boolean AttributeType = "boolean"
	Number  AttributeType = "number"
	String  AttributeType = "string"
	Object  AttributeType = "object"
	Numbers AttributeType = "numbers" // an array of numbers
	Strings AttributeType = "strings" // an array of strings
	Objects AttributeType = "objects" // an array of objects
)

// AttributeTypes maps the name of a custom attribute to its type. Attributes of which no type can be told (an empty
// array) are absent.
type AttributeTypes map[string]AttributeType

const textInconsistent = "Its data type is not consistent with other records"

// Check compares records that [Parse] has accepted with the types that the attributes of the data set already have. It
// gives the attributes that are new to the data set, with their types, nil if there are none; or the rejection that
// names the records with an attribute of another type. known may be nil; it is not changed.
func (known AttributeTypes) Check(kind Kind, records []Record) (added AttributeTypes, rejected *Rejection) {
	var bad lineList
	for i := range records {
		types := records[i].AttributeTypes
		if conflicts := known.conflicts(types); conflicts != nil {
			bad.add(lines(i, conflicts))
		}
		for name, typ := range types {
			if _, ok := known[name]; ok {
				continue
			}
			if added == nil {
				added = AttributeTypes{}
			}
			added[name] = typ
		}
	}
	if rejected := bad.rejection(kind.refusal()); rejected != nil {
		return nil, rejected
	}
	return added, nil
}

// Types gives the types of all the attributes that parsed records have, nil if they have none.
func Types(parsed []Record) AttributeTypes {
	var all AttributeTypes
	for i := range parsed {
		if all == nil && parsed[i].AttributeTypes != nil {
			all = AttributeTypes{}
		}
		maps.Copy(all, parsed[i].AttributeTypes)
	}
	return all
}

// conflicts has a violation for each attribute that has another type here than there.
func (known AttributeTypes) conflicts(types AttributeTypes) []*violation {
	var found []*violation
	for name, typ := range types {
		if before, ok := known[name]; ok && before != typ {
			found = append(found, &violation{path: []string{customAttributes, name}, text: textInconsistent})
		}
	}
	return found
}

// attributeTypes tells the types in a record's custom attributes, which have passed the schema.
func attributeTypes(attributes any) AttributeTypes {
	given, _ := attributes.(object)
	var types AttributeTypes
	for name, value := range given {
		typ := attributeType(value)
		if typ == "" {
			continue
		}
		if types == nil {
			types = make(AttributeTypes, len(given))
		}
		types[name] = typ
	}
	return types
}

func attributeType(value any) AttributeType {
	switch value := value.(type) {
	case bool:
		return Boolean
	case float64:
		return Number
	case string:
		return String
	case object:
		return Object
	case []any:
		if len(value) > 0 {
			return arrayTypes[attributeType(value[0])]
		}
	}
	return ""
}

var arrayTypes = map[AttributeType]AttributeType{Number: Numbers, String: Strings, Object: Objects}
