package models_test

import (
	"fmt"
	"strings"
	"testing"

	"dojo/models"
)

func TestOriginsAreKeptAsBrowsersWriteThem(t *testing.T) {
	for typed, want := range map[string]string{
		"":                     "",
		" \r\n\t":              "",
		"https://shop.example": "https://shop.example",
		"HTTPS://Shop.Example:443/\r\nhttps://shop.example\n": "https://shop.example",
		"https://a.example https://b.example:8443":            "https://a.example https://b.example:8443",
		"http://localhost:3000\nhttp://127.0.0.1:80":          "http://localhost:3000 http://127.0.0.1",
		"http://[::1]:5173":                                   "http://[::1]:5173",
		"https://xn--mnchen-3ya.example":                      "https://xn--mnchen-3ya.example",
	} {
		if got, err := models.CheckOrigins(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestOriginsThatNoBrowserSendsAreRefused(t *testing.T) {
	var many strings.Builder
	for i := range 21 {
		fmt.Fprintf(&many, "https://shop-%d.example\n", i)
	}
	for typed, why := range map[string]string{
		"shop.example":                           "is no origin",
		"null":                                   "is no origin",
		"ftp://shop.example":                     "is no origin",
		"javascript:alert(1)":                    "is no origin",
		"https://":                               "is no origin",
		"https://*.shop.example":                 "wildcard",
		"*":                                      "wildcard",
		"https://shop.example/cart":              "alone",
		"https://shop.example?x=1":               "alone",
		"https://me@shop.example":                "alone",
		"https://shop.example#top":               "alone",
		"https://münchen.example":                "xn--",
		"https://shop.example:":                  "no browser sends",
		"https://shop_.example":                  "no browser sends",
		"http://shop.example":                    "not encrypted",
		"http://localhost.shop.example":          "not encrypted",
		"https://good.example\nshop":             "is no origin",
		many.String():                            "at most 20",
		"https://" + strings.Repeat("a", 300):    "no browser sends",
		"https://shop.example:99999999999999999": "a port that does not exist",
	} {
		got, err := models.CheckOrigins(typed)
		if models.CodeOf(err) != models.Invalid || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, why)
		}
	}
}
