package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

const (
	invalidKey   = `{"message":"invalid api key.","errors":true}`
	ambiguousKey = `{"message":"more than one api key was given.","errors":true}`
	secretNeeded = `{"message":"This endpoint needs your secret API key.","code":"secret_key_required","errors":true}`
	readOnly     = `{"message":"The Playground environment is read-only.","code":"playground_read_only","errors":true}`
	lockedBody   = `{"message":"The Production environment is locked. Request an unlock in Dojo or contact your solutions engineer.","code":"environment_locked","errors":true}`
	notFound     = `{"message":"not found","errors":true}`
)

// Why requests are refused that could be read in two ways.
var (
	twoSlashes  = unclear("the path has two slashes in a row")
	slashAtEnd  = unclear("the path ends with a slash that does not belong there")
	dotSegment  = unclear("the path has a segment of dots, which leads elsewhere")
	oddEnd      = unclear("the path ends a segment with a dot or a space, or begins one with a space")
	semicolon   = unclear("the path has a semicolon, behind which some programs do not read")
	backslash   = unclear("the path has a backslash")
	controlChar = unclear("the path has a control character")
	encodedName = unclear("the path percent-encodes the name of an endpoint, or a part of it")
	wrongCase   = unclear("the path writes the name of an endpoint with capital letters")
	smallMethod = unclear("the method is not written in capital letters")
	otherMethod = unclear("it names another method beside its own")
)

func unclear(why string) string {
	return `{"message":"Dojo refuses this request because it could be read in two ways: ` + why +
		`.","code":"not_canonical","errors":true}`
}

func TestAPIRefusals(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Unlock(models.Production)
	keys := map[string]string{
		"none": "", "malformed": "xyz", "unknown": models.NewKey(),
		"upper case":        strings.ToUpper(w.Secret()),
		"secret":            w.Secret(),
		"publishable":       w.Publishable(),
		"playground":        w.KeyText(models.Playground, models.Secret),
		"playground public": w.KeyText(models.Playground, models.Publishable),
		"locked":            w.KeyText(models.Production, models.Secret),
		"locked public":     w.KeyText(models.Production, models.Publishable),
	}
	w.Lock(models.Production)
	for _, c := range []struct {
		key, method, path string
		status            int
		body              string
	}{
		{"none", "POST", "/v1/interactions", 401, invalidKey},
		{"malformed", "POST", "/v1/interactions", 401, invalidKey},
		{"unknown", "POST", "/v1/interactions", 401, invalidKey},
		{"upper case", "POST", "/v1/interactions", 401, invalidKey},
		{"none", "GET", "/v1/nothing", 401, invalidKey},
		{"none", "PUT", "/v1/products", 401, invalidKey},
		{"none", "OPTIONS", "/v1/products", 401, invalidKey},
		{"none", "GET", "/v1/", 401, invalidKey},
		{"locked", "POST", "/v1/interactions", 403, lockedBody},
		{"locked", "GET", "/v1/nothing", 403, lockedBody},
		{"locked public", "POST", "/v1/products", 403, lockedBody},
		{"publishable", "POST", "/v1/products", 403, secretNeeded},
		{"publishable", "POST", "/v1/users", 403, secretNeeded},
		{"publishable", "GET", "/v1/users/1", 403, secretNeeded},
		{"publishable", "DELETE", "/v1/interactions", 403, secretNeeded},
		{"publishable", "GET", "/v1/nothing", 403, secretNeeded},
		{"publishable", "POST", "/v1/%69nteractions", 400, encodedName},
		{"publishable", "POST", "/v1/interactions/", 400, slashAtEnd},
		{"publishable", "POST", "//v1/interactions", 400, twoSlashes},
		{"publishable", "post", "/v1/interactions", 400, smallMethod},
		{"unknown", "POST", "//v1/interactions", 401, invalidKey},
		{"locked", "POST", "/v1/interactions/", 403, lockedBody},
		{"playground", "POST", "/v1/;x/products", 400, semicolon},
		{"playground", "POST", "/v1/products%20", 400, oddEnd},
		{"playground", "POST", "/v1/products.", 400, oddEnd},
		{"playground public", "POST", "/v1/users", 403, secretNeeded},
		{"playground public", "POST", "/v1/interactions", 400, readOnly},
		{"playground", "POST", "/v1/interactions", 400, readOnly},
		{"playground", "POST", "/v1/products?dry_run=1", 400, readOnly},
		{"playground", "DELETE", "/v1/users/1", 400, readOnly},
		{"playground", "GET", "/v1/users/nobody", 404, notFound},
		{"secret", "GET", "/v1/nothing", 404, notFound},
		{"secret", "POST", "/v1/search/search", 404, notFound},
		{"secret", "GET", "/v1/", 404, notFound},
		{"secret", "GET", "/v1/products/", 400, slashAtEnd},
		{"secret", "GET", "/V1/products/1", 400, wrongCase},
		{"secret", "GET", "/v1//products", 400, twoSlashes},
		{"secret", "GET", "/v1/products/a/b", 404, notFound},
		{"secret", "PUT", "/v1/products", 405, `{"message":"method not allowed","errors":true}`},
		{"secret", "GET", "/v1/interactions", 405, `{"message":"method not allowed","errors":true}`},
		{"none", "GET", "/elsewhere", 404, notFound},
		{"none", "POST", "/verify", 405, `{"message":"method not allowed","errors":true}`},
	} {
		// A body that no JSON parser takes shows that the key is checked before it.
		got := w.Request(c.method, c.path, "not JSON", "X-API-KEY: "+keys[c.key])
		if got.Code != c.status || got.Body.String() != c.body {
			t.Errorf("%s key, %s %s: got %d %s", c.key, c.method, c.path, got.Code, got.Body)
		}
		if got.Code == 405 && got.Header().Get("Allow") == "" {
			t.Errorf("%s %s: 405 without Allow", c.method, c.path)
		}
		if got.Code == 401 && got.Header().Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s %s: 401 without a challenge", c.method, c.path)
		}
	}
	for name, key := range keys {
		if len(key) == models.KeyLength && strings.Contains(w.Log.String(), key) {
			t.Errorf("the log has the %s key", name)
		}
	}
}

func TestAPIRefusesARevokedKeyAtOnce(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	old, id := w.Secret(), w.Key(models.Development, models.Secret).ID
	team := w.Team(w.Olivia, w.Acme)
	if _, err := team.RevokeKey(context.Background(), models.Development, id,
		models.Revocation{Grace: time.Hour, Reason: models.Rotation}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{old, w.Secret()} {
		webtest.Expect(t, w.Request("GET", "/verify?api_key="+key, ""), 200, "")
	}
	w.Database.Clock.Add(time.Hour)
	webtest.Expect(t, w.Request("GET", "/verify?api_key="+old, ""), 401, invalidKey)
	fresh := w.Secret()
	if _, err := team.RevokeKey(context.Background(), models.Development, w.Key(models.Development, models.Secret).ID,
		models.Revocation{Reason: models.Compromised}); err != nil {
		t.Fatal(err)
	}
	webtest.Expect(t, w.Request("GET", "/verify?api_key="+fresh, ""), 401, invalidKey)
	webtest.Expect(t, w.Request("GET", "/verify?api_key="+w.Secret(), ""), 200, "")
}

// Where a key may stand, and what becomes of several. KEY is the secret key and
// OTHER the publishable one.
func TestAPIKeyPlaces(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret, other := w.Secret(), w.Publishable()
	// "API_KEY" holds "KEY", and stays as it is.
	fill := strings.NewReplacer("API_KEY", "API_KEY", "ENCODED", percentEncode(secret), "OTHER", other, "KEY", secret)
	for _, c := range []struct {
		query   string
		headers []string
		status  int
	}{
		{"?api_key=KEY", nil, 200},
		{"?x=1&api_key=KEY&y", nil, 200},
		{"?api_key=ENCODED", nil, 200},
		{"?api%5Fkey=KEY", nil, 200},
		{"?&&api_key=KEY&", nil, 200},
		{"", []string{"X-API-KEY: KEY"}, 200},
		{"", []string{"x-api-key: KEY"}, 200},
		{"", []string{"Authorization: Bearer KEY"}, 200},
		{"", []string{"Authorization: bEaReR   KEY"}, 200},
		{"", []string{"X-API-KEY: KEY", "X-API-KEY: KEY"}, 200},
		{"?api_key=KEY", []string{"X-API-KEY: KEY", "Authorization: Bearer KEY"}, 200},
		{"?api_key=", []string{"X-API-KEY: KEY"}, 200},
		{"?api_key", []string{"X-API-KEY: KEY"}, 200},
		{"?api_key=KEY", []string{"Authorization: Basic b2xpdmlhOng="}, 200},
		{"?api_key=KEY", []string{"Authorization: Bearer"}, 200},

		{"?api_key=KEY&api_key=KEY", nil, 400},
		{"?api_key=KEY&api_key=OTHER", nil, 400},
		{"?api_key=bad&api_key=KEY", nil, 400},
		{"?api_key=&api_key=KEY", nil, 400},
		{"?api_key=KEY&api%5fkey=KEY", nil, 400},
		{"?api_key=KEY", []string{"X-API-KEY: OTHER"}, 400},
		{"?api_key=OTHER", []string{"Authorization: Bearer KEY"}, 400},
		{"", []string{"X-API-KEY: KEY", "X-API-KEY: OTHER"}, 400},
		{"", []string{"X-API-KEY: KEY", "Authorization: Bearer OTHER"}, 400},

		{"", nil, 401},
		{"?api_key=", nil, 401},
		{"?API_KEY=KEY", nil, 401},
		{"?api_key=KEY;x=1", nil, 401},
		{"?x=1;api_key=KEY", nil, 401},
		{"?api_key=+KEY", nil, 401},
		{"?api_key=KEY%00", nil, 401},
		{"?api_key=%zz", nil, 401},
		{"?api%5_key=KEY", nil, 401},
		{"", []string{"X-API-KEY: KEY,KEY"}, 401},
		{"", []string{"Authorization: KEY"}, 401},
		{"", []string{"Authorization: BearerKEY"}, 401},
		{"", []string{"Authorization: Bearer KEY KEY"}, 401},
		{"", []string{"Authorization: Basic KEY"}, 401},
	} {
		r := httptest.NewRequest(http.MethodGet, "/verify", nil)
		r.URL.RawQuery = strings.TrimPrefix(fill.Replace(c.query), "?")
		for _, header := range c.headers {
			name, value, _ := strings.Cut(header, ": ")
			r.Header.Add(name, fill.Replace(value))
		}
		got := w.Serve(r)
		want := map[int]string{200: "", 400: ambiguousKey, 401: invalidKey}[c.status]
		if got.Code != c.status || got.Body.String() != want {
			t.Errorf("%s %q: got %d %s, want %d", c.query, c.headers, got.Code, got.Body, c.status)
		}
	}
}

func percentEncode(text string) string {
	var encoded strings.Builder
	for _, c := range []byte(text) {
		encoded.WriteString("%")
		encoded.WriteByte("0123456789abcdef"[c>>4])
		encoded.WriteByte("0123456789ABCDEF"[c&15])
	}
	return encoded.String()
}
