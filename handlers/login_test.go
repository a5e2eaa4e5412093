package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/session"
	"dojo/views/pages"
	"dojo/web"
	"dojo/web/webtest"
)

func TestSigningIn(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.Visitor()
	p := b.Get("/t/acme/development/keys?revoke=secret").
		GoesTo("/login?next=%2Ft%2Facme%2Fdevelopment%2Fkeys%3Frevoke%3Dsecret").Expect(http.StatusOK)
	if p.Heading() != "Sign in to Dojo" {
		t.Errorf("the heading is %q", p.Heading())
	}
	p.Control(p.Root, "Email")
	p.Control(p.Root, "Password")
	p = p.Press(p.Root, "Sign in", "email", " ADE@acme.example ", "password", webtest.Password).
		GoesTo("/t/acme/development/keys?revoke=secret").Expect(http.StatusOK, "Ade Admin")
	b.Get("/login").GoesTo("/")
	p.Press(p.Root, "Sign out").GoesTo("/login").Expect(http.StatusOK)
	b.Get("/t/acme/development").Expect(http.StatusSeeOther)
}

func TestDemoSignInsAreOnThePage(t *testing.T) {
	s := webtest.OnSQLite(t, func(o *web.Options) {
		o.Demo = []pages.DemoSignIn{{Email: "ade@acme.example", Password: "dojo-demo", Who: "Acme Books, admin"}}
	})
	s.Visitor().Get("/login").Expect(http.StatusOK, "Demo sign-ins", "ade@acme.example", "Acme Books, admin")
}

func TestNextStaysOnTheSite(t *testing.T) {
	s := webtest.OnSQLite(t)
	for next, want := range map[string]string{
		"/desk/requests?state=decided": "/desk/requests?state=decided",
		"https://evil.example/":        "/", "//evil.example": "/", `/\evil.example`: "/", "javascript:alert(1)": "/",
		"desk": "/", "": "/",
	} {
		form := webtest.Credentials("sol@dojo.example", webtest.Password)
		form.Set("next", next)
		if got := s.Visitor().Post("/login", form).Expect(http.StatusSeeOther).Header.Get("Location"); got != want {
			t.Errorf("next=%s leads to %s", next, got)
		}
		p := s.Visitor().Get("/login?next=" + url.QueryEscape(next))
		if got := webtest.Filled(webtest.Find(p.Root, webtest.IsTag("form"))[0]).Get("next"); got != want {
			t.Errorf("the form of next=%s leads to %s", next, got)
		}
	}
}

// TestAccountsCannotBeProbed: an address that nobody has, one with a wrong
// password, a disabled account and one without a password get the same answer.
func TestAccountsCannotBeProbed(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Disable(s.Dev)
	s.Database.Exec("UPDATE users SET password_hash = '' WHERE id = '" + s.Vic.UserID + "'")
	answer := func(email, password string) string {
		p := s.Visitor().SignIn(email, password).Expect(http.StatusUnprocessableEntity).
			Says("alert", "Email or password is wrong")
		if webtest.Value(p.Control(p.Root, "Email")) != email || webtest.Value(p.Control(p.Root, "Password")) != "" {
			t.Errorf("%s: the form holds %v", email, webtest.Filled(webtest.Find(p.Root, webtest.IsTag("form"))[0]))
		}
		return strings.ReplaceAll(p.Body, email, "…")
	}
	unknown := answer("nobody@acme.example", webtest.Password)
	for _, email := range []string{"ade@acme.example", "dev@acme.example", "vic@acme.example"} {
		typed := "wrong"
		if email != "ade@acme.example" {
			typed = webtest.Password
		}
		if got := answer(email, typed); got != unknown {
			t.Errorf("%s is answered\n%s\nand an unknown address\n%s", email, got, unknown)
		}
	}
	for _, email := range []string{"", "ade", "ade@", "ade@acme.example\u202e", strings.Repeat("a", 300) +
		"@acme.example", "ade@acme.example, sol@dojo.example"} {
		s.Visitor().SignIn(email, webtest.Password).Expect(http.StatusUnprocessableEntity)
	}
}

func TestSessionCookie(t *testing.T) {
	const token = `[A-Z2-7]{26}`
	for _, test := range []struct{ what, publicURL, host, want, gone string }{
		{"http", "", "", `^dojo=` + token + `; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax$`,
			`dojo=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`},
		{"https", "https://dojo.example", "dojo.example", `^__Host-dojo=` + token +
			`; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax$`,
			`__Host-dojo=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`},
	} {
		t.Run(test.what, func(t *testing.T) {
			s := webtest.OnSQLite(t, func(o *web.Options) { o.Config.PublicURL = test.publicURL })
			host := "Host: " + test.host
			if test.host == "" {
				host = "Host: " + strings.TrimPrefix(s.Url, "http://")
			}
			b := s.Visitor()
			set := b.SignIn("ade@acme.example", webtest.Password, host).Expect(http.StatusSeeOther).Header["Set-Cookie"]
			device := strings.NewReplacer("dojo=", "dojo-device=", "604800", "31536000").Replace(test.want)
			if len(set) != 2 || !regexp.MustCompile(test.want).MatchString(set[0]) ||
				!regexp.MustCompile(device).MatchString(set[1]) {
				t.Fatalf("the cookies are %q", set)
			}
			pair, _, _ := strings.Cut(set[0], ";")
			out := s.Visitor().Post("/logout", nil, host, "Cookie: "+pair)
			if got := out.Header["Set-Cookie"]; len(got) != 1 || got[0] != test.gone {
				t.Errorf("signing out sets %q", got)
			}
		})
	}
}

func TestSigningInChangesTheSession(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.Visitor()
	b.SetCookie(&http.Cookie{Name: "dojo", Value: "CHOSENBYSOMEBODYELSE", Path: "/"})
	b.SignIn("ade@acme.example", webtest.Password).Expect(http.StatusSeeOther)
	first := b.Current()
	if first.Value == "CHOSENBYSOMEBODYELSE" {
		t.Error("the id from before is kept")
	}
	b.SignIn("dev@acme.example", webtest.Password).Expect(http.StatusSeeOther)
	if b.Current().Value == first.Value {
		t.Error("signing in again keeps the id")
	}
	copied := s.Visitor()
	copied.SetCookie(first)
	copied.Get("/?all").GoesTo("/login")
	b.Get("/?all").Expect(http.StatusOK, "Dev Developer")
}

func TestSigningOutEndsACopiedCookie(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		b, copied := s.Visitor(), s.Visitor()
		b.SetCookie(s.Cookie(s.Ade))
		copied.SetCookie(b.Current())
		copied.Get("/?all").Expect(http.StatusOK)
		b.Post("/logout", nil).GoesTo("/login")
		copied.Get("/?all").GoesTo("/login")
		copied.Post(webtest.KeysPath, url.Values{"kind": {"secret"}}).GoesTo("/login")
	})
}

func TestGarbageCookiesAreAnonymous(t *testing.T) {
	s := webtest.OnSQLite(t)
	for _, garbage := range []string{"x", "", "%00", "%ff", strings.Repeat("A", 4000),
		strings.ToLower(s.Cookie(s.Ade).Value), s.Ade.UserID, "' OR 1=1 --"} {
		s.Visitor().Get("/t/acme/development/keys", "Cookie: dojo="+garbage).Expect(http.StatusSeeOther)
		s.Visitor().Get("/login", "Cookie: dojo="+garbage).Expect(http.StatusOK)
	}
	s.Database.Exec("UPDATE sessions SET data = 'rubbish'")
	s.Visitor().Get("/login").Expect(http.StatusOK)
}

func TestIdleSessionsEnd(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.As(s.Ade)
	for range 3 {
		s.Database.Clock.Add(session.Idle - time.Second)
		b.Get("/?all").Expect(http.StatusOK)
	}
	s.Database.Clock.Add(session.Idle)
	b.Get("/?all").GoesTo("/login")
}

func TestNoSessionLivesForEver(t *testing.T) {
	s := webtest.OnSQLite(t)
	b := s.As(s.Ade)
	for passed := time.Duration(0); passed < session.Life-6*time.Hour; passed += 6 * time.Hour {
		b.Get("/?all").Expect(http.StatusOK)
		s.Database.Clock.Add(6 * time.Hour)
	}
	s.Database.Clock.Add(6*time.Hour - time.Second)
	b.Get("/?all").Expect(http.StatusOK)
	s.Database.Clock.Add(time.Second)
	b.Get("/?all").GoesTo("/login")
}

func TestPartsThatRefreshLeaveThePageToSignIn(t *testing.T) {
	s := webtest.OnSQLite(t)
	p := s.Visitor().Get("/desk/requests", "HX-Request: true").Expect(http.StatusUnauthorized)
	if p.Header.Get("HX-Redirect") != "/login" {
		t.Errorf("HX-Redirect is %q", p.Header.Get("HX-Redirect"))
	}
	s.Visitor().Post(webtest.KeysPath+"/x/view", nil, "Accept: application/json").Expect(http.StatusUnauthorized)
}

func TestARefreshKeepsTheMessageForThePage(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	ade.Post(webtest.RequestsPath, url.Values{"use_case": {"Ours"}}).Expect(http.StatusSeeOther)
	if told := ade.Get(webtest.ProductionPath, "HX-Request: true").Told("status"); told != "" {
		t.Errorf("a refresh tells %q", told)
	}
	ade.Get(webtest.ProductionPath).Says("status", "Request sent")
}

func TestAddressesOfProxies(t *testing.T) {
	spoofed := "X-Forwarded-For: 203.0.113.9"
	for _, test := range []struct {
		trusted string
		headers []string
		want    string
	}{
		{"", []string{spoofed}, "127.0.0.1"},
		{"", []string{"X-Real-IP: 203.0.113.9"}, "127.0.0.1"},
		{"", []string{"Forwarded: for=203.0.113.9"}, "127.0.0.1"},
		{"10.0.0.0/8", []string{spoofed}, "127.0.0.1"},
		{"127.0.0.1/32", []string{spoofed}, "203.0.113.9"},
		{"127.0.0.1/32", []string{"X-Forwarded-For: 198.51.100.66, 203.0.113.9"}, "203.0.113.9"},
		{"127.0.0.1/32,10.0.0.0/8", []string{"X-Forwarded-For: 203.0.113.9, 10.1.2.3"}, "203.0.113.9"},
		{"127.0.0.1/32", []string{"X-Forwarded-For: <b>not an address</b>"}, "127.0.0.1"},
	} {
		t.Run(test.trusted+" "+strings.Join(test.headers, " "), func(t *testing.T) {
			s := webtest.OnSQLite(t, func(o *web.Options) { o.Config.TrustedProxies = test.trusted })
			s.Visitor().SignIn("ade@acme.example", webtest.Password, test.headers...).Expect(http.StatusSeeOther)
			var address string
			s.Ok(s.Database.SQL().
				QueryRow("SELECT address FROM audit_events WHERE action = '" + string(models.SignedIn) + "'").
				Scan(&address))
			if address != test.want {
				t.Errorf("the activity list has %q; want %q", address, test.want)
			}
		})
	}
}

// TestLoginOfANewInstallation says where the first account comes from, and no longer than there is none.
func TestLoginOfANewInstallation(t *testing.T) {
	s := webtest.OnSQLite(t)
	const says = "Nobody has an account yet."
	if p := s.Visitor().Get("/login").Expect(http.StatusOK); strings.Contains(webtest.Words(p.Root), says) {
		t.Error("it says so although there are accounts")
	}
	s.Database.Exec("UPDATE users SET engineer = false")
	s.Visitor().Get("/login").Expect(http.StatusOK, says, "dojo engineer add")
}
