package web

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
)

func credentials(email, password string) url.Values {
	return url.Values{"email": {email}, "password": {password}}
}

// signIn signs in through the form.
func (b *browser) signIn(email, password string, headers ...string) *page {
	b.site.t.Helper()
	return b.post("/login", credentials(email, password), headers...)
}

func TestSigningIn(t *testing.T) {
	s := onSQLite(t)
	b := s.visitor()
	p := b.get("/t/acme/development/keys?revoke=secret").goesTo("/login?next=%2Ft%2Facme%2Fdevelopment%2Fkeys%3Frevoke%3Dsecret").expect(http.StatusOK)
	if p.heading() != "Sign in to Dojo" {
		t.Errorf("the heading is %q", p.heading())
	}
	p.control(p.root, "Email")
	p.control(p.root, "Password")
	p = p.press(p.root, "Sign in", "email", " ADE@acme.example ", "password", password).goesTo("/t/acme/development/keys?revoke=secret").expect(http.StatusOK, "Ade Admin")
	b.get("/login").goesTo("/")
	p.press(p.root, "Sign out").goesTo("/login").expect(http.StatusOK)
	b.get("/t/acme/development").expect(http.StatusSeeOther)
}

func TestDemoSignInsAreOnThePage(t *testing.T) {
	s := onSQLite(t, func(o *Options) {
		o.Demo = []pages.DemoSignIn{{Email: "ade@acme.example", Password: "dojo-demo", Who: "Acme Books, admin"}}
	})
	s.visitor().get("/login").expect(http.StatusOK, "Demo sign-ins", "ade@acme.example", "Acme Books, admin")
}

func TestNextStaysOnTheSite(t *testing.T) {
	s := onSQLite(t)
	for next, want := range map[string]string{
		"/desk/requests?state=decided": "/desk/requests?state=decided",
		"https://evil.example/":        "/", "//evil.example": "/", `/\evil.example`: "/", "javascript:alert(1)": "/", "desk": "/", "": "/",
	} {
		form := credentials("sol@dojo.example", password)
		form.Set("next", next)
		if got := s.visitor().post("/login", form).expect(http.StatusSeeOther).header.Get("Location"); got != want {
			t.Errorf("next=%s leads to %s", next, got)
		}
		p := s.visitor().get("/login?next=" + url.QueryEscape(next))
		if got := filled(find(p.root, isTag("form"))[0]).Get("next"); got != want {
			t.Errorf("the form of next=%s leads to %s", next, got)
		}
	}
}

// TestAccountsCannotBeProbed: an address that nobody has, one with a wrong
// password, a disabled account and one without a password get the same answer.
func TestAccountsCannotBeProbed(t *testing.T) {
	s := onSQLite(t)
	s.disable(s.Dev)
	s.Database.Exec("UPDATE users SET password_hash = '' WHERE id = '" + s.Vic.UserID + "'")
	answer := func(email, password string) string {
		p := s.visitor().signIn(email, password).expect(http.StatusUnprocessableEntity).says("alert", "Email or password is wrong")
		if value(p.control(p.root, "Email")) != email || value(p.control(p.root, "Password")) != "" {
			t.Errorf("%s: the form holds %v", email, filled(find(p.root, isTag("form"))[0]))
		}
		return strings.ReplaceAll(p.body, email, "…")
	}
	unknown := answer("nobody@acme.example", password)
	for _, email := range []string{"ade@acme.example", "dev@acme.example", "vic@acme.example"} {
		typed := "wrong"
		if email != "ade@acme.example" {
			typed = password
		}
		if got := answer(email, typed); got != unknown {
			t.Errorf("%s is answered\n%s\nand an unknown address\n%s", email, got, unknown)
		}
	}
	for _, email := range []string{"", "ade", "ade@", "ade@acme.example\u202e", strings.Repeat("a", 300) + "@acme.example", "ade@acme.example, sol@dojo.example"} {
		s.visitor().signIn(email, password).expect(http.StatusUnprocessableEntity)
	}
}

func trust(network string) func(*Options) {
	return func(o *Options) { o.Config.TrustedProxies = network }
}

func TestSessionCookie(t *testing.T) {
	const token = `[A-Z2-7]{26}`
	for _, test := range []struct{ what, publicURL, host, want, gone string }{
		{"http", "", "", `^dojo=` + token + `; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax$`, `dojo=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`},
		{"https", "https://dojo.example", "dojo.example", `^__Host-dojo=` + token + `; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax$`, `__Host-dojo=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`},
	} {
		t.Run(test.what, func(t *testing.T) {
			s := onSQLite(t, func(o *Options) { o.Config.PublicURL = test.publicURL })
			host := "Host: " + test.host
			if test.host == "" {
				host = "Host: " + strings.TrimPrefix(s.url, "http://")
			}
			b := s.visitor()
			set := b.signIn("ade@acme.example", password, host).expect(http.StatusSeeOther).header["Set-Cookie"]
			device := strings.NewReplacer("dojo=", "dojo-device=", "604800", "31536000").Replace(test.want)
			if len(set) != 2 || !regexp.MustCompile(test.want).MatchString(set[0]) || !regexp.MustCompile(device).MatchString(set[1]) {
				t.Fatalf("the cookies are %q", set)
			}
			pair, _, _ := strings.Cut(set[0], ";")
			out := s.visitor().post("/logout", nil, host, "Cookie: "+pair)
			if got := out.header["Set-Cookie"]; len(got) != 1 || got[0] != test.gone {
				t.Errorf("signing out sets %q", got)
			}
		})
	}
}

// current is the session's cookie in the browser.
func (b *browser) current() *http.Cookie {
	here, _ := url.Parse(b.site.url)
	for _, cookie := range b.client.Jar.Cookies(here) {
		if cookie.Name == "dojo" {
			return cookie
		}
	}
	return &http.Cookie{}
}

func TestSigningInChangesTheSession(t *testing.T) {
	s := onSQLite(t)
	b := s.visitor()
	b.setCookie(&http.Cookie{Name: "dojo", Value: "CHOSENBYSOMEBODYELSE", Path: "/"})
	b.signIn("ade@acme.example", password).expect(http.StatusSeeOther)
	first := b.current()
	if first.Value == "CHOSENBYSOMEBODYELSE" {
		t.Error("the id from before is kept")
	}
	b.signIn("dev@acme.example", password).expect(http.StatusSeeOther)
	if b.current().Value == first.Value {
		t.Error("signing in again keeps the id")
	}
	copied := s.visitor()
	copied.setCookie(first)
	copied.get("/?all").goesTo("/login")
	b.get("/?all").expect(http.StatusOK, "Dev Developer")
}

func TestSigningOutEndsACopiedCookie(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		b, copied := s.visitor(), s.visitor()
		b.setCookie(s.cookie(s.Ade))
		copied.setCookie(b.current())
		copied.get("/?all").expect(http.StatusOK)
		b.post("/logout", nil).goesTo("/login")
		copied.get("/?all").goesTo("/login")
		copied.post(keysPath, url.Values{"kind": {"secret"}}).goesTo("/login")
	})
}

func TestGarbageCookiesAreAnonymous(t *testing.T) {
	s := onSQLite(t)
	for _, garbage := range []string{"x", "", "%00", "%ff", strings.Repeat("A", 4000), strings.ToLower(s.cookie(s.Ade).Value), s.Ade.UserID, "' OR 1=1 --"} {
		s.visitor().get("/t/acme/development/keys", "Cookie: dojo="+garbage).expect(http.StatusSeeOther)
		s.visitor().get("/login", "Cookie: dojo="+garbage).expect(http.StatusOK)
	}
	s.Database.Exec("UPDATE sessions SET data = 'rubbish'")
	s.visitor().get("/login").expect(http.StatusOK)
}

func TestIdleSessionsEnd(t *testing.T) {
	s := onSQLite(t)
	b := s.as(s.Ade)
	for range 3 {
		s.Database.Clock.Add(session.Idle - time.Second)
		b.get("/?all").expect(http.StatusOK)
	}
	s.Database.Clock.Add(session.Idle)
	b.get("/?all").goesTo("/login")
}

func TestNoSessionLivesForEver(t *testing.T) {
	s := onSQLite(t)
	b := s.as(s.Ade)
	for passed := time.Duration(0); passed < session.Life-6*time.Hour; passed += 6 * time.Hour {
		b.get("/?all").expect(http.StatusOK)
		s.Database.Clock.Add(6 * time.Hour)
	}
	s.Database.Clock.Add(6*time.Hour - time.Second)
	b.get("/?all").expect(http.StatusOK)
	s.Database.Clock.Add(time.Second)
	b.get("/?all").goesTo("/login")
}

func TestPartsThatRefreshLeaveThePageToSignIn(t *testing.T) {
	s := onSQLite(t)
	p := s.visitor().get("/desk/requests", "HX-Request: true").expect(http.StatusUnauthorized)
	if p.header.Get("HX-Redirect") != "/login" {
		t.Errorf("HX-Redirect is %q", p.header.Get("HX-Redirect"))
	}
	s.visitor().post(keysPath+"/x/view", nil, "Accept: application/json").expect(http.StatusUnauthorized)
}

func TestARefreshKeepsTheMessageForThePage(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	ade.post(requestsPath, url.Values{"use_case": {"Ours"}}).expect(http.StatusSeeOther)
	if told := ade.get(productionPath, "HX-Request: true").told("status"); told != "" {
		t.Errorf("a refresh tells %q", told)
	}
	ade.get(productionPath).says("status", "Request sent")
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
			s := onSQLite(t, func(o *Options) { o.Config.TrustedProxies = test.trusted })
			s.visitor().signIn("ade@acme.example", password, test.headers...).expect(http.StatusSeeOther)
			var address string
			s.ok(s.Database.SQL().QueryRow("SELECT address FROM audit_events WHERE action = '" + string(models.SignedIn) + "'").Scan(&address))
			if address != test.want {
				t.Errorf("the activity list has %q; want %q", address, test.want)
			}
		})
	}
}
