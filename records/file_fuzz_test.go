package records_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dojo/models"
	"dojo/records"
)

func FuzzCSV(f *testing.F) {
	for of, tables := range map[models.Collection][]string{
		models.Products: {"product_id,title\na,b\n",
			"product_id;sale_price;custom_attributes.x\n'=a;-1;'x\n\"a\"\"\";;TRUE\n",
			"product_id,tags,custom_attributes\na,b|c,\"{\"\"a\"\":1}\"\n", "\"", "product_id\n\"a\nb\r\nc\"\n"},
		models.EndUsers:     {"user_id\tage\na\t1\n\t\n", "user_id\n\xff\n", "user_id\n\x00"},
		models.Interactions: {"type,product_ids\nlike,null\nlike,\"[\"\"a\"\"]\"\n"},
	} {
		for _, table := range tables {
			f.Add(slices.Index(models.Collections, of), table)
		}
	}
	f.Fuzz(func(t *testing.T, n int, table string) {
		if n < 0 || n >= len(models.Collections) || strings.HasPrefix(table, "{") ||
			strings.HasPrefix(table, "\uFEFF{") {
			return
		}
		checkFile(t, models.Collections[n], table)
	})
}

func FuzzJSONLines(f *testing.F) {
	for of, files := range map[models.Collection][]string{
		models.Products: {`{"product_id":"a","title":"=b"}` + "\n" +
			`{"product_id":"a","custom_attributes":{"a":[1]}}` + "\r\n\n{", `{"product_id":"a","title":"\r\n\r"}`,
			"{}\x00", "{\"product_id\":\n\"a\"} {}", `{"product_id":" "}`,
			`{"product_id":"\u200b"}`},
		models.EndUsers:     {`{"user_id":"a","age":1}` + "\n[]\n1\n\"\"\nnull", `{"user_id":"\ud800"}`},
		models.Interactions: {`{"type":"like","product_ids":null}`, `{"type":"custom","custom_action_name":"'"}`},
	} {
		for _, file := range files {
			f.Add(slices.Index(models.Collections, of), file)
		}
	}
	f.Fuzz(func(t *testing.T, n int, file string) {
		if n < 0 || n >= len(models.Collections) || !strings.HasPrefix(file, "{") {
			return
		}
		accepted := checkFile(t, models.Collections[n], file)
		if len(accepted) > 0 {
			thereAndBack(t, models.Collections[n], accepted)
		}
	})
}

// checkFile reads a file: its lines go up, and what is accepted is accepted again.
func checkFile(t *testing.T, of models.Collection, text string) (accepted []string) {
	known := models.AttributeTypes{"x": models.StringAttribute}
	lines, _ := read(of, known, text)
	var kept []records.Line
	last := 0
	for _, line := range lines {
		if line.Number <= last {
			t.Errorf("line %d comes after %d", line.Number, last)
		}
		last = line.Number
		if line.Faults == nil {
			kept, accepted = append(kept, line), append(accepted, string(line.Raw))
		}
		for _, wrong := range line.Wrong() {
			if wrong == "" || !utf8.ValidString(wrong) {
				t.Errorf("line %d: %q", line.Number, wrong)
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	again, err := read(of, known, strings.Join(accepted, "\n"))
	if err != nil || len(again) != len(kept) {
		t.Fatalf("%d of %d records again, %v", len(again), len(kept), err)
	}
	for i := range again {
		before, after := kept[i], again[i]
		before.Number, after.Number = 0, 0
		before.Cells, before.Text, before.Tried, after.Text = nil, nil, nil, nil
		if !reflect.DeepEqual(after, before) {
			t.Errorf("%+v became %+v", before, after)
		}
	}
	return accepted
}
