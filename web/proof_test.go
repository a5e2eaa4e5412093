package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dojo/web/webtest"
)

// harmless are the forms that ask for no fresh proof: those of anybody, those
// that ask for a password themselves, and those that take nothing from anybody.
var harmless = []string{
	"POST /login", "POST /login/second", "POST /login/passkey/begin", "POST /login/passkey", "POST /login/oidc",
	"POST /logout", "POST /search",
	"POST /signup", "POST /signup/:token", "POST /setup", "POST /reset", "POST /reset/:token", "POST /invite/:token",
	"POST /proof/passkey/begin", "POST /proof/oidc",
	"POST /account", "POST /account/security/password", "POST /account/security/sessions/:session/end",
	"POST /account/security/sessions/end-others", "POST /account/notifications", "POST /notifications",
	"POST /t/:team/members/leave", "POST /t/:team/invitations/:invitation/resend",
	"POST /t/:team/invitations/:invitation/withdraw", "POST /t/:team/settings",
	"POST /t/:team/:environment/unlock-requests", "POST /t/:team/:environment/unlock-requests/:request/withdraw",
	"POST /t/:team/:environment/unlock-requests/:request/withdraw/undo",
	"POST /t/:team/:environment/unlock-requests/:request/replies", "POST /desk/requests/:request/replies",
	"POST /desk/teams/:team/notes", "POST /desk/teams/:team/leave",
	"POST /t/:team/:environment/catalog/upload", "POST /t/:team/:environment/users/upload",
	"POST /t/:team/:environment/interactions/upload",
	"POST /t/:team/:environment/catalog/uploads/:file", "POST /t/:team/:environment/users/uploads/:file",
	"POST /t/:team/:environment/interactions/uploads/:file",
	"POST /t/:team/:environment/catalog/delete", "POST /t/:team/:environment/users/delete",
	"POST /t/:team/:environment/interactions/delete", "POST /t/:team/:environment/catalog/delete/:deletion/undo",
	"POST /t/:team/:environment/users/delete/:deletion/undo",
	"POST /t/:team/:environment/interactions/delete/:deletion/undo",
	"POST /t/:team/:environment/usage/requests", "POST /t/:team/:environment/keys/:key/settle",
	"POST /t/:team/:environment/keys/programs/accept", "POST /t/:team/:environment/keys/programs/unaccept",
	"POST /t/:team/:environment/keys/:key/rename",
	"POST /desk/compromise",
	// These show what they would do; what saves it asks, see TestAgreementIsPreviewedThenProved.
	"POST /desk/agreements", "POST /desk/agreements/:agreement/change", "POST /desk/agreements/:agreement/notes",
	"POST /t/:team/webhooks/:webhook/test", "POST /t/:team/webhooks/:webhook/pause",
	"POST /t/:team/webhooks/:webhook/resume", "POST /t/:team/webhooks/:webhook/deliveries/:delivery/again",
	"POST /desk/webhooks/:webhook/test", "POST /desk/webhooks/:webhook/pause",
	"POST /desk/webhooks/:webhook/resume", "POST /desk/webhooks/:webhook/deliveries/:delivery/again",
}

// TestWhatHurtsAsksForAProof, whatever it is, and the right password goes on
// with what was typed.
func TestWhatHurtsAsksForAProof(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
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
			b, address := s.As(who), s.Address(path, row.environment)
			s.Lapse()
			typed, _ := url.ParseQuery(row.form)
			var p *webtest.Page
			s.Unchanged(t, row.route+" without a proof", func() {
				p = s.AsksForProof(b.Post(address, typed), row.route, typed)
				p = s.AsksForProof(p.Press(p.Root, "Confirm", "proof_password", "wrong").
					Says("alert", "The password is wrong"), row.route, typed)
				script := b.Post(address, typed, "Accept: application/json").Expect(http.StatusForbidden)
				if !strings.Contains(script.Body, `"code":"proof_required"`) {
					t.Errorf("%s tells a script %s", row.route, script.Body)
				}
			})
			before := b.Current()
			if got := outcome(p.Press(p.Root, "Confirm", "proof_password", webtest.Password)); got != want {
				t.Errorf("%s with the proof: %d; want %d", row.route, got, want)
			}
			s.Replaced(before, b)
		}
	}, offersTrial)
}
