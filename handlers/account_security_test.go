package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/web/webtest"
)

func TestSessionsAreEnded(t *testing.T) {
	s := webtest.OnSQLite(t)
	here, there, third, vic := s.As(s.Dev), s.As(s.Dev), s.As(s.Dev), s.As(s.Vic)
	p := here.Get(webtest.SecurityPath).Expect(http.StatusOK, "This one")
	sessions := p.Region("Sessions")
	p.Press(sessions, "End all others").GoesTo(webtest.SecurityPath).Says("status", "Signed out everywhere else")
	for _, b := range []*webtest.Browser{there, third} {
		b.Get(webtest.KeysPath, refresh).Expect(http.StatusUnauthorized)
		b.Post(webtest.KeysPath, url.Values{"kind": {"secret"}}).GoesTo("/login")
	}
	other := s.As(s.Dev)
	p = here.Get(webtest.SecurityPath)
	ended := webtest.Find(p.Region("Sessions"), webtest.IsTag("form"))
	here.Post(webtest.Attribute(ended[len(ended)-1], "action"), nil).GoesTo(webtest.SecurityPath).
		Says("status", "Signed out there")
	other.Get(webtest.KeysPath, refresh).Expect(http.StatusUnauthorized)
	here.Get(webtest.KeysPath).Expect(http.StatusOK)
	vic.Get(webtest.KeysPath).Expect(http.StatusOK)
}

func TestChangingThePassword(t *testing.T) {
	s := webtest.OnSQLite(t)
	here, there := s.As(s.Dev), s.As(s.Dev)
	p := here.Get(webtest.SecurityPath)
	s.Unchanged(t, "a change that is refused", func() {
		wrong := p.Press(p.Root, "Change password", "current", "wrong", "password", webtest.NewPassword).
			Expect(http.StatusUnprocessableEntity)
		wrong.Refuses(wrong.Root, "Current password", "", "That is not your current password.")
		short := p.Press(p.Root, "Change password", "current", webtest.Password, "password", "dev@acme.example").
			Expect(http.StatusUnprocessableEntity)
		short.Refuses(short.Root, "New password", "", "")
	})
	p.Press(p.Root, "Change password", "current", webtest.Password, "password", webtest.NewPassword).
		GoesTo(webtest.SecurityPath).Says("status", "Password changed")
	here.Get("/account").Expect(http.StatusOK)
	there.Get("/account").GoesTo("/login?next=%2Faccount")
	s.Visitor().SignIn("dev@acme.example", webtest.NewPassword).GoesTo("/")
	wrong := func() {
		here.Post(webtest.SecurityPath+"/password", url.Values{"current": {"wrong"}, "password": {webtest.NewPassword}})
	}
	for range 11 {
		wrong()
	}
	waits(here, wrong)
}

func TestAnAppIsConfirmedAndRemoved(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	p := ade.Post(webtest.SecurityPath+"/app/begin", nil).Expect(http.StatusOK)
	p.Press(p.Root, "Turn on", "code", "000000").
		Expect(http.StatusUnprocessableEntity, "That is not the code that the app shows now.")
	s.Visitor().SignIn("ade@acme.example", webtest.Password).GoesTo("/") // it does not count yet
	_, codes := ade.AddApp()
	ade.Post(webtest.SecurityPath+"/app/begin", nil).GoesTo(webtest.SecurityPath).
		Says("alert", "Nothing was changed", "already")
	ade.Post(webtest.SecurityPath+"/app", webtest.Enter("000000")).GoesTo(webtest.SecurityPath).
		Says("alert", "Nothing was changed", "already")
	p = ade.Get(webtest.SecurityPath)
	p = p.Press(p.Root, "New recovery codes").Expect(http.StatusOK)
	fresh := strings.Fields(webtest.Words(p.ByID("recovery-codes")))
	s.PendingBrowser().Post(webtest.SecondPath, webtest.Enter(codes[0])).Expect(http.StatusUnprocessableEntity)
	s.PendingBrowser().Post(webtest.SecondPath, webtest.Enter(fresh[0])).Expect(http.StatusSeeOther)
	p.Press(p.Root, "Remove the authenticator app").GoesTo(webtest.SecurityPath).
		Says("status", "Authenticator app removed")
	s.Visitor().SignIn("ade@acme.example", webtest.Password).GoesTo("/")
}

// TestRecoveryCodesOfOthers: a code is one person's.
func TestRecoveryCodesOfOthers(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.As(s.Ade).AddApp()
	_, codes := s.As(s.Dev).AddApp()
	s.PendingBrowser().Post(webtest.SecondPath, webtest.Enter(codes[0])).Expect(http.StatusUnprocessableEntity)
}
