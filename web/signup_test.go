package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/config"
	"dojo/models"
)

func openSignup(o *Options) { o.Config.Signup = config.SignupOpen }

func TestSigningUp(t *testing.T) {
	s := onSQLite(t, openSignup)
	b := s.visitor()
	b.get("/login").expect(http.StatusOK, "Create an account")
	p := b.get("/signup")
	p.press(p.root, "Send link", "email", "Zoe@new.example").expect(http.StatusOK, "A mail to Zoe@new.example is on its way.")
	link := "/signup/" + s.mailed(models.SignupMail, "zoe@new.example")
	for _, test := range []struct{ name, password, team, slug, label, typed, wrong string }{
		{" ", newPassword, "Zoe's Books", "zoe", "Name", " ", "Enter your name."},
		{"Zoe\u202e", newPassword, "Zoe's Books", "zoe", "Name", "Zoe\u202e", "cannot be shown"},
		{strings.Repeat("z", 300), newPassword, "Zoe's Books", "zoe", "Name", strings.Repeat("z", 300), "the limit is 80"},
		{"Zoe", "short", "Zoe's Books", "zoe", "Password", "", "12 characters"},
		{"Zoe", newPassword, "", "zoe", "Team name", "", "Enter the team's name."},
		{"Zoe", newPassword, "Zoe's Books", "Zoe Books", "Team address name", "Zoe Books", "lowercase"},
		{"Zoe", newPassword, "Zoe's Books", "acme", "Team address name", "acme", "has or had this name"},
		{"Zoe", newPassword, "Zoe's Books", "explore", "Team address name", "explore", "taken"},
	} {
		s.unchanged(t, test.label+" "+test.wrong, func() {
			form := url.Values{"name": {test.name}, "password": {test.password}, "team_name": {test.team}, "team_slug": {test.slug}}
			p := b.post(link, form).expect(http.StatusUnprocessableEntity)
			p.refuses(p.root, test.label, test.typed, test.wrong)
		})
	}
	p = b.get(link).expect(http.StatusOK, "Create your account and team")
	p.press(p.root, "Create account and team", "name", "Zoe <b>Zed</b>", "password", newPassword, "team_name", "Zoe's Books", "team_slug", "zoe").
		goesTo("/t/zoe/playground").expect(http.StatusOK, "Zoe's Books", "Zoe <b>Zed</b>")
	b.get("/t/zoe/development").expect(http.StatusOK, "Development is locked")
	b.get("/t/zoe/members").expect(http.StatusOK, "Owner")
	s.unchanged(t, "using the link again", func() {
		s.visitor().get(link).expect(http.StatusGone, "This link has been used")
		s.visitor().post(link, url.Values{"name": {"Zoe"}, "password": {newPassword}, "team_name": {"Z"}, "team_slug": {"z"}}).expect(http.StatusGone, "This link has been used")
	})
	s.visitor().signIn("zoe@new.example", newPassword).goesTo("/")
}

func TestSignupLinksLapse(t *testing.T) {
	s := onSQLite(t, openSignup)
	s.visitor().post("/signup", url.Values{"email": {"zoe@new.example"}})
	token := s.mailed(models.SignupMail, "zoe@new.example")
	s.Database.Clock.Add(24*time.Hour - time.Microsecond)
	s.visitor().get("/signup/" + token).expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.visitor().get("/signup/"+token).expect(http.StatusGone, "This link has lapsed", "Get a new link")
	s.visitor().get("/signup/x").expect(http.StatusNotFound, "This link does not work")
}
