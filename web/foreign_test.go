package web_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/static"
	"dojo/web"
	"dojo/web/webtest"
)

// posts is every route that changes something, with a form that it takes.
func posts(s *webtest.Site, visit func(address, form string)) {
	for _, row := range access {
		if method, path, _ := strings.Cut(row.route, " "); method == http.MethodPost {
			visit(s.Address(path, row.environment), row.form)
		}
	}
}

// TestFormsOfOtherSites: nothing is done that another site's page sends in the
// visitor's name.
func TestFormsOfOtherSites(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol, ade := s.As(s.Sol), s.As(s.Ade)
	posts(s, func(address, form string) {
		who := ade
		if strings.HasPrefix(address, "/desk") {
			who = sol
		}
		s.Unchanged(t, address+" from another site", func() {
			for _, header := range []string{
				"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: nonsense",
				"Origin: https://evil.example", "Origin: null", "Origin: " + s.Url + ".evil.example",
				"Origin: http://127.0.0.1:1",
			} {
				p := who.Send(http.MethodPost, address, form, header)
				if p.Status != http.StatusForbidden ||
					!strings.Contains(webtest.Words(p.Root),
						"This form was sent from another site, so nothing was done.") {
					t.Errorf("%s with %s: %d", address, header, p.Status)
				}
			}
		})
	})
	for _, header := range []string{"Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none", "Origin: " + s.Url} {
		if p := ade.Send(http.MethodPost, webtest.RequestsPath, "use_case=",
			header); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("our own form with %s: %d", header, p.Status)
		}
	}
	ade.Get(webtest.KeysPath, "Sec-Fetch-Site: cross-site").Expect(http.StatusOK) // a link in a mail
}

func TestOtherHosts(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	cookie := "Cookie: dojo=" + ade.Current().Value // the jar goes by the host
	_, port, _ := strings.Cut(strings.TrimPrefix(s.Url, "http://"), ":")
	foreign := []string{"evil.example", "evil.example:" + port, "localhost", "127.0.0.1:1",
		"127.0.0.1.evil.example:" + port, "localhost.:" + port}
	for _, host := range foreign {
		ade.Get(webtest.KeysPath, "Host: "+host, cookie).
			Expect(http.StatusMisdirectedRequest, "Dojo is not at this address")
	}
	posts(s, func(address, form string) {
		s.Unchanged(t, address+" at other hosts", func() {
			for _, host := range foreign {
				if p := ade.Send(http.MethodPost, address, form, "Host: "+host,
					cookie); p.Status != http.StatusMisdirectedRequest {
					t.Errorf("%s at %s: %d", address, host, p.Status)
				}
			}
		})
	})
	for _, host := range []string{"localhost:" + port, "LOCALHOST:" + port, "127.0.0.1:" + port, "[::1]:" + port} {
		ade.Get(webtest.KeysPath, "Host: "+host, cookie).Expect(http.StatusOK)
	}
	for _, header := range []string{"X-Forwarded-Host: evil.example", "X-Original-Host: evil.example",
		"Forwarded: host=evil.example", "X-HTTP-Method-Override: DELETE"} {
		p := ade.Get(webtest.KeysPath, header).Expect(http.StatusOK)
		if strings.Contains(p.Body, "evil.example") {
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
			s := webtest.OnSQLite(t, func(o *web.Options) { o.Config.PublicURL = test.publicURL })
			host := test.host
			if host == "" {
				host = strings.TrimPrefix(s.Url, "http://")
			}
			cookie := "Cookie: dojo=" + s.Cookie(s.Ade).Value + "; __Host-dojo=" + s.Cookie(s.Ade).Value
			for _, request := range []struct {
				method, path, host string
				status             int
			}{
				{"GET", "/login", host, 303}, {"GET", "/?all", host, 200}, {"GET", webtest.KeysPath, host, 200},
				{"GET", "/nowhere", host, 404},
				{"GET", "/t//acme", host, 404}, {"GET", "/t/acme/../umami", host, 404}, {"GET", "/t/%00", host, 404},
				{"GET", "/login", "evil.example", 421},
				{"DELETE", "/login", host, 405}, {"POST", "/login", host, 422}, {"GET", "/desk", host, 404},
				{"HEAD", webtest.KeysPath, host, 200},
				{"GET", static.URL("app.css"), host, 200}, {"GET", "/static/nowhere", host, 404},
				{"POST", static.URL("app.js"), host, 405},
				{"GET", "/favicon.ico", host, 200}, {"GET", "/static/", host, 404},
			} {
				p := s.Visitor().Send(request.method, request.path, "", "Host: "+request.host, cookie).
					Expect(request.status)
				for name, want := range map[string]string{
					"Content-Security-Policy": web.ContentPolicy, "X-Content-Type-Options": "nosniff",
					"Referrer-Policy":            "same-origin",
					"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
					"Strict-Transport-Security": test.strict,
				} {
					if got := p.Header.Get(name); got != want {
						t.Errorf("%s %s: %s is %q", request.method, request.path, name, got)
					}
				}
				if got := p.Header.Get("Cache-Control"); !strings.HasPrefix(request.path, "/static/") &&
					request.path != "/favicon.ico" && got != "no-store" {
					t.Errorf("%s %s: Cache-Control is %q", request.method, request.path, got)
				}
				if p.Header.Get("Server") != "" || p.Header.Get("X-Powered-By") != "" {
					t.Errorf("%s says what serves it", request.path)
				}
			}
		})
	}
}

func TestContentPolicyIsStrict(t *testing.T) {
	directives := map[string]string{}
	for directive := range strings.SplitSeq(web.ContentPolicy, ";") {
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
	s := webtest.OnSQLite(t)
	s.Pending(true)
	for who, b := range map[string]*webtest.Browser{"ade": s.As(s.Ade), "sol": s.As(s.Sol), "nobody": s.Visitor()} {
		for _, row := range access {
			method, path, _ := strings.Cut(row.route, " ")
			if method != http.MethodGet {
				continue
			}
			p := b.Get(s.Address(path, row.environment))
			for _, n := range webtest.Find(p.Root, webtest.IsTag("script", "style", "link", "img", "iframe")) {
				from := webtest.Attribute(n, "src") + webtest.Attribute(n, "href")
				if !strings.HasPrefix(from, static.Prefix) || n.FirstChild != nil {
					t.Errorf("%s by %s has <%s> from %q", p.Path, who, n.Data, from)
				}
			}
			for n := range p.Root.Descendants() {
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "hx-on" ||
						strings.HasPrefix(a.Val, "javascript:") {
						t.Errorf("%s by %s has %s=%q", p.Path, who, a.Key, a.Val)
					}
				}
			}
		}
	}
}

func TestStaticFiles(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.Visitor().Get("/login").Expect(http.StatusOK)
	kinds := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".svg": "image/svg+xml"}
	for _, n := range webtest.Find(p.Root, webtest.IsTag("script", "link")) {
		address := webtest.Attribute(n, "src") + webtest.Attribute(n, "href")
		file := s.Visitor().Get(address).Expect(http.StatusOK)
		if got := file.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control is %q", address, got)
		}
		want := kinds[address[strings.LastIndex(address, "."):]]
		if got := file.Header.Get("Content-Type"); want == "" || got != want {
			t.Errorf("%s: Content-Type is %q", address, got)
		}
	}
}

func TestOtherMethods(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	methods := map[string][]string{}
	for _, r := range web.DashboardRoutes() {
		methods[r.Path] = append(methods[r.Path], r.Method)
	}
	s.Unchanged(t, "another method", func() {
		for path, known := range methods {
			known = append(known, http.MethodGet) // the address of a form leads to its page
			address := strings.NewReplacer(":team", "acme", ":environment", "development", ":", "").Replace(path)
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "PURGE"} {
				if strings.Contains(strings.Join(known, " "), method) {
					continue
				}
				p := ade.Send(method, address, "")
				if p.Status != http.StatusMethodNotAllowed || !strings.Contains(p.Header.Get("Allow"), known[0]) {
					t.Errorf("%s %s: %d, Allow: %s", method, address, p.Status, p.Header.Get("Allow"))
				}
			}
		}
	})
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	for _, r := range web.DashboardRoutes() {
		if r.Method != http.MethodGet {
			continue
		}
		address := s.Address(r.Path, "")
		get, head := ade.Get(address), ade.Send(http.MethodHead, address, "")
		if head.Status != get.Status || head.Body != "" ||
			head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("HEAD %s is %d %q; GET is %d", address, head.Status, head.Body, get.Status)
		}
	}
}
