package handlers

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzLocal checks that no address leads a browser to another site. Browsers
// drop tabs and line breaks, and read a backslash as a slash
// (https://url.spec.whatwg.org/#concept-basic-url-parser).
func FuzzLocal(f *testing.F) {
	for _, next := range []string{
		"/", "/t/acme?x=1#y", "//evil.example", `/\evil.example`, "/\t/evil.example", "\n//evil.example",
		"/%2Fevil.example", "/%5Cevil.example",
		"https://evil.example", "javascript:alert(1)", "", " //evil.example", "/.//evil.example", "/a/..//evil.example",
		"///evil.example",
		"/\x00/evil.example", "http:evil.example", "/\u2028/evil.example", "//user@evil.example", "?x", "evil.example",
		"/%2F ", "/%2Fevil.example/ ",
	} {
		f.Add(next)
	}
	here := &url.URL{Scheme: "https", Host: "dojo.example", Path: "/login"}
	f.Fuzz(func(t *testing.T, next string) {
		got := local(next)
		seen := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(strings.TrimSpace(got))
		if !strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, "//") {
			t.Fatalf("next=%q leads to %q", next, got)
		}
		if there, err := here.Parse(got); err != nil || there.Host != here.Host || there.Scheme != here.Scheme {
			t.Fatalf("next=%q leads to %q: %v, %v", next, got, there, err)
		}
	})
}

func TestLocalKeepsWhatIsOurs(t *testing.T) {
	for _, next := range []string{"/", "/t/acme/development/keys?revoke=secret", "/desk/teams?q=%2F%2F"} {
		if got := local(next); got != next {
			t.Errorf("local(%q) is %q", next, got)
		}
	}
}
