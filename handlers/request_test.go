package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestARequestSaysWhenAndHowMuch(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev, sol := s.As(s.Dev), s.As(s.Sol)
	p := dev.Get(webtest.ProductionPath + "?request=1")
	p.Press(p.Root, "Send request", "use_case", "Our shop, https://shop.example", "starts", "2026-04-01",
		"daily_requests", "50,000").GoesTo(webtest.ProductionPath).Expect(http.StatusOK, "Waiting for a solutions engineer")
	p = sol.Get("/desk/requests/"+s.RequestID()).Expect(http.StatusOK, "To start 1 Apr 2026", "About 50,000",
		"Lapses 1 Apr 2026, 09:30 UTC")
	if p.Link("https://shop.example") != "https://shop.example" {
		t.Error("the address is no link")
	}
}

func TestRequestFormIsChecked(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	for _, test := range []struct{ starts, daily, label, wrong string }{
		{"2026-03-01", "", "First day", "That day is in the past."},
		{"2028-01-01", "", "First day", "more than a year away"},
		{"soon", "", "First day", "That is not a date."},
		{"", "0", "Requests a day", "Write a number above 0"},
		{"", "1000000000000", "Requests a day", "more than 1,000,000,000"},
		{"", "many", "Requests a day", "Write a whole number"},
	} {
		s.Unchanged(t, test.label+test.starts+test.daily, func() {
			p := dev.Post(webtest.RequestsPath, url.Values{"use_case": {"Books"}, "starts": {test.starts},
				"daily_requests": {test.daily}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, test.label, test.starts+test.daily, test.wrong)
			if got := webtest.Value(p.Control(p.Root, "What will you use it for?")); got != "Books" {
				t.Errorf("the use case is %q", got)
			}
		})
	}
}

func TestConversation(t *testing.T) {
	s := webtest.OnSQLite(t)
	request := s.RequestUnlock(models.Production)
	dev, sol, vic := s.As(s.Dev), s.As(s.Sol), s.As(s.Vic)
	atDesk, inTeam := "/desk/requests/"+request.ID, webtest.RequestsPath+"/"+request.ID
	p := sol.Get(atDesk).Expect(http.StatusOK, "Nobody has written anything yet.")
	p.Press(p.Root, "Send reply", "reply", "Which site? <b>").GoesTo(atDesk).Says("status", "Reply sent").
		Expect(http.StatusOK, "Sol Engineer solutions engineer", "Which site? <b>")
	dev.Get(webtest.ProductionPath).Expect(http.StatusOK, "Last reply Sol Engineer", "Which site?")
	p = dev.Get(inTeam).Expect(http.StatusOK, "Sol Engineer solutions engineer", "Which site? <b>")
	p.Press(p.Root, "Send reply", "reply", "The new one.").GoesTo(inTeam).Says("status", "Reply sent")
	sol.Get(atDesk).Expect(http.StatusOK, "Dev Developer", "The new one.")
	p = vic.Get(inTeam).Expect(http.StatusOK, "The new one.")
	if webtest.HasButton(p.Root, "Send reply") || webtest.HasButton(p.Root, "Withdraw") {
		t.Error("a viewer is offered what they may not do")
	}
	long := strings.Repeat("x", 20_000)
	for _, typed := range []string{"", long, strings.Repeat("0a", 20)} {
		s.Unchanged(t, "a reply", func() {
			p := sol.Post(atDesk+"/replies", url.Values{"reply": {typed}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "Reply", typed, "")
			p = dev.Post(inTeam+"/replies", url.Values{"reply": {typed}}).Expect(http.StatusUnprocessableEntity)
			p.Refuses(p.Root, "Reply", typed, "")
		})
	}
}

func TestUndo(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol, ade := s.As(s.Sol), s.As(s.Ade)
	address := "/desk/requests/" + s.RequestUnlock(models.Production).ID
	p := sol.Get(address)
	p = p.Press(p.Root, "Unlock", "reference", "MSA-7", "ends", "2026-04-02").GoesTo(address)
	ade.Get(webtest.ProductionPath).Expect(http.StatusOK, "Unlocked until 2 Apr 2026, 23:59 UTC")
	p.Press(p.Root, "Undo").GoesTo(address).Says("status", "The decision is undone").Expect(http.StatusOK, "Pending")
	ade.Get(webtest.ProductionPath).Expect(http.StatusOK, "Production is locked", "Waiting for a solutions engineer")

	p = sol.Get(address)
	p.Press(p.Root, "Unlock", "reference", "MSA-7", "ends", "2026-04-02").GoesTo(address)
	key := ade.View(webtest.ProductionPath + "/keys")
	s.Unchanged(t, "undoing what has gone out", func() {
		sol.Post(address+"/undo", nil).GoesTo(address).Says("alert", "The decision stands", "Ade Admin viewed the secret key")
	})
	if !s.Accepted(key) {
		t.Error("the key does not work")
	}
	s.Database.Clock.Add(models.UndoLife)
	if webtest.HasButton(sol.Get(address).Root, "Undo") {
		t.Error("Undo is offered after ten minutes")
	}
}

func TestOwnRequestIsNotOffered(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Database.Exec("INSERT INTO members (team_id, user_id, role, last_environment, created_at) "+
		"SELECT id, $1, 'admin', '', created_at FROM teams WHERE slug = 'acme'", s.Sol.UserID)
	sol := s.As(s.Sol)
	sol.Post(webtest.RequestsPath, url.Values{"use_case": {"Mine"}}).GoesTo(webtest.ProductionPath)
	address := "/desk/requests/" + s.RequestID()
	p := sol.Get(address).Expect(http.StatusOK, "You made this request yourself.")
	if webtest.HasButton(p.Root, "Unlock") || webtest.HasButton(p.Root, "Decline") {
		t.Error("it is offered all the same")
	}
	s.Unchanged(t, "approving it", func() {
		sol.Post(address+"/approve", url.Values{"reference": {"A-1"}, "ends": {"2027-01-01"}}).GoesTo(address).
			Says("alert", "Nothing was changed", "You made this request yourself")
	})
}

func TestLapsedRequestSaysSo(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.RequestUnlock(models.Production)
	s.Database.Clock.Add(models.RequestLife + time.Minute)
	s.Ok(s.Store.Sweep(t.Context()))
	p := s.As(s.Dev).Get(webtest.ProductionPath).Expect(http.StatusOK, "The last request lapsed",
		"Nobody had decided it within 30 days.")
	if !webtest.HasButton(p.Root, "Request unlock") {
		t.Error("one cannot ask again")
	}
}
