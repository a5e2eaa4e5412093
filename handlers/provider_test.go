package handlers_test

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"golang.org/x/net/html"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// providerUsers are the provider's, by user name, which is also their id.
type providerUsers map[string]*storage.User

func (u providerUsers) GetUserByID(id string) *storage.User { return u[id] }

func (u providerUsers) GetUserByUsername(name string) *storage.User { return u[name] }

func (u providerUsers) ExampleClientID() string { return "service" }

func providerUser(name, email string) *storage.User {
	return &storage.User{ID: name, Username: name, Password: webtest.Password, FirstName: "Ivy", LastName: "New",
		Email: email, EmailVerified: true}
}

// newProviderSite is a site where people sign in with a real provider too.
func newProviderSite(t *testing.T, adjust ...func(*web.Options)) *webtest.Site {
	t.Helper()
	t.Parallel()
	db := storetest.OpenSQLite(t)
	db.Clock.Set(time.Now().Truncate(time.Microsecond)) // the provider has no other
	return webtest.New(t, db, append(adjust, func(o *web.Options) {
		_, port, _ := net.SplitHostPort(o.Config.Addr)
		o.Config.OIDCIssuer = serveProvider(t, "http://localhost:"+port+webtest.CallbackPath)
		o.Config.OIDCClientID, o.Config.OIDCClientSecret, o.Config.OIDCName = "dojo", "the client's secret",
			"Example Login"
	})...)
}

// serveProvider serves a real provider, and returns its issuer.
func serveProvider(t *testing.T, callback string) (issuer string) {
	t.Helper()
	known := providerUsers{
		"ade": providerUser("ade", "Ade@Acme.example"), "ivy": providerUser("ivy", "ivy@new.example"),
		"eve":    providerUser("eve", "ade@acme.example"),
		"kelvin": providerUser("kelvin", "\u212aay@acme.example"),
	}
	known["eve"].EmailVerified = false
	state := storage.NewStorageWithClients(known,
		map[string]*storage.Client{"dojo": storage.WebClient("dojo", "the client's secret", callback)})
	server := httptest.NewUnstartedServer(nil)
	issuer = "http://" + server.Listener.Addr().String()
	server.Config.Handler = exampleop.SetupServer(issuer, state, slog.New(slog.DiscardHandler), false)
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

func TestSigningInWithAProvider(t *testing.T) {
	s := newProviderSite(t)
	b := s.Visitor()
	p := b.Get("/login?next=" + url.QueryEscape(webtest.KeysPath)).Expect(http.StatusOK)
	p = p.Press(p.Root, "Sign in with Example Login")
	before := b.Current()
	p.AtProvider("ade").GoesTo(webtest.KeysPath).Expect(http.StatusOK, "Ade Admin")
	s.Replaced(before, b)
	_, kinds, to := s.Mails()
	if len(kinds) == 0 || kinds[0] != models.FactorChangedMail || to[0] != "ade@acme.example" {
		t.Errorf("the mails of being linked are %v to %v", kinds, to)
	}
	// It is the account there that counts from now on, and not its address.
	s.Database.Exec("UPDATE users SET email = 'ade@elsewhere.example' WHERE id = '" + s.Ade.UserID + "'")
	again := s.Visitor()
	again.Post("/login/oidc", nil).AtProvider("ade").GoesTo("/")
	again.Get("/account").Expect(http.StatusOK, "Ade Admin")
	if n := s.Database.Count("SELECT count(*) FROM identities"); n != 1 {
		t.Errorf("there are %d links to the provider", n)
	}
	s.Disable(s.Ade)
	s.Visitor().Post("/login/oidc", nil).AtProvider("ade").Expect(http.StatusUnprocessableEntity).
		Says("alert", "Signing in with Example Login did not work")
}

func TestProviderRefusals(t *testing.T) {
	s := newProviderSite(t)
	b := s.Visitor()
	leaving := b.Post("/login/oidc", nil)
	s.Unchanged(t, "whom nobody knows", func() {
		leaving.AtProvider("ivy").Expect(http.StatusUnprocessableEntity).
			Says("alert", "Signing in with Example Login did not work",
				"There is no account here for ivy@new.example. Ask for an invitation to that address.")
		b.Post("/login/oidc", nil).AtProvider("eve").Expect(http.StatusUnprocessableEntity).
			Says("alert", "did not work")
		b.Get("/account").Expect(http.StatusSeeOther)
		b.Get(webtest.CallbackPath+"?code=x&state=y").Expect(http.StatusUnprocessableEntity).
			Says("alert", "did not work")
		s.Visitor().Get(webtest.CallbackPath + "?error=access_denied").Expect(http.StatusUnprocessableEntity)
	})
	// An answer is taken from the browser that asked.
	other := s.Visitor()
	other.Post("/login/oidc", nil)
	answer := b.Post("/login/oidc", nil)
	answer.Browser = other
	answer.AtProvider("ade").Expect(http.StatusUnprocessableEntity)
	other.Get("/account").Expect(http.StatusSeeOther)
}

func TestInvitedThroughAProvider(t *testing.T) {
	s := newProviderSite(t)
	link, others := s.Invite("ivy@new.example", "developer"), s.Invite("somebody@else.example", "developer")
	b := s.Visitor()
	p := b.Get(others)
	s.Unchanged(t, "another's invitation", func() {
		p.Press(p.Root, "Sign in with Example Login").AtProvider("ivy").Expect(http.StatusUnprocessableEntity).
			Says("alert", "There is no account here for ivy@new.example.")
	})
	p = b.Get(link).Expect(http.StatusOK)
	p.Press(p.Root, "Sign in with Example Login").AtProvider("ivy").GoesTo(link).Expect(http.StatusGone)
	b.Get(webtest.KeysPath).Expect(http.StatusOK, "Ivy New")
	s.Visitor().Post("/login/oidc", nil).AtProvider("ivy").GoesTo("/")
}

func TestNothingButTheProvider(t *testing.T) {
	s := newProviderSite(t, func(o *web.Options) { o.Config.OIDCOnly = true })
	b := s.Visitor()
	p := b.Get("/login").Expect(http.StatusOK, "Sign in with Example Login")
	if strings.Contains(webtest.Words(p.Root), "Password") || strings.Contains(webtest.Words(p.Root), "passkey") {
		t.Errorf("the sign-in page offers more: %s", webtest.Words(p.Root))
	}
	link := s.Invite("ivy@new.example", "developer")
	s.Unchanged(t, "another way in", func() {
		b.Post("/login", webtest.Credentials("ade@acme.example", webtest.Password)).Expect(http.StatusNotFound)
		b.Post("/login/passkey/begin", nil).Expect(http.StatusNotFound)
		b.Post("/login/passkey", nil).Expect(http.StatusNotFound)
		b.Get("/reset").Expect(http.StatusNotFound)
		b.Post("/reset", url.Values{"email": {"ade@acme.example"}}).Expect(http.StatusNotFound)
		b.Get("/reset/x").Expect(http.StatusNotFound)
		b.Get("/signup").Expect(http.StatusNotFound)
		b.Post(link, url.Values{"name": {"Ivy"}, "password": {webtest.NewPassword}}).Expect(http.StatusNotFound)
		p = b.Get(link).Expect(http.StatusOK, "Sign in with Example Login")
		if len(webtest.Find(p.Root,
			func(n *html.Node) bool { return webtest.Attribute(n, "type") == "password" })) > 0 {
			t.Error("the invitation asks for a password")
		}
	})
	b.Post("/login/oidc", nil).AtProvider("ade").GoesTo("/")
	b.Post(webtest.SecurityPath+"/password",
		url.Values{"current": {webtest.Password}, "password": {webtest.NewPassword}}).Expect(http.StatusNotFound)

	// A proof is asked for there too.
	// the provider's clock goes on by itself
	s.Database.Exec("UPDATE sessions SET proved_at = $1", s.Database.Clock.Now().Add(-models.ProofLife))
	view := webtest.KeysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
	b.Post(view, url.Values{"proof_password": {webtest.Password}}).Expect(http.StatusForbidden)
	p = b.Post(view, url.Values{"typed": {"before"}}).Expect(http.StatusForbidden, "Confirm with Example Login")
	before := b.Current()
	p = p.Press(p.Root, "Confirm with Example Login").AtProvider("ade").Expect(http.StatusOK, "It is you.")
	s.Replaced(before, b)
	if got := webtest.Filled(p.Form(p.Root, "Continue")).Get("typed"); got != "before" {
		t.Errorf("it goes on with %q", got)
	}
	p.Press(p.Root, "Continue").Expect(http.StatusOK)
}

// TestAProviderThatIsAway: the page says so, and the other ways in stay.
func TestAProviderThatIsAway(t *testing.T) {
	s := webtest.OnSQLite(t, func(o *web.Options) {
		o.Config.OIDCIssuer, o.Config.OIDCClientID, o.Config.OIDCClientSecret = "http://127.0.0.1:1", "dojo", "secret"
	})
	p := s.Visitor().Post("/login/oidc", nil).Expect(http.StatusServiceUnavailable).Says("alert", "did not work")
	p.Press(p.Root, "Sign in", "email", "ade@acme.example", "password", webtest.Password).GoesTo("/")
}
