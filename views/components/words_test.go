package components_test

import (
	"strings"
	"testing"
	"time"

	"dojo/views/components"
)

var now = time.Date(2026, time.November, 3, 14, 5, 9, 0, time.UTC)

func TestMomentIsInUTC(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	if got := components.Moment(now.In(tokyo)); got != "3 Nov 2026, 14:05 UTC" {
		t.Errorf("Moment = %q", got)
	}
}

func TestRelative(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		distance time.Duration // how long ago; negative lies ahead
		want     string
	}{
		{0, "just now"},
		{44 * time.Second, "just now"},
		{-10 * time.Second, "in a moment"},
		{46 * time.Second, "46 seconds ago"},
		{50 * time.Second, "1 minute ago"},
		{89 * time.Second, "1 minute ago"},
		{2 * time.Minute, "2 minutes ago"},
		{54 * time.Minute, "54 minutes ago"},
		{55 * time.Minute, "1 hour ago"},
		{22*time.Hour + 29*time.Minute, "22 hours ago"},
		{23 * time.Hour, "1 day ago"},
		{35 * time.Hour, "1 day ago"},
		{36 * time.Hour, "2 days ago"},
		{30 * day, "30 days ago"},
		{31 * day, "3 Oct 2026"},
		{-3 * time.Hour, "in 3 hours"},
		{-7 * day, "in 7 days"},
		{-40 * day, "13 Dec 2026"},
	}
	for _, test := range tests {
		if got := components.Relative(now.Add(-test.distance), now); got != test.want {
			t.Errorf("%v: %q, want %q", test.distance, got, test.want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 1204331: "1,204,331", -4500: "-4,500"} {
		if got := components.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 keys", 1: "1 key", 2: "2 keys", 3000: "3,000 keys"} {
		if got := components.Plural(n, "key"); got != want {
			t.Errorf("Plural(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestAmong(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "Ann": {"Ann"}, "Ann or Ben": {"Ann", "Ben"}, "Ann, Ben or Cy": {"Ann", "Ben", "Cy"}} {
		if got := components.Among(names); got != want {
			t.Errorf("Among(%v) = %q, want %q", names, got, want)
		}
	}
}

func TestTogether(t *testing.T) {
	for want, names := range map[string][]string{"Ann": {"Ann"}, "Ann, Ben and Cy": {"Ann", "Ben", "Cy"}} {
		if got := components.Together(names); got != want {
			t.Errorf("Together(%v) = %q, want %q", names, got, want)
		}
	}
}

func TestIndentedKeepsEveryValue(t *testing.T) {
	if got := components.Indented(`{"n":12345678901234567890,"s":"<b>"}`); got != "{\n  \"n\": 12345678901234567890,\n  \"s\": \"<b>\"\n}" {
		t.Errorf("Indented = %q", got)
	}
	if got := components.Indented("not JSON"); got != "not JSON" {
		t.Errorf("Indented = %q", got)
	}
}

func TestIconIsKnown(t *testing.T) {
	var out strings.Builder
	if err := components.Icon("lock").Render(t.Context(), &out); err != nil || !strings.Contains(out.String(), "<path") {
		t.Errorf("lock: %v, %q", err, out.String())
	}
	if err := components.Icon("no-such-icon").Render(t.Context(), &out); err == nil {
		t.Error("an unknown icon is no error")
	}
}

func TestFieldInErrorIsDescribedAndFocused(t *testing.T) {
	var out strings.Builder
	field := components.Field{ID: "ends", Name: "ends", Label: "Agreement ends", Hint: "A day.", Error: "Choose a day in the future.", Value: `"><b>`}
	if err := field.Input().Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<label for="ends">Agreement ends</label>`, `aria-describedby="ends-hint ends-error"`, `aria-invalid="true"`, ` autofocus`, `id="ends-error"`, `value="&#34;&gt;&lt;b&gt;"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}
