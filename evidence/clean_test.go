package evidence_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dojo/evidence"
)

func TestNoKeyIsKept(t *testing.T) {
	const key = "0123456789abcdef0123456789abcdef01234567"
	encoded := strings.ReplaceAll(key, "a", "%61")
	for given, want := range map[string]string{
		key:                            "[key]",
		"/" + key:                      "/[key]",
		"/a/" + key + "/b":             "/a/[key]/b",
		strings.ToUpper(key):           "[key]",
		"x" + key + key + "y":          "x[key]y",
		key + "/" + key:                "[key]/[key]",
		"key=" + key + "0":             "key=[key]",
		"deadbeef " + key:              "deadbeef [key]",
		key[1:]:                        key[1:], // too short to be one
		"plain":                        "plain",
		"":                             "",
		"\x00\r\n\xff":                 "????",
		"\u202eRLO\u0085\u200bé ☃":     "?RLO??é ☃", // what turns text around or hides in it
		strings.Repeat("x", 190) + key: strings.Repeat("x", 190) + "[key]",
		strings.Repeat("x", 198) + key + "/" + key: strings.Repeat("x", 198) + "[k",
		strings.Repeat("ü", 150):                   strings.Repeat("ü", 100),
	} {
		c, kept := collector()
		observe(c, 1, func(_ int, o *evidence.Observation) { o.UserAgent, o.Origin, o.Browser = given, given, true })
		flush(t, c)
		got := kept.all()
		caller, request, exposure := got.Callers[0], got.Requests[0], got.Exposures[0]
		for _, text := range []string{caller.UserAgent, caller.Origin, request.UserAgent, request.Origin,
			exposure.UserAgent, exposure.Origin, got.Keys[0].LastUserAgent} {
			if text != want {
				t.Errorf("of %q is kept %q; want %q", given, text, want)
			}
		}
	}
	for given, want := range map[string]string{
		"/v1/products/" + key:                      "/v1/products/[key]",
		"/v1/products/" + encoded + "%2Fb":         "/v1/products/[key]/b",
		"/v1/products/a%2Fb":                       "/v1/products/a%2Fb",
		"/v1/products/%zz":                         "/v1/products/%zz",
		"/v1/products/p?api_key=" + key[:30]:       "/v1/products/p",
		"/v1/products/" + strings.Repeat("é", 200): "/v1/products/" + strings.Repeat("é", 143),
	} {
		c, kept := collector()
		observe(c, 1, func(_ int, o *evidence.Observation) { o.Path, o.Method = given, key })
		flush(t, c)
		if got := kept.all().Requests[0]; got.Path != want || got.Method != "[key]" || !utf8.ValidString(got.Path) {
			t.Errorf("of the path %q is kept %q, of the method %q; want %q and [key]", given, got.Path, got.Method,
				want)
		}
	}
}

// Two callers whose headers are the same but for what is taken out are one: a
// statement may not write a row twice.
func TestCallersAreToldApartByWhatIsKept(t *testing.T) {
	c, kept := collector()
	observe(c, 20, func(i int, o *evidence.Observation) {
		o.UserAgent = strings.Repeat(string(rune('a'+i%4)), 40) + " agent"
	})
	flush(t, c)
	if got := kept.all().Callers; len(got) != 1 || got[0].Accepted != 20 || got[0].UserAgent != "[key] agent" {
		t.Errorf("the callers are %+v; want one with 20 requests", got)
	}
}
