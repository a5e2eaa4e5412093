package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestPagesAreCompressed, but for answers that show a secret.
func TestPagesAreCompressed(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	page := dev.Get(webtest.KeysPath, "Accept-Encoding: gzip").Expect(http.StatusOK)
	if page.Header.Get("Content-Encoding") != "gzip" || page.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("the page of keys comes with %v", page.Header)
	}
	if plain := dev.Get(webtest.KeysPath, "Accept-Encoding: identity").Expect(http.StatusOK,
		"Secret key"); len(plain.Body) <
		3*len(page.Body) {
		t.Errorf("%d bytes became %d", len(plain.Body), len(page.Body))
	}
	key := s.Key(models.Development, models.Secret)
	shown := dev.Post(webtest.KeysPath+"/"+key.ID+"/view", nil, "Accept-Encoding: gzip").Expect(http.StatusOK)
	if shown.Header.Get("Content-Encoding") != "" {
		t.Error("a page with a secret is compressed")
	}
	download := s.As(s.Sol).Get("/desk/teams?format=csv", "Accept-Encoding: gzip").Expect(http.StatusOK)
	if download.Header.Get("Content-Encoding") != "" {
		t.Error("a download is compressed")
	}
}

// TestTransferOfKeys: the page of keys takes 40 KB at most in a browser that was never here, with all
// that it loads.
func TestTransferOfKeys(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	bytes := len(dev.Get(webtest.KeysPath, "Accept-Encoding: gzip").Expect(http.StatusOK).Body)
	seen := map[string]bool{}
	page := dev.Get(webtest.KeysPath).Body
	for _, address := range regexp.MustCompile(`/static/[^" ]+`).FindAllString(page, -1) {
		if !seen[address] {
			seen[address] = true
			bytes += len(dev.Get(address, "Accept-Encoding: br").Expect(http.StatusOK).Body)
		}
	}
	if bytes > 40_000 || len(seen) != 5 {
		t.Errorf("%d bytes of a page and %d files", bytes, len(seen))
	}
	t.Logf("%d bytes of a page and %d files", bytes, len(seen))
}

// TestPagesNameTheirStylesheetAtOnce: before the browser has read the page. A part that refreshes itself has no need.
func TestPagesNameTheirStylesheetAtOnce(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	page := dev.Get(webtest.KeysPath)
	want := regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)">`).FindStringSubmatch(page.Body)
	if want == nil || page.Header.Get("Link") != "<"+want[1]+">; rel=preload; as=style" {
		t.Errorf("%q and %q", page.Header.Get("Link"), want)
	}
	part := dev.Get(webtest.KeysPath, "HX-Request: true")
	if part.Header.Get("Link") != "" {
		t.Errorf("a part has %q", part.Header.Get("Link"))
	}
}
