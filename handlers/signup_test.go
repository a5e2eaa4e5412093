package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/config"
	"dojo/models"
	"dojo/web"
	"dojo/web/webtest"
)

func openSignup(o *web.Options) { o.Config.Signup = config.SignupOpen }

func TestSigningUp(t *testing.T) {
	s := webtest.OnSQLite(t, openSignup)
	b := s.Visitor()
	b.Get("/login").Expect(http.StatusOK, "Create an account")
	p := b.Get("/signup")
	p.Press(p.Root, "Send link", "email", "Zoe@new.example").
		Expect(http.StatusOK, "A mail to Zoe@new.example is on its way.")
	link := "/signup/" + s.Mailed(models.SignupMail, "zoe@new.example")
	for _, test := range []struct{ name, password, team, slug, label, typed, wrong string }{
		{" ", webtest.NewPassword, "Zoe's Books", "zoe", "Name", " ", "Enter your name."},
		{"Zoe\u202e", webtest.NewPassword, "Zoe's Books", "zoe", "Name", "Zoe\u202e", "cannot be shown"},
		{strings.Repeat("z", 300), webtest.NewPassword, "Zoe's Books", "zoe", "Name", strings.Repeat("z", 300),
			"the limit is 80"},
		{"Zoe", "short", "Zoe's Books", "zoe", "Password", "", "12 characters"},
		{"Zoe", webtest.NewPassword, "", "zoe", "Team name", "", "Enter the team's name."},
		{"Zoe", webtest.NewPassword, "Zoe's Books", "Zoe Books", "Team address name", "Zoe Books", "lowercase"},
		{"Zoe", webtest.NewPassword, "Zoe's Books", "acme", "Team address name", "acme", "has or had this name"},
		{"Zoe", webtest.NewPassword, "Zoe's Books", "explore", "Team address name", "explore", "taken"},
	} {
		s.Unchanged(t, test.label+" "+test.wrong, func() {
			form := url.Values{"name": {test.name}, "password": {test.password}, "team_name": {test.team},
				"team_slug": {test.slug}}
			p := b.Post(link, form).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, test.label, test.typed, test.wrong)
		})
	}
	p = b.Get(link).Expect(http.StatusOK, "Create your account and team")
	p.Press(p.Root, "Create account and team", "name", "Zoe <b>Zed</b>", "password", webtest.NewPassword, "team_name",
		"Zoe's Books", "team_slug", "zoe").
		GoesTo("/t/zoe/playground").Expect(http.StatusOK, "Zoe's Books", "Zoe <b>Zed</b>")
	b.Get("/t/zoe/development").Expect(http.StatusOK, "Development is locked")
	b.Get("/t/zoe/members").Expect(http.StatusOK, "Owner")
	s.Unchanged(t, "using the link again", func() {
		s.Visitor().Get(link).Expect(http.StatusGone, "This link has been used")
		s.Visitor().Post(link,
			url.Values{"name": {"Zoe"}, "password": {webtest.NewPassword}, "team_name": {"Z"}, "team_slug": {"z"}}).
			Expect(http.StatusGone, "This link has been used")
	})
	s.Visitor().SignIn("zoe@new.example", webtest.NewPassword).GoesTo("/")
}

func TestSignupLinksLapse(t *testing.T) {
	s := webtest.OnSQLite(t, openSignup)
	s.Visitor().Post("/signup", url.Values{"email": {"zoe@new.example"}})
	token := s.Mailed(models.SignupMail, "zoe@new.example")
	s.Database.Clock.Add(24*time.Hour - time.Microsecond)
	s.Visitor().Get("/signup/" + token).Expect(http.StatusOK)
	s.Database.Clock.Add(time.Microsecond)
	s.Visitor().Get("/signup/"+token).Expect(http.StatusGone, "This link has lapsed", "Get a new link")
	s.Visitor().Get("/signup/x").Expect(http.StatusNotFound, "This link does not work")
}
