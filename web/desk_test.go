package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
)

const compromisePath = "/desk/compromise"

func TestFindingACompromisedKey(t *testing.T) {
	s := onSQLite(t)
	key := s.as(s.Ade).view(keysPath)
	sol := s.as(s.Sol)
	p := sol.get(compromisePath).expect(http.StatusOK)
	p = p.press(p.root, "Find", "key", "  "+key+"\n").
		expect(http.StatusOK, "Secret key of Acme Books", "Development", "Active", "Last viewed by Ade Admin")
	if strings.Contains(p.body, key) {
		t.Error("the key is in the page")
	}
	p = p.press(p.root, "Revoke", "reason", "Seen in a public repository.").goesTo(compromisePath+"?found="+s.revoked()+"&replaced=1").
		says("status", "Refused everywhere since 2 Mar 2026, 09:30 UTC", "The team has a new key")
	p.expect(http.StatusOK, "Revoked", "by Sol Engineer", "Compromised: Seen in a public repository.")
	if s.accepted(key) {
		t.Error("the key is accepted")
	}
	ade := s.as(s.Ade)
	row := words(ade.get(keysPath).region("Previous keys"))
	if !strings.Contains(row, "Sol Engineer solutions engineer") || !strings.Contains(row, "Seen in a public repository.") {
		t.Errorf("Acme reads %s", row)
	}
	if fresh := ade.view(keysPath); fresh == key || !s.accepted(fresh) {
		t.Error("Acme has no new key that works")
	}
	ade.get("/t/acme/activity").expect(http.StatusOK, "looked up a pasted secret key of this environment at the desk")
}

// revoked is the id of the key that was revoked.
func (s *site) revoked() (id string) {
	s.t.Helper()
	s.ok(s.Database.SQL().QueryRow("SELECT id FROM keys WHERE state = 'revoked'").Scan(&id))
	return id
}

func TestRevokingWithoutANewKey(t *testing.T) {
	s := onSQLite(t)
	id := s.Key(models.Development, models.Publishable).ID
	form := url.Values{"replace": {"no"}, "reason": {"Leaked"}}
	sol := s.as(s.Sol)
	sol.post(compromisePath+"/"+id+"/revoke", form).goesTo(compromisePath+"?found="+id).says("status", "Refused everywhere", "The team has no publishable key now")
	s.as(s.Ade).get(keysPath).expect(http.StatusOK, "No publishable key.")
	s.unchanged(t, "revoking again", func() {
		sol.post(compromisePath+"/"+id+"/revoke", form).goesTo(compromisePath+"?found="+id).says("alert", "Nothing was changed", "Sol Engineer already revoked this key")
	})
}

func TestCompromiseFormsAreChecked(t *testing.T) {
	s := onSQLite(t)
	sol := s.as(s.Sol)
	id := s.Key(models.Development, models.Secret).ID
	for _, pasted := range []string{"", "sk_live_123", strings.Repeat("0", 39), strings.Repeat("0", 41), strings.Repeat("A", 40), strings.Repeat("é", 20)} {
		s.unchanged(t, "pasting", func() {
			p := sol.post(compromisePath, url.Values{"key": {pasted}}).expect(http.StatusUnprocessableEntity)
			p.refuses(p.root, "Compromised key", "", "That is not a key of this installation")
		})
	}
	s.unchanged(t, "an unknown key", func() {
		sol.post(compromisePath, url.Values{"key": {strings.Repeat("0", 40)}}).expect(http.StatusOK).says("status", "No key of any team matches.")
	})
	s.unchanged(t, "a wrong form", func() {
		p := sol.post(compromisePath+"/"+id+"/revoke", url.Values{"replace": {"no"}, "reason": {" "}}).expect(http.StatusUnprocessableEntity)
		p.refuses(p.root, "What happened?", " ", "Say what happened.")
		long := strings.Repeat("x", 501)
		p = sol.post(compromisePath+"/"+id+"/revoke", url.Values{"replace": {"yes"}, "reason": {long}}).expect(http.StatusUnprocessableEntity)
		p.refuses(p.root, "What happened?", long, "the limit is 500 characters")
		sol.post(compromisePath+"/"+id+"/revoke", url.Values{"reason": {"Leaked"}}).expect(http.StatusUnprocessableEntity, "Choose whether the team gets a new key at once.")
	})
}

func TestDeskTeams(t *testing.T) {
	s := onSQLite(t)
	for i := range 60 {
		_, err := s.server.Store.CreateTeam(context.Background(), s.Sol, store.NewTeam{
			Slug: fmt.Sprintf("shop-%02d", i), Name: fmt.Sprintf("Shop <%02d>", i), OwnerID: s.Nina.UserID,
		})
		s.ok(err)
	}
	sol := s.as(s.Sol)
	p := sol.get("/desk/teams").expect(http.StatusOK, "Acme Books", "62 teams", "Shop <00>")
	if strings.Contains(p.body, "shop-59") {
		t.Error("the first page holds all teams")
	}
	p = sol.get(p.link("More")).expect(http.StatusOK, "Shop <59>")
	sol.get(p.link("Back")).expect(http.StatusOK, "Acme Books")
	p = sol.get("/desk/teams?q=UMAMI").expect(http.StatusOK, "Umami Foods")
	if strings.Contains(p.body, "Acme") {
		t.Error("the search finds everything")
	}
	for _, q := range []string{"%25", "_", "%5C", "'%20OR%201=1", strings.Repeat("x", 3000)} {
		sol.get("/desk/teams?q="+q).expect(http.StatusOK, "No team is called")
	}
}

func TestDeskTeam(t *testing.T) {
	s := onSQLite(t)
	sol := s.as(s.Sol)
	const here = "/desk/teams/acme"
	p := sol.get(here).expect(http.StatusOK, "MSA-2026-014", "Olivia Owner", "olivia@acme.example", "Never viewed")
	if p.heading() != "Acme Books" {
		t.Errorf("the heading is %q", p.heading())
	}
	p.press(p.root, "Save the agreement", "reference", "MSA-8", "ends", "2026-12-31").goesTo(here).
		says("status", "Agreement changed", "Development is unlocked under MSA-8 until 31 Dec 2026").expect(http.StatusOK, "MSA-8")
	s.unchanged(t, "a wrong form", func() {
		p := sol.post(here+"/development/agreement", url.Values{"reference": {"MSA-9"}, "ends": {"2026-03-01"}}).expect(http.StatusUnprocessableEntity)
		p.refuses(p.root, "Agreement ends", "2026-03-01", "That day is in the past.")
	})
	s.unchanged(t, "the agreement of what is locked", func() {
		form := url.Values{"reference": {"MSA-9"}, "ends": {"2026-12-31"}}
		for kind, name := range map[string]string{"production": "Production", "playground": "Playground"} {
			sol.post(here+"/"+kind+"/agreement", form).goesTo(here).says("alert", "Nothing was changed", name+" is not unlocked under an agreement")
		}
		sol.post(here+"/nowhere/agreement", nil).expect(http.StatusNotFound)
	})
}
