package pages_test

import (
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func locked() pages.Locked {
	return pages.Locked{Base: base("production", "Production", layout.Locked, layout.Catalog), CanRequest: true,
		UseCaseMax: 2000}
}

// unlockPart is the part of the page below the navigation.
func unlockPart(t *testing.T, page pages.Locked) part {
	t.Helper()
	main := render(t, page).all("main")[0]
	if got := main.all("h1")[0].text(); got != "Production is locked" {
		t.Errorf("heading %q", got)
	}
	return main
}

func TestLockedAsksInTwoSteps(t *testing.T) {
	wantButtons(t, unlockPart(t, locked()), "Request unlock")

	asking := locked()
	asking.Asking = true
	form := unlockPart(t, asking)
	wantButtons(t, form, "Send request")
	wantLabels(t, form, "What will you use it for?")
	if got := form.all("form")[0].attribute("action"); got != "/t/acme/production/unlock-requests" {
		t.Errorf("posts to %q", got)
	}
}

func TestLockedKeepsARejectedUseCase(t *testing.T) {
	rejected := locked()
	rejected.UseCase, rejected.UseCaseError = "Books <&>", "Too long."
	field := unlockPart(t, rejected).all("textarea")[0]
	if field.text() != "Books <&>" || field.attribute("aria-invalid") != "true" || !field.has("autofocus") {
		t.Errorf("%q, %v", field.text(), field.Attr)
	}
}

func TestLockedWaits(t *testing.T) {
	waiting := locked()
	waiting.Pending = &pages.UnlockRequest{ID: "r7", State: models.Pending, UseCase: "A shop", AskedAt: now,
		AskedBy: "Ade"}
	page := unlockPart(t, waiting)
	wantButtons(t, page, "Withdraw")
	if got := page.all("form")[0].attribute("action"); got != "/t/acme/production/unlock-requests/r7/withdraw" {
		t.Errorf("posts to %q", got)
	}
	for _, want := range []string{"Waiting for a solutions engineer", "A shop", "Ade"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("does not say %q", want)
		}
	}
	// The page asks for itself anew, so it must stay on the section one is on.
	polled := page.all("div")[0]
	if polled.attribute("data-hx-get") != "/t/acme/production/catalog" || polled.attribute("id") != "unlock" {
		t.Errorf("polls with %v", polled.Attr)
	}
}

func TestLockedSaysWhyItWasDeclined(t *testing.T) {
	declined := locked()
	declined.Earlier = []pages.UnlockRequest{
		{ID: "r2", State: models.Declined, UseCase: "We need it", AskedAt: now, AskedBy: "Dev", DecidedAt: now,
			DecidedBy: "Sol", Reason: "Which site?"},
		{ID: "r1", State: models.Withdrawn, UseCase: "First try", AskedAt: now, AskedBy: "Ade", DecidedAt: now,
			DecidedBy: "Ade"},
	}
	page := unlockPart(t, declined)
	wantButtons(t, page, "Request unlock")
	for want, times := range map[string]int{"Sol declined the last request": 1, "Which site?": 1, "We need it": 1,
		"First try": 1} {
		if got := strings.Count(page.text(), want); got != times {
			t.Errorf("says %q %d times", want, got)
		}
	}
}

func TestAViewerIsToldWhoCanRequest(t *testing.T) {
	viewer := locked()
	viewer.CanRequest, viewer.Managers, viewer.Asking = false, []string{"Olivia"}, true
	page := unlockPart(t, viewer)
	wantButtons(t, page)
	if !strings.Contains(page.text(), "Olivia") {
		t.Error("does not say whom to ask")
	}
}

func TestDeskRequestIsDecidedOnce(t *testing.T) {
	page := pages.DeskRequest{
		Base:     pages.Base{Title: "Request", Now: now, Person: &layout.Person{Name: "Sol", Engineer: true}},
		Request:  pages.UnlockRequest{ID: "r7", State: models.Pending, UseCase: "A shop", AskedAt: now, AskedBy: "Ade"},
		TeamSlug: "acme", TeamName: "Acme Books",
		Environment: layout.Environment{Slug: "production", Name: "Production", State: layout.Locked},
	}
	main := render(t, page).all("main")[0]
	wantLabels(t, main, "Agreement reference", "Agreement ends", "Reason")
	wantButtons(t, main, "Unlock", "Decline")

	page.Conflict = true
	page.Request.State, page.Request.DecidedBy, page.Request.DecidedAt = models.Declined, "Kim", now
	late := render(t, page).all("main")[0]
	wantButtons(t, late)
	if !strings.Contains(late.text(), "Kim already declined this") {
		t.Error("does not say who was first")
	}
}

func TestCompromiseOffersWhatTheKeyAllows(t *testing.T) {
	found := pages.FoundKey{DeskKey: pages.DeskKey{KeyFacts: pages.KeyFacts{ID: "k2", CreatedAt: now, CreatedBy: "Ade"},
		Kind: models.Secret}, TeamSlug: "acme", TeamName: "Acme Books"}
	show := func(k pages.FoundKey) part {
		return render(t, pages.DeskCompromise{Base: pages.Base{Now: now}, Found: &k}).all("main")[0]
	}
	active := show(found)
	wantButtons(t, active, "Revoke", "Find")
	wantLabels(t, active, "Revoke and issue a new key", "Revoke without a new key", "What happened?", "Compromised key")
	if got := active.all("form")[0].attribute("action"); got != "/desk/compromise/k2/revoke" {
		t.Errorf("posts to %q", got)
	}

	retiring := found
	retiring.Until = now
	if slices.Contains(show(retiring).labels(), "Revoke and issue a new key") {
		t.Error("a key that was replaced is replaced again")
	}

	done := found
	done.RevokedAt, done.Receipt = now, &pages.ReceiptState{Revoked: true, SettledAt: now}
	revoked := show(done)
	wantButtons(t, revoked, "Find")
	if !strings.Contains(revoked.text(), "Refused everywhere since 23 Nov 2026, 14:05 UTC") {
		t.Errorf("does not say since when it is refused: %s", revoked.text())
	}
}
