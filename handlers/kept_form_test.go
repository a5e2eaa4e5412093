package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

const longText = "Search on our shop, for about 40,000 visitors a day.\nWe go live on 1 December."

// signsOutElsewhere ends all sessions, as a second tab, another browser or time does.
func signsOutElsewhere(s *webtest.Site) { s.Database.Exec("DELETE FROM sessions") }

// fills gives the fields of the form that the button sends, with what is typed.
func fills(p *webtest.Page, button string, typed ...string) (address string, fields url.Values) {
	form := p.Form(p.Root, button)
	fields = webtest.Filled(form)
	for i := 0; i < len(typed); i += 2 {
		fields.Set(typed[i], typed[i+1])
	}
	return webtest.Attribute(form, "action"), fields
}

func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev := s.As(s.Dev)
		p := dev.Get(webtest.ProductionPath + "?request=1")
		address, fields := fills(p, "Send request", "use_case", longText, "daily_requests", "40000")
		signsOutElsewhere(s)
		p = dev.Post(address, fields, "Referer: "+s.Url+webtest.ProductionPath+"?request=1")
		login := p.Header.Get("Location")
		if p.Status != http.StatusSeeOther || !strings.HasPrefix(login, "/login?next=%2Fresume%2F") {
			t.Fatalf("without a session it leads to %q (%d)", login, p.Status)
		}
		if strings.Contains(login, "40") ||
			s.Database.Count("SELECT count(*) FROM unlock_requests WHERE state = 'pending'") > 0 {
			t.Error("the text is in the address, or was sent")
		}
		p = dev.Get(login).Expect(http.StatusOK, "You have been signed out.", "What you typed is kept.")
		p = p.Press(p.Root, "Sign in", "email", s.Dev.Email, "password", webtest.Password)
		resume := p.Header.Get("Location")
		s.Unchanged(t, "showing the form again", func() {
			p = dev.Get(resume).Expect(http.StatusOK, "What you typed is still here").
				Says("status", "What you typed is still here")
		})
		for label, want := range map[string]string{"What will you use it for?": longText, "Requests a day": "40000"} {
			if got := webtest.Value(p.Control(p.Root, label)); got != want {
				t.Errorf("%q holds %q; want %q", label, got, want)
			}
		}
		p.Press(p.Root, "Send request").GoesTo(webtest.ProductionPath).Says("status", "Request sent")

		// Another person who gets hold of the address gets a clean page.
		ade := s.As(s.Ade)
		if ade.Get(resume).GoesTo("/"); strings.Contains(ade.Get("/").Body, "40,000 visitors") {
			t.Error("another person reads what was typed")
		}
	})
}

// TestAFormIsNotSentAsAnotherPerson: two tabs, and in the second one somebody else signs in.
func TestAFormIsNotSentAsAnotherPerson(t *testing.T) {
	s := webtest.OnSQLite(t)
	browser := s.As(s.Dev)
	first := browser.Get(webtest.ProductionPath + "?request=1")
	address, fields := fills(first, "Send request", "use_case", longText)
	_, rename := fills(browser.Get("/account"), "Save", "name", "Somebody")
	logout, signOut := fills(first, "Sign out")
	browser.SetCookie(s.Cookie(s.Ade)) // the second tab
	s.Unchanged(t, "forms of another person", func() {
		browser.Post(logout, signOut).Expect(http.StatusConflict, "filled in by somebody")
	})
	kept := browser.Post(address, fields, "Referer: "+s.Url+webtest.ProductionPath+"?request=1").
		Expect(http.StatusConflict, "Somebody else filled in this form", "You are signed in as Ade Admin now.")
	browser.Post("/account", rename).Expect(http.StatusConflict, "Nothing was sent")
	if s.Database.Count("SELECT count(*) FROM unlock_requests WHERE state = 'pending'")+
		s.Database.Count("SELECT count(*) FROM users WHERE name = 'Somebody'") > 0 {
		t.Error("a form of another person was carried out")
	}
	if strings.Contains(kept.Body, "40,000 visitors") {
		t.Error("another person reads what was typed")
	}
	login := kept.Press(kept.Root, "Sign out, and sign in as who typed it")
	p := browser.Get(login.Header.Get("Location"))
	p = p.Press(p.Root, "Sign in", "email", s.Dev.Email, "password", webtest.Password)
	p = browser.Get(p.Header.Get("Location")).Expect(http.StatusOK)
	if got := webtest.Value(p.Control(p.Root, "What will you use it for?")); got != longText {
		t.Errorf("the form holds %q", got)
	}
	// A form with a file says it in its address, ahead of the file.
	upload := browser.Get("/t/acme/development/catalog/upload")
	address, _ = fills(upload, "Continue")
	browser.SetCookie(s.Cookie(s.Ade))
	browser.Upload(strings.TrimSuffix(strings.SplitN(address, "/upload", 2)[0], "/"), "a.csv", "x")
	if !strings.Contains(address, "?typed_as="+s.Dev.UserID) {
		t.Errorf("the form of an upload is sent to %s", address)
	}
	browser.Send(http.MethodPost, address, "").Expect(http.StatusConflict)
}

// TestEachLongTextIsKept: every form with a text to type comes back filled in, and nothing is done by that.
func TestEachLongTextIsKept(t *testing.T) {
	s := webtest.OnSQLite(t)
	request := s.RequestUnlock(models.Production).ID
	secret := s.Key(models.Development, models.Secret).ID
	team, err := s.Server.Store.Team(t.Context(), s.Olivia, "acme")
	s.Ok(err)
	agreement := team.Environments[1].Covers[0].AgreementID
	const text = "Typed over ten minutes."
	for address, field := range map[string]string{
		"/account":             "name",
		"/t/acme/settings":     "name",
		"/t/acme/invitations":  "email",
		"/t/acme/webhooks/new": "url",
		"/t/acme/development/keys/" + secret + "/revoke":             "note",
		"/t/acme/development/settings/origins":                       "origins",
		"/t/acme/production/unlock-requests/" + request + "/replies": "reply",
		"/desk/requests/" + request + "/replies":                     "reply",
		"/desk/requests/" + request + "/decline":                     "reason",
		"/desk/requests/" + request + "/approve":                     "reference",
		"/desk/teams":                                                "name",
		"/desk/teams/acme/notes":                                     "note",
		"/desk/teams/acme/view":                                      "reason",
		"/desk/teams/acme/development/lock":                          "reason",
		"/desk/agreements/" + agreement + "/notes":                   "note",
		"/desk/agreements/" + agreement + "/change":                  "reference",
		"/desk/agreements":                                           "reference",
	} {
		who := s.Olivia
		if strings.HasPrefix(address, "/desk") {
			who = s.Sol
		}
		typed := url.Values{"typed_as": {s.Server.Store.FormMark(who.UserID)}, field: {text}, "team": {"acme"},
			"when": {"now"}, "reason": {"other"}, "ends": {"2027-01-01"}, "slug": {"typed"}, "url": {"https://a.example"},
			"password": {"secret words"}, "confirm": {"production"}}
		typed.Set(field, text)
		b := s.Visitor()
		login := b.Post(address, typed).Expect(http.StatusSeeOther).Header.Get("Location")
		next, err := url.Parse(login)
		s.Ok(err)
		b.SetCookie(s.Cookie(who))
		s.Unchanged(t, address, func() {
			p := b.Get(next.Query().Get("next"))
			if p.Status != http.StatusOK || !strings.Contains(p.Body, text) || strings.Contains(p.Body, "secret words") {
				t.Errorf("%s comes back as %d %.600s", address, p.Status, webtest.Words(p.Root))
			}
		})
	}
}

// TestKeysAreNotKept: what looks like one is masked in a form that is kept.
func TestKeysAreNotKept(t *testing.T) {
	s := webtest.OnSQLite(t)
	key := s.KeyText(models.Development, models.Secret)
	b := s.Visitor()
	mark := s.Server.Store.FormMark(s.Dev.UserID)
	p := b.Post(webtest.RequestsPath, url.Values{"typed_as": {mark}, "use_case": {"With " + key + " please"}})
	next, err := url.Parse(p.Header.Get("Location"))
	s.Ok(err)
	b.SetCookie(s.Cookie(s.Dev))
	if p := b.Get(next.Query().Get("next")).Expect(http.StatusOK, "please"); strings.Contains(p.Body, key) {
		t.Error("a key was kept")
	}
	// Without a mark nobody knows who has filled the form in, and it is not kept.
	s.Visitor().Post(webtest.RequestsPath, url.Values{"use_case": {"Ours"}}).GoesTo("/login")
	s.Visitor().Post(webtest.RequestsPath, url.Values{"use_case": {"Ours"}, "typed_as": {s.Dev.UserID + ".x"}}).
		GoesTo("/login")
}
