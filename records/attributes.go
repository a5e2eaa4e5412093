package records

import "dojo/models"

const textInconsistent = "Its data type is not consistent with other records"

// inconsistent has a violation for each attribute that has another type here than it is known to have.
func inconsistent(known, types models.AttributeTypes) (found []*violation) {
	for _, name := range known.Conflicts(types) {
		found = append(found, &violation{path: []string{customAttributes, name}, text: textInconsistent})
	}
	return found
}

// RejectTypes words the refusal of a batch whose attributes have other types in the data set: it names the records, as
// Parse does. It is nil if none of them is at odds with the known types.
func RejectTypes(batch models.Batch, known models.AttributeTypes) *Rejection {
	var bad lineList
	for i := range batch.Records {
		if found := inconsistent(known, batch.Records[i].Types); found != nil {
			bad.add(lines(i, found))
		}
	}
	return bad.rejection(refusal(batch.Collection))
}

// attributeTypes tells the types of a record's custom attributes, which have passed the schema.
func attributeTypes(attributes any) models.AttributeTypes {
	given, _ := attributes.(object)
	var types models.AttributeTypes
	for name, value := range given {
		typ := attributeType(value)
		if typ == "" {
			continue
		}
		if types == nil {
			types = make(models.AttributeTypes, len(given))
		}
		types[name] = typ
	}
	return types
}

func attributeType(value any) models.AttributeType {
	switch value := value.(type) {
	case bool:
		return models.BooleanAttribute
	case float64:
		return models.NumberAttribute
	case string:
		return models.StringAttribute
	case object:
		return models.ObjectAttribute
	case []any:
		if len(value) > 0 {
			return arrayTypes[attributeType(value[0])]
		}
	}
	return ""
}

var arrayTypes = map[models.AttributeType]models.AttributeType{
	models.NumberAttribute: models.NumbersAttribute,
	models.StringAttribute: models.StringsAttribute,
	models.ObjectAttribute: models.ObjectsAttribute,
}
