package pages_test

import (
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

const secretText = "039c501ac8dfcac91c6f05601cee876e1cc07e17"

func keys(slug, name string) pages.Keys {
	return pages.Keys{
		Base:        base(slug, name, layout.Unlocked, layout.Keys),
		Publishable: &pages.KeyFacts{ID: "k1", CreatedAt: now, CreatedBy: "Sol"}, PublishableText: "9b1d7c02",
		Secret: &pages.KeyFacts{ID: "k2", CreatedAt: now, CreatedBy: "Sol"}, CanManage: true,
	}
}

func region(t *testing.T, page part, name string) part {
	t.Helper()
	found, ok := page.labelled("section", name)
	if !ok {
		t.Fatalf("no region %q", name)
	}
	return found
}

func TestKeysOffersByRole(t *testing.T) {
	member := render(t, keys("development", "Development"))
	wantButtons(t, region(t, member, "Publishable key"), "Copy", "Revoke", "Save")
	wantButtons(t, region(t, member, "Secret key"), "View", "Copy", "Revoke", "Save")

	looking := keys("development", "Development")
	looking.CanManage, looking.Managers = false, []string{"Olivia", "Ade"}
	viewer := render(t, looking)
	wantButtons(t, region(t, viewer, "Publishable key"), "Copy")
	wantButtons(t, region(t, viewer, "Secret key"))
	if len(viewer.all("dialog")) > 0 || !strings.Contains(viewer.text(), "ask Olivia or Ade") {
		t.Error("a viewer has a dialog, or is not told whom to ask")
	}
}

func TestKeysShowsTheSecretOnlyWhenViewed(t *testing.T) {
	page := keys("development", "Development")
	masked := region(t, render(t, page), "Secret key")
	if len(masked.all("code")) > 0 || !strings.Contains(masked.text(), "Hidden") {
		t.Errorf("not hidden: %s", masked.text())
	}
	page.SecretText = secretText
	viewed := region(t, render(t, page), "Secret key")
	if got := viewed.all("code")[0].text(); got != secretText {
		t.Errorf("shows %q", got)
	}
	if !slices.Contains(viewed.buttons(), "Hide") || slices.Contains(viewed.buttons(), "View") {
		t.Errorf("buttons %q", viewed.buttons())
	}
	if !strings.Contains(viewed.text(), "X-API-KEY: "+secretText) {
		t.Error("the command does not have the key")
	}
}

func TestKeysWithoutAKeyOffersOne(t *testing.T) {
	page := keys("development", "Development")
	page.Secret = nil
	none := region(t, render(t, page), "Secret key")
	wantButtons(t, none, "Get a new key")
	if kind := none.all("input")[0]; kind.attribute("name") != "kind" || kind.attribute("value") != "secret" {
		t.Errorf("sends %v", kind.Attr)
	}
}

func TestRevokeDialog(t *testing.T) {
	page := keys("production", "Production")
	page.Revoke = &pages.RevokeForm{KeyID: "k2", Kind: models.Secret, When: "grace", Grace: "168h",
		Reason: "compromised", Note: "in a log", Confirm: "prod", ConfirmError: "Type the word production."}
	whole := render(t, page)
	dialog, ok := whole.labelled("dialog", "Revoke secret key")
	if !ok || !dialog.has("open") {
		t.Fatal("the dialog is not there, or not open")
	}
	if other, _ := whole.labelled("dialog", "Revoke publishable key"); other.Node == nil || other.has("open") {
		t.Error("the other dialog is missing or open")
	}
	wantLabels(t, dialog, "Now", "After a grace period", "Grace period", "Reason", "Note (optional)",
		"Type production to confirm")
	wantButtons(t, dialog, "Cancel", "Revoke and get a new key")
	if got := dialog.all("form")[0].attribute("action"); got != "/t/acme/production/keys/k2/revoke" {
		t.Errorf("posts to %q", got)
	}
	wantKept(t, dialog)
}

// wantKept checks that a rejected dialog has the values typed and the focus on the error.
func wantKept(t *testing.T, dialog part) {
	t.Helper()
	kept := map[string]string{}
	for _, input := range append(dialog.all("input"), dialog.all("option")...) {
		switch {
		case input.attribute("type") == "radio" && input.has("checked"), input.attribute("type") == "text":
			kept[input.attribute("name")] = input.attribute("value")
		case input.has("selected"):
			kept[(part{input.Parent}).attribute("name")] = input.attribute("value")
		}
		if focused := input.attribute("name") == "confirm"; focused != input.has("autofocus") {
			t.Errorf("focus on %q: %v", input.attribute("name"), !focused)
		}
	}
	for name, want := range map[string]string{"when": "grace", "grace": "168h", "reason": "compromised",
		"note": "in a log", "confirm": "prod"} {
		if kept[name] != want {
			t.Errorf("%s is %q, want %q", name, kept[name], want)
		}
	}
}

func TestOnlyProductionAsksToConfirm(t *testing.T) {
	page := render(t, keys("development", "Development"))
	if slices.Contains(page.labels(), "Type production to confirm") {
		t.Error("Development asks to type production")
	}
}

func TestARetiringKeyIsRevokedWithoutAChoice(t *testing.T) {
	page := keys("development", "Development")
	page.Retiring = []pages.RetiringKey{{ID: "k3", Kind: models.Secret, Until: now, RevokedAt: now, CreatedAt: now}}
	page.Revoke = &pages.RevokeForm{KeyID: "k3", Kind: models.Secret, Retiring: true}
	dialog, ok := render(t, page).labelled("dialog", "Revoke previous secret key")
	if !ok || !dialog.has("open") {
		t.Fatal("the dialog is not there, or not open")
	}
	if slices.Contains(dialog.labels(), "After a grace period") {
		t.Error("offers another grace period")
	}
	wantButtons(t, dialog, "Cancel", "Revoke now")
}
