package api

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"dojo/gate"
	"dojo/models"
)

var everybody = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// fuzzedKey is the accepted key. In what is fuzzed, KEY stands for it, and %KEY%
// for it percent-encoded.
const fuzzedKey = "039c501ac8dfcac91c6f05601cee876e1cc07e17"

func withKey(text string) string {
	var encoded strings.Builder
	for _, c := range []byte(fuzzedKey) {
		fmt.Fprintf(&encoded, "%%%02X", c)
	}
	return strings.NewReplacer("%KEY%", encoded.String(), "KEY", fuzzedKey).Replace(text)
}

// Whatever the head of a request is, the upstream never sees the key in it.
func FuzzProxyNeverShowsTheKey(f *testing.F) {
	f.Add("api_key=KEY&a=1", "X-Api-Key", "KEY", "/v1/search")
	f.Add("a=1;api_key=KEY&b=%KEY%&%KEY%=c", "Authorization", "Bearer KEY", "/v1/a%2Fb")
	f.Add("%zz=%zz%KEY%", "Referer", "https://shop.example/?api_key=%KEY%", "/v1/KEY")
	f.Add("", "X-Forwarded-For", "KEY, 192.0.2.1", "/v1/%KEY%")
	f.Add("x", "X_api_key", "k=KEY", "/v1/x")
	f.Add("x", "Authorization", "Basic KEY", "/v1/x")
	f.Add("x", "X-KEY", "a", "/v1/x")
	f.Add("x", "Connection", "X-Dojo-Team, X-Forwarded-For", "/v1/x")
	f.Add("\x1e", "0", "0", "/v1/")
	f.Add("", "0", "0", "/v1%2F0")
	grant := models.Grant{TeamSlug: "acme", Environment: models.Development, Kind: models.Secret, KeyID: "id"}
	address := &url.URL{Scheme: "http", Host: "upstream.example", Path: "/base"}
	f.Fuzz(func(t *testing.T, query, name, value, path string) {
		r := httptest.NewRequest(http.MethodGet, "/v1/x", nil)
		r.Header = http.Header{http.CanonicalHeaderKey(withKey(name)): {withKey(value)}, "X-Dojo-Team": {"forged"}}
		parsed, err := url.ParseRequestURI(withKey(path) + "?" + withKey(query))
		if err != nil || gate.RequestOf("GET", parsed.EscapedPath()).Fault != "" ||
			!isUpstreams(parsed.EscapedPath()) || holds(parsed.EscapedPath(), fuzzedKey) {
			return // it does not come here, or is not handed on
		}
		r.URL = parsed
		for _, trusted := range []bool{false, true} {
			out := sent(r, trusted, address, &grant)
			for _, text := range []string{out, gate.Decode(out)} {
				if strings.Contains(strings.ToLower(text), fuzzedKey) {
					t.Fatalf("the upstream sees the key:\n%s", out)
				}
			}
			if strings.Count(out, "\nX-Dojo-Team: acme\r\n") != 1 || strings.Contains(out, "forged") {
				t.Fatalf("the upstream is told another team:\n%s", out)
			}
			if !strings.HasPrefix(out, "GET /base/v1/") {
				t.Fatalf("the request leaves /v1:\n%s", out)
			}
		}
	})
}

// sent is the head of the request that the upstream gets for r.
func sent(r *http.Request, trusted bool, address *url.URL, grant *models.Grant) string {
	var head bytes.Buffer
	proxy := httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { outgoing{r, trusted}.write(address, fuzzedKey, grant) },
		Transport: roundTrip(func(r *http.Request) { _ = r.Write(&head) }),
	}
	proxy.ServeHTTP(httptest.NewRecorder(), r)
	return head.String()
}

// roundTrip answers every request with 204.
type roundTrip func(*http.Request)

// RoundTrip implements http.RoundTripper.
func (look roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	look(r)
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Header: http.Header{}}, nil
}
