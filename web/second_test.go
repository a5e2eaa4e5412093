package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

const (
	securityPath = "/account/security"
	secondPath   = "/login/second"
)

// addApp sets an authenticator app up, and returns its secret and the recovery
// codes.
func (b *browser) addApp() (secret string, codes []string) {
	b.site.t.Helper()
	p := b.get(securityPath)
	p = p.press(p.region("Authenticator app"), "Set up an authenticator app").expect(http.StatusOK)
	secret = p.appSecret()
	p = p.press(p.root, "Turn on", "code", b.site.code(secret)).expect(http.StatusOK, "Recovery codes")
	return secret, strings.Fields(words(p.byID("recovery-codes")))
}

// appSecret is what the page gives an authenticator app.
func (p *page) appSecret() string {
	for _, n := range find(p.root, isTag("code")) {
		if attribute(n, "class") == "secret" {
			return strings.ReplaceAll(words(n), " ", "")
		}
	}
	return ""
}

// code is what the app shows at this moment.
func (s *site) code(secret string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(secret, s.Database.Clock.Now())
	s.ok(err)
	return code
}

// pendingBrowser has given Ade's right password, and nothing else.
func (s *site) pendingBrowser() *browser {
	s.t.Helper()
	b := s.visitor()
	b.signIn("ade@acme.example", password).goesTo(secondPath + "?next=%2F")
	return b
}

func enter(code string) url.Values { return url.Values{"code": {code}, "next": {keysPath}} }

func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		ade := s.as(s.Ade)
		secret, codes := ade.addApp()
		if len(codes) != 10 {
			t.Fatalf("the recovery codes are %v", codes)
		}
		used := s.code(secret)
		s.Database.Clock.Add(30 * time.Second)

		b := s.visitor()
		form := credentials("ade@acme.example", password)
		form.Set("next", keysPath)
		p := b.post("/login", form).goesTo(secondPath+"?next="+url.QueryEscape(keysPath)).expect(http.StatusOK, "One more step")
		before := b.current()
		for _, wrong := range []string{"", "000000", used, "x", strings.Repeat("1", 4000)} {
			p = p.press(p.root, "Sign in", "code", wrong).expect(http.StatusUnprocessableEntity).says("alert", "The code is wrong")
		}
		code := s.code(secret)
		p.press(p.root, "Sign in", "code", code[:3]+" "+code[3:]).goesTo(keysPath).expect(http.StatusOK, "Ade Admin")
		s.replaced(before, b)
		copied := s.visitor()
		copied.setCookie(before)
		copied.post(secondPath, enter(code)).goesTo("/login")
		s.pendingBrowser().post(secondPath, enter(code)).expect(http.StatusUnprocessableEntity) // it was used

		s.pendingBrowser().post(secondPath, enter(strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")))).goesTo(keysPath).expect(http.StatusOK)
		s.pendingBrowser().post(secondPath, enter(codes[3])).expect(http.StatusUnprocessableEntity)
		ade.get(securityPath).expect(http.StatusOK, "9 left")
		s.visitor().post(secondPath, enter(codes[4])).goesTo("/login") // without the password it is nothing
	})
}

// TestHalfASignInIsNone: with the right password and without the second factor,
// one is as anonymous as before.
func TestHalfASignInIsNone(t *testing.T) {
	s := onSQLite(t)
	s.as(s.Ade).addApp()
	b := s.pendingBrowser()
	for _, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if strings.HasPrefix(path, "/login") || path == "/reset" {
			continue
		}
		address := s.address(path, row.environment)
		s.unchanged(t, row.route, func() {
			if got := outcome(b.send(method, address, row.form)); got != row.anonymous {
				t.Errorf("%s: %d; want %d", row.route, got, row.anonymous)
			}
		})
	}
	s.Database.Clock.Add(15 * time.Minute)
	b.get(secondPath).goesTo("/login?next=%2Flogin%2Fsecond")
	late := s.pendingBrowser()
	s.disable(s.Ade)
	late.get(secondPath).goesTo("/login?next=%2Flogin%2Fsecond")
}

func TestAnAppIsConfirmedAndRemoved(t *testing.T) {
	s := onSQLite(t)
	ade := s.as(s.Ade)
	p := ade.post(securityPath+"/app/begin", nil).expect(http.StatusOK)
	p.press(p.root, "Turn on", "code", "000000").expect(http.StatusUnprocessableEntity, "That is not the code that the app shows now.")
	s.visitor().signIn("ade@acme.example", password).goesTo("/") // it does not count yet
	_, codes := ade.addApp()
	ade.post(securityPath+"/app/begin", nil).goesTo(securityPath).says("alert", "Nothing was changed", "already")
	ade.post(securityPath+"/app", enter("000000")).goesTo(securityPath).says("alert", "Nothing was changed", "already")
	p = ade.get(securityPath)
	p = p.press(p.root, "New recovery codes").expect(http.StatusOK)
	fresh := strings.Fields(words(p.byID("recovery-codes")))
	s.pendingBrowser().post(secondPath, enter(codes[0])).expect(http.StatusUnprocessableEntity)
	s.pendingBrowser().post(secondPath, enter(fresh[0])).expect(http.StatusSeeOther)
	p.press(p.root, "Remove the authenticator app").goesTo(securityPath).says("status", "Authenticator app removed")
	s.visitor().signIn("ade@acme.example", password).goesTo("/")
}

// TestRecoveryCodesOfOthers: a code is one person's.
func TestRecoveryCodesOfOthers(t *testing.T) {
	s := onSQLite(t)
	s.as(s.Ade).addApp()
	_, codes := s.as(s.Dev).addApp()
	s.pendingBrowser().post(secondPath, enter(codes[0])).expect(http.StatusUnprocessableEntity)
}
