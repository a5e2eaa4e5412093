package records_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

// wireLine is what the published server client reads each line with. \s and \S stand for what they mean in JavaScript
// and Python, where white space is Unicode's and the dot stops at any line end.
var wireLine = func() *regexp.Regexp {
	const space = `\s\v\x1c-\x1f\x{85}\x{FEFF}\pZ`
	return regexp.MustCompile(`^[` + space + `]*data\.(\d+)(?:\.([^` + space + `]+))?[` + space + `]+(?:\(([^)]*)\)[` +
		space + `]+)?is[` + space + `]+invalid\.[` + space + `]+([^\n\r\x{85}\x{2028}\x{2029}]*)$`)
}()

// wireIndex gives the index that the client reads from a line.
func wireIndex(t *testing.T, line string) int {
	t.Helper()
	match := wireLine.FindStringSubmatch(line)
	if match == nil {
		t.Fatalf("no client can read the line %q", line)
	}
	index, err := strconv.Atoi(match[1])
	if err != nil {
		t.Fatalf("index of %q: %v", line, err)
	}
	return index
}

func checkLines(t *testing.T, rejected *records.Rejection, want ...string) {
	t.Helper()
	if rejected == nil {
		t.Errorf("accepted, want the lines\n%s", strings.Join(want, "\n"))
		return
	}
	if rejected.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", rejected.Status)
	}
	if !slices.Equal(rejected.Lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(rejected.Lines, "\n"), strings.Join(want, "\n"))
	}
	for _, line := range rejected.Lines {
		wireIndex(t, line)
	}
}

func marshal(t *testing.T, rejected *records.Rejection) string {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(rejected); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestPublishedRejection(t *testing.T) {
	_, rejected := records.Parse(models.Interactions,
		batch(`{"type":"product_detail_page_view","timestamp":"yesterday","product_ids":"p1"}`))
	const want = `{"errors":true,"message":"None of the records were inserted because at least one of them contained ` +
		"schema errors. Please see the `data` field for details.\"," +
		`"data":["data.0.product_ids is invalid. The attribute was expected to be of type ''array', 'null'' but type ` +
		`'string' was given.","data.0.timestamp is invalid. The attribute should match the 'date-time' format."]}`
	if got := marshal(t, rejected); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMessageOfUsersAndProducts(t *testing.T) {
	for _, of := range []models.Collection{models.EndUsers, models.Products} {
		_, rejected := records.Parse(of, batch(`{}`))
		const want = "None of the records are inserted, because at least one of them contain schema errors. " +
			"Please see `data` field for details."
		if rejected.Message != want {
			t.Errorf("%s: %q", of, rejected.Message)
		}
	}
}

func TestOneBadRecordRejectsAll(t *testing.T) {
	parsed, rejected := records.Parse(models.Interactions,
		batch(`{"type":"like"}`, `{"type":"lick"}`, `{"type":"like"}`))
	if parsed.Len() != 0 {
		t.Errorf("%d records with a rejection", parsed.Len())
	}
	if len(rejected.Lines) != 1 || wireIndex(t, rejected.Lines[0]) != 1 {
		t.Errorf("lines %q", rejected.Lines)
	}
}

func TestTooManyRecords(t *testing.T) {
	limits := records.Limits{MaxRecords: 2}
	if _, rejected := limits.Parse(models.EndUsers, batch(`{"user_id":"1"}`, `{"user_id":"2"}`)); rejected != nil {
		t.Errorf("two of two: %v", rejected)
	}
	_, rejected := limits.Parse(models.EndUsers, batch(`{"user_id":"1"}`, `{}`, `7`))
	if rejected == nil || rejected.Status != http.StatusRequestEntityTooLarge {
		t.Fatalf("three of two: %+v", rejected)
	}
	const want = `{"message":"The request has more than 2 records. Send them in several requests.","code":"too_large","errors":true}`
	if got := marshal(t, rejected); got != want {
		t.Errorf("got %s", got)
	}
}

func TestDefaultMaxRecords(t *testing.T) {
	like := `{"type":"like"}`
	if _, rejected := records.Parse(models.Interactions,
		batch(slices.Repeat([]string{like}, 10_000)...)); rejected != nil {
		t.Errorf("10,000: %s", rejected.Message)
	}
	_, rejected := records.Parse(models.Interactions, batch(slices.Repeat([]string{like}, 10_001)...))
	if rejected == nil || rejected.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("10,001: %+v", rejected)
	}
}

// A client that sends the good records again must not meet the same rejection twice.
func TestEveryBadRecordHasALine(t *testing.T) {
	var items []string
	var want []int
	for i := range 500 {
		if i%2 == 0 {
			items = append(items, `{"type":"like"}`)
			continue
		}
		want = append(want, i)
		items = append(items, `{"type":"like","a":1,"b":2,"c":3}`)
	}
	_, rejected := records.Parse(models.Interactions, batch(items...))
	var got []int
	for _, line := range rejected.Lines {
		got = append(got, wireIndex(t, line))
	}
	if !slices.IsSorted(got) {
		t.Error("the lines are not in the records' order")
	}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("bad records %v, want %v", got, want)
	}
	// 33 records fill the limit with three lines each and one with one; the other 216 have one each.
	if len(rejected.Lines) != 100+216 {
		t.Errorf("%d lines", len(rejected.Lines))
	}
}

func TestOneRecordHasAtMostAHundredLines(t *testing.T) {
	var fields strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&fields, `,"x%d":0`, i)
	}
	_, rejected := records.Parse(models.Interactions, batch(`{"type":"like"`+fields.String()+`}`, `1`))
	if len(rejected.Lines) != 101 || wireIndex(t, rejected.Lines[100]) != 1 {
		t.Errorf("%d lines, the last %q", len(rejected.Lines), rejected.Lines[len(rejected.Lines)-1])
	}
}

func TestLinesAreInOrder(t *testing.T) {
	tags := strings.TrimSuffix(strings.Repeat("1,", 12), ",")
	body := batch(`{"product_id":"p","z":1,"tags":[`+tags+`],"a":1,"custom_attributes":{"b":null,"a":null}}`, `{}`)
	_, first := records.Parse(models.Products, body)
	var want []string
	for _, path := range strings.Fields("0.a 0.custom_attributes.a 0.custom_attributes.b 0.tags.0 0.tags.1 0.tags.2 " +
		"0.tags.3 0.tags.4 0.tags.5 0.tags.6 0.tags.7 0.tags.8 0.tags.9 0.tags.10 0.tags.11 0.z 1.product_id") {
		want = append(want, "data."+path)
	}
	for range 20 {
		_, rejected := records.Parse(models.Products, body)
		var got []string
		for _, line := range rejected.Lines {
			got = append(got, strings.Fields(line)[0])
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got\n%q\nwant\n%q", got, want)
		}
		if !slices.Equal(rejected.Lines, first.Lines) {
			t.Fatal("the same body was rejected in two ways")
		}
	}
}
