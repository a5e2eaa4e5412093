package journey

import (
	"testing"
	"time"

	"dojo/models"
)

// TestScenesOfMembers: the page of members and its dialogs, for who may change
// them and for who may not.
func TestScenesOfMembers(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, vic := s.signIn(t, "olivia@acme.example"), s.signIn(t, "vic@acme.example")
	olivia.open("/t/acme/members")
	olivia.invites("mia@acme.example", "Developer")
	olivia.invites("noor@acme.example", "Viewer")
	olivia.examines("members")
	invite := olivia.find("region", "Invite someone")
	invite.find("textbox", "Email").fill("vic@acme.example")
	invite.find("button", "Invite").followTo(422)
	olivia.examines("members-invite-wrong")
	olivia.row("vic@acme.example").find("button", "Remove*").follow()
	olivia.examines("members-remove")
	olivia.find("button", "Cancel").press()
	olivia.find("button", "Hand over ownership").follow()
	olivia.examines("members-hand-over")
	olivia.open("/t/acme/settings")
	olivia.examines("team-settings")
	olivia.find("textbox", "Address name").fill("umami")
	olivia.find("region", "Name").find("button", "Save").followTo(422)
	olivia.examines("team-settings-wrong")
	olivia.find("button", "Delete team").press()
	olivia.examines("team-settings-delete")

	vic.open("/t/acme/members")
	vic.examines("members-viewer")
	vic.find("button", "Leave team").follow()
	vic.examines("members-leave")
	vic.open("/t/acme/settings")
	vic.examines("team-settings-viewer")
}

// TestScenesOfAnAccount: one's own pages, and proving who one is.
func TestScenesOfAnAccount(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, dev := s.signIn(t, "olivia@acme.example"), s.signIn(t, "dev@acme.example")
	s.signIn(t, "dev@acme.example")
	dev.hasDevice()
	dev.open("/account")
	dev.examines("account")
	dev.find("textbox", "Name").fill(" ")
	dev.find("button", "Save").followTo(422)
	dev.examines("account-wrong")
	dev.open("/account/security")
	dev.addsPasskey("The red laptop")
	dev.examines("security")
	dev.find("region", "Passkeys").find("DisclosureTriangle", "").press()
	dev.examines("security-passkey")
	dev.find("textbox", "Current password").fill("not-the-password")
	dev.find("textbox", "New password").fill(longPassword)
	dev.find("button", "Change password").followTo(422)
	dev.examines("security-password-wrong")
	dev.find("button", "Set up an authenticator app").follow()
	dev.examines("security-app")
	dev.open("/account/security")
	a, _ := dev.setsUpApp()
	dev.examines("security-codes")
	dev.open("/account/security")
	dev.examines("security-all")

	dev.signsInAgain("dev@acme.example")
	dev.examines("second-factor")
	dev.typesCode(422, "000000")
	dev.examines("second-factor-wrong")
	s.clock.pass(codeLife)
	dev.typesCode(200, a.code(t))
	dev.open("/t/umami/production/keys")
	s.clock.pass(aWhile)
	fillsInRevocation(dev).followTo(403)
	dev.examines("proof")
	dev.find("textbox", "Password").fill("not-the-password")
	dev.find("button", "Confirm").followTo(403)
	dev.examines("proof-wrong")
	s.requiresSecondFactor(t)
	olivia.openTo(403, "/t/acme/development")
	olivia.examines("second-factor-required")
}

// requiresSecondFactor changes Acme's setting, as its owner did in another browser.
func (s *site) requiresSecondFactor(t *testing.T) {
	t.Helper()
	owner, err := s.server.Store.UserByEmail(t.Context(), "olivia@acme.example")
	must(t, err)
	team, err := s.server.Store.Team(t.Context(), models.Actor{UserID: owner.ID, Name: owner.Name, Email: owner.Email},
		"acme")
	must(t, err)
	must(t, team.RequireSecondFactor(t.Context(), true))
}

// TestScenesOfLinks: what one-time links lead to, and what is there when they do
// not work.
func TestScenesOfLinks(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, p := s.signIn(t, "olivia@acme.example"), s.visitor(t)
	p.open("/reset")
	p.examines("reset")
	link := p.forgets("ade@acme.example")
	p.examines("reset-sent")
	p.open(link)
	p.find("textbox", "New password").fill("dojo")
	p.find("button", "Set password").followTo(422)
	p.examines("reset-password-wrong")
	s.clock.pass(time.Hour)
	p.openTo(410, link)
	p.examines("reset-lapsed")

	olivia.open("/t/acme/members")
	invite := olivia.find("region", "Invite someone")
	invite.find("textbox", "Email").fill("mia@acme.example")
	invite.find("button", "Invite").followTo(403)
	olivia.confirms()
	link = p.readsMail("mia@acme.example", invitedToAcme)
	p.open(link)
	p.examines("invitation")
	p.find("textbox", "Name").fill("Mia Okafor")
	p.find("textbox", "Password").fill("password1234")
	p.find("button", "Accept invitation").followTo(422)
	p.examines("invitation-wrong")
	olivia.open(link)
	olivia.examines("invitation-other")
	olivia.open("/t/acme/members")
	olivia.invites("uma@umami.example", "Admin")
	uma := p.readsMail("uma@umami.example", invitedToAcme)
	p.open(uma)
	p.examines("invitation-signed-out")
	p.find("button", "Sign in to accept").follow()
	p.submitSignIn("uma@umami.example", "dojo-demo")
	p.examines("invitation-one-press")
	olivia.row("mia@acme.example").find("button", "Withdraw*").follow()
	olivia.openTo(410, link)
	olivia.examines("invitation-withdrawn")
	olivia.openTo(404, "/invite/never-given")
	olivia.examines("invitation-unknown")
}

// TestScenesOfAGuest: what a visitor sees who only looks around.
func TestScenesOfAGuest(t *testing.T) {
	t.Parallel()
	guest := openSite(t).visitor(t)
	guest.examinesAll(
		scene{"guest-overview", "/t/explore/playground"}, scene{"guest-keys", "/t/explore/playground/keys"},
	)
	guest.openTo(403, "/t/explore/members")
	guest.examines("guest-forbidden")
}

// TestScenesOfNewTeams: how a team comes to be at the desk, and how it comes back.
func TestScenesOfNewTeams(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, olivia := s.signIn(t, "sol@dojo.example"), s.signIn(t, "olivia@acme.example")
	sol.open("/desk/teams/new")
	sol.examines("desk-new-team")
	sol.find("textbox", "Team name").fill("Nordlys Records")
	sol.find("textbox", "Team address name").fill("acme")
	sol.find("textbox", "Owner’s email").fill("noor@nordlys.example")
	sol.find("button", "Create team and invite owner").followTo(422)
	sol.examines("desk-new-team-wrong")
	sol.find("textbox", "Team address name").fill("nordlys")
	sol.find("button", "Create team and invite owner").follow()
	sol.examines("desk-new-team-made")
	sol.open("/desk/mail")
	sol.examines("desk-mail")

	olivia.open("/t/acme/settings?delete=1")
	dialog := olivia.find("dialog", "Delete Acme Books")
	dialog.find("textbox", "Type Acme Books to confirm").fill("Acme Books")
	dialog.find("button", "Delete team").follow()
	olivia.examines("team-deleted")
	sol.open("/desk/teams")
	sol.examines("desk-teams-deleted")
	sol.open("/desk/teams/acme")
	sol.examines("desk-team-deleted")
}
