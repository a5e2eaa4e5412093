package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
)

func TestDemoStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	dir, settings := place(t)
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:80", "dojo.example:80", "10.0.0.1:8080"} {
		refuses(t, "the demo's passwords are public", with("demo", settings, "--addr", address)...)
		refuses(t, "the demo's passwords are public",
			with("demo", settings, "--addr", "127.0.0.1:0", "--api-addr", address)...)
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("it left %v", files)
	}
}

func TestDemo(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("demo", settings)...)
	if shown := p.printed(`The demo is ready: (http://localhost:\d+)\n`); shown != p.url {
		t.Errorf("it prints %s and serves %s", shown, p.url)
	}
	for _, email := range []string{"ade@acme.example", "olivia@acme.example", "dev@acme.example", "vic@acme.example",
		"uma@umami.example", "sol@dojo.example"} {
		p.printed(`(` + email + `)`)
		c := client()
		status, page := post(t, c, p.url+"/login", "email", email, "password", "dojo-demo")
		if status != http.StatusOK || !strings.Contains(page, email) || strings.Contains(page, "Sign in") {
			t.Errorf("%s signs in with %d %s", email, status, page)
		}
	}
	if _, page := get(t, client(), p.url+"/login"); !strings.Contains(page, "Demo sign-ins") {
		t.Error("the sign-ins are not on the page")
	}
	refuses(t, "another dojo process is using the database file",
		with("demo", settings, "--fresh", "--addr", "127.0.0.1:0")...)
	if status, _ := get(t, client(), p.url+"/readyz"); status != http.StatusOK {
		t.Error("the demo that runs lost its database")
	}
}

func TestDemoGoesOnOrBeginsAfresh(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	requested := func(args ...string) bool {
		t.Helper()
		p := begin(t, with("demo", settings, args...)...)
		defer p.stop()
		c := client()
		post(t, c, p.url+"/login", "email", "ade@acme.example", "password", "dojo-demo")
		_, page := get(t, c, p.url+"/t/acme/production")
		waits := strings.Contains(page, "Waiting for a solutions engineer")
		post(t, c, p.url+"/t/acme/production/unlock-requests", "use_case", "Ours")
		return waits
	}
	if requested() {
		t.Fatal("Production is requested from the beginning")
	}
	if !requested() {
		t.Error("the second start forgot the request")
	}
	if requested("--fresh") {
		t.Error("--fresh kept the request")
	}
}

// TestDemoLeavesOthersAlone: a machine on which Dojo is used in earnest may name
// that database in its environment.
func TestDemoLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings)...)
	makeEngineer(t, client(), p.printed(setupLink), "eva@dojo.example")
	p.stop()
	for _, fresh := range [][]string{nil, {"--fresh"}} {
		refuses(t, "this database has solutions engineers of its own",
			with("demo", settings, append(fresh, "--addr", "127.0.0.1:0")...)...)
	}
	p = begin(t, with("serve", settings)...)
	if status, page := post(t, client(), p.url+"/login", "email", "eva@dojo.example", "password",
		"correct horse battery"); status != http.StatusOK || !strings.Contains(page, "Solutions desk") {
		t.Errorf("the engineer signs in with %d %s", status, page)
	}
	if status, _ := post(t, client(), p.url+"/login", "email", "sol@dojo.example", "password",
		"dojo-demo"); status != http.StatusUnprocessableEntity {
		t.Errorf("the demo's engineer signs in with %d", status)
	}
}
