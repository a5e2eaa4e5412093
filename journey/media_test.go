package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestKeysAndActivityOnPaper: what was read and where, without what is pressed, and never a secret.
func TestKeysAndActivityOnPaper(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.open(umamiKeys)
	key := uma.viewsSecret()
	call(uma, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	for _, path := range []string{"", "/t/umami/production/activity"} {
		if path != "" {
			uma.open(path)
		}
		printed := evaluate[string](uma, "document.body.innerText")
		if strings.Contains(printed, key) || !strings.Contains(printed, "Umami Foods") ||
			!strings.Contains(printed, "Production") {
			t.Errorf("%s is printed with the secret, or without whose it is:\n%s", uma.address(), printed)
		}
		const pressed = `[...document.querySelectorAll("button, .side")].filter((e) => e.checkVisibility()).length`
		if n := evaluate[int](uma, pressed); n > 0 {
			t.Errorf("%s is printed with %d things to press", uma.address(), n)
		}
	}
}

// TestInForcedColours: the menu has an edge, and where one is, is marked.
func TestInForcedColours(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	uma.open(umamiKeys)
	call(uma, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "forced-colors", Value: "active"}}})
	uma.opensSwitcher()
	for marked, style := range map[string]string{
		".menu": "borderTopStyle", ".menu a[aria-current]": "outlineStyle", ".nav a[aria-current]": "outlineStyle",
	} {
		if got := evaluate[string](uma, "getComputedStyle(document.querySelector('"+marked+"'))."+style); got != "solid" {
			t.Errorf("the %s of %s is %q", style, marked, got)
		}
	}
}

// TestButtonsHaveTheEnvironmentsColour where they write, and not where there is no environment.
func TestButtonsHaveTheEnvironmentsColour(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma := s.signIn(t, "uma@umami.example")
	fills := map[string]string{}
	for name, path := range map[string]string{
		"development": "/t/umami/development/catalog/upload", "production": "/t/umami/production/catalog/upload",
		"team": "/t/umami/members",
	} {
		uma.open(path)
		fills[name] = evaluate[string](uma, "getComputedStyle(document.querySelector('main button.primary')).backgroundColor")
	}
	if fills["development"] == fills["production"] || fills["team"] == fills["production"] || fills["production"] == "" {
		t.Errorf("the buttons are %v", fills)
	}
}
