package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

func TestLockedPagesSayHowToUnlock(t *testing.T) {
	s := webtest.OnSQLite(t)
	for _, section := range []string{"", "/keys", "/catalog", "/users", "/interactions", "/activity"} {
		p := s.As(s.Ade).Get(webtest.ProductionPath + section).Expect(http.StatusOK)
		if p.Heading() != "Production is locked" || !webtest.HasButton(p.Root, "Request unlock") {
			t.Errorf("%s says %s", p.Path, webtest.Words(p.Root))
		}
	}
	p := s.As(s.Vic).Get(webtest.ProductionPath).
		Expect(http.StatusOK, "Ask a colleague.", "Ade Admin, Dev Developer or Olivia Owner")
	if webtest.HasButton(p.Root, "Request unlock") {
		t.Error("a viewer can request")
	}
}

func TestRequestingAndWithdrawing(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	p := ade.Get(webtest.ProductionPath)
	p = p.Press(p.Root, "Request unlock").Expect(http.StatusOK)
	p.Control(p.Root, "What will you use it for?")
	p = p.Press(p.Root, "Send request", "use_case", "Our shop's <search>").GoesTo(webtest.ProductionPath).
		Says("status", "Request sent").Expect(http.StatusOK, "Waiting for a solutions engineer", "Our shop's <search>",
		"Ade Admin")
	if webtest.HasButton(p.Root, "Request unlock") {
		t.Error("it can be requested twice")
	}
	dev := s.As(s.Dev)
	s.Unchanged(t, "a second request", func() {
		dev.Post(webtest.RequestsPath, url.Values{"use_case": {"Ours"}}).GoesTo(webtest.ProductionPath).
			Says("alert", "Nothing was changed", "Ade Admin already requested this")
	})
	p = p.Press(p.Root, "Withdraw").GoesTo(webtest.ProductionPath).Says("status", "Request withdrawn")
	p = p.Press(p.Root, "Undo").GoesTo(webtest.ProductionPath).Says("status", "The request waits again").
		Expect(http.StatusOK, "Waiting for a solutions engineer")
	p = p.Press(p.Root, "Withdraw").GoesTo(webtest.ProductionPath).Says("status", "Request withdrawn")
	if !webtest.HasButton(p.Root, "Request unlock") {
		t.Error("it cannot be requested again")
	}
	var id string
	s.Ok(s.Database.SQL().QueryRow("SELECT id FROM unlock_requests WHERE state = 'withdrawn'").Scan(&id))
	p = ade.Get(webtest.RequestsPath + "/" + id)
	p = p.Press(p.Root, "Undo").GoesTo(webtest.ProductionPath).Says("status", "The request waits again")
	p.Press(p.Root, "Withdraw").GoesTo(webtest.ProductionPath)
	offered := func(b *webtest.Browser) bool {
		return webtest.HasButton(b.Get(webtest.RequestsPath+"/"+id).Root, "Undo")
	}
	if !offered(ade) || offered(s.As(s.Vic)) {
		t.Error("Undo is not offered to who may ask, or to a viewer")
	}
	s.Database.Clock.Add(models.UndoLife)
	if offered(ade) {
		t.Error("Undo is offered after ten minutes")
	}
}

func TestUseCaseIsChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	for typed, wrong := range map[string]string{
		"":                         "Say what you will use it for.",
		" \n ":                     "Say what you will use it for.",
		strings.Repeat("é", 2001):  "the limit is 2000 characters",
		"hidden \u202e turn":       "cannot be shown",
		"a bell \a rings":          "cannot be shown",
		"a new line\nand a bell\a": "cannot be shown",
	} {
		s.Unchanged(t, "a use case of "+typed, func() {
			p := ade.Post(webtest.RequestsPath, url.Values{"use_case": {typed}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "What will you use it for?", typed, wrong)
		})
	}
	ade.Post(webtest.RequestsPath, url.Values{"use_case": {strings.Repeat("é", 2000)}}).GoesTo(webtest.ProductionPath).
		Says("status", "Request sent")
}

func TestRequestForAnUnlockedEnvironment(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	s.Unchanged(t, "the request", func() {
		for _, kind := range []string{"development", "playground"} {
			ade.Post("/t/acme/"+kind+"/unlock-requests", url.Values{"use_case": {"Ours"}}).GoesTo("/t/acme/"+kind).
				Says("alert", "Nothing was changed", "is unlocked already")
			ade.Post("/t/acme/"+kind+"/unlock-requests", nil).
				Expect(http.StatusUnprocessableEntity, "Say what you will use it for")
		}
	})
}
