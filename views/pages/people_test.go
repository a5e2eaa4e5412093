package pages_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func plain() pages.Base {
	return pages.Base{Title: "Page", Now: now, Person: &layout.Person{Name: "Ade", Email: "ade@acme.example"}}
}

func visitor() pages.Base { return pages.Base{Title: "Page", Now: now} }

func teamWide(section layout.Section) pages.Base {
	b := base("production", "Production", layout.Unlocked, section)
	b.Environment = nil
	return b
}

// form is the form of a page that posts to the address.
func (p part) form(address string) (part, bool) {
	forms := p.all("form")
	i := slices.IndexFunc(forms, func(f part) bool {
		return f.attribute("method") == "post" && f.attribute("action") == address
	})
	if i < 0 {
		return part{}, false
	}
	return forms[i], true
}

// posts are the addresses that a page's forms post to.
func (p part) posts() []string {
	var all []string
	for _, f := range p.all("form") {
		if f.attribute("method") == "post" {
			all = append(all, f.attribute("action"))
		}
	}
	return all
}

// values are the inputs of a form as they are sent.
func (p part) values() map[string]string {
	values := map[string]string{}
	for _, input := range p.all("input") {
		if name := input.attribute("name"); name != "" {
			values[name] = input.attribute("value")
		}
	}
	return values
}

// links are the addresses that a page's links lead to.
func (p part) links() []string {
	var all []string
	for _, a := range p.all("a") {
		all = append(all, a.attribute("href"))
	}
	return all
}

func TestLoginOffersOnlyWhatIsOpen(t *testing.T) {
	open := render(t, pages.Login{Base: visitor(), SignupOpen: true, Issuer: "Acme Login", Next: "/t/acme"})
	if !slices.Contains(open.links(), "/signup") || !slices.Contains(open.links(), "/t/explore/playground") {
		t.Errorf("leads to %q", open.links())
	}
	issuer, ok := open.form("/login/oidc")
	if !ok || issuer.values()["next"] != "/t/acme" {
		t.Errorf("no way to the issuer and on to the page wanted: %v", issuer)
	}
	only := render(t, pages.Login{Base: visitor(), SignupOpen: true, Issuer: "Acme Login", OIDCOnly: true})
	wantButtons(t, only, "Sign in with Acme Login")
	if slices.Contains(only.links(), "/signup") || slices.Contains(only.links(), "/reset") {
		t.Errorf("leads to %q", only.links())
	}
	if closed := render(t, pages.Login{Base: visitor()}); slices.Contains(closed.links(), "/signup") {
		t.Error("offers to sign up by invitation only")
	}
}

func TestPasskeysAreHiddenUntilAScriptShowsThem(t *testing.T) {
	for name, page := range map[string]pages.Page{
		"login": pages.Login{Base: visitor()}, "second": pages.SecondFactor{Base: visitor(), Passkeys: true},
		"proof": pages.Proof{Base: plain(), Passkeys: true}, "security": pages.AccountSecurity{Base: plain()},
	} {
		found := false
		for _, f := range render(t, page).all("form") {
			if f.has("data-passkey") {
				found = true
				if !f.has("hidden") || f.attribute("data-begin") == "" {
					t.Errorf("%s: %v", name, f.Attr)
				}
			}
		}
		if !found {
			t.Errorf("%s has no form for a passkey", name)
		}
	}
}

func TestSecondFactorAsksForWhatThePersonHas(t *testing.T) {
	codes := render(t, pages.SecondFactor{Base: visitor(), Codes: true, Next: "/t/acme"})
	wantLabels(t, codes, "Code")
	wantButtons(t, codes, "Sign in")
	wantButtons(t, render(t, pages.SecondFactor{Base: visitor(), Passkeys: true}), "Sign in with a passkey")
}

func TestProofSendsOnWhatWasTyped(t *testing.T) {
	const address = "/t/acme/production/keys/k2/revoke"
	page := render(t, pages.Proof{
		Base: plain(), What: "revoke the secret key", Action: address, Back: "/t/acme/production/keys", Password: true,
		Passkeys: true, Issuer: "Acme Login",
		Fields: []pages.FormField{{Name: "when", Value: "now"}, {Name: "note", Value: `Found in "a log" <b>`}},
	})
	ways := map[string]string{}
	for _, f := range page.all("form") {
		values := f.values()
		if f.attribute("action") == "/logout" {
			continue
		}
		if values["when"] != "now" || values["note"] != `Found in "a log" <b>` {
			t.Errorf("%s loses what was typed: %v", f.attribute("action"), values)
		}
		for name := range values {
			if strings.HasPrefix(name, "proof_") {
				ways[name] = f.attribute("action")
			}
		}
	}
	if ways["proof_password"] != address || ways["proof_passkey"] != address || ways["proof_action"] != "/proof/oidc" {
		t.Errorf("ways %v", ways)
	}
	if !slices.Contains(page.links(), "/t/acme/production/keys") {
		t.Error("no way back")
	}
}

func TestLinkGoneSaysWhichAndWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for purpose, reasons := range map[models.LinkPurpose][]pages.LinkReason{
		models.SetupLink:      {pages.LinkUsed, pages.LinkLapsed},
		models.ResetLink:      {pages.LinkUsed, pages.LinkLapsed},
		models.SignupLink:     {pages.LinkUsed, pages.LinkLapsed},
		models.InvitationLink: {pages.LinkUsed, pages.LinkLapsed, pages.LinkWithdrawn},
	} {
		for _, reason := range append(reasons, pages.LinkUnknown) {
			page := render(t, pages.LinkGone{Base: visitor(), Purpose: purpose, Reason: reason})
			text := page.all("section")[0].text()
			if reason != pages.LinkUnknown && seen[text] {
				t.Errorf("%s %s says the same as another: %s", purpose, reason, text)
			}
			seen[text] = true
			again := map[models.LinkPurpose]string{models.ResetLink: "/reset", models.SignupLink: "/signup"}[purpose]
			if again != "" && !(purpose == models.SignupLink && reason == pages.LinkUsed) &&
				!slices.Contains(page.links(), again) {
				t.Errorf("%s %s offers no new link", purpose, reason)
			}
		}
	}
}

func TestInvitationFitsWhoLooks(t *testing.T) {
	invitation := pages.Invitation{Base: visitor(), Token: "tok", InvitedBy: "Olivia Grant", TeamName: "Acme Books",
		Role: models.Developer, Email: "dev@acme.example", LapsesAt: now.Add(time.Hour)}
	for who, want := range map[pages.InvitationVisitor]string{
		pages.NewPerson: "Accept invitation", pages.SignedOut: "Sign in to accept", pages.Invited: "Accept invitation",
		pages.OtherPerson: "Sign out and go on",
	} {
		page := invitation
		page.Visitor = who
		if who == pages.Invited || who == pages.OtherPerson {
			page.Person = plain().Person
		}
		card := render(t, page).all("section")[0]
		wantButtons(t, card, want)
		if got := card.all("h1")[0].text(); got != "Olivia Grant invites you to Acme Books as Developer" {
			t.Errorf("heading %q", got)
		}
		if _, ok := card.form("/invite/tok"); ok != (want == "Accept invitation") {
			t.Errorf("%s: can accept: %v", who, ok)
		}
		if asks := len(card.labels()) == 3; asks != (who == pages.NewPerson) {
			t.Errorf("%s is asked for %q", who, card.labels())
		}
	}
}

func TestGuestsSeeOnlyWhatAnyoneMay(t *testing.T) {
	guest := base("playground", "Playground", layout.ReadOnly, layout.Keys)
	guest.Person, guest.Guest = nil, true
	key := &pages.KeyFacts{ID: "k1", CreatedAt: now, CreatedBy: "Sol Marchetti"}
	page := render(t, pages.Keys{Base: guest, Publishable: key, PublishableText: "0123", Secret: key})
	if _, ok := page.labelled("section", "Secret key"); ok {
		t.Error("shows the secret key's region")
	}
	if len(page.posts()) > 0 {
		t.Errorf("can post to %q", page.posts())
	}
	for _, link := range page.links() {
		for _, hidden := range []string{"activity", "members", "settings"} {
			if strings.HasSuffix(link, hidden) {
				t.Errorf("leads to %s", link)
			}
		}
	}
	overview := render(t, pages.Overview{Base: guest, Publishable: key,
		Recent: []pages.Entry{{At: now, Actor: "Sol Marchetti", Sentence: "did it"}}})
	for _, p := range []part{page, overview} {
		if strings.Contains(p.text(), "Sol Marchetti") {
			t.Error("names a person")
		}
		if !strings.Contains(p.text(), "You are looking around as a guest. Sign in to see your team") {
			t.Error("does not say that one is a guest")
		}
	}
}

func TestTheSwitcherLeadsToTheOtherTeamsEnvironments(t *testing.T) {
	b := base("production", "Production", layout.Unlocked, layout.Overview)
	b.Team.Others = []layout.TeamLink{{Slug: "umami", Name: "Umami Foods", LastEnvironment: "development",
		Environments: []layout.Environment{{Slug: "playground", Name: "Playground"},
			{Slug: "production", Name: "Production", State: layout.Locked}}}}
	got := map[string]string{}
	for _, a := range render(t, pages.Overview{Base: b}).all("a") {
		got[a.text()] = a.attribute("href")
	}
	for name, href := range map[string]string{
		"Umami Foods": "/t/umami/development", "Umami Foods : Playground": "/t/umami/playground",
		"Umami Foods : Production , locked": "/t/umami/production",
	} {
		if got[name] != href {
			t.Errorf("%q leads to %q, want %q", name, got[name], href)
		}
	}
}
