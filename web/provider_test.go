package web

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"golang.org/x/net/html"

	"dojo/models"
	"dojo/store/storetest"
)

// providerUsers are the provider's, by user name, which is also their id.
type providerUsers map[string]*storage.User

func (u providerUsers) GetUserByID(id string) *storage.User         { return u[id] }
func (u providerUsers) GetUserByUsername(name string) *storage.User { return u[name] }
func (u providerUsers) ExampleClientID() string                     { return "service" }

func providerUser(name, email string) *storage.User {
	return &storage.User{ID: name, Username: name, Password: password, FirstName: "Ivy", LastName: "New", Email: email, EmailVerified: true}
}

const callbackPath = "/login/oidc/callback"

// newProviderSite is a site where people sign in with a real provider too.
func newProviderSite(t *testing.T, adjust ...func(*Options)) *site {
	t.Helper()
	t.Parallel()
	db := storetest.OpenSQLite(t)
	db.Clock.Set(time.Now().Truncate(time.Microsecond)) // the provider has no other
	return newSite(t, db, append(adjust, func(o *Options) {
		_, port, _ := net.SplitHostPort(o.Config.Addr)
		o.Config.OIDCIssuer = serveProvider(t, "http://localhost:"+port+callbackPath)
		o.Config.OIDCClientID, o.Config.OIDCClientSecret, o.Config.OIDCName = "dojo", "the client's secret", "Example Login"
	})...)
}

// serveProvider serves a real provider, and returns its issuer.
func serveProvider(t *testing.T, callback string) (issuer string) {
	t.Helper()
	known := providerUsers{
		"ade": providerUser("ade", "Ade@Acme.example"), "ivy": providerUser("ivy", "ivy@new.example"), "eve": providerUser("eve", "ade@acme.example"),
	}
	known["eve"].EmailVerified = false
	state := storage.NewStorageWithClients(known, map[string]*storage.Client{"dojo": storage.WebClient("dojo", "the client's secret", callback)})
	server := httptest.NewUnstartedServer(nil)
	issuer = "http://" + server.Listener.Addr().String()
	server.Config.Handler = exampleop.SetupServer(issuer, state, slog.New(slog.DiscardHandler), false)
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

var providerForm = regexp.MustCompile(`name="id" value="([^"]+)"`)

// atProvider signs in at the provider that the page leads to, and comes back.
func (p *page) atProvider(name string) *page {
	t := p.browser.site.t
	t.Helper()
	to := strings.TrimPrefix(p.expect(http.StatusOK, "Going to Example Login").header.Get("Refresh"), "0; url=")
	jar, _ := cookiejar.New(nil)
	provider := &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if next.URL.Path == callbackPath {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	response, err := provider.Get(to)
	p.browser.site.ok(err)
	body, err := io.ReadAll(response.Body)
	p.browser.site.ok(err)
	response.Body.Close()
	id := providerForm.FindSubmatch(body)
	if id == nil {
		t.Fatalf("no form to sign in with at the provider, but %d %s", response.StatusCode, body)
	}
	form := url.Values{"id": {string(id[1])}, "username": {name}, "password": {password}}
	response, err = provider.PostForm(p.browser.site.server.config.OIDCIssuer+"/login/username", form)
	p.browser.site.ok(err)
	response.Body.Close()
	back, err := response.Location()
	p.browser.site.ok(err)
	return p.browser.get(back.RequestURI())
}

func TestSigningInWithAProvider(t *testing.T) {
	s := newProviderSite(t)
	b := s.visitor()
	p := b.get("/login?next=" + url.QueryEscape(keysPath)).expect(http.StatusOK)
	p = p.press(p.root, "Sign in with Example Login")
	before := b.current()
	p.atProvider("ade").goesTo(keysPath).expect(http.StatusOK, "Ade Admin")
	s.replaced(before, b)
	_, kinds, to := s.mails()
	if len(kinds) == 0 || kinds[0] != models.FactorChangedMail || to[0] != "ade@acme.example" {
		t.Errorf("the mails of being linked are %v to %v", kinds, to)
	}
	// It is the account there that counts from now on, and not its address.
	s.Database.Exec("UPDATE users SET email = 'ade@elsewhere.example' WHERE id = '" + s.Ade.UserID + "'")
	again := s.visitor()
	again.post("/login/oidc", nil).atProvider("ade").goesTo("/")
	again.get("/account").expect(http.StatusOK, "Ade Admin")
	if n := s.Database.Count("SELECT count(*) FROM identities"); n != 1 {
		t.Errorf("there are %d links to the provider", n)
	}
	s.disable(s.Ade)
	s.visitor().post("/login/oidc", nil).atProvider("ade").expect(http.StatusUnprocessableEntity).says("alert", "Signing in with Example Login did not work")
}

func TestProviderRefusals(t *testing.T) {
	s := newProviderSite(t)
	b := s.visitor()
	leaving := b.post("/login/oidc", nil)
	s.unchanged(t, "whom nobody knows", func() {
		leaving.atProvider("ivy").expect(http.StatusUnprocessableEntity).
			says("alert", "Signing in with Example Login did not work", "There is no account here for ivy@new.example. Ask for an invitation to that address.")
		b.post("/login/oidc", nil).atProvider("eve").expect(http.StatusUnprocessableEntity).says("alert", "did not work")
		b.get("/account").expect(http.StatusSeeOther)
		b.get(callbackPath+"?code=x&state=y").expect(http.StatusUnprocessableEntity).says("alert", "did not work")
		s.visitor().get(callbackPath + "?error=access_denied").expect(http.StatusUnprocessableEntity)
	})
	// An answer is taken from the browser that asked.
	other := s.visitor()
	other.post("/login/oidc", nil)
	answer := b.post("/login/oidc", nil)
	answer.browser = other
	answer.atProvider("ade").expect(http.StatusUnprocessableEntity)
	other.get("/account").expect(http.StatusSeeOther)
}

func TestInvitedThroughAProvider(t *testing.T) {
	s := newProviderSite(t)
	link, others := s.invite("ivy@new.example", "developer"), s.invite("somebody@else.example", "developer")
	b := s.visitor()
	p := b.get(others)
	s.unchanged(t, "another's invitation", func() {
		p.press(p.root, "Sign in with Example Login").atProvider("ivy").expect(http.StatusUnprocessableEntity).says("alert", "There is no account here for ivy@new.example.")
	})
	p = b.get(link).expect(http.StatusOK)
	p.press(p.root, "Sign in with Example Login").atProvider("ivy").goesTo(link).expect(http.StatusGone)
	b.get(keysPath).expect(http.StatusOK, "Ivy New")
	s.visitor().post("/login/oidc", nil).atProvider("ivy").goesTo("/")
}

func TestNothingButTheProvider(t *testing.T) {
	s := newProviderSite(t, func(o *Options) { o.Config.OIDCOnly = true })
	b := s.visitor()
	p := b.get("/login").expect(http.StatusOK, "Sign in with Example Login")
	if strings.Contains(words(p.root), "Password") || strings.Contains(words(p.root), "passkey") {
		t.Errorf("the sign-in page offers more: %s", words(p.root))
	}
	link := s.invite("ivy@new.example", "developer")
	s.unchanged(t, "another way in", func() {
		b.post("/login", credentials("ade@acme.example", password)).expect(http.StatusNotFound)
		b.post("/login/passkey/begin", nil).expect(http.StatusNotFound)
		b.post("/login/passkey", nil).expect(http.StatusNotFound)
		b.get("/reset").expect(http.StatusNotFound)
		b.post("/reset", url.Values{"email": {"ade@acme.example"}}).expect(http.StatusNotFound)
		b.get("/reset/x").expect(http.StatusNotFound)
		b.get("/signup").expect(http.StatusNotFound)
		b.post(link, url.Values{"name": {"Ivy"}, "password": {newPassword}}).expect(http.StatusNotFound)
		p = b.get(link).expect(http.StatusOK, "Sign in with Example Login")
		if len(find(p.root, func(n *html.Node) bool { return attribute(n, "type") == "password" })) > 0 {
			t.Error("the invitation asks for a password")
		}
	})
	b.post("/login/oidc", nil).atProvider("ade").goesTo("/")
	b.post(securityPath+"/password", url.Values{"current": {password}, "password": {newPassword}}).expect(http.StatusNotFound)

	// A proof is asked for there too.
	s.Database.Exec("UPDATE sessions SET proved_at = $1", s.Database.Clock.Now().Add(-models.ProofLife)) // the provider's clock goes on by itself
	view := keysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
	b.post(view, url.Values{"proof_password": {password}}).expect(http.StatusForbidden)
	p = b.post(view, url.Values{"typed": {"before"}}).expect(http.StatusForbidden, "Confirm with Example Login")
	before := b.current()
	p = p.press(p.root, "Confirm with Example Login").atProvider("ade").expect(http.StatusOK, "It is you.")
	s.replaced(before, b)
	if got := filled(p.form(p.root, "Continue")).Get("typed"); got != "before" {
		t.Errorf("it goes on with %q", got)
	}
	p.press(p.root, "Continue").expect(http.StatusOK)
}

// TestAProviderThatIsAway: the page says so, and the other ways in stay.
func TestAProviderThatIsAway(t *testing.T) {
	s := onSQLite(t, func(o *Options) {
		o.Config.OIDCIssuer, o.Config.OIDCClientID, o.Config.OIDCClientSecret = "http://127.0.0.1:1", "dojo", "secret"
	})
	p := s.visitor().post("/login/oidc", nil).expect(http.StatusServiceUnavailable).says("alert", "did not work")
	p.press(p.root, "Sign in", "email", "ade@acme.example", "password", password).goesTo("/")
}
