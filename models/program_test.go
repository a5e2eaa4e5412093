package models_test

import (
	"strings"
	"testing"

	"dojo/models"
)

func TestProgramIsTheShortNameOfAUserAgent(t *testing.T) {
	for userAgent, want := range map[string]string{
		"":                            "Unnamed program",
		"curl/8.5.0":                  "curl 8.5",
		"Go-http-client/1.1":          "Go program",
		"Python-urllib/3.11":          "Python 3.11",
		"python-requests/2.31.0":      "python-requests 2.31",
		"node":                        "Node.js",
		"okhttp/4.9.3 extra (things)": "okhttp 4.9",
		"acme-sync":                   "acme-sync",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 " +
			"Safari/537.36": "Chrome on macOS",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 " +
			"Safari/537.36 Edg/141.0.0.0": "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/18.0 Mobile Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36": "Chrome on Android",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                       "Firefox on Linux",
		"Mozilla/5.0":           "Browser",
		strings.Repeat("é", 40): strings.Repeat("é", 32) + "…",
	} {
		if got := models.Program(userAgent); got != want {
			t.Errorf("%q is %q, want %q", userAgent, got, want)
		}
	}
}

// TestProgramNameLastsOverVersions: what a team accepts of a program holds for its next version too.
func TestProgramNameLastsOverVersions(t *testing.T) {
	for userAgent, want := range map[string]string{
		"":                       "Unnamed program",
		" odd":                   "Unnamed program",
		"curl/8.5.0":             "curl",
		"curl":                   "curl",
		"Go-http-client/2.0":     "Go program",
		"python-requests/2.31.0": "python-requests",
		"node/22":                "Node.js",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
	} {
		if got := models.ProgramName(userAgent); got != want {
			t.Errorf("%q is %q, want %q", userAgent, got, want)
		}
	}
}
