package static_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"dojo/static"
)

func get(t *testing.T, method, path string) *http.Response {
	t.Helper()
	recorder := httptest.NewRecorder()
	static.Handler().ServeHTTP(recorder, httptest.NewRequest(method, path, nil))
	return recorder.Result()
}

func body(t *testing.T, path string) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	static.Handler().ServeHTTP(recorder, httptest.NewRequest("GET", path, nil))
	return recorder.Body.String()
}

func TestURLCarriesAHash(t *testing.T) {
	if got := static.URL("app.css"); !regexp.MustCompile(`^/static/[0-9a-f]{12}/app\.css$`).MatchString(got) {
		t.Errorf("URL = %q", got)
	}
	if hash(static.URL("app.css")) == hash(static.URL("app.js")) {
		t.Error("two files share a hash")
	}
}

func hash(url string) string { return strings.Split(url, "/")[2] }

func TestURLOfAnUnknownFilePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	static.URL("nothing.css")
}

func TestHandler(t *testing.T) {
	const forever, aDay = "public, max-age=31536000, immutable", "public, max-age=86400"
	tests := []struct {
		method, path string
		status       int
		contentType  string
		cache        string
	}{
		{"GET", static.URL("app.css"), 200, "text/css; charset=utf-8", forever},
		{"HEAD", static.URL("app.css"), 200, "text/css; charset=utf-8", forever},
		{"GET", static.URL("app.js"), 200, "text/javascript; charset=utf-8", forever},
		{"GET", static.URL("vendor/htmx-4.0.1.min.js"), 200, "text/javascript; charset=utf-8", forever},
		{"GET", static.URL("favicon.svg"), 200, "image/svg+xml", forever},
		{"GET", "/favicon.ico", 200, "image/x-icon", aDay},
		{"GET", "/favicon.svg", 200, "image/svg+xml", aDay},
		{"GET", "/static/000000000000/app.css", 200, "text/css; charset=utf-8", aDay},
		{"GET", "/static/app.css", 404, "", ""},
		{"GET", "/app.css", 404, "", ""},
		{"GET", "/static/000000000000/static.go", 404, "", ""},
		{"GET", "/static/000000000000/../static.go", 404, "", ""},
		{"POST", static.URL("app.css"), 405, "", ""},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			response := get(t, test.method, test.path)
			if response.StatusCode != test.status {
				t.Fatalf("status %d, want %d", response.StatusCode, test.status)
			}
			if test.status != 200 {
				return
			}
			if got := response.Header.Get("Content-Type"); got != test.contentType {
				t.Errorf("content type %q, want %q", got, test.contentType)
			}
			if got := response.Header.Get("Cache-Control"); got != test.cache {
				t.Errorf("cache control %q, want %q", got, test.cache)
			}
		})
	}
}

// A part that somebody adds and forgets to list would be missing without a word.
func TestTheStylesheetHasAllItsParts(t *testing.T) {
	css := body(t, static.URL("app.css"))
	parts, err := filepath.Glob("css/*.css")
	if err != nil || len(parts) == 0 {
		t.Fatalf("no parts: %v", err)
	}
	for _, part := range parts {
		content, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(css, string(content)) {
			t.Errorf("%s is not in app.css", part)
		}
	}
	if order := "@layer reset, tokens, base, layout, components, pages;"; !strings.Contains(css, order) ||
		strings.Index(css, order) > strings.Index(css, "{") {
		t.Error("app.css does not begin with the order of its layers")
	}
}

// TestCompressed: what a browser takes is the smallest form of a file, and each compressed form is of the same content:
// that of scripts and stylesheets is shorter than the file. "go generate ./static" packs files again.
func TestCompressed(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "records.js", "vendor/htmx-4.0.1.min.js", "favicon.svg"} {
		plain, shorter := body(t, static.URL(name)), ""
		for accept, want := range map[string]string{
			"gzip, deflate, br, zstd": "br", "gzip, deflate": "gzip", "GZIP": "gzip", "br;q=0, gzip;q=0.5": "gzip",
			"br; q=0.0": "", "": "", "identity": "", "*": "", "brotli": "",
		} {
			request := httptest.NewRequest("GET", static.URL(name), nil)
			request.Header.Set("Accept-Encoding", accept)
			recorder := httptest.NewRecorder()
			static.Handler().ServeHTTP(recorder, request)
			got := recorder.Result()
			if got.Header.Get("Content-Encoding") != want || got.Header.Get("Vary") != "Accept-Encoding" ||
				got.ContentLength != int64(recorder.Body.Len()) {
				t.Errorf("%s for %q comes as %q, %v", name, accept, got.Header.Get("Content-Encoding"), got.Header)
			}
			content := unpack(t, want, recorder.Body)
			if want == "" && content != plain {
				t.Errorf("%s as it is has other content", name)
			}
			if want == "" {
				continue
			}
			if shorter == "" {
				shorter = content
			}
			if content != shorter || len(content) > len(plain) {
				t.Errorf("%s as %q has other content, of %d bytes", name, want, len(content))
			}
		}
	}
}

// TestPartsAreOfTheFileItself and not of its compressed form.
func TestPartsAreOfTheFileItself(t *testing.T) {
	request := httptest.NewRequest("GET", static.URL("app.js"), nil)
	request.Header.Set("Accept-Encoding", "br")
	request.Header.Set("Range", "bytes=0-9")
	recorder := httptest.NewRecorder()
	static.Handler().ServeHTTP(recorder, request)
	if recorder.Code != 206 || recorder.Body.String() != body(t, static.URL("app.js"))[:10] ||
		recorder.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d %q %v", recorder.Code, recorder.Body, recorder.Header())
	}
}

func unpack(t *testing.T, encoding string, packed io.Reader) string {
	t.Helper()
	switch encoding {
	case "br":
		packed = brotli.NewReader(packed)
	case "gzip":
		z, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		packed = z
	}
	content, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
