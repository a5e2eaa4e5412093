package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// A query is read as package url reads it, which is how whoever is behind Dojo
// may read it too.
func FuzzKeyInQuery(f *testing.F) {
	for _, query := range []string{
		"", "api_key=k", "x=1&api_key=k&y", "api_key=a&api_key=a", "api%5Fkey=%6b", "api_key=k;x=1", "api_key=+%zz",
		"api_key", "&&=&api_key==&",
		"api%5_key=k", "%61pi_key=k%", "api_key=%00", "api_key=&api_key=k", "API_KEY=k", "api+key=k",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		shown := shownKey{}
		shown.inQuery(query)
		if strings.Contains(query, ";") {
			return // package url drops such pairs, and Dojo takes them for no key
		}
		values, err := url.ParseQuery(query)
		keys := values["api_key"]
		if err != nil { // it has dropped what it could not read; ours may have seen a key that is none
			if len(keys) > 1 && !shown.ambiguous {
				t.Errorf("%q has %q, and passes for one key", query, keys)
			}
			return
		}
		if shown.ambiguous != (len(keys) > 1) {
			t.Errorf("%q has %q, ambiguous: %v", query, keys, shown.ambiguous)
		}
		if len(keys) == 1 && shown.key != keys[0] || len(keys) == 0 && shown.key != "" {
			t.Errorf("%q has %q, and %q was found", query, keys, shown.key)
		}
	})
}

// What a proxy forwards is believed whole and from those who are trusted, or refused.
func FuzzForwarded(f *testing.F) {
	f.Add("GET", "/v1/products?api_key=k", "", "192.0.2.1:4711")
	f.Add("POST", "/a", "/b", "192.0.2.1:1")
	f.Add("", "?", "?", "[::1]:80")
	f.Add("GET\n", "//%zz?&", "/v1/../x", "here")
	a := New(Options{})
	trusting := New(Options{TrustedProxies: everybody})
	f.Fuzz(func(t *testing.T, method, uri, original, peer string) {
		r := httptest.NewRequest(http.MethodGet, "/verify", nil)
		r.RemoteAddr = peer
		r.Header = http.Header{"X-Forwarded-Method": {method}, "X-Forwarded-Uri": {uri}, "X-Original-Uri": {original}}
		if asked, refusal := a.forwarded(r, false); asked != nil || refusal == nil {
			t.Error("somebody was believed without being trusted")
		}
		asked, refusal := trusting.forwarded(r, false)
		if (asked == nil) != (refusal != nil) {
			t.Fatalf("both or none of %v, %v", asked, refusal)
		}
		if asked == nil {
			return
		}
		if uri != original || method == "" || uri == "" {
			t.Errorf("%q %q and %q pass", method, uri, original)
		}
		if path, query, _ := strings.Cut(uri, "?"); asked.method != method || asked.path != path ||
			asked.query != query {
			t.Errorf("%q %q is taken for %+v", method, uri, asked)
		}
	})
}
