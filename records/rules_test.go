package records_test

import (
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

const (
	unknownInteraction = "The attribute is not known. Attributes of your own belong in 'context.custom_context'."
	unknownElsewhere   = "The attribute is not known. Attributes of your own belong in 'custom_attributes'."
	required           = "The attribute is required."
	unknownType        = "The attribute should be one of the interaction types, such as 'product_detail_page_view', " +
		"or 'custom' with a 'custom_action_name'."
)

func wrongType(want, given string) string {
	return "The attribute was expected to be of type " + want + " but type '" + given + "' was given."
}

// rule is a record that breaks rules, and what is said of it as "path: text", or only "text" of the record itself. A
// record without lines is accepted.
type rule struct {
	record string
	lines  []string
}

func checkRules(t *testing.T, of models.Collection, rules []rule) {
	t.Helper()
	for _, rule := range rules {
		if rule.lines == nil {
			mustParse(t, of, rule.record)
			continue
		}
		var want []string
		for _, line := range rule.lines {
			if path, text, ok := strings.Cut(line, ": "); ok {
				want = append(want, "data.0."+path+" is invalid. "+text)
			} else {
				want = append(want, "data.0 is invalid. "+line)
			}
		}
		_, rejected := records.Parse(of, batch(rule.record))
		checkLines(t, rejected, want...)
		if t.Failed() {
			t.Fatalf("in %s", rule.record)
		}
	}
}

func interaction(fields string) string { return `{"type":"like",` + fields + `}` }

func TestInteractionRules(t *testing.T) {
	long := strings.Repeat("é", 512)
	checkRules(t, models.Interactions, []rule{
		{`null`, []string{wrongType("'object'", "null")}},
		{`[]`, []string{wrongType("'object'", "array")}},
		{`"like"`, []string{wrongType("'object'", "string")}},
		{`1`, []string{wrongType("'object'", "number")}},
		{`false`, []string{wrongType("'object'", "boolean")}},
		{`{}`, []string{"type: " + required}},
		{`{"type":"lick"}`, []string{"type: " + unknownType}},
		{`{"type":"Like"}`, []string{"type: " + unknownType}},
		{`{"type":""}`, []string{"type: " + unknownType}},
		{`{"type":null}`, []string{"type: " + wrongType("'string'", "null")}},
		{`{"type":["like"]}`, []string{"type: " + wrongType("'string'", "array")}},
		{`{"type":{}}`, []string{"type: " + wrongType("'string'", "object")}},
		{`{"type":"custom"}`, []string{"custom_action_name: " + required}},
		{`{"type":"custom","custom_action_name":1}`,
			[]string{"custom_action_name: " + wrongType("'string'", "number")}},
		{interaction(`"custom_action_name":"x"`), []string{"custom_action_name: " + unknownInteraction}},
		{interaction(`"revenue":1`), []string{"revenue: " + unknownInteraction}},
		{`{"type":"home_page_view","product_ids":[]}`, []string{"product_ids: " + unknownInteraction}},

		{interaction(`"user_id":"` + long + `"`), nil},
		{interaction(`"user_id":"` + long + `x"`),
			[]string{"user_id: The attribute should have at most 512 characters."}},
		{interaction(`"user_id":"_x,y"`), nil},
		{interaction(`"user_id":""`), nil},
		{interaction(`"user_id":null`), []string{"user_id: " + wrongType("'string'", "null")}},
		{interaction(`"anonymous_id":"` + long + long + `"`), nil},
		{interaction(`"anonymous_id":"` + long + long + `x"`),
			[]string{"anonymous_id: The attribute should have at most 1024 characters."}},
		{interaction(`"timestamp":1764000000`), []string{"timestamp: " + wrongType("'string'", "number")}},
		{interaction(`"miso_id":"b1946ac9-2492-4d23-9b1f-00000000000"`),
			[]string{"miso_id: The attribute should match the 'uuid' format."}},
		{interaction(`"miso_id":"g1946ac9-2492-4d23-9b1f-000000000000"`),
			[]string{"miso_id: The attribute should match the 'uuid' format."}},

		{interaction(`"product_ids":[1]`), []string{"product_ids.0: " + wrongType("'string'", "number")}},
		{interaction(`"product_ids":["ok","` + long + `x"]`),
			[]string{"product_ids.1: The attribute should have at most 512 characters."}},
		{interaction(`"product_ids":[null]`), []string{"product_ids.0: " + wrongType("'string'", "null")}},
		{interaction(`"product_group_ids":"g"`),
			[]string{"product_group_ids: " + wrongType("''array', 'null''", "string")}},

		{interaction(`"context":null`), []string{"context: " + wrongType("'object'", "null")}},
		{interaction(`"context":{"of_my_own":1}`), nil},
		{interaction(`"context":{"truncated_ip":"256.0.0.1"}`),
			[]string{"context.truncated_ip: The attribute should match the 'ipv4' format."}},
		{interaction(`"context":{"page":{}}`), []string{"context.page.url: " + required}},
		{interaction(`"context":{"campaign":{"name":1}}`),
			[]string{"context.campaign.name: " + wrongType("'string'", "number")}},
		{interaction(`"context":{"custom_context":{"a":true,"b":1,"c":1.5,"d":"s","e":[1,2],"f":["s"],"g":[],"h":[{"i":1}]}}`), nil},
		{interaction(`"context":{"custom_context":{"a":null}}`),
			[]string{"context.custom_context.a: " + wrongType("''array', 'boolean', 'number', 'string''", "null")}},
		{interaction(`"context":{"custom_context":{"a":{}}}`),
			[]string{"context.custom_context.a: " + wrongType("''array', 'boolean', 'number', 'string''", "object")}},
		{interaction(`"context":{"custom_context":{"a":[true]}}`),
			[]string{"context.custom_context.a.0: " + wrongType("''number', 'object', 'string''", "boolean")}},
		{interaction(`"context":{"custom_context":{"a":[1,2,"x"]}}`),
			[]string{"context.custom_context.a.2: " + wrongType("'number'", "string")}},
		{interaction(`"context":{"custom_context":{"a":[{"b":[]}]}}`),
			[]string{"context.custom_context.a.0.b: " + wrongType("''boolean', 'number', 'string''", "array")}},

		{`{"type":"add_to_cart","quantities":"2"}`,
			[]string{"quantities: " + wrongType("''array', 'number''", "string")}},
		{`{"type":"add_to_cart","quantities":[1,"2"]}`, []string{"quantities.1: " + wrongType("'number'", "string")}},
		{`{"type":"checkout","revenue":"9"}`, []string{"revenue: " + wrongType("'number'", "string")}},
		{`{"type":"rate","rating":true}`, []string{"rating: " + wrongType("'number'", "boolean")}},
		{`{"type":"watch","duration":null}`, []string{"duration: " + wrongType("'number'", "null")}},
		{`{"type":"category_page_view","category":"Pantry"}`, []string{"category: " + wrongType("'array'", "string")}},
		{`{"type":"search","search":{"keywords":1,"filters":{"brand":"b"}}}`, []string{
			"search.filters.brand: " + wrongType("'array'", "string"),
			"search.keywords: " + wrongType("'string'", "number"),
		}},
		{`{"type":"feedback","question_id":"` + long + `x","value":1}`, []string{
			"question_id: The attribute should have at most 512 characters.",
			"value: " + wrongType("'string'", "number"),
		}},
	})
}

func TestUserRules(t *testing.T) {
	checkRules(t, models.EndUsers, []rule{
		{`{}`, []string{"user_id: " + required}},
		{`{"user_id":""}`, []string{"user_id: The attribute should have at least 1 character."}},
		{`{"user_id":7}`, []string{"user_id: " + wrongType("'string'", "number")}},
		{`{"user_id":"` + strings.Repeat("x", 513) + `"}`,
			[]string{"user_id: The attribute should have at most 512 characters."}},
		{`{"user_id":"_u"}`, []string{"user_id: The attribute should not start with '_'."}},
		{`{"user_id":"u_,"}`, nil},
		{`{"user_id":"u","nickname":"n"}`, []string{"nickname: " + unknownElsewhere}},
		{`{"user_id":"u","age":41.0}`, nil},
		{`{"user_id":"u","age":41.5}`, []string{"age: " + wrongType("'integer'", "number")}},
		{`{"user_id":"u","created_at":"2026-11-23"}`, nil},
		{`{"user_id":"u","created_at":"23 November"}`,
			[]string{"created_at: The attribute should match the 'date-time' or 'date' format."}},
		{`{"user_id":"u","created_at":"2026-11-31"}`,
			[]string{"created_at: The attribute should match the 'date-time' or 'date' format."}},
		{`{"user_id":"u","created_at":20261123}`, []string{"created_at: " + wrongType("'string'", "number")}},
		{`{"user_id":"u","profile_image":"u.png"}`,
			[]string{"profile_image: The attribute should match the 'uri' format."}},
		{`{"user_id":"u","custom_attributes":[]}`, []string{"custom_attributes: " + wrongType("'object'", "array")}},
		{`{"user_id":"u","custom_attributes":{"a":null}}`,
			[]string{"custom_attributes.a: " + wrongType("''array', 'boolean', 'number', 'string''", "null")}},
	})
}

func TestProductRules(t *testing.T) {
	checkRules(t, models.Products, []rule{
		{`{}`, []string{"product_id: " + required}},
		{`{"product_id":""}`, []string{"product_id: The attribute should have at least 1 character."}},
		{`{"product_id":"_p,q"}`, []string{
			"product_id: The attribute should not contain a comma.",
			"product_id: The attribute should not start with '_'.",
		}},
		{`{"product_id":"p_\n"}`, nil},
		{`{"product_id":"p\n,"}`, []string{"product_id: The attribute should not contain a comma."}},
		{`{"product_id":"p","condition":"new"}`,
			[]string{"condition: The attribute should be one of 'NEW', 'REFURBISHED', 'USED'."}},
		{`{"product_id":"p","language":"j"}`, []string{"language: The attribute should have at least 2 characters."}},
		{`{"product_id":"p","sale_price":"4"}`, []string{"sale_price: " + wrongType("'number'", "string")}},
		{`{"product_id":"p","enable_question_answering":"yes"}`,
			[]string{"enable_question_answering: " + wrongType("'boolean'", "string")}},
		{`{"product_id":"p","categories":["a"]}`, []string{"categories.0: " + wrongType("'array'", "string")}},
		{`{"product_id":"p","location":{"lat":1}}`, []string{"location.lon: " + required}},
		{`{"product_id":"p","location":{"lat":"1","lon":"2"}}`, []string{
			"location.lat: " + wrongType("'number'", "string"),
			"location.lon: " + wrongType("'number'", "string"),
		}},
		{`{"product_id":"p","location":[{"lat":1,"lon":"2"}]}`,
			[]string{"location.0.lon: " + wrongType("'number'", "string")}},
		{`{"product_id":"p","location":1}`, []string{"location: " + wrongType("''array', 'object''", "number")}},
		{`{"product_id":"p","children":[{}]}`, []string{"children.0.id: " + required}},
		{`{"product_id":"p","custom_attributes":{"a":{"b":{}}}}`,
			[]string{"custom_attributes.a.b: " + wrongType("''boolean', 'number', 'string''", "object")}},
		{`{"product_id":"p","custom_attributes":{"a":{"b":1},"c":[{"d":[{}]}]}}`, nil},
		{`{"product_id":"p","custom_attributes":{"a":[[]]}}`,
			[]string{"custom_attributes.a.0: " + wrongType("''number', 'object', 'string''", "array")}},
	})
}

// A client tells the attribute from the text by the white space between them.
func TestNamesInLines(t *testing.T) {
	for name, want := range map[string]string{
		``:                             `""`,
		`a b`:                          `a%20b`,
		`a\tb\nc\u0001`:                `a%09b%0Ac%01`,
		"a\u00a0b\u2028c\u3000d\ufeff": `a%C2%A0b%E2%80%A8c%E3%80%80d%EF%BB%BF`,
		`100%`:                         `100%25`,
		`(x) is invalid. y`:            `(x)%20is%20invalid.%20y`,
		`é.雪`:                          `é.雪`,
		strings.Repeat("é", 100):       strings.Repeat("é", 100),
		strings.Repeat("é", 101):       strings.Repeat("é", 100) + "…",
	} {
		_, rejected := records.Parse(models.EndUsers, batch(`{"user_id":"u","`+name+`":1}`))
		checkLines(t, rejected, "data.0."+want+" is invalid. "+unknownElsewhere)
	}
}

func TestLongPathsAreCut(t *testing.T) {
	_, rejected := records.Parse(models.Products, batch(`{"product_id":"p","custom_attributes":`+
		strings.Repeat(`{"a":`, 20)+`{"b":1,"b":2}`+strings.Repeat(`}`, 20)+`}`))
	checkLines(t, rejected, "data.0.custom_attributes.a.a.a.a.a.a.a is invalid. The attribute is given more than once.")
}
