package components_test

import (
	"strings"
	"testing"

	"dojo/views/components"
)

func TestIndentedKeepsEveryValue(t *testing.T) {
	if got := components.Indented(
		`{"n":12345678901234567890,"s":"<b>"}`); got != "{\n  \"n\": 12345678901234567890,\n  \"s\": \"<b>\"\n}" {
		t.Errorf("Indented = %q", got)
	}
	if got := components.Indented("not JSON"); got != "not JSON" {
		t.Errorf("Indented = %q", got)
	}
}

func TestIconIsKnown(t *testing.T) {
	var out strings.Builder
	if err := components.Icon("lock").Render(t.Context(), &out); err != nil ||
		!strings.Contains(out.String(), "<path") {
		t.Errorf("lock: %v, %q", err, out.String())
	}
	if err := components.Icon("no-such-icon").Render(t.Context(), &out); err == nil {
		t.Error("an unknown icon is no error")
	}
}

func TestFieldInErrorIsDescribedAndFocused(t *testing.T) {
	var out strings.Builder
	field := components.Field{ID: "ends", Name: "ends", Label: "Agreement ends", Hint: "A day.",
		Error: "Choose a day in the future.", Value: `"><b>`}
	if err := field.Input().Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<label for="ends">Agreement ends</label>`, `aria-describedby="ends-hint ends-error"`,
		`aria-invalid="true"`, ` autofocus`, `id="ends-error"`, `value="&#34;&gt;&lt;b&gt;"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
}
