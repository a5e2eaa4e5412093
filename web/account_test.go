package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
)

// TestNamesOfPeople: what a name could do to a page is refused, or shown as it
// was typed.
func TestNamesOfPeople(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	for typed, wrong := range map[string]string{
		"   ": "Enter your name.", strings.Repeat("é", 300): "the limit is 80 characters", "Ade\u202enimdA": "cannot be shown", "": "Enter your name.",
	} {
		s.unchanged(t, "the name "+typed, func() {
			p := ade.post("/account", url.Values{"name": {typed}}).expect(http.StatusUnprocessableEntity)
			p.refuses(p.root, "Name", typed, wrong)
		})
	}
	const markup = `<img src=x onerror=alert(1)> "Ade" & 'Co'`
	p := ade.get("/account")
	p.press(p.root, "Save", "name", " "+markup+" ").goesTo("/account").says("status", "Saved")
	for _, address := range []string{"/account", membersPath, keysPath} {
		p := s.as(s.Ade).get(address).expect(http.StatusOK, markup)
		if len(find(p.root, isTag("img"))) > 0 {
			t.Errorf("%s: the name is markup", address)
		}
	}
	s.as(s.Vic).get("/t/acme/activity").expect(http.StatusOK, "Ade Admin") // who did it at its time
}

func TestTheAccountListsTeams(t *testing.T) {
	s := onSQLite(t)
	s.as(s.Dev).get("/account").expect(http.StatusOK, "Acme Books", "Developer")
	s.as(s.Nina).get("/account").expect(http.StatusOK, "Nina Nobody", "nina@nowhere.example")
	if p := s.as(s.Dev).get("/account").expect(http.StatusOK); strings.Contains(words(p.root), "Umami") {
		t.Error("it lists a team that the person is not in")
	}
}

// TestNewDevicesAreMailed: the first browser is no news, and one that is known
// is none either.
func TestNewDevicesAreMailed(t *testing.T) {
	s := onSQLite(t)
	first, second := s.visitor(), s.visitor()
	mailed := func(b *browser) int {
		b.signIn("ade@acme.example", password, "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0").expect(http.StatusSeeOther)
		news := 0
		contents, kinds, to := s.mails()
		for i := range kinds {
			if kinds[i] != models.NewDeviceMail || to[i] != "ade@acme.example" || contents[i].Address != "127.0.0.1" {
				t.Errorf("a mail of the kind %s to %s about %s", kinds[i], to[i], contents[i].Address)
			}
			news++
		}
		return news
	}
	for i, visit := range []struct {
		b    *browser
		want int
	}{{first, 0}, {first, 0}, {second, 1}, {second, 0}, {first, 0}} {
		if got := mailed(visit.b); got != visit.want {
			t.Errorf("sign-in %d mails %d times; want %d", i+1, got, visit.want)
		}
	}
	second.get(securityPath).expect(http.StatusOK, "Firefox on Linux", "127.0.0.1", "This one")
}

// TestATeamFromTheDesk: its owner comes by an invitation, and starts with an open
// Playground.
func TestATeamFromTheDesk(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		sol := s.as(s.Sol)
		for _, test := range []struct{ name, slug, email, label, typed, wrong string }{
			{"", "zed", "zoe@new.example", "Team name", "", "Enter the team's name."},
			{"Zed", "acme", "zoe@new.example", "Team address name", "acme", "has or had this name"},
			{"Zed", "new", "zoe@new.example", "Team address name", "new", "taken"},
			{"Zed", "zed", "zoe", "Owner’s email", "zoe", "That is not an email address."},
		} {
			s.unchanged(t, test.wrong, func() {
				p := sol.post("/desk/teams", url.Values{"name": {test.name}, "slug": {test.slug}, "email": {test.email}}).expect(http.StatusUnprocessableEntity)
				p.refuses(p.root, test.label, test.typed, test.wrong)
			})
		}
		p := sol.get("/desk/teams/new").expect(http.StatusOK)
		p.press(p.root, "Create team and invite owner", "name", "Zed & Co", "slug", "zed", "email", "Zoe@new.example").goesTo("/desk/teams/zed").
			says("status", "Zed & Co is created", "zoe@new.example is invited as its owner.")
		b := s.visitor()
		p = b.get("/invite/"+s.mailed(models.InvitationMail, "zoe@new.example")).expect(http.StatusOK, "Sol Engineer invites you to Zed & Co as Owner")
		p.press(p.root, "Accept invitation", "name", "Zoe", "password", newPassword).goesTo("/t/zed/playground").expect(http.StatusOK, "Zed & Co")
		b.get("/t/zed/production").expect(http.StatusOK, "Production is locked")
		sol.get("/t/zed/playground").expect(http.StatusNotFound) // at the desk one is no member
	})
}

// TestGuestsLookAround in the Playground, with its publishable key and nothing
// to change.
func TestGuestsLookAround(t *testing.T) {
	s := onSQLite(t)
	b := s.visitor()
	p := b.get("/login").expect(http.StatusOK)
	for _, n := range find(p.root, isTag("a")) {
		if words(n) == "Explore the Playground" {
			p = b.get(attribute(n, "href")).expect(http.StatusOK)
		}
	}
	if p.path != "/t/explore/playground" {
		t.Fatal("the sign-in page does not lead to the Playground")
	}
	keys := b.get("/t/explore/playground/keys").expect(http.StatusOK)
	if key := shownKey(keys.region("Publishable key")); !s.accepted(key) {
		t.Errorf("the publishable key is shown as %q", key)
	}
	for _, name := range []string{"View", "Revoke", "Sign out", "Get a new key"} {
		if hasButton(keys.root, name) {
			t.Errorf("a guest has the button %q", name)
		}
	}
	for _, path := range []string{"", "/keys", "/catalog", "/users", "/interactions"} {
		if p := b.get("/t/explore/playground" + path).expect(http.StatusOK); len(p.header["Set-Cookie"]) > 0 {
			t.Errorf("%s gives a guest a cookie", p.path)
		}
	}
	b.get("/t/explore/development").expect(http.StatusNotFound)
	if n := s.Database.Count("SELECT count(*) FROM sessions"); n != 0 {
		t.Errorf("guests left %d sessions", n)
	}
}
