package records

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"dojo/models"
)

// checkFastParse holds what is taken by fastParse against what the validator says of it.
func checkFastParse(t *testing.T, of models.Collection, record string) (taken bool) {
	t.Helper()
	if checkSyntax([]byte(record)) != "" {
		return false
	}
	at := (&cursor{record, 0}).skip()
	if !(Limits{}).orDefaults().allow(at) {
		return false
	}
	quick, taken := fastParse(of, record, at)
	if !taken {
		return false
	}
	value, bad := (&cursor{record, at.start}).decode()
	if bad != nil {
		t.Fatalf("took a %s that cannot be one, %v: %s", of, bad, record)
	}
	fields, ok := value.(object)
	if !ok {
		t.Fatalf("took a %s that is no object: %s", of, record)
	}
	schema, bad := schemaFor(of, fields)
	if bad != nil {
		t.Fatalf("took a %s without a schema, %v: %s", of, bad, record)
	}
	if found := validate(schema, fields, ""); found != nil {
		t.Fatalf("took a %s that is %q: %s", of, lines(0, found), record)
	}
	if exact := rowOf(of, fields); !reflect.DeepEqual(quick, exact) {
		t.Fatalf("made %+v of the %s, not %+v: %s", quick, of, exact, record)
	}
	return true
}

// ordinary are records that are taken by fastParse, odd ones that are left to the validator, whether it takes them or
// not.
var ordinary = map[models.Collection][]string{
	models.Interactions: {
		`{"type":"product_detail_page_view","product_ids":["p-1","p-2"],"user_id":"u","anonymous_id":"a",` +
			`"timestamp":"2026-11-23T06:10:20.123Z","miso_id":"b1946ac9-2492-4d23-9b1f-0123456789ab",` +
			`"context":{"page":{"url":"https://shop.example/","title":"\u00dcber \"uns\""},"locale":"ja-JP","campaign":{"name":"x","more":[1,{"a":null}]},` +
			`"custom_context":{"uuid":"x","n":1,"list":[1,2],"words":["a"],"objects":[{"a":1}],"empty":[]}}}`,
		`{"product_ids":null,"type":"like"}`, `{"type":"like","product_ids":[]}`,
		` { "type" : "home_page_view" , "duration" : 1.5e3 } `,
		`{"custom_action_name":"wave","type":"custom"}`, `{"type":"search","search":{"keywords":"x"}}`,
		`{"type":"checkout","revenue":12.5,"quantities":[1,2],"product_ids":["a"]}`,
		`{"type":"checkout","quantities":3}`,
	},
	models.EndUsers: {
		`{"user_id":"u","name":"Uma","age":40,"created_at":"2026-11-23","custom_attributes":{"vip":true,"tags":["a"],"n":1}}`,
		`{"user_id":"` + strings.Repeat("ü", 512) + `","created_at":"2026-11-23T01:02:03+09:00"}`,
	},
	models.Products: {
		`{"product_id":"p","title":"Miso","type":"food","sale_price":3,"categories":[["a","b"]],"url":"https://shop.example/p/1?x=2",` +
			`"availability":"IN_STOCK","enable_question_answering":true,"custom_attributes":{"designer":"Sori","size":{"w":1},"o":[{"x":[1]}]}}`,
	},
}

var odd = map[models.Collection][]string{
	models.Interactions: {
		`{}`, `[]`, `"x"`, `null`, `1`, `{"type":5}`, `{"type":"nope"}`, `{"type":"like","type":"like"}`,
		`{"type":"like","unknown":1}`,
		`{"type":"like","user_id":null}`, `{"type":"like","user_id":"\u0000"}`, `{"type":"like","user_id":"\ud800"}`,
		"{\"type\":\"like\",\"user_id\":\"\xff\"}",
		`{"type":"like","product_ids":"p"}`, `{"type":"like","product_ids":[1]}`, `{"type":"like","product_ids":["` +
			strings.Repeat("x", 513) + `"]}`,
		`{"type":"like","timestamp":"yesterday"}`, `{"type":"like","miso_id":"b1946ac9"}`,
		`{"type":"like","context":{"page":{}}}`,
		`{"type":"like","context":{"page":{"url":"x","url":"y"}}}`,
		`{"type":"like","context":{"custom_context":{"a":1,"a":2}}}`,
		`{"type":"like","context":{"custom_context":{"a":null}}}`,
		`{"type":"like","context":{"custom_context":{"a":[1,"x"]}}}`,
		`{"type":"like","context":{"truncated_ip":"1.2.3"}}`, `{"type":"checkout","revenue":1e999}`,
		`{"type":"checkout","revenue":1e-999}`,
		`{"type":"checkout","revenue":"1"}`, `{"type":"like","context":{"x":{"y":1e400}}}`,
		`{"type":"custom","custom_action_name":1}`,
	},
	models.EndUsers: {`{"user_id":""}`, `{"user_id":"_u"}`, `{"user_id":"u","age":1.5}`,
		`{"user_id":"u","created_at":"now"}`, `{"name":"x"}`, `{"user_id":"` + strings.Repeat("x", 513) + `"}`},
	models.Products: {`{"product_id":"a,b"}`, `{"product_id":"_"}`, `{"product_id":"p","url":"nowhere"}`,
		`{"product_id":"p","condition":"BROKEN"}`, `{"product_id":"p","language":"x"}`},
}

func TestFastParseTakesWhatIsOrdinary(t *testing.T) {
	for of, list := range ordinary {
		for _, record := range list {
			if !checkFastParse(t, of, record) {
				t.Errorf("left the %s to the validator: %s", of, record)
			}
		}
	}
	for of, list := range odd {
		for _, record := range list {
			if checkFastParse(t, of, record) {
				t.Errorf("took the %s: %s", of, record)
			}
		}
	}
}

// FuzzFastParse looks for a record that is taken by fastParse and that the validator refuses, or of which the two make
// different rows.
func FuzzFastParse(f *testing.F) {
	for _, lists := range []map[models.Collection][]string{ordinary, odd} {
		for of, list := range lists {
			for _, record := range list {
				f.Add(slices.Index(models.Collections, of), record)
			}
		}
	}
	f.Fuzz(func(t *testing.T, n int, record string) {
		if n >= 0 && n < len(models.Collections) {
			checkFastParse(t, models.Collections[n], record)
		}
	})
}
