package records_test

import (
	"fmt"
	"maps"
	"testing"

	"dojo/models"
	"dojo/records"
)

func productWith(id int, attributes string) string {
	return fmt.Sprintf(`{"product_id":"p%d","custom_attributes":{%s}}`, id, attributes)
}

func inconsistent(index int, name string) string {
	return fmt.Sprintf("data.%d.custom_attributes.%s is invalid. "+
		"Its data type is not consistent with other records", index, name)
}

func TestAttributeTypes(t *testing.T) {
	parsed := mustParse(t, models.Products, productWith(1, `"boolean":false,"integer":1,"number":1.5,"string":"",`+
		`"numbers":[1,1.5],"strings":[""],"object":{},"objects":[{},{"a":1}],"none":[]`))
	want := models.AttributeTypes{
		"boolean": models.BooleanAttribute, "integer": models.NumberAttribute, "number": models.NumberAttribute,
		"string":  models.StringAttribute,
		"numbers": models.NumbersAttribute, "strings": models.StringsAttribute, "object": models.ObjectAttribute,
		"objects": models.ObjectsAttribute,
	}
	if !maps.Equal(parsed.Records[0].Types, want) {
		t.Errorf("got %v", parsed.Records[0].Types)
	}
}

func TestAttributesAgreeWithinABatch(t *testing.T) {
	mustParse(t, models.Products, productWith(1, `"a":1,"b":[]`), productWith(2, `"a":1.5,"b":["x"]`),
		productWith(3, `"b":[]`))

	_, rejected := records.Parse(models.Products, batch(
		productWith(0, `"designer":"Sori","size":1`),
		productWith(1, `"designer":["Sori"],"size":"1","new":true`),
		productWith(2, `"designer":"Isamu","size":2,"new":1`),
		productWith(3, `"designer":false`),
	))
	checkLines(t, rejected, inconsistent(1, "designer"), inconsistent(1, "size"), inconsistent(3, "designer"))
}

// A bad record must not make the good ones bad: they are sent again without it.
func TestBadRecordsSetNoAttributeType(t *testing.T) {
	_, rejected := records.Parse(models.Products, batch(
		`{"product_id":"_p0","custom_attributes":{"a":"x"}}`,
		productWith(1, `"a":1`),
		productWith(2, `"a":2`),
	))
	checkLines(t, rejected, "data.0.product_id is invalid. The attribute should not start with '_'.")
}

func TestAttributesAgreeWithTheDataSet(t *testing.T) {
	known := models.AttributeTypes{"designer": models.StringAttribute, "size": models.NumberAttribute}
	before := maps.Clone(known)

	parsed, rejected := records.Parse(models.EndUsers,
		batch(`{"user_id":"1","custom_attributes":{"designer":"Sori","vip":true}}`,
			`{"user_id":"2","custom_attributes":{"size":1,"tags":["x"]}}`, `{"user_id":"3"}`))
	if rejected != nil {
		t.Fatalf("rejected %q", rejected.Lines)
	}
	want := models.AttributeTypes{
		"designer": models.StringAttribute, "size": models.NumberAttribute, "vip": models.BooleanAttribute,
		"tags": models.StringsAttribute,
	}
	if !maps.Equal(parsed.Types, want) {
		t.Errorf("the batch has %v", parsed.Types)
	}
	for _, of := range []models.AttributeTypes{known, nil} {
		if rejected := records.RejectTypes(parsed, of); rejected != nil {
			t.Errorf("rejected %q", rejected.Lines)
		}
	}

	other, _ := records.Parse(models.Products,
		batch(productWith(0, `"new":1`), productWith(1, `"size":"L","designer":{}`)))
	checkLines(t, records.RejectTypes(other, known), inconsistent(1, "designer"), inconsistent(1, "size"))
	if !maps.Equal(known, before) {
		t.Errorf("known became %v", known)
	}
}
