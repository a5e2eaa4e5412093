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
	"strings"
	"time"
)

//go:embed css app.js records.js favicon.svg favicon.ico vendor
var embedded embed.FS

// stylesheet lists the parts of app.css; the layers in it decide what wins, so
// only the first, which orders them, has its place.
var stylesheet = []string{"css/tokens.css", "css/base.css", "css/layout.css", "css/controls.css", "css/parts.css",
	"css/pages.css", "css/records.css", "css/usage.css"}

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
}

var files = load(embedded)

// load reads every file, joins the stylesheet and works out the addresses.
func load(fsys fs.FS) map[string]file {
	found := map[string]file{}
	add := func(name string, content []byte) {
		sum := sha256.Sum256(content)
		found[name] = file{
			content:     content,
			contentType: contentType(name),
			url:         Prefix + hex.EncodeToString(sum[:6]) + "/" + name,
		}
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
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
}
