package oidc_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"dojo/oidc"
)

const (
	clientID     = "dojo"
	clientSecret = "the client's secret"
	callback     = "http://localhost:8080/login/oidc/callback"
	password     = "verysecure"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the provider logs each request
	os.Exit(m.Run())
}

// users are the provider's, by user name, which is also their id.
type users map[string]*storage.User

func (u users) GetUserByID(id string) *storage.User         { return u[id] }
func (u users) GetUserByUsername(name string) *storage.User { return u[name] }
func (u users) ExampleClientID() string                     { return "service" }

func user(name string, verified bool) *storage.User {
	return &storage.User{
		ID: name, Username: name, Password: password,
		FirstName: "Olivia", LastName: "Okada", Email: "Olivia@Acme.example", EmailVerified: verified,
	}
}

// serveProvider serves a real provider at the address, on a free port when it
// ends in 0, and returns its issuer.
func serveProvider(t *testing.T, address string, client *storage.Client) (issuer string) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	issuer = "http://" + listener.Addr().String()
	known := users{"olivia": user("olivia", true), "mallory": user("mallory", false)}
	state := storage.NewStorageWithClients(known, map[string]*storage.Client{clientID: client})
	server := httptest.NewUnstartedServer(exampleop.SetupServer(issuer, state, nil, false))
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}

// clock is what the client goes by. It is ahead of the provider's.
type clock struct{ ahead time.Duration }

func (c *clock) now() time.Time { return time.Now().Add(c.ahead) }

// fixture is a client, a provider, and a browser at it.
type fixture struct {
	*testing.T
	*oidc.Client
	clock  *clock
	issuer string
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	issuer := serveProvider(t, "127.0.0.1:0", storage.WebClient(clientID, clientSecret, callback))
	return newClient(t, issuer, clientSecret)
}

func newClient(t *testing.T, issuer, secret string) fixture {
	t.Helper()
	c := &clock{}
	config := oidc.Config{Issuer: issuer, ClientID: clientID, ClientSecret: secret, RedirectURL: callback, Now: c.now}
	return fixture{t, oidc.New(config), c, issuer}
}

func (w fixture) begin(fresh bool) (redirectURL string, state []byte) {
	w.Helper()
	redirectURL, state, err := w.Begin(context.Background(), fresh)
	if err != nil {
		w.Fatal(err)
	}
	return redirectURL, state
}

func (w fixture) finish(state []byte, query url.Values) (oidc.Person, error) {
	return w.Finish(context.Background(), state, query)
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// signIn does what a person does at the provider, and returns the query that
// the provider sends the browser back with.
func (w fixture) signIn(redirectURL, name string) url.Values {
	w.Helper()
	browser := w.newBrowser()
	page := w.open(browser.Get(redirectURL))
	id := requestID.FindStringSubmatch(page.body)
	if id == nil {
		w.Fatalf("no form to sign in with, but %d %s", page.status, page.body)
	}
	form := url.Values{"id": {id[1]}, "username": {name}, "password": {password}}
	page = w.open(browser.PostForm(w.issuer+"/login/username", form))
	if page.sentBack == nil {
		w.Fatalf("not sent back, but %d %s", page.status, page.body)
	}
	return page.sentBack
}

// newBrowser has cookies, and stops where the provider sends it back.
func (w fixture) newBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

type page struct {
	status   int
	body     string
	sentBack url.Values
}

func (w fixture) open(response *http.Response, err error) page {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	p := page{status: response.StatusCode, body: string(body)}
	if location, err := response.Location(); err == nil {
		p.sentBack = location.Query()
	}
	return p
}

// freeAddress is one that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
