package models

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/width"
)

const leaked, other = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567", "89abcdef0123456789abcdef0123456789abcdef"

func TestPastedKeysAreFoundAsPeopleComeUponThem(t *testing.T) {
	half := leaked[:20] + "%s" + leaked[20:]
	within := func(between string) string { return strings.Replace(half, "%s", between, 1) }
	for name, text := range map[string]string{
		"alone":            leaked,
		"spaces around it": " \t" + leaked + "\r\n",
		"env file":         "# shop\nMISO_API_KEY=" + leaked + "\nMISO_URL=https://api.example",
		"env file, quoted": `export MISO_API_KEY="` + leaked + `"`,
		"header":           "Authorization: Bearer " + leaked,
		"basic authentication": "Authorization: Basic " +
			base64.StdEncoding.EncodeToString([]byte("shop:"+leaked)),
		"Kubernetes secret":               "data:\n  key: " + base64.StdEncoding.EncodeToString([]byte(leaked)),
		"URL":                             "https://api.example/v1/products?api_key=" + leaked + "&limit=3",
		"URL in a URL":                    "https://x.example/?to=" + url.QueryEscape("https://api.example/?api_key="+leaked),
		"percent-encoded":                 "api_key%3D" + leaked + "%26",
		"every character percent-encoded": "%" + strings.Join(inPairs(hex.EncodeToString([]byte(leaked))), "%"),
		"JSON":                            `{"api_key":"` + leaked + `"}`,
		"JSON in JSON":                    `{"body":"{\"key\":\"` + leaked + `\"}\n"}`,
		"capitals":                        strings.ToUpper(leaked),
		"HTML":                            "<code>key&#61;" + leaked + "</code>",
		"wrapped":                         within("\n"),
		"wrapped by Windows":              within("\r\n"),
		"wrapped and indented":            within("\n    "),
		"wrapped in a mail":               within("\n> "),
		"quoted-printable":                "key=3D" + within("=\n"),
		"continued in a shell":            within("\\\n"),
		"added strings":                   `"` + within("\" +\n    \"") + `"`,
		"wrapped in a diff":               "-" + within("\n-"),
		"wide letters":                    width.Widen.String(leaked),
		"zero-width space":                within("\u200b"),
		"soft hyphen":                     within("\u00ad"),
		"byte order mark":                 "\ufeff" + leaked,
		"in groups":                       strings.Join(inPairs(leaked), " "),
		"hexadecimal around":              "\\u000a" + leaked,
		"no-break space":                  leaked + "\u00a0",
	} {
		if found := FindPastedKeys(text).All(); !slices.Contains(found, leaked) {
			t.Errorf("%s: the key is not among the %d found in %q", name, len(found), text)
		}
	}
}

func inPairs(text string) []string {
	var pairs []string
	for pair := range slices.Chunk([]byte(text), 2) {
		pairs = append(pairs, string(pair))
	}
	return pairs
}

func TestPastedKeysAreAllFound(t *testing.T) {
	found := FindPastedKeys("DEV=" + leaked + "\nPROD=" + other + "\nPROD=" + other)
	if !slices.Equal(found.Whole, []string{leaked, other}) {
		t.Errorf("found %q, want each key once", found.Whole)
	}
}

func TestPastedTextWithoutKeys(t *testing.T) {
	for _, text := range []string{"", "not a key", leaked[:39], "sk_live_123", strings.Repeat("é", 40),
		"2026-11-28 12:00:00 GET /v1/products 401 7b0e4f7c-6f6d-4a53-9d4e-0a8f7a1b2c3d"} {
		if found := FindPastedKeys(text); len(found.Whole) > 0 {
			t.Errorf("%q: found %q standing by itself", text, found.Whole)
		}
	}
	if found := FindPastedKeys(leaked + "0"); len(found.Whole) > 0 || len(found.Within) != 2 {
		t.Errorf("41 digits: %+v, want two candidates within", found)
	}
}

func TestPastedTextIsLookedThroughWithinBounds(t *testing.T) {
	if found := FindPastedKeys(strings.Repeat("0123456789abcdef7", 4000)).All(); len(found) > maxPastedKeys {
		t.Errorf("%d candidates, want at most %d", len(found), maxPastedKeys)
	}
}

func FuzzPastedKeys(f *testing.F) {
	f.Add("MISO_API_KEY=", "&limit=3")
	f.Fuzz(func(t *testing.T, before, after string) {
		text := before + "\n\n " + leaked + " \n\n" + after
		found := FindPastedKeys(text).All()
		for _, key := range found {
			if !WellFormedKey(key) {
				t.Errorf("%q could be no key", key)
			}
		}
		if len(found) < maxPastedKeys && !slices.Contains(found, leaked) {
			t.Errorf("the key is not found in %q", text)
		}
	})
}
