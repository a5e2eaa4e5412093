package journey

import (
	"strings"
	"testing"

	"dojo/demo"
	"dojo/models"
)

const (
	invitedToAcme = "You are invited to Acme Books on Dojo"
	longPassword  = "a lantern over nine rivers"
)

// TestInvitation is the way from an address in a form to the first key.
func TestInvitation(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, mia := s.signIn(t, "olivia@acme.example"), s.visitor(t)
	olivia.nav("Members").follow()
	olivia.invites("mia@acme.example", "Developer")
	replaced := mia.readsMail("mia@acme.example", invitedToAcme)
	olivia.row("mia@acme.example").find("button", "Resend*").follow()
	olivia.find("status", "").says("Invitation sent again", "the old one does not work any more")
	link := mia.readsMail("mia@acme.example", invitedToAcme)

	mia.openTo(404, replaced)
	mia.find("heading", "This link does not work").isThere()
	mia.says("replaced by a newer one")
	mia.open(link)
	mia.joins("Mia Okafor", link)
	mia.isAt("/t/acme/playground")
	getsTheFirstKey(mia)

	mia.openTo(410, link)
	mia.find("heading", "This invitation has been accepted").isThere()
	mia.find("link", "Back to Dojo").follow()
	mia.isAt("/t/acme/development")
	mia.find("button", "Sign out").follow()
	mia.openTo(410, link)
	mia.find("link", "Sign in").follow()
	mia.submitSignIn("mia@acme.example", longPassword)
	mia.isAt("/t/acme/development")

	olivia.nav("Members").follow()
	olivia.row("Mia Okafor", "mia@acme.example").find("combobox", "Role of Mia Okafor").isThere()
	olivia.find("heading", "Waiting to be accepted").isGone()
}

// invites fills in the form on the page of members.
func (p *person) invites(email, role string) {
	p.t.Helper()
	invite := p.find("region", "Invite someone")
	invite.find("textbox", "Email").fill(email)
	invite.find("combobox", "Role").choose(role)
	invite.find("button", "Invite").follow()
	p.find("status", "").says("Hand this link over to " + strings.ToLower(email))
}

// joins makes an account on the page of an invitation. A password that anybody
// would guess is refused.
func (p *person) joins(name, link string) {
	p.t.Helper()
	p.says("invites you to")
	p.find("textbox", "Name").fill(name)
	password := p.find("textbox", "Password")
	password.fill("password1234")
	p.find("button", "Accept invitation").followTo(422)
	p.isAt(link)
	if kept := p.find("textbox", "Name").value(); kept != name {
		p.t.Errorf("the name has become %q", kept)
	}
	p.isOn("textbox", "Password")
	password.fill(longPassword)
	p.find("button", "Accept invitation").follow()
}

func getsTheFirstKey(mia *person) {
	mia.switchTo("Development*").follow()
	mia.nav("API keys").follow()
	key := mia.viewsSecret()
	mia.accepted(key)
	mia.site.keptNoSecret(mia.t, key, longPassword)
}

// TestInvitedWithAccount: who has an account joins with one press, and nobody
// else can.
func TestInvitedWithAccount(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, uma, vic := s.signIn(t, "olivia@acme.example"), s.visitor(t), s.signIn(t, "vic@acme.example")
	olivia.open("/t/acme/members")
	olivia.invites("UMA@umami.example", "Viewer")
	link := uma.readsMail("uma@umami.example", invitedToAcme)

	vic.open(link)
	vic.says("You are signed in as vic@acme.example.", "Only uma@umami.example can accept")
	vic.find("button", "Accept invitation").isGone()
	vic.find("button", "Sign out and go on").follow()
	vic.isAt(link)
	vic.find("button", "Sign in to accept").isThere()

	uma.open(link)
	uma.find("button", "Sign in to accept").follow()
	uma.submitSignIn("uma@umami.example", demo.Password)
	uma.isAt(link)
	uma.find("button", "Accept invitation").follow()
	uma.isAt("/t/acme/playground")
	uma.switchTo("Umami Foods").follow()
	uma.says("Umami Foods")

	olivia.open("/t/acme/members")
	olivia.invites("noor@acme.example", "Admin")
	noor := s.visitor(t)
	withdrawn := noor.readsMail("noor@acme.example", invitedToAcme)
	olivia.row("noor@acme.example").find("button", "Withdraw*").follow()
	olivia.find("status", "").says("Invitation withdrawn")
	noor.openTo(410, withdrawn)
	noor.find("heading", "This invitation was withdrawn").isThere()

	olivia.invites("noor@acme.example", "Admin")
	lapsed := noor.readsMail("noor@acme.example", invitedToAcme)
	s.clock.pass(models.InvitationLife)
	noor.openTo(410, lapsed)
	noor.find("heading", "This invitation has lapsed").isThere()
}
