// Package static holds the dashboard's stylesheet, scripts and icons. The
// addresses carry a hash of the content, so that a browser keeps a file for a
// year and still sees a new one at once.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed css app.js records.js palette.js favicon.svg favicon.ico vendor
var embedded embed.FS

// packed are the files compressed, by their addresses: those of other content than a file has
// now are not found, and it is sent as it is.
//
//go:generate go run ./pack
//go:embed packed
var packed embed.FS

// stylesheet lists the parts of app.css; the layers in it decide what wins, so
// only the first, which orders them, has its place.
var stylesheet = []string{"css/tokens.css", "css/base.css", "css/layout.css", "css/controls.css", "css/parts.css",
	"css/pages.css", "css/records.css", "css/usage.css", "css/palette.css"}

// Prefix is the path below which Handler answers.
const Prefix = "/static/"

const (
	forever = "public, max-age=31536000, immutable"
	// aDay is for the addresses that browsers make up themselves and for stale hashes.
	aDay = "public, max-age=86400"
)

type file struct {
	content     []byte
	contentType string
	url         string
	encodings   []encoding // that it has, the smallest first
}

// encoding is a file compressed.
type encoding struct {
	name    string // as in Accept-Encoding
	content []byte
}

var files = load(embedded)

// load reads every file, joins the stylesheet and works out the addresses.
func load(fsys fs.FS) map[string]file {
	found := map[string]file{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		f := file{
			content:     content,
			contentType: contentType(name),
			url:         Prefix + hex.EncodeToString(sum[:6]) + "/" + name,
		}
		for _, e := range []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}} {
			small, err := packed.ReadFile("packed/" + strings.TrimPrefix(f.url, Prefix) + e.ending)
			if err == nil { // others do not get smaller
				f.encodings = append(f.encodings, encoding{e.name, small})
			}
		}
		found[name] = f
	}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".css" {
			return err
		}
		content, err := fs.ReadFile(fsys, name)
		add(name, content)
		return err
	})
	var css []byte
	for _, name := range stylesheet {
		part, partErr := fs.ReadFile(fsys, name)
		css = append(css, part...)
		err = errors.Join(err, partErr)
	}
	if err != nil {
		panic("static: reading the embedded files: " + err.Error())
	}
	add("app.css", css)
	return found
}

// contentType does not ask the machine's mime tables first, which differ.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".ico":
		return "image/x-icon"
	case ".txt", "":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// URL is the address of the named file, such as "app.css" or
// "vendor/htmx.min.js": /static/<hash of the content>/<name>. It panics on a
// name that is not embedded, which is a mistake in a template.
func URL(name string) string {
	f, ok := files[name]
	if !ok {
		panic("static: no file " + name)
	}
	return f.url
}

// Contents returns all files by their addresses below Prefix.
func Contents() map[string][]byte {
	contents := make(map[string][]byte, len(files))
	for _, f := range files {
		contents[strings.TrimPrefix(f.url, Prefix)] = f.content
	}
	return contents
}

// Handler serves the files at their addresses, and /favicon.ico and
// /favicon.svg where browsers look for them. An address whose hash is not the
// present one (a page from before an upgrade) gets the present file with a
// short life; anything else is 404.
func Handler() http.Handler {
	return http.HandlerFunc(serve)
}

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	if rest, ok := strings.CutPrefix(r.URL.Path, Prefix); ok {
		_, name, _ = strings.Cut(rest, "/")
	} else if name != "favicon.ico" && name != "favicon.svg" {
		name = ""
	}
	f, ok := files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", aDay)
	if r.URL.Path == f.url {
		header.Set("Cache-Control", forever)
	}
	header.Set("Vary", "Accept-Encoding")
	content := f.content
	if e, ok := f.accepted(r); ok {
		header.Set("Content-Encoding", e.name)
		header.Set("Content-Length", strconv.Itoa(len(e.content)))
		content = e.content
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// accepted is the smallest encoding of the file that the client takes.
func (f file) accepted(r *http.Request) (encoding, bool) {
	if r.Header.Get("Range") != "" {
		return encoding{}, false
	}
	for _, e := range f.encodings {
		for one := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
			name, parameters, _ := strings.Cut(one, ";")
			if strings.EqualFold(strings.TrimSpace(name), e.name) && !refused(parameters) {
				return e, true
			}
		}
	}
	return encoding{}, false
}

// refused reports whether a coding's weight (RFC 9110, section 12.4.2) is 0.
func refused(parameters string) bool {
	weight, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(parameters), " ", ""), "q=")
	q, err := strconv.ParseFloat(weight, 64)
	return ok && (err != nil || q == 0)
}
