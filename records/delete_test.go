package records_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

// deletions has the body of each collection around a list of ids.
var deletions = map[models.Collection]func(list string) []byte{
	models.Interactions: func(list string) []byte { return []byte(`{"user_ids":` + list + `}`) },
	models.EndUsers:     func(list string) []byte { return []byte(`{"data":{"user_ids":` + list + `}}`) },
	models.Products:     func(list string) []byte { return []byte(`{"data":{"product_ids":` + list + `}}`) },
}

func TestDelete(t *testing.T) {
	for of, body := range deletions {
		deletion, rejected := records.ParseDelete(of, body(`["b","a,\u00e9","_b","b"]`))
		if rejected != nil || !slices.Equal(deletion.IDs, []string{"b", "a,é", "_b", "b"}) {
			t.Errorf("%s: %q, rejected %v", of, deletion.IDs, rejected)
		}
		if deletion, rejected := records.ParseDelete(of, body(`[]`)); rejected != nil || len(deletion.IDs) != 0 {
			t.Errorf("%s: empty list: %q, rejected %v", of, deletion.IDs, rejected)
		}
	}
}

func TestDeleteOfBadIDs(t *testing.T) {
	long := strings.Repeat("x", 513)
	for of, body := range deletions {
		deletion, rejected := records.ParseDelete(of, body(`["a",7,"",null,"`+long+`","\u0000",["a"],{"a":1,"a":1}]`))
		if deletion.IDs != nil {
			t.Errorf("%s: %d ids with a rejection", of, len(deletion.IDs))
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
			t.Errorf("%s: %q", of, rejected.Message)
		}
	}
}

func TestDeleteBodiesWithoutIDs(t *testing.T) {
	for of, bodies := range map[models.Collection][]string{
		models.Interactions: {``, `{}`, `[]`, `{"user_ids":"a"}`, `{"data":{"user_ids":["a"]}}`,
			`{"user_ids":[],"user_ids":[]}`},
		models.EndUsers: {``, `{}`, `{"user_ids":["a"]}`, `{"data":["a"]}`, `{"data":{"product_ids":["a"]}}`,
			`{"data":{"user_ids":{}}}`},
		models.Products: {``, `{}`, `{"data":null}`, `{"data":{"user_ids":["a"]}}`,
			`{"data":{"product_ids":["a"],"product_ids":["b"]}}`},
	} {
		for _, body := range bodies {
			deletion, rejected := records.ParseDelete(of, []byte(body))
			if rejected == nil {
				t.Errorf("%s %q: accepted %q", of, body, deletion.IDs)
				continue
			}
			if rejected.Status != http.StatusUnprocessableEntity || len(rejected.Lines) != 0 ||
				!strings.Contains(rejected.Message, string(deletions[of](`["…"]`))) {
				t.Errorf("%s %q: %+v", of, body, rejected)
			}
		}
	}
}

func TestDeleteOfTooMany(t *testing.T) {
	limits := records.Limits{MaxRecords: 1}
	for of, body := range deletions {
		if _, rejected := limits.ParseDelete(of, body(`["a"]`)); rejected != nil {
			t.Errorf("%s: one of one: %v", of, rejected)
		}
		_, rejected := limits.ParseDelete(of, body(`["a","b"]`))
		if rejected == nil || rejected.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: two of one: %+v", of, rejected)
		}
	}
}
