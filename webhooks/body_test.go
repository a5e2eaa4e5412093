package webhooks_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/webhooks"
)

const key = "039c501ac8dfcac91c6f05601cee876e1cc07e17"

// filled puts the text into every field of v that can hold text, and something into every
// other one.
func filled(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			filled(v.Field(i), text)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), text)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), text)
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(text)
		}
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.Bool:
		v.SetBool(true)
	}
}

// told is a delivery about the event in which every text holds the given one.
func told(event models.Event, format models.WebhookFormat, text string) store.DueDelivery {
	due := delivery("")
	filled(reflect.ValueOf(&due.Told).Elem(), text)
	due.Told.Event, due.Told.Environment, due.Told.Detail.KeyKind = event, models.Production, models.Secret
	due.Told.TeamSlug, due.Told.TeamID, due.Told.SubjectID, due.Told.EnvironmentID = "acme", "t", "s", "e"
	due.Told.Detail.People, due.Told.Detail.EngineerID, due.Told.Actor.ID = nil, "", "u"
	due.Event, due.Format = event, format
	return due
}

// TestNoKeyIsInAnyMessage, of whichever event and format, wherever one was typed.
func TestNoKeyIsInAnyMessage(t *testing.T) {
	for _, event := range append(models.Events(), models.WebhookTestEvent) {
		for _, format := range models.WebhookFormats() {
			for _, text := range []string{key, "x" + strings.ToUpper(key) + "y", "a " + key + " b"} {
				body, err := webhooks.Body(told(event, format, text), "https://dojo.example")
				if err != nil || strings.Contains(strings.ToLower(body), key[:20]) || !strings.Contains(body, "[key]") {
					t.Errorf("%s as %s: %v: %s", event, format, err, body)
				}
			}
		}
	}
}

// TestEveryEventIsSaid in a sentence, with the page where something is done about it.
func TestEveryEventIsSaid(t *testing.T) {
	for _, event := range models.Events() {
		body, err := webhooks.Body(told(event, models.StandardFormat, "Ade"), "https://dojo.example")
		if err != nil {
			t.Fatal(err)
		}
		var message struct {
			Type      models.Event
			Timestamp time.Time
			Data      struct {
				Text, URL, Environment string
				Team                   struct{ Slug, Name string }
				Actor                  struct{ Name, ID string }
				Detail                 map[string]any
			}
		}
		if err := json.Unmarshal([]byte(body), &message); err != nil {
			t.Fatal(err)
		}
		data := message.Data
		if message.Type != event || message.Timestamp.IsZero() || !strings.HasPrefix(data.URL, "https://dojo.example/") ||
			len(data.Text) < 20 || strings.Contains(data.Text, string(event)) || data.Team.Slug != "acme" ||
			data.Environment != "production" || data.Actor.Name != "Ade" || data.Actor.ID != "" || len(data.Detail) == 0 {
			t.Errorf("%s is sent as %s", event, body)
		}
	}
}

// slack is what Slack takes (https://docs.slack.dev/reference/block-kit/blocks), as far as
// it is used.
type slack struct {
	Text   string
	Blocks []struct {
		Type string
		Text *struct {
			Type, Text string
		}
		Elements []map[string]any
	}
}

// TestMessagesForChats keep Slack's limits, and nothing that people typed links, mentions or
// formats anything.
func TestMessagesForChats(t *testing.T) {
	const typed = "<!channel> <https://evil.example|here> @all [a](https://evil.example) ![b](x) *c* `d` :tada: # "
	limits := map[string]int{"header": 150, "section": 3000}
	for _, event := range append(models.Events(), models.WebhookTestEvent) {
		for _, text := range []string{"Ade", typed, strings.Repeat("long ", 5000)} {
			body, err := webhooks.Body(told(event, models.SlackFormat, text), "https://dojo.example")
			var message slack
			if err != nil || json.Unmarshal([]byte(body), &message) != nil || message.Text == "" || len(message.Blocks) < 2 ||
				len([]rune(message.Text)) > 16_000 { // Mattermost's limit is 16,383
				t.Fatalf("%s: %v: %.300s", event, err, body)
			}
			for _, block := range message.Blocks {
				if limit := limits[block.Type]; limit > 0 && (block.Text.Type != "plain_text" || block.Text.Text == "" ||
					len([]rune(block.Text.Text)) > limit) {
					t.Errorf("%s: a %s of type %s with %d characters", event, block.Type, block.Text.Type,
						len([]rune(block.Text.Text)))
				}
				if block.Type == "actions" && !strings.HasPrefix(fmt.Sprint(block.Elements[0]["url"]), "https://dojo.example/") {
					t.Errorf("%s: the button leads to %v", event, block.Elements[0]["url"])
				}
			}
			for _, live := range []string{"<!", "<https://evil", "@all", "](http", "![", "://evil", "*c*", "`d`"} {
				if strings.Contains(message.Text, live) {
					t.Errorf("%s: the text has %q: %s", event, live, message.Text)
				}
			}
		}
	}
}

// TestSlacksMessageIsAsItWas keeps one message byte for byte.
func TestSlacksMessageIsAsItWas(t *testing.T) {
	due := delivery("")
	due.Format = models.SlackFormat
	body, err := webhooks.Body(due, "https://dojo.example")
	const want = `{"text":"*This is a test*\nSol Engineer (solutions engineer) has sent this to try the webhook.\n` +
		`It works: nothing has happened.\nThere is nothing to do.\n` +
		`\u003chttps://dojo.example/desk/webhooks/hook|See the webhook\u003e","blocks":[` +
		`{"type":"header","text":{"type":"plain_text","text":"This is a test","emoji":false}},` +
		`{"type":"section","text":{"type":"plain_text","text":"Sol Engineer (solutions engineer) has sent this to try ` +
		`the webhook.\nIt works: nothing has happened.\nThere is nothing to do.","emoji":false}},` +
		`{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"See the webhook",` +
		`"emoji":false},"url":"https://dojo.example/desk/webhooks/hook"}]}]}`
	if err != nil || body != want {
		t.Errorf("%v: got\n%s\nwant\n%s", err, body, want)
	}
}
