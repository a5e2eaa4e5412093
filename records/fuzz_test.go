package records_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"dojo/models"
	"dojo/records"
)

var hostile = []string{
	``, `{"data":[]}`, `{"data":[null,1,"",[],{}]}`, `{"data":[{"a":1,"a":2}]}`, `{"data":[{"\ud800":"\u0000"}]}`,
	`{"data":[{"type":"like","":1," ":2,"timestamp":"2016-12-31T23:59:60Z"}]}`, "{\"data\":[{\"\xff\":1e999}]}",
	`{"data":[{"type":"click","context":{"custom_context":{"a":[1,"x",{"b":[]}]}}}]}`, "\uFEFF{}", `[[[[[[`,
}

func FuzzParseInteractions(f *testing.F) {
	for _, example := range examples {
		f.Add(batch(example))
	}
	fuzz(f, models.Interactions)
}

func FuzzParseUsers(f *testing.F) {
	f.Add(batch(`{"user_id":"_u","age":1.5,"created_at":"2026-11-23","custom_attributes":{"a":[1]}}`))
	fuzz(f, models.EndUsers)
}

func FuzzParseProducts(f *testing.F) {
	f.Add(batch(`{"product_id":"p,","location":{"lat":1},"custom_attributes":{"a":{"b":"\ud83c\udf63"}}}`,
		`{"product_id":"p","custom_attributes":{"a":"x"}}`))
	fuzz(f, models.Products)
}

func fuzz(f *testing.F, of models.Collection) {
	for _, seed := range hostile {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		parsed, rejected := records.Parse(of, body)
		if rejected != nil {
			checkRejection(t, parsed.Len(), rejected)
			return
		}
		checkAccepted(t, of, body, parsed)
		records.RejectTypes(parsed, models.AttributeTypes{"a": models.NumberAttribute})
	})
}

func FuzzParseDelete(f *testing.F) {
	for of, body := range deletions {
		f.Add(slices.Index(models.Collections, of), body(`["a",7]`))
	}
	f.Fuzz(func(t *testing.T, n int, body []byte) {
		if n < 0 || n >= len(models.Collections) {
			return
		}
		deletion, rejected := records.ParseDelete(models.Collections[n], body)
		if rejected == nil && deletion.IDs == nil {
			t.Error("neither ids nor a rejection")
		}
		if rejected != nil {
			checkRejection(t, len(deletion.IDs), rejected)
		}
	})
}

func checkRejection(t *testing.T, parsed int, rejected *records.Rejection) {
	if parsed != 0 {
		t.Errorf("%d records with a rejection", parsed)
	}
	last := -1
	for _, line := range rejected.Lines {
		index := wireIndex(t, line)
		if index < last {
			t.Errorf("line %q comes after record %d", line, last)
		}
		last = index
	}
	if _, err := json.Marshal(rejected); err != nil {
		t.Error(err)
	}
}

// checkAccepted compares with encoding/json, which reads the same record on its own.
func checkAccepted(t *testing.T, of models.Collection, body []byte, parsed models.Batch) {
	var upload map[string]json.RawMessage
	var raws []json.RawMessage
	if err := json.Unmarshal(body, &upload); err != nil {
		t.Fatalf("accepted what is not JSON: %v", err)
	}
	if err := json.Unmarshal(upload["data"], &raws); err != nil || len(raws) != parsed.Len() {
		t.Fatalf("%d records of %d, %v", parsed.Len(), len(raws), err)
	}
	for i := range raws {
		raw, columns := rowAt(parsed, i)
		if !bytes.Equal(raw, raws[i]) {
			t.Errorf("record %d is %s, came as %s", i, raw, raws[i])
		}
		var fields map[string]any
		if err := json.Unmarshal(raws[i], &fields); err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		action, custom := fields["custom_action_name"].(string)
		if custom && action != "" {
			fields["type"] = "custom:" + firstOf(action, 120)
		}
		for name, got := range columns {
			want, _ := fields[name].(string)
			if name == "title" || name == "name" {
				want = firstOf(want, 120)
			}
			if got != want {
				t.Errorf("record %d: %s is %q, want %q", i, name, got, want)
			}
		}
	}
}

// rowAt is the JSON of one record, and its columns that are texts.
func rowAt(parsed models.Batch, i int) ([]byte, map[string]string) {
	switch parsed.Collection {
	case models.EndUsers:
		r := parsed.Records[i]
		return r.Body, map[string]string{"user_id": r.ID, "name": r.Label}
	case models.Products:
		r := parsed.Records[i]
		return r.Body, map[string]string{"product_id": r.ID, "title": r.Label}
	}
	r := parsed.Interactions[i]
	return r.Body, map[string]string{"type": r.Type, "user_id": r.UserID, "anonymous_id": r.AnonymousID}
}

// firstOf is the first n characters of a text.
func firstOf(text string, n int) string {
	if characters := []rune(text); len(characters) > n {
		return string(characters[:n])
	}
	return text
}
