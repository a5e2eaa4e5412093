package records_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"dojo/records"
)

// deletions has the body of each kind around a list of ids.
var deletions = map[records.Kind]func(list string) []byte{
	records.Interaction: func(list string) []byte { return []byte(`{"user_ids":` + list + `}`) },
	records.User:        func(list string) []byte { return []byte(`{"data":{"user_ids":` + list + `}}`) },
	records.Product:     func(list string) []byte { return []byte(`{"data":{"product_ids":` + list + `}}`) },
}

func TestDelete(t *testing.T) {
	for kind, body := range deletions {
		ids, rejected := records.ParseDelete(kind, body(`["b","a,\u00e9","_b","b"]`))
		if rejected != nil || !slices.Equal(ids, []string{"b", "a,é", "_b", "b"}) {
			t.Errorf("%s: %q, rejected %v", kind, ids, rejected)
		}
		if ids, rejected := records.ParseDelete(kind, body(`[]`)); rejected != nil || len(ids) != 0 {
			t.Errorf("%s: empty list: %q, rejected %v", kind, ids, rejected)
		}
	}
}

func TestDeleteOfBadIDs(t *testing.T) {
	long := strings.Repeat("x", 513)
	for kind, body := range deletions {
		ids, rejected := records.ParseDelete(kind, body(`["a",7,"",null,"`+long+`","\u0000",["a"],{"a":1,"a":1}]`))
		if ids != nil {
			t.Errorf("%s: %d ids with a rejection", kind, len(ids))
		}
		checkLines(t, rejected,
			"data.1 is invalid. "+wrongType("'string'", "number"),
			"data.2 is invalid. The attribute should have at least 1 character.",
			"data.3 is invalid. "+wrongType("'string'", "null"),
			"data.4 is invalid. The attribute should have at most 512 characters.",
			"data.5 is invalid. The attribute should not contain the NUL character (U+0000).",
			"data.6 is invalid. "+wrongType("'string'", "array"),
			"data.7.a is invalid. The attribute is given more than once.",
		)
		if !strings.Contains(rejected.Message, "were deleted") {
			t.Errorf("%s: %q", kind, rejected.Message)
		}
	}
}

func TestDeleteBodiesWithoutIDs(t *testing.T) {
	for kind, bodies := range map[records.Kind][]string{
		records.Interaction: {``, `{}`, `[]`, `{"user_ids":"a"}`, `{"data":{"user_ids":["a"]}}`, `{"user_ids":[],"user_ids":[]}`},
		records.User:        {``, `{}`, `{"user_ids":["a"]}`, `{"data":["a"]}`, `{"data":{"product_ids":["a"]}}`, `{"data":{"user_ids":{}}}`},
		records.Product:     {``, `{}`, `{"data":null}`, `{"data":{"user_ids":["a"]}}`, `{"data":{"product_ids":["a"],"product_ids":["b"]}}`},
	} {
		for _, body := range bodies {
			ids, rejected := records.ParseDelete(kind, []byte(body))
			if rejected == nil {
				t.Errorf("%s %q: accepted %q", kind, body, ids)
				continue
			}
			if rejected.Status != http.StatusUnprocessableEntity || len(rejected.Lines) != 0 ||
				!strings.Contains(rejected.Message, string(deletions[kind](`["…"]`))) {
				t.Errorf("%s %q: %+v", kind, body, rejected)
			}
		}
	}
}

func TestDeleteOfTooMany(t *testing.T) {
	limits := records.Limits{MaxRecords: 1}
	for kind, body := range deletions {
		if _, rejected := limits.ParseDelete(kind, body(`["a"]`)); rejected != nil {
			t.Errorf("%s: one of one: %v", kind, rejected)
		}
		_, rejected := limits.ParseDelete(kind, body(`["a","b"]`))
		if rejected == nil || rejected.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: two of one: %+v", kind, rejected)
		}
	}
}
