package webtest

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/pquerna/otp/totp"

	"dojo/models"
	"dojo/store/storetest"
)

// Crowd is a browser for each sort of people.
func (s *Site) Crowd() map[string]*Browser {
	dan := s.Dan()
	disabled := s.As(dan)
	s.Disable(dan)
	return map[string]*Browser{
		"anonymous": s.Visitor(), "disabled": disabled, "outsider": s.As(s.Nina), "former": s.As(s.Fay),
		"rival": s.As(s.Uma), "engineer": s.As(s.Sol), "viewer": s.As(s.Vic), "developer": s.As(s.Dev),
		"admin": s.As(s.Ade), "owner": s.As(s.Olivia),
	}
}

// Dan is another admin of Acme.
func (s *Site) Dan() models.Actor {
	s.T.Helper()
	ctx := context.Background()
	user, err := s.Store.CreateUser(ctx, storetest.System, "dan@acme.example", "Dan Disabled", "")
	s.Ok(err)
	s.Ok(s.Store.AddMember(ctx, storetest.System, "acme", user.ID, models.Admin))
	return models.Actor{UserID: user.ID, Name: user.Name, Email: user.Email}
}

// Disable closes the person's account.
func (s *Site) Disable(person models.Actor) {
	s.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = '" + person.UserID + "'")
}

// Invite has Ade invite the address through the form, and returns the link.
func (s *Site) Invite(email, role string) (link string) {
	s.T.Helper()
	p := s.As(s.Ade).Get(MembersPath)
	p.Press(p.Root, "Invite", "email", email, "role", role).GoesTo(MembersPath).
		Says("status", "Hand this link over to "+strings.ToLower(email), "works once, for 7 days")
	return "/invite/" + s.Mailed(models.InvitationMail, strings.ToLower(email))
}

// Approve has a request for Acme's environment sent and approved through the
// server, so that its gate hears of it.
func (s *Site) Approve(kind models.EnvironmentKind) {
	s.T.Helper()
	desk, err := s.Server.Store.Desk(context.Background(), s.Sol)
	s.Ok(err)
	_, err = desk.Approve(context.Background(), s.RequestUnlock(kind).ID, s.Agreement())
	s.Ok(err)
}

// Credentials is the form of the sign-in page.
func Credentials(email, password string) url.Values {
	return url.Values{"email": {email}, "password": {password}}
}

// SignIn signs in through the form.
func (b *Browser) SignIn(email, password string, headers ...string) *Page {
	b.Site.T.Helper()
	return b.Post("/login", Credentials(email, password), headers...)
}

// Current is the session's cookie in the browser.
func (b *Browser) Current() *http.Cookie {
	here, _ := url.Parse(b.Site.Url)
	for _, cookie := range b.Client.Jar.Cookies(here) {
		if cookie.Name == "dojo" {
			return cookie
		}
	}
	return &http.Cookie{}
}

// Lapse lets the last proof grow too old.
func (s *Site) Lapse() { s.Database.Clock.Add(models.ProofLife) }

// AddApp sets an authenticator app up, and returns its secret and the recovery
// codes.
func (b *Browser) AddApp() (secret string, codes []string) {
	b.Site.T.Helper()
	p := b.Get(SecurityPath)
	p = p.Press(p.Region("Authenticator app"), "Set up an authenticator app").Expect(http.StatusOK)
	secret = p.AppSecret()
	p = p.Press(p.Root, "Turn on", "code", b.Site.Code(secret)).Expect(http.StatusOK, "Recovery codes")
	return secret, strings.Fields(Words(p.ByID("recovery-codes")))
}

// AppSecret is what the page gives an authenticator app.
func (p *Page) AppSecret() string {
	for _, n := range Find(p.Root, IsTag("code")) {
		if Attribute(n, "class") == "secret" {
			return strings.ReplaceAll(Words(n), " ", "")
		}
	}
	return ""
}

// Code is what the app shows at this moment.
func (s *Site) Code(secret string) string {
	s.T.Helper()
	code, err := totp.GenerateCode(secret, s.Database.Clock.Now())
	s.Ok(err)
	return code
}

// PendingBrowser has given Ade's right password, and nothing else.
func (s *Site) PendingBrowser() *Browser {
	s.T.Helper()
	b := s.Visitor()
	b.SignIn("ade@acme.example", Password).GoesTo(SecondPath + "?next=%2F")
	return b
}

// Enter is the form that asks for a second factor.
func Enter(code string) url.Values { return url.Values{"code": {code}, "next": {KeysPath}} }

// SetupLink is the address of a one-time link for the email.
func (s *Site) SetupLink(email string) (token string) {
	s.T.Helper()
	token, err := s.Server.Store.CreateSetupLink(s.T.Context(), storetest.System, email)
	s.Ok(err)
	return token
}

// RequestID is the request for Acme's Production that waits.
func (s *Site) RequestID() (id string) {
	s.T.Helper()
	s.Ok(s.Database.SQL().QueryRow("SELECT id FROM unlock_requests WHERE state = 'pending'").Scan(&id))
	return id
}
