package records_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/records"
)

// examples has a valid interaction of every type, with the attributes that only this type may have.
var examples = map[string]string{
	"add_to_cart":              `{"type":"add_to_cart","product_ids":["p1","p2"],"quantities":[1,2.5]}`,
	"add_to_collection":        `{"type":"add_to_collection","product_ids":["p1"],"product_group_ids":["g1"]}`,
	"bookmark":                 `{"type":"bookmark","product_ids":["p1"],"user_id":"u1"}`,
	"category_page_view":       `{"type":"category_page_view","category":["Pantry","Soy sauce"],"duration":3.5}`,
	"checkout":                 `{"type":"checkout","product_ids":["p1"],"quantities":2,"revenue":1280.5}`,
	"click":                    `{"type":"click","product_ids":["p1"],"anonymous_id":"a1"}`,
	"complete":                 `{"type":"complete","product_ids":["p1"]}`,
	"custom":                   `{"type":"custom","custom_action_name":"tasted","product_ids":["p1"]}`,
	"dislike":                  `{"type":"dislike","product_ids":["p1"]}`,
	"feedback":                 `{"type":"feedback","question_id":"q1","result_type":"answer","value":"helpful"}`,
	"home_page_view":           `{"type":"home_page_view","duration":0}`,
	"impression":               `{"type":"impression","product_ids":["p1","p2","p3"]}`,
	"like":                     `{"type":"like","product_ids":["p1"]}`,
	"listen":                   `{"type":"listen","product_ids":["p1"],"duration":61}`,
	"product_detail_page_view": `{"type":"product_detail_page_view","product_ids":["p1"],"duration":12.25}`,
	"product_image_view":       `{"type":"product_image_view","product_ids":["p1"]}`,
	"promo_page_view":          `{"type":"promo_page_view","product_ids":[],"duration":1}`,
	"rate":                     `{"type":"rate","product_ids":["p1"],"rating":4.5}`,
	"read":                     `{"type":"read","product_ids":["p1"],"duration":90}`,
	"refund":                   `{"type":"refund","product_ids":["p1"]}`,
	"remove_from_cart":         `{"type":"remove_from_cart","product_ids":["p1"]}`,
	"remove_from_collection":   `{"type":"remove_from_collection","product_ids":["p1"]}`,
	"search":                   `{"type":"search","search":{"keywords":"dashi","filters":{"brand":["Ninben"]}}}`,
	"share":                    `{"type":"share","product_ids":["p1"]}`,
	"submit":                   `{"type":"submit","product_ids":["p1"]}`,
	"subscribe":                `{"type":"subscribe","product_ids":["p1"]}`,
	"unsubscribe":              `{"type":"unsubscribe","product_ids":["p1"]}`,
	"viewable_impression":      `{"type":"viewable_impression","product_ids":["p1"]}`,
	"watch":                    `{"type":"watch","product_ids":["p1"],"duration":300}`,
}

// batch wraps records as an upload does.
func batch(items ...string) []byte {
	return []byte(`{"data":[` + strings.Join(items, ",") + `]}`)
}

func mustParse(t *testing.T, of models.Collection, items ...string) models.Batch {
	t.Helper()
	parsed, rejected := records.Parse(of, batch(items...))
	if rejected != nil {
		t.Fatalf("rejected %s:\n%s\n%s", items, rejected.Message, strings.Join(rejected.Lines, "\n"))
	}
	if parsed.Len() != len(items) {
		t.Fatalf("%d records of %d", parsed.Len(), len(items))
	}
	return parsed
}

func TestEveryInteractionType(t *testing.T) {
	if len(examples) != 29 {
		t.Errorf("%d examples, but there are 29 types", len(examples))
	}
	for name, example := range examples {
		parsed := mustParse(t, models.Interactions, example)
		if parsed.Interactions[0].Type != name && parsed.Interactions[0].Type != "custom:tasted" {
			t.Errorf("%s: has type %q", name, parsed.Interactions[0].Type)
		}
	}
}

func TestEveryPublishedTypeHasAnExample(t *testing.T) {
	document, err := os.ReadFile("records.openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var openAPI struct {
		Components struct {
			Schemas map[string]struct {
				Properties struct{ Type struct{ Enum []string } }
			}
		}
	}
	if err := json.Unmarshal(document, &openAPI); err != nil {
		t.Fatal(err)
	}
	published := 0
	for name, schema := range openAPI.Components.Schemas {
		for _, typ := range schema.Properties.Type.Enum {
			published++
			if examples[typ] == "" {
				t.Errorf("%s: type %q has no example", name, typ)
			}
		}
	}
	if published != len(examples) {
		t.Errorf("%d published types, %d examples", published, len(examples))
	}
}

func TestInteractionColumns(t *testing.T) {
	const raw = `{ "type" : "custom", "custom_action_name":"tasted\u002fliked", "user_id":"雪 \"u\"",
		"anonymous_id":"a1", "timestamp":"2026-11-23T06:15:13.25+09:00", "product_ids":["p 2/ü","\ud83c\udf63"],
		"miso_id":"B1946AC9-2492-4d23-9b1f-000000000000", "product_group_ids":null,
		"context":{"campaign":{"name":"n"},"truncated_ip":"192.0.2.0","locale":"ja-JP","region":"JP",
		"page":{"url":"https://shop.example/"},"user_agent":"x","custom_context":{"sdk_version":"1.3.0","uuid":"u"}} }`
	got := mustParse(t, models.Interactions, raw).Interactions[0]
	want := models.Interaction{
		Body:        []byte(raw),
		Type:        "custom:tasted/liked",
		UserID:      `雪 "u"`,
		AnonymousID: "a1",
		OccurredAt:  time.Date(2026, 11, 22, 21, 15, 13, 250_000_000, time.UTC),
		ProductIDs:  "p 2/ü, 🍣",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestAbsentColumnsAreZero(t *testing.T) {
	for _, raw := range []string{
		`{"type":"like"}`,
		`{"type":"like","product_ids":null}`,
		`{"type":"like","product_ids":[]}`,
	} {
		got := mustParse(t, models.Interactions, raw).Interactions[0]
		if want := (models.Interaction{Body: []byte(raw), Type: "like"}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", raw, got)
		}
	}
}

func TestUserColumns(t *testing.T) {
	const raw = `{"user_id":"u,_1","name":"Uma","age":41,"created_at":"2026-11-23","updated_at":"2026-11-23T00:00:00Z",
		"profile_image":"https://shop.example/u.png","gender":"f","city":"Osaka","state":"","country":"JP",
		"group_id":"g","description":"d","custom_attributes":{"vip":true,"favourites":["miso"]}}`
	got := mustParse(t, models.EndUsers, raw).Records[0]
	want := models.Record{
		Body: []byte(raw), ID: "u,_1", Label: "Uma",
		Types: models.AttributeTypes{"vip": models.BooleanAttribute, "favourites": models.StringsAttribute},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestProductColumns(t *testing.T) {
	const raw = `{"product_id":"p_1","title":"Soy sauce","type":"food","language":"ja","related_ids":["p2"],
		"categories":[["Pantry","Sauces"],[]],"tags":["dark"],"url":"https://shop.example/p_1","sale_price":4,
		"original_price":5.5,"margin":-0.1,"condition":"NEW","availability":"IN_STOCK","rating":4.5,
		"location":[{"lat":34.7,"lon":135.5}],"enable_question_answering":true,"children":[{"id":"c1",
		"headers":["h"],"custom_attributes":{"x":{"y":1}}}],"published_at":"2026-11-23",
		"custom_attributes":{"abv":0,"origin":{"town":"Tatsuno"},"notes":[]}}`
	got := mustParse(t, models.Products, raw, `{"product_id":"p2","location":{"lat":1,"lon":2}}`).Records[0]
	want := models.Record{
		Body: []byte(raw), ID: "p_1", Label: "Soy sauce",
		Types: models.AttributeTypes{"abv": models.NumberAttribute, "origin": models.ObjectAttribute},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEmptyBatchIsAccepted(t *testing.T) {
	for _, body := range []string{`{"data":[]}`, " {\n\"data\" : [ ] , \"more\":[[1]] }\r\n\t"} {
		parsed, rejected := records.Parse(models.Interactions, []byte(body))
		if rejected != nil || parsed.Len() != 0 {
			t.Errorf("%s: %d records, rejected %v", body, parsed.Len(), rejected)
		}
	}
}

func TestTimestamps(t *testing.T) {
	for given, want := range map[string]string{
		"2026-11-23T06:15:13Z":           "2026-11-23T06:15:13Z",
		"2026-11-23t06:15:13.5z":         "2026-11-23T06:15:13.5Z",
		"2026-11-23T06:15:13-02:30":      "2026-11-23T08:45:13Z",
		"2026-11-23T06:15:13.123456789Z": "2026-11-23T06:15:13.123456789Z",
		"2016-12-31T23:59:60Z":           "2017-01-01T00:00:00Z",
		"2017-01-01T08:59:60.25+09:00":   "2017-01-01T00:00:00Z",
		"2024-02-29T00:00:00Z":           "2024-02-29T00:00:00Z",
		"9999-12-31T23:59:59Z":           "9999-12-31T23:59:59Z",
		"2023-02-29T00:00:00Z":           "",
		"2026-11-23":                     "",
		"2026-11-23T06:15:13":            "",
		"2026-11-23 06:15:13Z":           "",
		"2026-11-23T06:15Z":              "",
		"2026-11-23T06:15:13,5Z":         "",
		"2026-11-23T6:15:13Z":            "",
		"2026-11-23T6:15:13.5Z":          "",
		"2026-11-23T06:15:13+23:60":      "",
		"2026-11-23T24:00:00Z":           "",
		"2026-11-23T06:15:60Z":           "",
		"2026-11-23T06:15:13+24:00":      "",
		"2026-+1-23T06:15:13Z":           "",
		"9999-12-31T23:59:59-01:00":      "",
		"0000-06-01T00:00:00Z":           "",
		"1764000000":                     "",
		"":                               "",
	} {
		parsed, rejected := records.Parse(models.Interactions, batch(`{"type":"like","timestamp":"`+given+`"}`))
		if want == "" {
			checkLines(t, rejected, "data.0.timestamp is invalid. The attribute should match the 'date-time' format.")
		} else if rejected != nil {
			t.Errorf("%s: rejected %q", given, rejected.Lines)
		} else if got := parsed.Interactions[0].OccurredAt.Format(time.RFC3339Nano); got != want {
			t.Errorf("%s: got %s, want %s", given, got, want)
		}
	}
}
