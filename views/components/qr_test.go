package components_test

import (
	"strings"
	"testing"

	"dojo/views/components"
)

func TestQRDrawsTheDarkModulesInsideTheQuietZone(t *testing.T) {
	var out strings.Builder
	code := [][]bool{{true, true, false}, {false, false, true}, {false, false, false}}
	if err := components.QR("Code to scan", code).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`viewBox="0 0 11 11"`, `d="M4 4h2v1h-2zM6 5h1v1h-1z"`, `role="img"`,
		`aria-label="Code to scan"`, `fill="#fff"`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out.String())
		}
	}
}
