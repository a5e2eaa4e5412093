package web

import (
	"net/http"
	"strings"
	"testing"

	"dojo/handlers"
	"dojo/static"
)

// posts is every route that changes something, with a form that it takes.
func (s *site) posts(visit func(address, form string)) {
	for _, row := range access {
		if method, path, _ := strings.Cut(row.route, " "); method == http.MethodPost {
			visit(s.address(path, row.environment), row.form)
		}
	}
}

// TestFormsOfOtherSites: nothing is done that another site's page sends in the
// visitor's name.
func TestFormsOfOtherSites(t *testing.T) {
	s := onSQLite(t)
	sol, ade := s.as(s.Sol), s.as(s.Ade)
	s.posts(func(address, form string) {
		who := ade
		if strings.HasPrefix(address, "/desk") {
			who = sol
		}
		s.unchanged(t, address+" from another site", func() {
			for _, header := range []string{
				"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: nonsense",
				"Origin: https://evil.example", "Origin: null", "Origin: " + s.url + ".evil.example", "Origin: http://127.0.0.1:1",
			} {
				p := who.send(http.MethodPost, address, form, header)
				if p.status != http.StatusForbidden || !strings.Contains(words(p.root), "This form was sent from another site, so nothing was done.") {
					t.Errorf("%s with %s: %d", address, header, p.status)
				}
			}
		})
	})
	for _, header := range []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: " + s.url} {
		if p := ade.send(http.MethodPost, requestsPath, "use_case=", header); p.status != http.StatusUnprocessableEntity {
			t.Errorf("our own form with %s: %d", header, p.status)
		}
	}
	ade.get(keysPath, "Sec-Fetch-Site: cross-site").expect(http.StatusOK) // a link in a mail
}

func TestOtherHosts(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	cookie := "Cookie: dojo=" + ade.current().Value // the jar goes by the host
	_, port, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), ":")
	for _, host := range []string{"evil.example", "evil.example:" + port, "localhost", "127.0.0.1:1", "127.0.0.1.evil.example:" + port, "localhost.:" + port} {
		ade.get(keysPath, "Host: "+host, cookie).expect(http.StatusMisdirectedRequest, "Dojo is not at this address")
		s.posts(func(address, form string) {
			s.unchanged(t, address+" at "+host, func() {
				if p := ade.send(http.MethodPost, address, form, "Host: "+host, cookie); p.status != http.StatusMisdirectedRequest {
					t.Errorf("%s at %s: %d", address, host, p.status)
				}
			})
		})
	}
	for _, host := range []string{"localhost:" + port, "LOCALHOST:" + port, "127.0.0.1:" + port, "[::1]:" + port} {
		ade.get(keysPath, "Host: "+host, cookie).expect(http.StatusOK)
	}
	for _, header := range []string{"X-Forwarded-Host: evil.example", "X-Original-Host: evil.example", "Forwarded: host=evil.example", "X-HTTP-Method-Override: DELETE"} {
		p := ade.get(keysPath, header).expect(http.StatusOK)
		if strings.Contains(p.body, "evil.example") {
			t.Errorf("%s is in the page", header)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	for _, test := range []struct{ what, publicURL, host, strict string }{
		{"http", "", "", ""},
		{"https", "https://dojo.example", "dojo.example", "max-age=31536000; includeSubDomains"},
	} {
		t.Run(test.what, func(t *testing.T) {
			s := onSQLite(t, func(o *Options) { o.Config.PublicURL = test.publicURL })
			host := test.host
			if host == "" {
				host = strings.TrimPrefix(s.url, "http://")
			}
			cookie := "Cookie: dojo=" + s.cookie(s.Ade).Value + "; __Host-dojo=" + s.cookie(s.Ade).Value
			for _, request := range []struct {
				method, path, host string
				status             int
			}{
				{"GET", "/login", host, 303}, {"GET", "/?all", host, 200}, {"GET", keysPath, host, 200}, {"GET", "/nowhere", host, 404},
				{"GET", "/t//acme", host, 404}, {"GET", "/t/acme/../umami", host, 404}, {"GET", "/t/%00", host, 404}, {"GET", "/login", "evil.example", 421},
				{"DELETE", "/login", host, 405}, {"POST", "/login", host, 422}, {"GET", "/desk", host, 404}, {"HEAD", keysPath, host, 200},
				{"GET", static.URL("app.css"), host, 200}, {"GET", "/static/nowhere", host, 404}, {"POST", static.URL("app.js"), host, 405},
				{"GET", "/favicon.ico", host, 200}, {"GET", "/static/", host, 404},
			} {
				p := s.visitor().send(request.method, request.path, "", "Host: "+request.host, cookie).expect(request.status)
				for name, want := range map[string]string{
					"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
					"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": test.strict,
				} {
					if got := p.header.Get(name); got != want {
						t.Errorf("%s %s: %s is %q", request.method, request.path, name, got)
					}
				}
				if got := p.header.Get("Cache-Control"); !strings.HasPrefix(request.path, "/static/") && request.path != "/favicon.ico" && got != "no-store" {
					t.Errorf("%s %s: Cache-Control is %q", request.method, request.path, got)
				}
				if p.header.Get("Server") != "" || p.header.Get("X-Powered-By") != "" {
					t.Errorf("%s says what serves it", request.path)
				}
			}
		})
	}
}

func TestContentPolicyIsStrict(t *testing.T) {
	directives := map[string]string{}
	for directive := range strings.SplitSeq(contentPolicy, ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		directives[name] = sources
	}
	for name, sources := range directives {
		if sources != "'none'" && sources != "'self'" {
			t.Errorf("%s allows %s", name, sources)
		}
	}
	for _, name := range []string{"default-src", "base-uri", "frame-ancestors"} {
		if directives[name] != "'none'" {
			t.Errorf("%s allows %s", name, directives[name])
		}
	}
	if directives["form-action"] != "'self'" {
		t.Errorf("form-action allows %s", directives["form-action"])
	}
}

// TestPagesKeepToThePolicy: what the policy would refuse is in no page: scripts
// and styles in the page itself, and handlers in attributes.
func TestPagesKeepToThePolicy(t *testing.T) {
	s := onSQLite(t)
	s.pending(true)
	for who, b := range map[string]*browser{"ade": s.as(s.Ade), "sol": s.as(s.Sol), "nobody": s.visitor()} {
		for _, row := range access {
			method, path, _ := strings.Cut(row.route, " ")
			if method != http.MethodGet {
				continue
			}
			p := b.get(s.address(path, row.environment))
			for _, n := range find(p.root, isTag("script", "style", "link", "img", "iframe")) {
				from := attribute(n, "src") + attribute(n, "href")
				if !strings.HasPrefix(from, static.Prefix) || n.FirstChild != nil {
					t.Errorf("%s by %s has <%s> from %q", p.path, who, n.Data, from)
				}
			}
			for n := range p.root.Descendants() {
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "hx-on" || strings.HasPrefix(a.Val, "javascript:") {
						t.Errorf("%s by %s has %s=%q", p.path, who, a.Key, a.Val)
					}
				}
			}
		}
	}
}

func TestStaticFiles(t *testing.T) {
	s := onSQLite(t)
	p := s.visitor().get("/login").expect(http.StatusOK)
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	for _, n := range find(p.root, isTag("script", "link")) {
		address := attribute(n, "src") + attribute(n, "href")
		file := s.visitor().get(address).expect(http.StatusOK)
		if got := file.header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control is %q", address, got)
		}
		want := kinds[address[strings.LastIndex(address, "."):]]
		if got := file.header.Get("Content-Type"); want == "" || got != want {
			t.Errorf("%s: Content-Type is %q", address, got)
		}
	}
}

func TestOtherMethods(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	methods := map[string][]string{}
	for _, r := range dashboardRoutes(&handlers.Handlers{}) {
		methods[r.path] = append(methods[r.path], r.method)
	}
	s.unchanged(t, "another method", func() {
		for path, known := range methods {
			if path == "/t/:team/invitations" {
				known = append(known, http.MethodGet) // which reads it as an environment
			}
			address := strings.NewReplacer(":team", "acme", ":environment", "development", ":", "").Replace(path)
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "PURGE"} {
				if strings.Contains(strings.Join(known, " "), method) {
					continue
				}
				p := ade.send(method, address, "")
				if p.status != http.StatusMethodNotAllowed || !strings.Contains(p.header.Get("Allow"), known[0]) {
					t.Errorf("%s %s: %d, Allow: %s", method, address, p.status, p.header.Get("Allow"))
				}
			}
		}
	})
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	for _, r := range dashboardRoutes(&handlers.Handlers{}) {
		if r.method != http.MethodGet {
			continue
		}
		address := s.address(r.path, "")
		get, head := ade.get(address), ade.send(http.MethodHead, address, "")
		if head.status != get.status || head.body != "" || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("HEAD %s is %d %q; GET is %d", address, head.status, head.body, get.status)
		}
	}
}
