package records_test

import (
	"fmt"
	"maps"
	"testing"

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
	parsed := mustParse(t, records.Product, productWith(1, `"boolean":false,"integer":1,"number":1.5,"string":"",`+
		`"numbers":[1,1.5],"strings":[""],"object":{},"objects":[{},{"a":1}],"none":[]`))
	want := records.AttributeTypes{
		"boolean": records.Boolean, "integer": records.Number, "number": records.Number, "string": records.String,
		"numbers": records.Numbers, "strings": records.Strings, "object": records.Object, "objects": records.Objects,
	}
	if !maps.Equal(parsed[0].AttributeTypes, want) {
		t.Errorf("got %v", parsed[0].AttributeTypes)
	}
}

func TestAttributesAgreeWithinABatch(t *testing.T) {
	mustParse(t, records.Product, productWith(1, `"a":1,"b":[]`), productWith(2, `"a":1.5,"b":["x"]`), productWith(3, `"b":[]`))

	_, rejected := records.Parse(records.Product, batch(
		productWith(0, `"designer":"Sori","size":1`),
		productWith(1, `"designer":["Sori"],"size":"1","new":true`),
		productWith(2, `"designer":"Isamu","size":2,"new":1`),
		productWith(3, `"designer":false`),
	))
	checkLines(t, rejected, inconsistent(1, "designer"), inconsistent(1, "size"), inconsistent(3, "designer"))
}

// A bad record must not make the good ones bad: they are sent again without it.
func TestBadRecordsSetNoAttributeType(t *testing.T) {
	_, rejected := records.Parse(records.Product, batch(
		`{"product_id":"_p0","custom_attributes":{"a":"x"}}`,
		productWith(1, `"a":1`),
		productWith(2, `"a":2`),
	))
	checkLines(t, rejected, "data.0.product_id is invalid. The attribute should not start with '_'.")
}

func TestAttributesAgreeWithTheDataSet(t *testing.T) {
	known := records.AttributeTypes{"designer": records.String, "size": records.Number}
	before := maps.Clone(known)

	parsed := mustParse(t, records.User, `{"user_id":"1","custom_attributes":{"designer":"Sori","vip":true}}`,
		`{"user_id":"2","custom_attributes":{"size":1,"tags":["x"]}}`, `{"user_id":"3"}`)
	added, rejected := known.Check(records.User, parsed)
	if rejected != nil {
		t.Fatalf("rejected %q", rejected.Lines)
	}
	if want := (records.AttributeTypes{"vip": records.Boolean, "tags": records.Strings}); !maps.Equal(added, want) {
		t.Errorf("added %v", added)
	}
	if added, _ := known.Check(records.User, parsed[2:]); added != nil {
		t.Errorf("nothing new, but added %v", added)
	}

	added, rejected = known.Check(records.Product, mustParse(t, records.Product,
		productWith(0, `"new":1`), productWith(1, `"size":"L","designer":{}`)))
	checkLines(t, rejected, inconsistent(1, "designer"), inconsistent(1, "size"))
	if added != nil {
		t.Errorf("added %v although rejected", added)
	}
	if !maps.Equal(known, before) {
		t.Errorf("known became %v", known)
	}

	added, rejected = records.AttributeTypes(nil).Check(records.User, parsed)
	if rejected != nil || len(added) != 4 {
		t.Errorf("an empty data set: added %v, rejected %v", added, rejected)
	}
}
