package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// What a route answers, beside statuses.
const (
	login = -1 // 303 to the sign-in page
	done  = http.StatusSeeOther
)

// sorts are the sorts of people that the table of access has columns for.
var sorts = []string{"anonymous", "disabled", "outsider", "former", "rival", "engineer", "viewer", "developer", "admin",
	"owner"}

const webhookForm = "url=https%3A%2F%2Fhooks.example.com%2F&format=standard&events=key.replaced"

// access is the table of who gets what, on Acme's Development unless the
// environment says otherwise. Anonymous and disabled people are one column; so
// are outsiders of all sorts: people without a team, former members, owners of
// other teams. Guests are anonymous people in the team that is open to them.
var access = []struct {
	route       string
	environment string
	form        string

	anonymous, guest, outsider, engineer, viewer, developer, admin, owner int
}{
	{"GET /login", "", "", 200, 0, done, done, done, done, done, done},
	{"POST /login", "", "email=ade@acme.example&password=wrong", 422, 0, 422, 422, 422, 422, 422, 422},
	{"GET /login/second", "", "", login, 0, login, login, login, login, login, login},
	{"POST /login/second", "", "code=000000", login, 0, login, login, login, login, login, login},
	{"POST /login/passkey/begin", "", "", 200, 0, 200, 200, 200, 200, 200, 200},
	{"POST /login/passkey", "", "credential=x", 422, 0, 422, 422, 422, 422, 422, 422},

	// Without a provider and with sign-up closed these are not there, and the links are unknown.
	{"POST /login/oidc", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"GET /login/oidc/callback", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"GET /signup", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"POST /signup", "", "email=new@acme.example", 404, 0, 404, 404, 404, 404, 404, 404},
	{"GET /signup/:token", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"POST /signup/:token", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"GET /setup", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"POST /setup", "", "token=unknown", 404, 0, 404, 404, 404, 404, 404, 404},
	{"GET /reset", "", "", 200, 0, 200, 200, 200, 200, 200, 200},
	{"POST /reset", "", "email=nobody@acme.example", 200, 0, 200, 200, 200, 200, 200, 200},
	{"GET /reset/:token", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"POST /reset/:token", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"GET /invite/:token", "", "", 404, 0, 404, 404, 404, 404, 404, 404},
	{"POST /invite/:token", "", "", 404, 0, 404, 404, 404, 404, 404, 404},

	// One's own account; the passkey and the session are Vic's.
	{"POST /proof/passkey/begin", "", "", login, 0, 404, 404, 404, 404, 404, 404}, // nobody has one that works
	{"POST /proof/oidc", "", "", login, 0, 404, 404, 404, 404, 404, 404},
	{"GET /account", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /account", "", "name=Somebody", login, 0, done, done, done, done, done, done},
	{"GET /account/security", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"GET /account/notifications", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /account/notifications", "", "mail=request.made", login, 0, done, done, done, done, done, done},
	{"GET /notifications", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /notifications", "", "up_to=1", login, 0, done, done, done, done, done, done},
	{"GET /notifications/:id", "", "", login, 0, 404, 404, 404, 404, 404, 404},
	{"POST /account/security/password", "", "current=wrong&password=wrong", login, 0, 422, 422, 422, 422, 422, 422},
	{"POST /account/security/passkeys/begin", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /account/security/passkeys", "", "name=Key", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /account/security/passkeys/:passkey/rename", "", "name=Key", login, 0, 404, 404, done, 404, 404, 404},
	{"POST /account/security/passkeys/:passkey/remove", "", "", login, 0, 404, 404, done, 404, 404, 404},
	{"POST /account/security/app/begin", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /account/security/app", "", "code=000000", login, 0, 422, 422, 422, 422, 422, 422},
	{"POST /account/security/app/remove", "", "", login, 0, done, done, done, done, done, done},
	{"POST /account/security/codes", "", "", login, 0, done, done, done, done, done, done},
	{"POST /account/security/sessions/:session/end", "", "", login, 0, 404, 404, done, 404, 404, 404},
	{"POST /account/security/sessions/end-others", "", "", login, 0, done, done, done, done, done, done},

	{"GET /search", "", "", login, 0, 200, 200, 200, 200, 200, 200},
	{"POST /search", "", "q=acme", login, 0, done, done, done, done, done, done},
	{"GET /search/shortcuts", "", "", login, 0, 200, 200, 200, 200, 200, 200},

	{"GET /", "", "", login, 0, 200, done, done, done, done, done},
	{"GET /resume/:form", "", "", login, 0, done, done, done, done, done, done},
	{"GET /t/:team", "", "", login, done, 404, 404, done, done, done, done},
	{"GET /t/:team/activity", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/members", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/members/leave", "", "", login, login, 404, 404, done, done, done, done},
	{"POST /t/:team/members/:user/role", "", "role=developer", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/members/:user/remove", "", "", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/members/:user/hand-over", "", "", login, login, 404, 404, 403, 403, 403, done},
	{"POST /t/:team/invitations", "", "email=new@acme.example&role=viewer", login, login, 404, 404, 403, 403, done,
		done},
	{"POST /t/:team/invitations/:invitation/resend", "", "", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/invitations/:invitation/link", "", "", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/invitations/:invitation/withdraw", "", "", login, login, 404, 404, 403, 403, done, done},
	{"GET /t/:team/settings", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/settings", "", "name=Acme+Books&slug=acme", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/settings/production-secret", "", "role=developer", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/settings/second-factor", "", "required=no", login, login, 404, 404, 403, 403, 403, done},
	{"POST /t/:team/settings/viewing", "", "refuses=no", login, login, 404, 404, 403, 403, 403, done},
	{"POST /t/:team/settings/delete", "", "confirm=Another+team", login, login, 404, 404, 403, 403, 403, 422},

	// Webhooks; the delivery is a dead one.
	{"GET /t/:team/webhooks", "", "", login, 403, 404, 404, 403, 403, 200, 200},
	{"GET /t/:team/webhooks/new", "", "", login, 403, 404, 404, 403, 403, 200, 200},
	{"POST /t/:team/webhooks/new", "", webhookForm, login, login, 404, 404, 403, 403, 200, 200},
	{"GET /t/:team/webhooks/:webhook", "", "", login, 403, 404, 404, 403, 403, 200, 200},
	{"POST /t/:team/webhooks/:webhook", "", webhookForm, login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/webhooks/:webhook/test", "", "", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/webhooks/:webhook/pause", "", "", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/webhooks/:webhook/resume", "", "", login, login, 404, 404, 403, 403, done, done},
	{"POST /t/:team/webhooks/:webhook/rotate", "", "", login, login, 404, 404, 403, 403, 200, 200},
	{"POST /t/:team/webhooks/:webhook/delete", "", "", login, login, 404, 404, 403, 403, done, done},
	{"GET /t/:team/webhooks/:webhook/deliveries/:delivery", "", "", login, 403, 404, 404, 403, 403, 200, 200},
	{"POST /t/:team/webhooks/:webhook/deliveries/:delivery/again", "", "", login, login, 404, 404, 403, 403, done, done},

	{"GET /t/:team/:environment", "", "", login, 200, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/keys", "", "", login, 200, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/keys/:key/receipt", "", "", login, 404, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/keys/:key/receipt.json", "", "", login, 404, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/receipts/:sequence", "", "", login, 404, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/catalog", "", "", login, 200, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/users", "", "", login, 200, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/interactions", "", "", login, 200, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/catalog/upload", "", "", login, 403, 404, 404, 403, 200, 200, 200},
	{"POST /t/:team/:environment/catalog/upload", "", "", login, login, 404, 404, 403, 422, 422, 422},
	// of no format
	{"GET /t/:team/:environment/catalog/upload/template", "", "", login, 404, 404, 404, 404, 404, 404, 404},
	// of no chosen file
	{"GET /t/:team/:environment/catalog/uploads/:file", "", "", login, 403, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/catalog/uploads/:file", "", "", login, login, 404, 404, 403, done, done, done},
	{"GET /t/:team/:environment/catalog/uploads/:file/progress", "", "", login, 403, 404, 404, 403, 200, 200, 200},
	{"GET /t/:team/:environment/catalog/uploads/:file/rejected", "", "", login, 403, 404, 404, 403, 404, 404, 404},
	{"GET /t/:team/:environment/catalog/download", "", "", login, 404, 404, 404, 404, 404, 404, 404}, // likewise
	{"POST /t/:team/:environment/catalog/delete", "", "record=0", login, login, 404, 404, 403, 404, 404, 404},
	{"POST /t/:team/:environment/catalog/delete/:deletion/undo", "", "", login, login, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/catalog/delete-all", "", "confirm=development", login, login, 404, 404, 403, done,
		done, done},
	{"GET /t/:team/:environment/users/upload", "", "", login, 403, 404, 404, 403, 200, 200, 200},
	{"POST /t/:team/:environment/users/upload", "", "", login, login, 404, 404, 403, 422, 422, 422},
	// of no format
	{"GET /t/:team/:environment/users/upload/template", "", "", login, 404, 404, 404, 404, 404, 404, 404},
	// of no chosen file
	{"GET /t/:team/:environment/users/uploads/:file", "", "", login, 403, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/users/uploads/:file", "", "", login, login, 404, 404, 403, done, done, done},
	{"GET /t/:team/:environment/users/uploads/:file/progress", "", "", login, 403, 404, 404, 403, 200, 200, 200},
	{"GET /t/:team/:environment/users/uploads/:file/rejected", "", "", login, 403, 404, 404, 403, 404, 404, 404},
	{"GET /t/:team/:environment/users/download", "", "", login, 404, 404, 404, 404, 404, 404, 404}, // likewise
	{"POST /t/:team/:environment/users/delete", "", "record=0", login, login, 404, 404, 403, 404, 404, 404},
	{"POST /t/:team/:environment/users/delete/:deletion/undo", "", "", login, login, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/users/delete-all", "", "confirm=development", login, login, 404, 404, 403, done, done,
		done},
	{"GET /t/:team/:environment/interactions/upload", "", "", login, 403, 404, 404, 403, 200, 200, 200},
	{"POST /t/:team/:environment/interactions/upload", "", "", login, login, 404, 404, 403, 422, 422, 422},
	// of no format
	{"GET /t/:team/:environment/interactions/upload/template", "", "", login, 404, 404, 404, 404, 404, 404, 404},
	// of no chosen file
	{"GET /t/:team/:environment/interactions/uploads/:file", "", "", login, 403, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/interactions/uploads/:file", "", "", login, login, 404, 404, 403, done, done, done},
	{"GET /t/:team/:environment/interactions/uploads/:file/progress", "", "", login, 403, 404, 404, 403, 200, 200, 200},
	{"GET /t/:team/:environment/interactions/uploads/:file/rejected", "", "", login, 403, 404, 404, 403, 404, 404, 404},
	{"GET /t/:team/:environment/interactions/download", "", "", login, 404, 404, 404, 404, 404, 404, 404}, // likewise
	{"POST /t/:team/:environment/interactions/delete", "", "record=0", login, login, 404, 404, 403, 404, 404, 404},
	{"POST /t/:team/:environment/interactions/delete/:deletion/undo", "", "", login, login, 404, 404, 403, done, done,
		done},
	{"POST /t/:team/:environment/interactions/delete-all", "", "confirm=development", login, login, 404, 404, 403, done,
		done, done},
	{"POST /t/:team/:environment/interactions/delete-user", "", "user=nobody", login, login, 404, 404, 403, 404, 404,
		404},
	{"GET /t/:team/:environment/activity", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/:environment/keys", "", "kind=secret", login, login, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/keys/:key/view", "", "", login, login, 404, 404, 403, 200, 200, 200},
	{"POST /t/:team/:environment/keys/:key/copy", "", "", login, login, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/keys/:key/rename", "", "key_name=Checkout", login, login, 404, 404, 403, done, done,
		done},
	{"POST /t/:team/:environment/keys/:key/revoke", "", "when=now&reason=other", login, login, 404, 404, 403, done,
		done, done},
	{"POST /t/:team/:environment/keys/:key/settle", "", "kind=secret_in_url", login, login, 404, 404, 403, done, done,
		done},
	{"POST /t/:team/:environment/keys/programs/accept", "", "program=curl", login, login, 404, 404, 403, done, done,
		done},
	{"POST /t/:team/:environment/keys/programs/unaccept", "", "program=curl", login, login, 404, 404, 403, done, done,
		done},
	{"GET /t/:team/:environment/usage", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/:environment/usage/requests", "", "request=abcdefghijklmnopqrstuvwxyz", login, login, 404, 404,
		done, done, done, done},
	{"GET /t/:team/:environment/usage/requests/:id", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"GET /t/:team/:environment/settings", "", "", login, 403, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/:environment/settings/origins", "", "origins=https://shop.example", login, login, 404, 404, 403,
		403, done, done},
	{"POST /t/:team/:environment/settings/browser-secrets", "", "refuse=yes", login, login, 404, 404, 403, 403, done,
		done},
	{"GET /t/:team/:environment/unlock", "production", "", login, done, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/:environment/trial", "", "offer=14d,1000", login, login, 404, 404, 403, done, done, done},
	{"POST /t/:team/:environment/unlock-requests", "production", "use_case=Books", login, login, 404, 404, 403, done,
		done, done},
	{"GET /t/:team/:environment/unlock-requests/:request", "production", "", login, 404, 404, 404, 200, 200, 200, 200},
	{"POST /t/:team/:environment/unlock-requests/:request/replies", "production", "reply=Hello", login, login, 404, 404,
		403, done, done, done},
	{"POST /t/:team/:environment/unlock-requests/:request/withdraw", "production", "", login, login, 404, 404, 403,
		done, done, done},
	{"POST /t/:team/:environment/unlock-requests/:request/withdraw/undo", "production", "", login, login, 404, 404, 403,
		done, done, done},

	{"GET /desk", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/requests", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/requests/:request", "production", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/requests/:request/approve", "production", "reference=A-1&ends=2027-01-01", login, 0, 404, done, 404,
		404, 404, 404},
	{"POST /desk/requests/:request/decline", "production", "reason=No", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/requests/:request/replies", "production", "reply=Hello", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/requests/:request/undo", "production", "", login, 0, 404, done, 404, 404, 404, 404},
	{"GET /desk/teams", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/teams/new", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/teams", "", "name=New+Books&slug=newbooks&email=new@books.example", login, 0, 404, done, 404, 404, 404,
		404},
	{"GET /desk/teams/:team", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/teams/:team/restore", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/teams/:team/:environment/lock", "", "reason=A+leak", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/teams/:team/:environment/unlock", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"GET /desk/agreements", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/agreements/new", "", "", login, 0, 404, 404, 404, 404, 404, 404},
	{"POST /desk/agreements", "", "team=acme&reference=A-1", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/agreements/:agreement", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/agreements/:agreement/change", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/agreements/:agreement/change", "", "reference=A-1&covers=development", login, 0, 404, 200, 404, 404, 404,
		404},
	{"POST /desk/agreements/:agreement/renew", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/agreements/:agreement/end", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/agreements/:agreement/notes", "", "note=Friendly", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/teams/:team/invitations/:invitation/link", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/teams/:team/notes", "", "note=Friendly", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/teams/:team/view", "", "reason=They+asked", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/teams/:team/leave", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"GET /desk/webhooks", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/webhooks/new", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/webhooks/new", "", webhookForm, login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/webhooks/:webhook", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook", "", webhookForm, login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook/test", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook/pause", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook/resume", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook/rotate", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook/delete", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"GET /desk/webhooks/:webhook/deliveries/:delivery", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/webhooks/:webhook/deliveries/:delivery/again", "", "", login, 0, 404, done, 404, 404, 404, 404},
	{"GET /desk/processes", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/mail", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"GET /desk/compromise", "", "", login, 0, 404, 200, 404, 404, 404, 404},
	{"POST /desk/compromise", "", "key=0123456789012345678901234567890123456789", login, 0, 404, 200, 404, 404, 404,
		404},
	{"POST /desk/compromise/:key/revoke", "", "replace=yes&reason=Leaked", login, 0, 404, done, 404, 404, 404, 404},

	// Last, since it ends the session.
	{"POST /logout", "", "", login, 0, login, login, login, login, login, login},
}

// TestAccessTableIsComplete keeps a route from being added without saying who
// may call it, and the table from naming routes that are gone.
func TestAccessTableIsComplete(t *testing.T) {
	var named, routed []string
	for _, row := range access {
		named = append(named, row.route)
	}
	for _, r := range web.DashboardRoutes() {
		routed = append(routed, r.Method+" "+r.Path)
	}
	slices.Sort(named)
	slices.Sort(routed)
	if !slices.Equal(named, routed) {
		t.Errorf("the table names\n%s\nand the router has\n%s", strings.Join(named, "\n"), strings.Join(routed, "\n"))
	}
}

func TestAccess(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		people := s.Crowd()
		for _, row := range access {
			want := map[string]int{
				"anonymous": row.anonymous, "disabled": row.anonymous,
				"outsider": row.outsider, "former": row.outsider, "rival": row.outsider,
				"engineer": row.engineer, "viewer": row.viewer, "developer": row.developer, "admin": row.admin,
				"owner": row.owner,
			}
			if row.route == "GET /" {
				want["rival"] = done // to the team they have
			}
			method, path, _ := strings.Cut(row.route, " ")
			visit := func(sort, address string) {
				got := people[sort].Send(method, address, row.form)
				if status := outcome(got); status != want[sort] {
					t.Errorf("%s by %s: %d; want %d", row.route, sort, status, want[sort])
				}
			}
			changes := func(sort string) bool {
				signsOut := path == "/logout" && sort != "anonymous" && sort != "disabled"
				return method != http.MethodGet && (want[sort] != login || signsOut) && want[sort] < 400
			}
			address := s.Address(path, row.environment)
			s.Unchanged(t, row.route+" by those who change nothing", func() {
				for _, sort := range sorts {
					if !changes(sort) {
						visit(sort, address)
					}
				}
			})
			for _, sort := range sorts {
				if changes(sort) {
					visit(sort, s.Address(path, row.environment))
				}
			}
			if strings.HasPrefix(path, "/t/") {
				s.Unchanged(t, row.route+" by a guest", func() {
					address := strings.NewReplacer(":team", models.ExploreSlug, ":environment", "playground", ":", "").
						Replace(path)
					if status := outcome(people["anonymous"].Send(method, address, row.form)); status != row.guest {
						t.Errorf("%s by a guest: %d; want %d", row.route, status, row.guest)
					}
				})
			}
		}
	}, offersTrial)
}

// offersTrial is for sites whose teams may take one.
func offersTrial(options *web.Options) { options.Config.Trial = "14d,1000" }

// TestGuestsGainNothingBySigningIn: whoever is not a member of the team that is
// open to guests may change nothing in it.
func TestGuestsGainNothingBySigningIn(t *testing.T) {
	s := webtest.OnSQLite(t)
	people := s.Crowd()
	for _, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if !strings.HasPrefix(path, "/t/") {
			continue
		}
		address := strings.NewReplacer(":team", models.ExploreSlug, ":environment", "playground", ":", "").Replace(path)
		for _, sort := range sorts[2:] {
			s.Unchanged(t, row.route+" by "+sort, func() {
				got := people[sort].Send(method, address, row.form).Status
				if method == http.MethodGet && got != row.guest || method == http.MethodPost && got != 403 &&
					got != 404 {
					t.Errorf("%s by %s as a guest: %d", row.route, sort, got)
				}
			})
		}
	}
}

// outcome is the status, with redirects to the sign-in page told apart.
func outcome(p *webtest.Page) int {
	if p.Status == done && strings.HasPrefix(p.Header.Get("Location"), "/login") {
		return login
	}
	return p.Status
}

// Values for a part of an address that belong to nobody. The malformed ones are
// refused before it is known who asks.
var (
	strangers = []string{
		"nowhere", "Acme", "acme%20", "acme%2F", "..%2Facme", "%2e%2e", "'", "%25", "0", "-1",
		"0123456789012345678901234567890123456789", strings.Repeat("a", 4000),
	}
	malformed = []string{"%00", "acme%00", "%ff", "%C3%28"}
)

// TestAnotherTeamLooksLikeNone compares addresses of Umami's things, which
// exist, with addresses of nothing, for each part of each route. What a value may
// do depends little on who tries it, so everybody tries Umami's things and a share
// of the other values, and all of them together try each value at each part of
// each route.
func TestAnotherTeamLooksLikeNone(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		turn := 0 // who begins with the values changes with each part, and is another one on each engine
		if s.Database.Engine == storetest.Postgres {
			turn = 1
		}
		share := func(values []string, person int) []string { return everyNth(values, len(sorts[2:]), person+turn) }
		umami := s.ThingsOfUmami()
		people := s.Crowd()
		key := s.Key(models.Development, models.Secret).ID
		for _, row := range access {
			method, path, _ := strings.Cut(row.route, " ")
			desk := strings.HasPrefix(path, "/desk")
			s.Unchanged(t, row.route+" with foreign parts", func() {
				for _, part := range []string{":team", ":environment", ":key", ":request", ":user", ":invitation",
					":passkey", ":session", ":token", ":id", ":webhook", ":delivery"} {
					if !strings.Contains(path, part) {
						continue
					}
					turn++
					for person, sort := range sorts[2:] { // who is signed in
						with := func(value string) *webtest.Page {
							return people[sort].Send(method, s.AddressWith(path, part, value, row.environment, key),
								row.form)
						}
						none := with(strangers[0])
						if none.Status != 404 && none.Status != 403 || sort == "owner" && none.Status != 404 {
							t.Errorf("%s by %s with an unknown %s: %d", row.route, sort, part, none.Status)
						}
						values := share(strangers[1:], person)
						if foreign := umami[part]; foreign != "" && !(desk && sort == "engineer") &&
							!(isUmas[part] && sort == "rival") {
							values = append([]string{foreign}, values...)
						}
						for _, value := range values {
							if got := with(value); got.Status != none.Status || got.Body != none.Body {
								t.Errorf("%s by %s with the %s %.20s: %d %s\nwith an unknown one: %d %s",
									row.route, sort, part, value, got.Status, webtest.Words(got.Root), none.Status,
									webtest.Words(none.Root))
							}
						}
						// A form or a query cannot name what the address does not.
						ours := "key=" + key + "&team=acme&environment=development&user=" + s.Vic.UserID + "&request=x"
						address := s.AddressWith(path, part, strangers[0], row.environment, key)
						for _, got := range []*webtest.Page{people[sort].Send(method, address+"?"+ours, row.form), people[sort].Send(method, address, row.form+"&"+ours)} {
							if got.Status != none.Status || got.Body != none.Body {
								t.Errorf("%s by %s with the right %s elsewhere: %d", row.route, sort, part, got.Status)
							}
						}
						for _, value := range share(malformed, person) {
							if got := with(value); got.Status != 404 {
								t.Errorf("%s by %s with the %s %s: %d", row.route, sort, part, value, got.Status)
							}
						}
					}
				}
			})
		}
	})
}

// everyNth is the share of one of so many who divide the values among them.
func everyNth(values []string, sharers, which int) (share []string) {
	for i, value := range values {
		if i%sharers == which%sharers {
			share = append(share, value)
		}
	}
	return share
}

// isUmas says which parts of an address let Umami's owner in.
var isUmas = map[string]bool{":team": true, ":passkey": true, ":session": true}

// TestSignedOutByCircumstance: what is taken away counts from the next request.
func TestSignedOutByCircumstance(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		ade, dev := s.As(s.Ade), s.As(s.Dev)
		ade.Get("/t/acme/development/keys").Expect(200)
		s.Database.Exec("DELETE FROM members WHERE user_id = '" + s.Ade.UserID + "'")
		ade.Get("/t/acme/development/keys").Expect(404)
		ade.Get("/").Expect(200, "You are not in a team yet")

		dev.Get("/t/acme/development/keys").Expect(200)
		s.Database.Exec("UPDATE members SET role = 'viewer' WHERE user_id = '" + s.Dev.UserID + "'")
		dev.Post("/t/acme/development/keys/"+s.Key(models.Development, models.Secret).ID+"/view", nil).Expect(403, "viewer")

		s.Disable(s.Dev)
		dev.Get("/t/acme/development/keys").GoesTo("/login?next=%2Ft%2Facme%2Fdevelopment%2Fkeys").Expect(200, "Sign in to Dojo")
	})
}

// TestOneOfManyWins: people who do the same at the same moment get one outcome
// and one explanation.
func TestOneOfManyWins(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		key := s.Key(models.Development, models.Secret).ID
		request := s.RequestUnlock(models.Production).ID
		const many = 8
		for _, race := range []struct {
			who        models.Actor
			path, form string
			won        func(p *webtest.Page) bool
		}{
			{s.Dev, "/t/acme/development/keys/" + key + "/revoke", "when=now&reason=other", flashed("Refused everywhere")},
			{s.Sol, "/desk/requests/" + request + "/approve", "reference=A-1&ends=2027-01-01", flashed("Production of Acme Books is unlocked")},
		} {
			outcomes := make(chan bool, many)
			for range many {
				b := s.As(race.who)
				go func() {
					form, _ := url.ParseQuery(race.form)
					outcomes <- race.won(b.Post(race.path, form))
				}()
			}
			winners := 0
			for range many {
				if <-outcomes {
					winners++
				}
			}
			if winners != 1 {
				t.Errorf("%s: %d of %d won", race.path, winners, many)
			}
		}
		if active := s.Database.Count("SELECT count(*) FROM keys WHERE kind = 'secret' AND state = 'active' AND environment_id = (SELECT environment_id FROM keys WHERE id = '" + key + "')"); active != 1 {
			t.Errorf("there are %d active secret keys", active)
		}
		if unlocked := s.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'unlock.approved' AND environment = 'production'"); unlocked != 1 {
			t.Errorf("Production was unlocked %d times", unlocked)
		}
	})
}

func flashed(text string) func(p *webtest.Page) bool {
	return func(p *webtest.Page) bool {
		if p.Status != done {
			return false
		}
		return strings.Contains(p.Browser.Get(p.Header.Get("Location")).Told("status"), text)
	}
}

// TestHalfASignInIsNone: with the right password and without the second factor,
// one is as anonymous as before.
func TestHalfASignInIsNone(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.As(s.Ade).AddApp()
	b := s.PendingBrowser()
	for _, row := range access {
		method, path, _ := strings.Cut(row.route, " ")
		if strings.HasPrefix(path, "/login") || path == "/reset" {
			continue
		}
		address := s.Address(path, row.environment)
		s.Unchanged(t, row.route, func() {
			if got := outcome(b.Send(method, address, row.form)); got != row.anonymous {
				t.Errorf("%s: %d; want %d", row.route, got, row.anonymous)
			}
		})
	}
	s.Database.Clock.Add(15 * time.Minute)
	b.Get(webtest.SecondPath).GoesTo("/login?next=%2Flogin%2Fsecond")
	late := s.PendingBrowser()
	s.Disable(s.Ade)
	late.Get(webtest.SecondPath).GoesTo("/login?next=%2Flogin%2Fsecond")
}
