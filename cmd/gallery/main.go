// Command gallery shows every state of every page, made of literals, at
// http://localhost:8099/ : for looking at the design without a database, and
// for the tests that look at all of it.
//
//	go run ./cmd/gallery -addr localhost:8099
package main

import (
	"bytes"
	"flag"
	"html/template"
	"log"
	"net"
	"net/http"
	"net/url"
	"time"

	"dojo/static"
	"dojo/views/pages"
)

// policy is the strict policy that the pages have to live under.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// state is one state of one page.
type state struct {
	// Name is the last part of its address: "keys-secret-viewed".
	Name string
	Page pages.Page
}

func main() {
	addr := flag.String("addr", "localhost:8099", "address to listen on")
	flag.Parse()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: handler(), ReadHeaderTimeout: 5 * time.Second}
	log.Printf("gallery: http://%s/", listener.Addr())
	log.Fatal(server.Serve(listener))
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.Handle("/favicon.ico", static.Handler())
	mux.HandleFunc("GET /{$}", index)
	for _, s := range states() {
		mux.Handle("/"+s.Name, show(s))
	}
	mux.HandleFunc("POST /t/{team}/{environment}/keys/{id}/view", viewKey)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, refreshed(r))
	})
}

// refreshed lets a page that asks for itself anew, at the address that it would
// have in the program, have its own state again.
func refreshed(r *http.Request) *http.Request {
	current, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil || current.Path == "" || r.Method != http.MethodGet {
		return r
	}
	again := r.Clone(r.Context())
	again.URL.Path = current.Path
	return again
}

func show(s state) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var page bytes.Buffer
		if err := s.Page.Page().Render(r.Context(), &page); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page.Bytes())
	})
}

// viewKey lets the buttons Copy and View be tried.
func viewKey(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Accept") == "application/json" {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"key":"` + secretText + `"}`))
		return
	}
	show(state{Page: keysViewed(r.PathValue("environment"))}).ServeHTTP(w, r)
}

var indexPage = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gallery</title>
<link rel="stylesheet" href="{{.Style}}"></head><body class="plain"><main><h1>Every state of every page</h1>
<ul>{{range .States}}<li><a href="/{{.Name}}">{{.Name}}</a></li>{{end}}</ul></main></body></html>`))

func index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	data := struct {
		Style  string
		States []state
	}{static.URL("app.css"), states()}
	if err := indexPage.Execute(w, data); err != nil {
		log.Print(err)
	}
}
