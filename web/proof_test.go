package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
)

// harmless are the forms that ask for no fresh proof: those of anybody, those
// that ask for a password themselves, and those that take nothing from anybody.
var harmless = []string{
	"POST /login", "POST /login/second", "POST /login/passkey/begin", "POST /login/passkey", "POST /login/oidc", "POST /logout",
	"POST /signup", "POST /signup/:token", "POST /setup", "POST /reset", "POST /reset/:token", "POST /invite/:token",
	"POST /proof/passkey/begin", "POST /proof/oidc",
	"POST /account", "POST /account/security/password", "POST /account/security/sessions/:session/end", "POST /account/security/sessions/end-others",
	"POST /t/:team/members/leave", "POST /t/:team/invitations/:invitation/resend", "POST /t/:team/invitations/:invitation/withdraw", "POST /t/:team/settings",
	"POST /t/:team/:environment/unlock-requests", "POST /t/:team/:environment/unlock-requests/:request/withdraw",
	"POST /t/:team/:environment/catalog/upload", "POST /t/:team/:environment/users/upload", "POST /t/:team/:environment/interactions/upload",
	"POST /t/:team/:environment/catalog/delete", "POST /t/:team/:environment/users/delete", "POST /t/:team/:environment/interactions/delete",
	"POST /t/:team/:environment/usage/requests", "POST /t/:team/:environment/keys/:key/settle",
	"POST /desk/compromise",
}

// lapse lets the last proof grow too old.
func (s *site) lapse() { s.Database.Clock.Add(models.ProofLife) }

// TestWhatHurtsAsksForAProof, whatever it is, and the right password goes on
// with what was typed.
func TestWhatHurtsAsksForAProof(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		for _, row := range access {
			method, path, _ := strings.Cut(row.route, " ")
			if method == http.MethodGet || slices.Contains(harmless, row.route) {
				continue
			}
			who, want := s.Olivia, row.owner
			switch {
			case strings.HasPrefix(path, "/desk"):
				who, want = s.Sol, row.engineer
			case row.viewer != row.owner && strings.HasPrefix(path, "/account"):
				who, want = s.Vic, row.viewer
			}
			b, address := s.as(who), s.address(path, row.environment)
			s.lapse()
			typed, _ := url.ParseQuery(row.form)
			var p *page
			s.unchanged(t, row.route+" without a proof", func() {
				p = s.asksForProof(b.post(address, typed), row.route, typed)
				p = s.asksForProof(p.press(p.root, "Confirm", "proof_password", "wrong").says("alert", "The password is wrong"), row.route, typed)
				script := b.post(address, typed, "Accept: application/json").expect(http.StatusForbidden)
				if !strings.Contains(script.body, `"code":"proof_required"`) {
					t.Errorf("%s tells a script %s", row.route, script.body)
				}
			})
			before := b.current()
			if got := outcome(p.press(p.root, "Confirm", "proof_password", password)); got != want {
				t.Errorf("%s with the proof: %d; want %d", row.route, got, want)
			}
			s.replaced(before, b)
		}
	})
}

// asksForProof checks that the page asks, and holds what was typed.
func (s *site) asksForProof(p *page, what string, typed url.Values) *page {
	s.t.Helper()
	if p.status != http.StatusForbidden || p.heading() != "Confirm that it is you" || p.header.Get("Dojo-Proof") != "required" {
		s.t.Fatalf("%s asks for no proof: %d %s", what, p.status, words(p.root))
	}
	kept := filled(p.form(p.root, "Confirm"))
	for field := range kept {
		if strings.HasPrefix(field, "proof_") { // the page's own
			kept.Del(field)
		}
	}
	if kept.Encode() != typed.Encode() {
		s.t.Errorf("%s keeps %v; %v was typed", what, kept, typed)
	}
	return p
}

// replaced checks that the browser has another cookie than before, and that the
// one from before is nobody's.
func (s *site) replaced(before *http.Cookie, b *browser) {
	s.t.Helper()
	if b.current().Value == before.Value {
		s.t.Error("the session's id is the same")
	}
	copied := s.visitor()
	copied.setCookie(before)
	copied.get("/account").goesTo("/login?next=%2Faccount")
	b.get("/account").expect(http.StatusOK)
}

func TestAProofLasts(t *testing.T) {
	s := onSQLite(t)
	b := s.as(s.Dev)
	s.Database.Clock.Add(models.ProofLife - time.Microsecond)
	b.view(keysPath)
	s.Database.Clock.Add(time.Microsecond)
	p := b.get(keysPath)
	p = p.press(p.region("Secret key"), "View").expect(http.StatusForbidden, "It has been a while since you signed in, and you are about to view a secret key.")
	p = p.press(p.root, "Confirm", "proof_password", password).expect(http.StatusOK)
	if !models.WellFormedKey(shownKey(p.region("Secret key"))) {
		t.Error("the key is not shown")
	}
	s.Database.Clock.Add(models.ProofLife - time.Microsecond)
	b.view(keysPath)
}

// TestAProofBelongsToTheForm: it comes with what it is for, and only in a form.
func TestAProofBelongsToTheForm(t *testing.T) {
	s := onSQLite(t)
	b := s.as(s.Dev)
	s.lapse()
	address := keysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
	b.send(http.MethodPost, address+"?"+url.Values{"proof_password": {password}}.Encode(), "").expect(http.StatusForbidden, "Confirm that it is you")
	b.post(address, url.Values{"proof_passkey": {"{}"}}).expect(http.StatusForbidden).says("alert", "The passkey was not accepted")
	for referer, back := range map[string]string{"": "/", "https://evil.example/": "/", s.server.config.PublicURL + keysPath: keysPath, s.server.config.PublicURL + ".evil.example/": "/"} {
		p := b.post(address, nil, "Referer: "+referer).expect(http.StatusForbidden)
		for _, n := range find(p.root, isTag("a")) {
			if words(n) == "Cancel" && attribute(n, "href") != back {
				t.Errorf("from %q, Cancel leads to %q", referer, attribute(n, "href"))
			}
		}
	}
}

func TestTriesOfAProofAreLimited(t *testing.T) {
	s := onSQLite(t)
	b := s.as(s.Dev)
	s.lapse()
	address := keysPath + "/" + s.Key(models.Development, models.Secret).ID + "/view"
	for range 11 {
		b.post(address, url.Values{"proof_password": {"wrong"}}).expect(http.StatusForbidden)
	}
	b.waits(func() { b.post(address, url.Values{"proof_password": {"wrong"}}) })
	b.waits(func() { b.post(address, url.Values{"proof_password": {password}}).expect(http.StatusOK) })
	ade := s.as(s.Ade) // whose tries are counted apart
	s.lapse()
	ade.post(address, url.Values{"proof_password": {password}}).expect(http.StatusOK)
}
