package records_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

func TestBodiesWithoutRecords(t *testing.T) {
	for body, want := range map[string]string{
		``:                              "is not JSON",
		` `:                             "is not JSON",
		`hello`:                         "is not JSON",
		`{"data":[}`:                    "(byte 10)",
		`{"data":[]} x`:                 "is not JSON",
		`{"data":[]}{"data":[]}`:        "is not JSON",
		`{"data":[{"type":"like"},]}`:   "is not JSON",
		`{"data":[01]}`:                 "is not JSON",
		`{"data":[NaN]}`:                "is not JSON",
		"{\"data\":[\"a\nb\"]}":         "is not JSON",
		"{\"data\":[\"a\x00b\"]}":       "is not JSON",
		"{\"data\":[]}\x00":             "is not JSON",
		"\uFEFF{\"data\":[]}":           "byte order mark",
		"\xff\xfe{\x00}\x00":            "is not JSON",
		strings.Repeat(`[`, 1_000_000):  "is not JSON",
		`null`:                          "is not an object",
		`[]`:                            "is not an object",
		`"data"`:                        "is not an object",
		`{}`:                            "has no 'data'",
		`{"Data":[]}`:                   "has no 'data'",
		`{"records":{"data":[]}}`:       "has no 'data'",
		`{"data":null}`:                 "has no array in 'data'",
		`{"data":{}}`:                   "has no array in 'data'",
		`{"data":"[]"}`:                 "has no array in 'data'",
		`{"data":[],"data":[]}`:         `has the name "data" more than once`,
		`{"data":[],"d\u0061ta":[]}`:    `has the name "data" more than once`,
		`{"data":[],"x":1,"x":2}`:       `has the name "x" more than once`,
		"{\"data\":[],\"\xff\":1}":      "has a name that is not valid text",
		`{"data":[],"\ud800":1}`:        "has a name that is not valid text",
		`{"data":[],"x":{"y":1,"y":2}}`: "",
	} {
		parsed, rejected := records.Parse(models.Interactions, []byte(body))
		if want == "" {
			if rejected != nil {
				t.Errorf("%.40q: %s", body, rejected.Message)
			}
			continue
		}
		if parsed.Len() != 0 || rejected == nil {
			t.Errorf("%.40q: accepted", body)
			continue
		}
		if !strings.Contains(rejected.Message, want) || !strings.Contains(rejected.Message, `{"data":[…]}`) {
			t.Errorf("%.40q: %q", body, rejected.Message)
		}
		if rejected.Status != http.StatusUnprocessableEntity ||
			!strings.Contains(marshal(t, rejected), `"data":[]`) {
			t.Errorf("%.40q: %d %s", body, rejected.Status, marshal(t, rejected))
		}
	}
}

// What JSON allows but no record may hold spoils that record only: the client can send the others again.
func TestUnstorableValues(t *testing.T) {
	const (
		twice     = "The attribute is given more than once."
		nul       = "The attribute should not contain the NUL character (U+0000)."
		utf8      = "The attribute should be valid UTF-8."
		surrogate = "The attribute should be valid Unicode, but half of a surrogate pair was given."
		number    = "The attribute should be a number that fits in a 64-bit floating point number."
	)
	checkRules(t, models.Interactions, []rule{
		{interaction(`"user_id":"a","user_id":"a"`), []string{"user_id: " + twice}},
		{interaction(`"user_id":"a","user\u005fid":"b"`), []string{"user_id: " + twice}},
		{interaction(`"context":{"x":[{"y":1,"y":1}]}`), []string{"context.x.0.y: " + twice}},
		{`{"type":"like","type":"lick"}`, []string{"type: " + twice}},

		{interaction(`"user_id":"a\u0000"`), []string{"user_id: " + nul}},
		{interaction(`"user_id":"a\\u0000"`), nil},
		{interaction(`"product_ids":["a","\u0000"]`), []string{"product_ids.1: " + nul}},
		{interaction(`"a\u0000":1`), []string{nul}},
		{interaction(`"context":{"a\u0000":1}`), []string{"context: " + nul}},

		{interaction("\"user_id\":\"a\xff\""), []string{"user_id: " + utf8}},
		{interaction("\"user_id\":\"\xed\xa0\x80\""), []string{"user_id: " + utf8}},
		{interaction("\"a\xff\":\"a\""), []string{utf8}},
		{interaction(`"user_id":"\ud83c"`), []string{"user_id: " + surrogate}},
		{interaction(`"user_id":"\udf63\ud83c"`), []string{"user_id: " + surrogate}},
		{interaction(`"user_id":"\ud83c\n"`), []string{"user_id: " + surrogate}},
		{interaction(`"user_id":"\ud83cxxxxxx"`), []string{"user_id: " + surrogate}},
		{interaction(`"user_id":"\uD83C\uDF63 \ufffd"`), nil},

		{`{"type":"rate","rating":1.7976931348623157e308}`, nil},
		{`{"type":"rate","rating":-0.0e5}`, nil},
		{`{"type":"rate","rating":0e999}`, nil},
		{`{"type":"rate","rating":1e999}`, []string{"rating: " + number}},
		{`{"type":"rate","rating":-1e999999999999}`, []string{"rating: " + number}},
		{`{"type":"rate","rating":1e-999}`, []string{"rating: " + number}},
		{`{"type":"rate","rating":0.` + strings.Repeat("3", 20_000) + `}`, []string{"rating: " + number}},
		{interaction(`"context":{"x":1e400}`), []string{"context.x: " + number}},
	})
}

func TestDepth(t *testing.T) {
	nested := func(levels int) string {
		// The record and its context are two of the levels.
		return interaction(`"context":{"x":` + strings.Repeat("[", levels-2) + strings.Repeat("]", levels-2) + `}`)
	}
	mustParse(t, models.Interactions, nested(64))
	for _, levels := range []int{65, 5000} {
		_, rejected := records.Parse(models.Interactions, batch(nested(levels), `{"type":"like"}`))
		checkLines(t, rejected, "data.0 is invalid. The record is nested more than 64 levels deep.")
	}
	if _, rejected := (records.Limits{MaxDepth: 2}).Parse(models.Interactions, batch(nested(3))); rejected == nil {
		t.Error("three levels of two were accepted")
	}
}

func TestValues(t *testing.T) {
	limits := records.Limits{MaxValues: 10}
	// The record, two names, the type and the array are five.
	if _, rejected := limits.Parse(models.Interactions,
		batch(interaction(`"product_ids":["1","2","3","4","5"]`))); rejected != nil {
		t.Errorf("ten of ten: %q", rejected.Lines)
	}
	_, rejected := limits.Parse(models.Interactions, batch(interaction(`"product_ids":["1","2","3","4","5","6"]`)))
	checkLines(t, rejected, "data.0 is invalid. The record has more than 10 names and values.")
}
