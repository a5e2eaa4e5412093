package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestNamesOfPeople: what a name could do to a page is refused, or shown as it
// was typed.
func TestNamesOfPeople(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	for typed, wrong := range map[string]string{
		"   ": "Enter your name.", strings.Repeat("é", 300): "the limit is 80 characters",
		"Ade\u202enimdA": "cannot be shown", "": "Enter your name.",
	} {
		s.Unchanged(t, "the name "+typed, func() {
			p := ade.Post("/account", url.Values{"name": {typed}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "Name", typed, wrong)
		})
	}
	const markup = `<img src=x onerror=alert(1)> "Ade" & 'Co'`
	p := ade.Get("/account")
	p.Press(p.Root, "Save", "name", " "+markup+" ").GoesTo("/account").Says("status", "Saved")
	for _, address := range []string{"/account", webtest.MembersPath, webtest.KeysPath} {
		p := s.As(s.Ade).Get(address).Expect(http.StatusOK, markup)
		if len(webtest.Find(p.Root, webtest.IsTag("img"))) > 0 {
			t.Errorf("%s: the name is markup", address)
		}
	}
	s.As(s.Vic).Get("/t/acme/activity").Expect(http.StatusOK, "Ade Admin") // who did it at its time
}

func TestTheAccountListsTeams(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.As(s.Dev).Get("/account").Expect(http.StatusOK, "Acme Books", "Developer")
	s.As(s.Nina).Get("/account").Expect(http.StatusOK, "Nina Nobody", "nina@nowhere.example")
	if p := s.As(s.Dev).Get("/account").Expect(http.StatusOK); strings.Contains(webtest.Words(p.Root), "Umami") {
		t.Error("it lists a team that the person is not in")
	}
}

// TestNewDevicesAreMailed: the first browser is no news, and one that is known
// is none either.
func TestNewDevicesAreMailed(t *testing.T) {
	s := webtest.OnSQLite(t)
	first, second := s.Visitor(), s.Visitor()
	mailed := func(b *webtest.Browser) int {
		b.SignIn("ade@acme.example", webtest.Password, "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0").
			Expect(http.StatusSeeOther)
		news := 0
		contents, kinds, to := s.Mails()
		for i := range kinds {
			if kinds[i] != models.NewDeviceMail || to[i] != "ade@acme.example" || contents[i].Address != "127.0.0.1" {
				t.Errorf("a mail of the kind %s to %s about %s", kinds[i], to[i], contents[i].Address)
			}
			news++
		}
		return news
	}
	for i, visit := range []struct {
		b    *webtest.Browser
		want int
	}{{first, 0}, {first, 0}, {second, 1}, {second, 0}, {first, 0}} {
		if got := mailed(visit.b); got != visit.want {
			t.Errorf("sign-in %d mails %d times; want %d", i+1, got, visit.want)
		}
	}
	second.Get(webtest.SecurityPath).Expect(http.StatusOK, "Firefox on Linux", "127.0.0.1", "This one")
}
