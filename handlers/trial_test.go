package handlers_test

import (
	"net/http"
	"net/url"
	"testing"

	"dojo/web"
	"dojo/web/webtest"
)

const developmentPath = "/t/acme/development"

// withTrial is a site that offers one, with Acme's Development as if it had never been unlocked.
func withTrial(t *testing.T) *webtest.Site {
	s := webtest.OnSQLite(t, func(options *web.Options) { options.Config.Trial = "14d,1000" })
	s.Uncover("development")
	return s
}

func TestTrialIsOfferedInWordsAndTaken(t *testing.T) {
	s := withTrial(t)
	viewer := s.As(s.Vic).Get(developmentPath).Expect(http.StatusOK, "Or try it at once")
	if webtest.HasButton(viewer.Root, "Start trial") {
		t.Error("a viewer can start it")
	}
	dev := s.As(s.Dev)
	p := dev.Get(developmentPath).Expect(http.StatusOK, "one trial", "1,000 requests a day", "23:59 UTC",
		"Acme Books agrees to this")
	p = p.Press(p.Root, "Start trial").GoesTo(developmentPath).Says("status", "The trial has begun").
		Expect(http.StatusOK, "Trial until", "locks by itself", "0 of 1,000 requests today")
	// An agreement is asked for while the trial goes on.
	p = dev.Get(p.Link("Request an unlock under an agreement")).Expect(http.StatusOK, "The trial goes on until")
	p = p.Press(p.Root, "Request unlock").Expect(http.StatusOK)
	s.Unchanged(t, "an empty request", func() {
		dev.Post(developmentPath+"/unlock-requests", url.Values{"use_case": {""}}).
			Expect(http.StatusUnprocessableEntity, "Say what you will use it for", "The trial goes on until")
	})
	p.Press(p.Root, "Send request", "use_case", "Our shop").GoesTo(developmentPath).Says("status", "Request sent")
	dev.Get(developmentPath+"/unlock").Expect(http.StatusOK, "Waiting for a solutions engineer")
	s.As(s.Sol).Get("/desk/teams/acme").Expect(http.StatusOK, "Trial", "0 of 1,000 requests today")
}

func TestTrialIsNotTakenOtherwise(t *testing.T) {
	s := withTrial(t)
	offer := url.Values{"offer": {"14d,1000"}}
	vic, uma, dev := s.As(s.Vic), s.As(s.Uma), s.As(s.Dev)
	s.Unchanged(t, "a trial that is not to be", func() {
		vic.Post(developmentPath+"/trial", offer).Expect(http.StatusForbidden)
		uma.Post(developmentPath+"/trial", offer).Expect(http.StatusNotFound)
		dev.Post(webtest.ProductionPath+"/trial", offer).Expect(http.StatusNotFound)
		dev.Post(developmentPath+"/trial", url.Values{"offer": {"365d,99999"}}).GoesTo(developmentPath).
			Says("alert", "Nothing was changed", "not offered like this any more")
	})
}

func TestTrialIsNotOfferedByDefault(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Uncover("development")
	dev := s.As(s.Dev)
	s.Unchanged(t, "a trial that is not offered", func() {
		p := dev.Get(developmentPath).Expect(http.StatusOK)
		if webtest.HasButton(p.Root, "Start trial") {
			t.Error("it is offered")
		}
		dev.Post(developmentPath+"/trial", url.Values{"offer": {""}}).Expect(http.StatusNotFound)
	})
}

// TestUnlockPageOfWhatIsUnlocked leads to the overview.
func TestUnlockPageOfWhatIsUnlocked(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.As(s.Dev).Get(developmentPath + "/unlock").GoesTo(developmentPath)
}
