package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
	"dojo/words"
)

// toldBy are the notifications that are mailed, by recipient.
func toldBy(s *webtest.Site) map[string][]models.Told {
	s.Ok(s.Store.Tell(context.Background()))
	byRecipient := map[string][]models.Told{}
	contents, kinds, to := s.Mails()
	for i := range kinds {
		if kinds[i] == models.NotificationMail {
			byRecipient[to[i]] = append(byRecipient[to[i]], contents[i].Told...)
		}
	}
	return byRecipient
}

// TestTheLinkOfAMailLeadsThroughSignInAndBack, and a decision behind it asks for a proof.
func TestTheLinkOfAMailLeadsThroughSignInAndBack(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		toldBy(s) // of how the site came about
		dev, sol := s.As(s.Dev), s.Visitor()
		p := dev.Get(webtest.ProductionPath + "?request=1")
		p.Press(p.Root, "Send request", "use_case", "Our shop").Expect(http.StatusSeeOther)
		mails := toldBy(s)
		if len(mails) != 1 || len(mails[s.Sol.Email]) != 1 {
			t.Fatalf("mailed are %+v; want Sol, once", mails)
		}
		link := words.NotificationOf(mails[s.Sol.Email][0]).Path
		if link != "/desk/requests/"+s.RequestID() {
			t.Fatalf("the link is %s", link)
		}
		signIn := sol.Get(link)
		signIn.GoesTo("/login?next=" + url.QueryEscape(link))
		p = sol.Get(signIn.Header.Get("Location"))
		p.Press(p.Root, "Sign in", "email", s.Sol.Email, "password", webtest.Password).GoesTo(link)
		sol.Get(link).Expect(http.StatusOK, "Our shop")

		s.Lapse()
		s.Unchanged(t, "a decision without a proof", func() {
			sol.Post(link+"/decline", url.Values{"reason": {"No."}}).Expect(http.StatusForbidden, "Password")
		})
	})
}

// TestTheBell: what one has not seen is counted, each leads to its place, and is seen then.
func TestTheBell(t *testing.T) {
	s := webtest.OnSQLite(t)
	toldBy(s) // of how the site came about
	s.Database.Exec("DELETE FROM notices")
	s.RequestUnlock(models.Production)
	_, err := s.Desk().Decline(context.Background(), s.RequestID(), "Not <b>yet</b>.")
	s.Ok(err)
	toldBy(s)
	dev, ade, vic := s.As(s.Dev), s.As(s.Ade), s.As(s.Vic)
	dev.Get(webtest.KeysPath).Expect(http.StatusOK, "Notifications 1 not seen")
	p := dev.Get("/notifications").Expect(http.StatusOK, "New: The request for Production of Acme Books was declined",
		"Sol Engineer (solutions engineer) declined", "Not <b>yet</b>.")
	link := p.Link("New: The request for Production of Acme Books was declined")
	s.Unchanged(t, "another's notification", func() {
		vic.Get(link).Expect(http.StatusNotFound)
	})
	dev.Get(link).GoesTo(webtest.ProductionPath)
	other := s.As(s.Dev) // on another device
	if p := other.Get("/notifications").Expect(http.StatusOK); strings.Contains(webtest.Words(p.Root), "not seen") ||
		webtest.HasButton(p.Root, "Mark all as seen") {
		t.Error("it is not seen on another device")
	}
	p = ade.Get("/notifications")
	p.Press(p.Root, "Mark all as seen").GoesTo("/notifications")
	if p := ade.Get("/notifications").Expect(http.StatusOK); strings.Contains(webtest.Words(p.Root), "New:") {
		t.Error("not all are seen")
	}
	s.As(s.Nina).Get("/notifications").Expect(http.StatusOK, "Nothing to tell you yet")
	s.Unchanged(t, "no number", func() {
		dev.Post("/notifications", url.Values{"up_to": {"all"}}).Expect(http.StatusUnprocessableEntity)
		for _, id := range []string{"0", "-1", "99999999999999999999", "x"} {
			dev.Get("/notifications/" + id).Expect(http.StatusNotFound)
		}
	})
}

// TestWhatIsMailedIsChosen on the page of who is told what.
func TestWhatIsMailedIsChosen(t *testing.T) {
	s := webtest.OnSQLite(t)
	const address = "/account/notifications"
	ade, olivia, vic := s.As(s.Ade), s.As(s.Olivia), s.As(s.Vic)
	chosen := func(b *webtest.Browser) []string {
		p := b.Get(address).Expect(http.StatusOK)
		return webtest.Filled(p.Form(p.Root, "Save"))["mail"]
	}
	has := func(b *webtest.Browser, event models.Event) bool { return slices.Contains(chosen(b), string(event)) }
	if !has(ade, models.RequestDeclinedEvent) || has(ade, models.RequestWaitingEvent) {
		t.Errorf("Ade begins with %v", chosen(ade))
	}
	ade.Post(address, url.Values{"mail": {"request.made", "request.waiting", "nonsense"}}).GoesTo(address)
	if got := chosen(ade); !slices.Equal(got, []string{"request.made"}) {
		t.Errorf("Ade has %v", got)
	}
	olivia.Post(address, url.Values{}).GoesTo(address)
	p := olivia.Get(address).Expect(http.StatusOK, "Always")
	box := p.Control(p.Root, words.EventName(models.ExposureSeenEvent))
	if !webtest.Has(box, "checked") || !webtest.Has(box, "disabled") {
		t.Error("an owner is offered to switch off what concerns security")
	}
	if got := chosen(vic); slices.Contains(got, string(models.KeyReplacedEvent)) ||
		!slices.Contains(got, string(models.RequestRepliedEvent)) {
		t.Errorf("a viewer has %v", got)
	}
}
