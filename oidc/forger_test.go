package oidc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"dojo/models"
	"dojo/oidc"
)

// forger is a provider that signs what a test wants, which a real one would
// not. Every code is good for the claims.
type forger struct {
	issuer    string
	signedBy  any // the key that signs the ID token
	algorithm jose.SignatureAlgorithm
	claims    map[string]any
	userInfo  map[string]any // nothing: there is no such endpoint
	metadata  map[string]any // changes what discovery tells
	failure   string         // what exchanging a code answers instead of tokens

	tokenAuth   string // how the client named itself: "basic" or "post"
	discoveries int
}

const accessToken = "an access token"

// Making a key takes a while, so all forgers publish the same one.
var publishedKey = sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

func newForger(t *testing.T) *forger {
	t.Helper()
	key := publishedKey()
	f := &forger{signedBy: key, algorithm: jose.RS256, metadata: map[string]any{}}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.issuer = server.URL
	f.claims = map[string]any{
		"iss": f.issuer, "sub": "olivia", "aud": clientID, "azp": clientID,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(), "auth_time": time.Now().Unix(),
		"email": "olivia@acme.example", "email_verified": true, "name": "Olivia",
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", f.discovery)
	mux.HandleFunc("GET /keys", f.keys)
	mux.HandleFunc("POST /token", f.token)
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) { answer(w, f.userInfo) })
	return f
}

func (f *forger) discovery(w http.ResponseWriter, _ *http.Request) {
	f.discoveries++
	document := map[string]any{
		"issuer": f.issuer, "authorization_endpoint": f.issuer + "/authorize", "token_endpoint": f.issuer + "/token",
		"jwks_uri": f.issuer + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
	}
	if f.userInfo != nil {
		document["userinfo_endpoint"] = f.issuer + "/userinfo"
	}
	maps.Copy(document, f.metadata)
	answer(w, document)
}

func (f *forger) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: publishedKey().Public(), Algorithm: "RS256", Use: "sig",
	}}})
}

func (f *forger) token(w http.ResponseWriter, r *http.Request) {
	if f.failure != "" {
		http.Error(w, f.failure, http.StatusBadRequest)
		return
	}
	f.tokenAuth = "post"
	if _, _, ok := r.BasicAuth(); ok {
		f.tokenAuth = "basic"
	}
	token := map[string]any{"access_token": accessToken, "token_type": "Bearer"}
	if f.claims != nil {
		token["id_token"] = f.sign()
	}
	answer(w, token)
}

func (f *forger) sign() string {
	payload, err := json.Marshal(f.claims)
	if err != nil {
		panic(err)
	}
	if f.algorithm == "none" {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"none"}`)) + "." + encode(payload) + "."
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: f.algorithm, Key: f.signedBy}, nil)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		panic(err)
	}
}

// signIn begins at the forger, which signs the nonce unless the test has one of
// its own, and finishes with what else the forger sends along.
func (f *forger) signIn(t *testing.T, fresh bool, more url.Values) (oidc.Person, error) {
	t.Helper()
	return f.signInAt(newClient(t, f.issuer, clientSecret), fresh, more)
}

func (f *forger) signInAt(w world, fresh bool, more url.Values) (oidc.Person, error) {
	w.Helper()
	redirectURL, state := w.begin(fresh)
	u, err := url.Parse(redirectURL)
	if err != nil {
		w.Fatal(err)
	}
	if _, ok := f.claims["nonce"]; !ok && f.claims != nil {
		f.claims["nonce"] = u.Query().Get("nonce")
	}
	query := url.Values{"code": {"a code"}, "state": {u.Query().Get("state")}}
	maps.Copy(query, more)
	return w.finish(state, query)
}

func TestWhatAnIDTokenMustSay(t *testing.T) {
	for _, test := range []struct {
		name  string
		fresh bool
		forge func(f *forger)
		code  models.Code // none: it is good
		says  string
	}{
		{name: "all that is right", fresh: true, forge: func(*forger) {}},
		{name: "no azp, for us alone", forge: func(f *forger) { delete(f.claims, "azp") }},
		{name: "for us among others", forge: func(f *forger) { f.claims["aud"] = []string{"other", clientID} }},
		{name: "yes as a string", forge: func(f *forger) { f.claims["email_verified"] = "true" }},
		{name: "no auth_time where none was asked for", forge: func(f *forger) { delete(f.claims, "auth_time") }},
		{name: "the access token's hash", forge: func(f *forger) { f.claims["at_hash"] = hash(accessToken) }},

		{"no auth_time", true, func(f *forger) { delete(f.claims, "auth_time") }, models.Forbidden,
			"did not ask you to prove"},
		{"an old auth_time", true, func(f *forger) { f.claims["auth_time"] = time.Now().Add(-2 * time.Minute).Unix() },
			models.Forbidden, "did not ask you to prove"},
		{"a no", false, func(f *forger) { f.claims["email_verified"] = false }, models.Forbidden, "has not verified"},
		{"a no as a string", false, func(f *forger) { f.claims["email_verified"] = "false" }, models.Forbidden,
			"has not verified"},
		{"a number for a yes", false, func(f *forger) { f.claims["email_verified"] = 1 }, models.Forbidden,
			"has not verified"},
		{"neither yes nor no", false, func(f *forger) { delete(f.claims, "email_verified") }, models.Forbidden,
			"does not say that it has verified"},
		{"no address", false, func(f *forger) { delete(f.claims, "email") }, models.Forbidden,
			"does not tell your email address"},
		{"an address that is none", false, func(f *forger) { f.claims["email"] = "olivia" }, models.Forbidden,
			"not a valid one"},
		{"nobody", false, func(f *forger) { delete(f.claims, "sub") }, models.Forbidden, "could not be verified"},
		{"no nonce", false, func(f *forger) { f.claims["nonce"] = "" }, models.Forbidden, "could not be verified"},
		{"for another client", false, func(f *forger) { f.claims["aud"] = "other" }, models.Forbidden,
			"could not be verified"},
		{"made for another client", false, func(f *forger) { f.claims["azp"] = "other" }, models.Forbidden,
			"could not be verified"},
		{"for several, made for nobody knows", false, func(f *forger) {
			f.claims["aud"] = []string{"other", clientID}
			delete(f.claims, "azp")
		}, models.Forbidden, "could not be verified"},
		{"another issuer's", false, func(f *forger) { f.claims["iss"] = "https://evil.example" }, models.Forbidden,
			"could not be verified"},
		{"with another access token's hash", false, func(f *forger) { f.claims["at_hash"] = hash("another") },
			models.Forbidden, "could not be verified"},
		{"no ID token at all", false, func(f *forger) { f.claims = nil }, models.Forbidden, "could not be verified"},
		{"not signed", false, func(f *forger) { f.algorithm = "none" }, models.Forbidden, "could not be verified"},
		{"signed with the client's secret", false, func(f *forger) {
			f.algorithm, f.signedBy = jose.HS256, sha256Of(clientSecret)
		}, models.Forbidden, "could not be verified"},
		{"signed with a key that is not published", false, func(f *forger) {
			f.signedBy = newKey()
		}, models.Forbidden, "could not be verified"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForger(t)
			test.forge(f)
			person, err := f.signIn(t, test.fresh, nil)
			if test.code == "" {
				if err != nil || person.Email != "olivia@acme.example" {
					t.Errorf("%+v, %v", person, err)
				}
				return
			}
			refused(t, "signing in", err, test.code, test.says)
			if person != (oidc.Person{}) {
				t.Errorf("signed in all the same: %+v", person)
			}
		})
	}
}

func TestUserInfo(t *testing.T) {
	for _, test := range []struct {
		name     string
		userInfo map[string]any
		says     string // none: it is good
	}{
		{"both", map[string]any{"sub": "olivia", "email": "o@acme.example", "email_verified": true}, ""},
		{"about somebody else", map[string]any{"sub": "uma", "email": "o@acme.example", "email_verified": true},
			"could not be verified"},
		// The ID token's address must not borrow the yes.
		{"a yes without an address", map[string]any{"sub": "olivia", "email_verified": true},
			"does not tell your email address"},
		{"an address without a yes", map[string]any{"sub": "olivia", "email": "o@acme.example"},
			"does not say that it has verified"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newForger(t)
			f.userInfo = test.userInfo
			delete(f.claims, "email_verified")
			person, err := f.signIn(t, false, nil)
			switch {
			case test.says != "":
				refused(t, "signing in", err, models.Forbidden, test.says)
			case err != nil || person.Email != "o@acme.example" || person.Name != "Olivia":
				t.Errorf("%+v, %v", person, err)
			}
		})
	}
}

func TestHowTheClientNamesItself(t *testing.T) {
	for _, test := range []struct {
		name, secret string
		supported    []string
		want         string
	}{
		{"where the provider does not say", clientSecret, nil, "basic"},
		{"either way", clientSecret, []string{"client_secret_post", "client_secret_basic"}, "basic"},
		{"in the form only", clientSecret, []string{"client_secret_post", "private_key_jwt"}, "post"},
		{"without a secret", "", []string{"client_secret_basic", "none"}, "post"},
	} {
		f := newForger(t)
		if test.supported != nil {
			f.metadata["token_endpoint_auth_methods_supported"] = test.supported
		}
		if _, err := f.signInAt(newClient(t, f.issuer, test.secret), false, nil); err != nil {
			t.Error(err)
		}
		if f.tokenAuth != test.want {
			t.Errorf("%s: %s; want %s", test.name, f.tokenAuth, test.want)
		}
	}
}

func TestAProviderThatNamesItselfInItsAnswers(t *testing.T) {
	f := newForger(t)
	_, err := f.signIn(t, false, url.Values{"iss": {"https://evil.example"}})
	refused(t, "the answer of another issuer", err, models.Forbidden, "could not be verified")

	f = newForger(t)
	f.metadata["authorization_response_iss_parameter_supported"] = true
	if _, err := f.signIn(t, false, url.Values{"iss": {f.issuer}}); err != nil {
		t.Error(err)
	}
	delete(f.claims, "nonce")
	_, err = f.signIn(t, false, nil)
	refused(t, "an answer without a name", err, models.Forbidden, "could not be verified")
}

func TestDiscoveryIsNotRepeated(t *testing.T) {
	f := newForger(t)
	w := newClient(t, f.issuer, clientSecret)
	for range 2 {
		delete(f.claims, "nonce")
		if _, err := f.signInAt(w, false, nil); err != nil {
			t.Error(err)
		}
	}
	if f.discoveries != 1 {
		t.Errorf("the provider was asked %d times", f.discoveries)
	}
}

// What a provider answers may hold what it was sent.
func TestAnErrorHoldsNothingSecret(t *testing.T) {
	f := newForger(t)
	f.failure = "cannot parse client_secret=" + clientSecret + "&code=a+code"
	_, err := f.signIn(t, false, nil)
	refused(t, "signing in", err, models.Unavailable, "not possible at the moment")
	if strings.Contains(err.Error(), clientSecret) || strings.Contains(err.Error(), "a+code") {
		t.Errorf("the error tells it: %v", err)
	}
}

// hash is at_hash (OpenID Connect Core, 3.1.3.6) for RS256.
func hash(token string) string {
	return base64.RawURLEncoding.EncodeToString(sha256Of(token)[:16])
}

func sha256Of(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
