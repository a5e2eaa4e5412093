package oidc_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/storage"

	"dojo/models"
	"dojo/oidc"
)

func TestSigningIn(t *testing.T) {
	w := newWorld(t)
	redirectURL, state := w.begin(false)
	person, err := w.finish(state, w.signIn(redirectURL, "olivia"))
	if err != nil {
		t.Fatal(err)
	}
	if age := time.Since(person.AuthTime); age < 0 || age > time.Minute {
		t.Errorf("proved %v ago", age)
	}
	person.AuthTime = time.Time{}
	want := oidc.Person{Issuer: w.issuer, Subject: "olivia", Email: "olivia@acme.example", Name: "Olivia Okada"}
	if person != want {
		t.Errorf("%+v; want %+v", person, want)
	}
	if w.Name() != "127.0.0.1" {
		t.Errorf("the provider is called %q", w.Name())
	}
}

// What goes through the browser is what the standards ask for, and nothing of
// the secrets.
func TestWhereTheBrowserIsSent(t *testing.T) {
	w := newWorld(t)
	first, state := w.begin(false)
	u, err := url.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": clientID, "redirect_uri": callback,
		"scope": "openid email profile", "code_challenge_method": "S256", "prompt": "", "max_age": "",
	} {
		if got := query.Get(name); got != want {
			t.Errorf("%s = %q; want %q", name, got, want)
		}
	}
	if strings.Contains(first, url.QueryEscape(clientSecret)) {
		t.Error("the client's secret is in the address")
	}
	again, _ := w.begin(true)
	u, err = url.Parse(again)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if a, b := query.Get(name), u.Query().Get(name); len(a) < 20 || a == b {
			t.Errorf("%s is %q, then %q", name, a, b)
		}
	}
	if u.Query().Get("prompt") != "login" || u.Query().Get("max_age") != "0" {
		t.Errorf("fresh proof is not asked for: %s", again)
	}
	if !strings.Contains(string(state), query.Get("state")) {
		t.Error("the state is not kept")
	}
}

func TestFreshProof(t *testing.T) {
	w := newWorld(t)
	redirectURL, state := w.begin(true)
	if _, err := w.finish(state, w.signIn(redirectURL, "olivia")); err != nil {
		t.Error(err)
	}

	// The provider's proof is from five minutes before it was asked for.
	w.clock.ahead = 5 * time.Minute
	redirectURL, state = w.begin(true)
	_, err := w.finish(state, w.signIn(redirectURL, "olivia"))
	refused(t, "an old proof", err, models.Forbidden, "did not ask you to prove who you are again")

	redirectURL, state = w.begin(false)
	if _, err := w.finish(state, w.signIn(redirectURL, "olivia")); err != nil {
		t.Errorf("an old proof where none was asked for: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	issuer := newWorld(t).issuer
	for _, test := range []struct {
		name string
		// try signs in wrongly.
		try  func(w world) error
		code models.Code
		says string
	}{
		{"another browser's state", func(w world) error {
			redirectURL, _ := w.begin(false)
			_, state := w.begin(false)
			_, err := w.finish(state, w.signIn(redirectURL, "olivia"))
			return err
		}, models.Conflict, "another browser or window"},
		{"no state", func(w world) error {
			redirectURL, _ := w.begin(false)
			_, err := w.finish(nil, w.signIn(redirectURL, "olivia"))
			return err
		}, models.Conflict, "already finished"},
		{"an empty state for an empty state", func(w world) error {
			_, err := w.finish([]byte(`{}`), url.Values{"code": {"x"}})
			return err
		}, models.Conflict, "already finished"},
		{"the same answer twice", func(w world) error {
			redirectURL, state := w.begin(false)
			query := w.signIn(redirectURL, "olivia")
			if _, err := w.finish(state, query); err != nil {
				w.Fatal(err)
			}
			_, err := w.finish(state, query)
			return err
		}, models.Conflict, "already used"},
		{"another attempt's code", func(w world) error {
			other, _ := w.begin(false)
			redirectURL, state := w.begin(false)
			query := w.signIn(redirectURL, "olivia")
			query.Set("code", w.signIn(other, "olivia").Get("code"))
			_, err := w.finish(state, query)
			return err
		}, models.Conflict, "already used"},
		{"another nonce", func(w world) error {
			redirectURL, state := w.begin(false)
			_, err := w.finish(state, w.signIn(with(w.T, redirectURL, "nonce", "another"), "olivia"))
			return err
		}, models.Forbidden, "could not be verified"},
		{"too long at the provider", func(w world) error {
			redirectURL, state := w.begin(false)
			query := w.signIn(redirectURL, "olivia")
			w.clock.ahead = 10*time.Minute + time.Second
			_, err := w.finish(state, query)
			return err
		}, models.Conflict, "longer than 10 minutes"},
		{"an ID token that has expired", func(w world) error {
			w.clock.ahead = 2 * time.Hour
			redirectURL, state := w.begin(false)
			_, err := w.finish(state, w.signIn(redirectURL, "olivia"))
			return err
		}, models.Forbidden, "could not be verified"},
		{"an address that is not verified", func(w world) error {
			redirectURL, state := w.begin(false)
			_, err := w.finish(state, w.signIn(redirectURL, "mallory"))
			return err
		}, models.Forbidden, "127.0.0.1 does not say that it has verified your email address"},
		{"a provider that may not ask", func(w world) error {
			redirectURL, state := w.begin(false)
			page := w.open(w.newBrowser().Get(with(w.T, redirectURL, "prompt", "none")))
			_, err := w.finish(state, page.sentBack)
			return err
		}, models.Conflict, "wants to ask you something first"},
		{"cancelled", answered("error", "access_denied"), models.Forbidden,
			"127.0.0.1 did not let you in, or you cancelled. Sign in again, or ask who runs 127.0.0.1 for access."},
		{"a fault of the provider", answered("error", "server_error"), models.Unavailable,
			"not possible at the moment"},
		{"a code that is none", answered("code", "nonsense"), models.Conflict, "already used"},
		{"no code", answered("coda", "x"), models.Forbidden, "could not be verified"},
	} {
		t.Run(test.name, func(t *testing.T) {
			refused(t, "signing in", test.try(newClient(t, issuer, clientSecret)), test.code, test.says)
		})
	}
}

// answered comes back with a parameter of the test's choice and the right state.
func answered(name, value string) func(w world) error {
	return func(w world) error {
		redirectURL, state := w.begin(false)
		u, err := url.Parse(redirectURL)
		if err != nil {
			w.Fatal(err)
		}
		_, err = w.finish(state, url.Values{name: {value}, "state": {u.Query().Get("state")}})
		return err
	}
}

func TestAProviderThatIsDown(t *testing.T) {
	issuer := serveProvider(t, "127.0.0.1:0", storage.WebClient(clientID, clientSecret, callback))
	address := strings.TrimPrefix(issuer, "http://")
	gone := newClient(t, "http://127.0.0.1:1", clientSecret)
	_, _, err := gone.Begin(t.Context(), false)
	refused(t, "nothing listens", err, models.Unavailable, "Try again in a minute")

	// Another issuer than the one it names itself.
	w := newClient(t, "http://localhost"+address[strings.LastIndex(address, ":"):], clientSecret)
	_, _, err = w.Begin(t.Context(), false)
	refused(t, "another name", err, models.Unavailable, "Try again in a minute")
}

func TestAProviderThatComesUpLater(t *testing.T) {
	address := freeAddress(t)
	w := newClient(t, "http://"+address, clientSecret)
	for range 2 {
		_, _, err := w.Begin(t.Context(), false)
		refused(t, "while it is down", err, models.Unavailable, "Try again in a minute")
	}
	serveProvider(t, address, storage.WebClient(clientID, clientSecret, callback))
	redirectURL, state := w.begin(false)
	if _, err := w.finish(state, w.signIn(redirectURL, "olivia")); err != nil {
		t.Error(err)
	}
}

func TestAWrongClientSecret(t *testing.T) {
	issuer := serveProvider(t, "127.0.0.1:0", storage.WebClient(clientID, clientSecret, callback))
	w := newClient(t, issuer, "not the client's secret")
	redirectURL, state := w.begin(false)
	query := w.signIn(redirectURL, "olivia")
	_, err := w.finish(state, query)
	refused(t, "a wrong secret", err, models.Unavailable, "not possible at the moment")
	for _, secret := range []string{"not the client's secret", query.Get("code"), query.Get("state")} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

func TestAPublicClient(t *testing.T) {
	issuer := serveProvider(t, "127.0.0.1:0", storage.NativeClient(clientID, callback))
	w := newClient(t, issuer, "")
	redirectURL, state := w.begin(false)
	if _, err := w.finish(state, w.signIn(redirectURL, "olivia")); err != nil {
		t.Error(err)
	}
}

// with replaces a parameter of an address.
func with(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}

func refused(t *testing.T, what string, err error, code models.Code, says string) {
	t.Helper()
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Code != code || !strings.Contains(e.Message, says) {
		t.Errorf("%s: %v; want %s that says %q", what, err, code, says)
		return
	}
	if e.Err == nil {
		t.Errorf("%s: no cause for the log", what)
	}
}
