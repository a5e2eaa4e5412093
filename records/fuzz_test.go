package records_test

import (
	"bytes"
	"encoding/json"
	"testing"

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
	fuzz(f, records.Interaction)
}

func FuzzParseUsers(f *testing.F) {
	f.Add(batch(`{"user_id":"_u","age":1.5,"created_at":"2026-11-23","custom_attributes":{"a":[1]}}`))
	fuzz(f, records.User)
}

func FuzzParseProducts(f *testing.F) {
	f.Add(batch(`{"product_id":"p,","location":{"lat":1},"custom_attributes":{"a":{"b":"\ud83c\udf63"}}}`,
		`{"product_id":"p","custom_attributes":{"a":"x"}}`))
	fuzz(f, records.Product)
}

func fuzz(f *testing.F, kind records.Kind) {
	for _, seed := range hostile {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		parsed, rejected := records.Parse(kind, body)
		if rejected != nil {
			checkRejection(t, parsed, rejected)
			return
		}
		checkAccepted(t, kind, body, parsed)
		records.AttributeTypes{"a": records.Number}.Check(kind, parsed)
	})
}

func FuzzParseDelete(f *testing.F) {
	for kind, body := range deletions {
		f.Add(int(kind), body(`["a",7]`))
	}
	f.Fuzz(func(t *testing.T, kind int, body []byte) {
		if kind < int(records.Interaction) || kind > int(records.Product) {
			return
		}
		ids, rejected := records.ParseDelete(records.Kind(kind), body)
		if rejected == nil && ids == nil {
			t.Error("neither ids nor a rejection")
		}
		if rejected != nil {
			checkRejection(t, nil, rejected)
		}
	})
}

func checkRejection(t *testing.T, parsed []records.Record, rejected *records.Rejection) {
	if parsed != nil {
		t.Errorf("%d records with a rejection", len(parsed))
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
func checkAccepted(t *testing.T, kind records.Kind, body []byte, parsed []records.Record) {
	var upload map[string]json.RawMessage
	var raws []json.RawMessage
	if err := json.Unmarshal(body, &upload); err != nil {
		t.Fatalf("accepted what is not JSON: %v", err)
	}
	if err := json.Unmarshal(upload["data"], &raws); err != nil || len(raws) != len(parsed) {
		t.Fatalf("%d records of %d, %v", len(parsed), len(raws), err)
	}
	for i, record := range parsed {
		if !bytes.Equal(record.Raw, raws[i]) {
			t.Errorf("record %d is %s, came as %s", i, record.Raw, raws[i])
		}
		if _, err := json.Marshal(record); err != nil {
			t.Errorf("record %d: %v", i, err)
		}
		var fields map[string]any
		if err := json.Unmarshal(raws[i], &fields); err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		for name, got := range textColumns(kind, record) {
			if want, _ := fields[name].(string); got != want {
				t.Errorf("record %d: %s is %q, want %q", i, name, got, want)
			}
		}
	}
}

func textColumns(kind records.Kind, record records.Record) map[string]string {
	switch kind {
	case records.User:
		return map[string]string{"user_id": record.UserID, "name": record.Name}
	case records.Product:
		return map[string]string{"product_id": record.ProductID, "title": record.Title}
	default:
		return map[string]string{"type": record.Type, "custom_action_name": record.CustomActionName,
			"user_id": record.UserID, "anonymous_id": record.AnonymousID}
	}
}
