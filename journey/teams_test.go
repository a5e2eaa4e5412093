package journey

import (
	"testing"

	"dojo/models"
)

// TestTeamSettings: a team takes another name, and is deleted and restored; its
// keys work under the new name and never again after the deletion.
func TestTeamSettings(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, ade, sol := s.signIn(t, "olivia@acme.example"), s.signIn(t, "ade@acme.example"),
		s.signIn(t, "sol@dojo.example")
	olivia.open("/t/acme/development/keys")
	key := olivia.viewsSecret()
	olivia.nav("Settings").follow()
	renamesTeam(olivia)
	ade.open("/t/acme/development/catalog?q=book-1001")
	ade.isAt("/t/acme-stories/development/catalog?q=book-1001")
	ade.accepted(key)

	ade.open("/t/acme-stories/settings")
	ade.find("button", "Delete team").isGone()
	deletesTeam(olivia)
	ade.refused(key)
	ade.openTo(404, "/t/acme-stories/development/keys")

	sol.open("/desk/teams")
	sol.row("Acme Stories", "Deleted").find("link", "Acme Stories").follow()
	sol.says("Deleted by Olivia Grant", "can be restored until 23 Dec 2026", "Its keys stay dead")
	sol.find("button", "Restore").follow()
	sol.find("status", "").says("Acme Stories is restored")
	ade.refused(key)
	ade.open("/t/acme-stories/development/keys")
	secret := ade.find("region", "Secret key")
	secret.says("No secret key.")
	secret.find("button", "Get a new key").follow()
	ade.accepted(ade.viewsSecret())
	ade.refused(key)
}

// renamesTeam: an address that another team has is refused beside its field.
func renamesTeam(olivia *person) {
	name := olivia.find("region", "Name")
	name.find("textbox", "Team name").fill("Acme Stories")
	name.find("textbox", "Address name").fill("umami")
	name.find("button", "Save").followTo(422)
	name.find("textbox", "Address name").isWrong("Another team has or had this name")
	name.find("textbox", "Address name").fill("acme-stories")
	name.says("/t/acme-stories")
	name.find("button", "Save").follow()
	olivia.find("status", "").says("Saved")
	olivia.isAt("/t/acme-stories/settings")
}

// deletesTeam types the team's name, wrongly first.
func deletesTeam(olivia *person) {
	olivia.find("button", "Delete team").press()
	dialog := olivia.find("dialog", "Delete Acme Stories")
	confirm := dialog.find("textbox", "Type Acme Stories to confirm")
	confirm.fill("Acme Books")
	dialog.find("button", "Delete team").followTo(422)
	confirm.isWrong("Type the team's name, Acme Stories, to confirm.")
	confirm.fill("Acme Stories")
	dialog.find("button", "Delete team").follow()
	olivia.find("status", "").says("Acme Stories is deleted", "Its keys are refused everywhere")
	olivia.find("heading", "You are not in a team yet").isThere()
}

// TestProductionSecret: who may view Production's secret key is the team's to
// decide, and holds at once; whoever may not view it still revokes it.
func TestProductionSecret(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	uma, dev := s.signIn(t, "uma@umami.example"), s.signIn(t, "dev@acme.example")
	dev.open("/t/umami/production/keys")
	uma.open("/t/umami/settings")
	choice := uma.find("region", "Production’s secret key")
	choice.find("radio", "Admins and owners only").press()
	choice.find("button", "Save").follow()
	uma.find("status", "").says("Saved")

	dev.find("region", "Secret key").find("button", "View").follow()
	dev.excuses("403 for ")
	secret := dev.find("region", "Secret key")
	secret.find("button", "View").isGone()
	secret.find("button", "Copy").isGone()
	dev.opensRevocation().find("button", "Cancel").press()
	dev.open("/t/umami/development/keys")
	dev.viewsSecret()
}

// TestDeskNewTeam: a solutions engineer makes a team for an owner who is invited,
// accepts, and asks for the first unlock.
func TestDeskNewTeam(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	sol, noor := s.signIn(t, "sol@dojo.example"), s.visitor(t)
	sol.find("navigation", "Desk").find("link", "Teams").follow()
	sol.find("link", "New team").follow()
	create := sol.find("button", "Create team and invite owner")
	sol.find("textbox", "Team name").fill("Nordlys Records")
	sol.find("textbox", "Team address name").fill("acme")
	sol.find("textbox", "Owner’s email").fill("noor@nordlys.example")
	s.clock.pass(aWhile)
	create.followTo(403)
	sol.find("textbox", "Password").fill("dojo-demo")
	sol.find("button", "Confirm").followTo(422)
	sol.find("textbox", "Team address name").isWrong("Another team has or had this name")
	sol.find("textbox", "Team address name").fill("nordlys")
	create.follow()
	sol.isAt("/desk/teams/nordlys")
	sol.find("status", "").says("Nordlys Records is created", "noor@nordlys.example is invited as its owner")
	sol.find("region", "Members").says("noor@nordlys.example", "Owner")

	link := noor.readsMail("noor@nordlys.example", "You are invited to Nordlys Records on Dojo")
	noor.open(link)
	noor.joins("Noor Haddad", link)
	noor.isAt("/t/nordlys/playground")
	noor.nav("Members").follow()
	noor.row("Noor Haddad", "Owner").isThere()
	noor.switchTo("Development Locked").follow()
	noor.open("/t/nordlys/development")
	noor.asks("Our record shop wants recommendations.")
	sol.open("/desk/requests")
	sol.row("Nordlys Records", "Our record shop wants recommendations.").isThere()
	s.clock.pass(models.InvitationLife)
	noor.openTo(410, link)
}
