package records_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"dojo/records"
)

func FuzzCSV(f *testing.F) {
	for kind, tables := range map[records.Kind][]string{
		records.Product:     {"product_id,title\na,b\n", "product_id;sale_price;custom_attributes.x\n'=a;-1;'x\n\"a\"\"\";;TRUE\n", "product_id,tags,custom_attributes\na,b|c,\"{\"\"a\"\":1}\"\n", "\"", "product_id\n\"a\nb\r\nc\"\n"},
		records.User:        {"user_id\tage\na\t1\n\t\n", "user_id\n\xff\n", "user_id\n\x00"},
		records.Interaction: {"type,product_ids\nlike,null\nlike,\"[\"\"a\"\"]\"\n"},
	} {
		for _, table := range tables {
			f.Add(int(kind), table)
		}
	}
	f.Fuzz(func(t *testing.T, kind int, table string) {
		if kind < int(records.Interaction) || kind > int(records.Product) || strings.HasPrefix(table, "{") || strings.HasPrefix(table, "\uFEFF{") {
			return
		}
		checkFile(t, records.Kind(kind), table)
	})
}

func FuzzJSONLines(f *testing.F) {
	for kind, files := range map[records.Kind][]string{
		records.Product:     {`{"product_id":"a","title":"=b"}` + "\n" + `{"product_id":"a","custom_attributes":{"a":[1]}}` + "\r\n\n{", `{"product_id":"a","title":"\r\n\r"}`, "{}\x00"},
		records.User:        {`{"user_id":"a","age":1}` + "\n[]\n1\n\"\"\nnull", `{"user_id":"\ud800"}`},
		records.Interaction: {`{"type":"like","product_ids":null}`, `{"type":"custom","custom_action_name":"'"}`},
	} {
		for _, file := range files {
			f.Add(int(kind), file)
		}
	}
	f.Fuzz(func(t *testing.T, kind int, file string) {
		if kind < int(records.Interaction) || kind > int(records.Product) || !strings.HasPrefix(file, "{") {
			return
		}
		accepted := checkFile(t, records.Kind(kind), file)
		if len(accepted) > 0 {
			thereAndBack(t, records.Kind(kind), accepted)
		}
	})
}

// checkFile reads a file: its lines go up, and what is accepted is accepted again.
func checkFile(t *testing.T, kind records.Kind, text string) (accepted []string) {
	known := records.AttributeTypes{"x": records.String}
	lines, _ := read(kind, known, text)
	var kept []records.Line
	last := 0
	for _, line := range lines {
		if line.Number <= last {
			t.Errorf("line %d comes after %d", line.Number, last)
		}
		last = line.Number
		if line.Wrong == nil {
			kept, accepted = append(kept, line), append(accepted, string(line.Record.Raw))
		}
		for _, wrong := range line.Wrong {
			if wrong == "" || !utf8.ValidString(wrong) {
				t.Errorf("line %d: %q", line.Number, wrong)
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	again, err := read(kind, known, strings.Join(accepted, "\n"))
	if err != nil || len(again) != len(kept) {
		t.Fatalf("%d of %d records again, %v", len(again), len(kept), err)
	}
	for i := range again {
		if !reflect.DeepEqual(again[i].Record, kept[i].Record) {
			t.Errorf("%+v became %+v, %v", kept[i].Record, again[i].Record, again[i].Wrong)
		}
	}
	return accepted
}
