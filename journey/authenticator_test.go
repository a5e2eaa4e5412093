package journey

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"dojo/demo"
)

// app is an authenticator app with one secret in it.
type app struct {
	secret string
	site   *site
}

// code is what the app shows at the moment.
func (a app) code(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(a.secret, a.site.clock.Now())
	must(t, err)
	return code
}

// codeLife is for how long an app shows the same code.
const codeLife = 30 * time.Second

var (
	secretPattern   = regexp.MustCompile(`type this into it: ([A-Z2-7 ]+)`)
	recoveryPattern = regexp.MustCompile(`(?m)^\S+$`)
)

// setsUpApp types the secret that the page shows into an app, and returns the
// app and the recovery codes.
func (p *person) setsUpApp() (a app, codes []string) {
	p.t.Helper()
	p.find("button", "Set up an authenticator app").follow()
	panel := p.find("region", "Authenticator app")
	p.find("image", "Code to scan with the app").isThere()
	shown := secretPattern.FindStringSubmatch(panel.text())
	if shown == nil {
		p.t.Fatalf("no secret is shown:\n%s", panel.text())
	}
	a = app{strings.ReplaceAll(shown[1], " ", ""), p.site}
	panel.find("textbox", "Code").fill("000000")
	panel.find("button", "Turn on").followTo(422)
	p.isOn("textbox", "Code")
	panel.find("textbox", "Code").isWrong("That is not the code that the app shows now")
	panel.find("textbox", "Code").fill(a.code(p.t))
	panel.find("button", "Turn on").follow()
	codes = recoveryPattern.FindAllString(p.find("group", "Recovery codes").text(), -1)
	if len(codes) != 10 {
		p.t.Fatalf("the recovery codes are %q", codes)
	}
	return a, codes
}

// signsInAgain signs out, and in again up to the second factor.
func (p *person) signsInAgain(email string) {
	p.t.Helper()
	p.find("button", "Sign out").follow()
	p.submitSignIn(email, demo.Password)
	p.find("heading", "One more step").isThere()
}

// typesCode types a code where the second factor is asked for.
func (p *person) typesCode(status int, code string) {
	p.t.Helper()
	p.find("textbox", "Code").fill(code)
	p.find("button", "Sign in").followTo(status)
}

// TestAuthenticatorApp: the app is asked for after the password, and each code
// works once.
func TestAuthenticatorApp(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	ade := s.signIn(t, "ade@acme.example")
	ade.find("link", "Your account:*").follow()
	ade.find("navigation", "Your account").find("link", "Security").follow()
	a, recovery := ade.setsUpApp()
	ade.readsMail("ade@acme.example", "Signing in to your Dojo account was changed")
	ade.open("/account/security")
	ade.find("region", "Authenticator app").says("On", "10 left")
	ade.keepsSilentAbout(recovery[0])

	ade.signsInAgain("ade@acme.example")
	used := a.code(t)
	ade.typesCode(422, used) // with it the app was set up
	ade.find("alert", "").says("The code is wrong", "only once")
	ade.openTo(200, "/t/acme/development/keys")
	ade.isAt("/login?next=%2Ft%2Facme%2Fdevelopment%2Fkeys") // the password alone opens nothing
	ade.submitSignIn("ade@acme.example", demo.Password)
	s.clock.pass(codeLife)
	fresh := a.code(t)
	ade.typesCode(200, fresh)
	ade.isAt("/t/acme/development/keys")
	ade.accepted(ade.viewsSecret())

	ade.signsInAgain("ade@acme.example")
	ade.typesCode(422, fresh)
	ade.typesCode(200, strings.ToUpper(recovery[0]))
	ade.isAt("/t/acme/development")
	ade.signsInAgain("ade@acme.example")
	ade.typesCode(422, recovery[0])
	ade.typesCode(200, recovery[1])
	ade.open("/account/security")
	ade.find("region", "Authenticator app").says("8 left")
	s.keptNoSecret(t, append(recovery, a.secret)...)

	ade.find("region", "Authenticator app").find("button", "Remove*").follow()
	ade.find("status", "").says("Authenticator app removed")
	ade.find("button", "Sign out").follow()
	ade.submitSignIn("ade@acme.example", demo.Password)
	ade.isAt("/t/acme/development")
}

// TestSecondFactorRequired: who lacks the factor that the team requires is led to
// it before anything else, and then to where they were going.
func TestSecondFactorRequired(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	olivia, vic := s.signIn(t, "olivia@acme.example"), s.signIn(t, "vic@acme.example")
	vic.open("/t/acme/development/catalog") // asks for nothing by itself
	olivia.open("/account/security")
	olivia.setsUpApp()
	olivia.open("/t/acme/settings")
	factor := olivia.find("region", "Second factor")
	factor.says("Not required", "3 of 4 members have none")
	factor.find("button", "Require a second factor").follow()
	factor.says("Required")
	olivia.nav("Members").follow()
	olivia.row("vic@acme.example").says("Missing")

	vic.nav("API keys").followTo(403)
	vic.find("heading", "Acme Books requires a second factor").isThere()
	vic.keepsSilentAbout("Publishable")
	vic.openTo(403, "/t/acme/members")
	vic.openTo(403, "/t/acme/development/keys")
	vic.setsUpApp()
	vic.says("You have a second factor now.")
	vic.find("link", "Go on to Acme Books").follow()
	vic.isAt("/t/acme/development/keys")
	vic.find("region", "Publishable key").find("button", "Copy").isThere()
}
