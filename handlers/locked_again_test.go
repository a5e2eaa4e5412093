package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

// lockedAgain is a site whose Production was unlocked for a year, which is over.
func lockedAgain(t *testing.T) *webtest.Site {
	s := webtest.OnSQLite(t)
	s.Unlock(models.Production)
	s.Database.Clock.Set(s.Agreement().EndsAt)
	return s
}

func TestPagesOfALockedEnvironmentStayReadable(t *testing.T) {
	s := lockedAgain(t)
	dev := s.As(s.Dev)
	for section, heading := range map[string]string{"": "Overview", "/keys": "API keys", "/catalog": "Catalog",
		"/users": "Users", "/interactions": "Interactions", "/usage": "Usage", "/activity": "Activity",
		"/settings": "Environment settings"} {
		p := dev.Get(webtest.ProductionPath+section).Expect(http.StatusOK, "Production is locked",
			"Agreement MSA-2026-014 ended on 2 Mar 2027, 23:59 UTC.", "Its keys are refused.")
		if p.Heading() != heading || !webtest.HasButton(p.Root, "Request renewal") {
			t.Errorf("%s says %s", p.Path, webtest.Words(p.Root))
		}
		for _, button := range []string{"View", "Get a new key", "Delete all products"} {
			if webtest.HasButton(p.Root, button) {
				t.Errorf("%s offers %q", p.Path, button)
			}
		}
	}
	if p := s.As(s.Vic).Get(webtest.ProductionPath); webtest.HasButton(p.Root, "Request renewal") {
		t.Error("a viewer can ask for a renewal")
	}
	// What would add something leads to the list, which says why it cannot.
	dev.Get(webtest.ProductionPath + "/catalog/upload").GoesTo(webtest.ProductionPath + "/catalog")
	s.Unchanged(t, "what a locked environment refuses", func() {
		dev.Post(webtest.ProductionPath+"/keys", url.Values{"kind": {"secret"}}).
			Expect(http.StatusForbidden, "Production is locked")
		dev.Post(webtest.ProductionPath+"/catalog/delete", url.Values{"record": {"x"}}).
			Expect(http.StatusForbidden, "Production is locked")
	})
}

func TestKeysOfALockedEnvironmentAreRevoked(t *testing.T) {
	s := lockedAgain(t)
	dev := s.As(s.Dev)
	p := dev.Get(webtest.ProductionPath+"/keys?revoke=secret").Expect(http.StatusOK, "No new key is issued")
	p.Press(p.Dialog(), "Revoke now", "confirm", "production").GoesTo(webtest.ProductionPath+"/keys").
		Says("status", "Refused everywhere").Expect(http.StatusOK, "No secret key.", "once the environment is unlocked")
}

// A download is a file, or no success: a page would be kept as the file.
func TestDownloadsAreNeverAPage(t *testing.T) {
	s := lockedAgain(t)
	dev := s.As(s.Dev)
	for _, file := range []string{"/catalog/download?format=csv", "/users/download?format=jsonl",
		"/interactions/download?format=csv", "/catalog/upload/template?format=csv"} {
		p := dev.Get(webtest.ProductionPath + file).Expect(http.StatusOK)
		if p.Header.Get("Content-Disposition") == "" {
			t.Errorf("%s of a locked environment is no file", file)
		}
		s.Visitor().Get(webtest.ProductionPath + file).Expect(http.StatusSeeOther)
	}
	dev.Get(webtest.ProductionPath+"/catalog/uploads/x/rejected").Expect(http.StatusForbidden, "Production is locked")
	s.Uncover(models.Production)
	for _, file := range []string{"/catalog/download?format=csv", "/catalog/upload/template?format=csv",
		"/catalog/uploads/x/rejected"} {
		dev.Get(webtest.ProductionPath+file).Expect(http.StatusForbidden, "Production is locked")
	}
}

// TestRenewal: it is asked for when the end is near, renewed at the desk from the request's page, and approved.
func TestRenewal(t *testing.T) {
	s := webtest.OnSQLite(t)
	s.Unlock(models.Production)
	dev, ends := s.As(s.Dev), s.Agreement().EndsAt
	far := dev.Get(webtest.ProductionPath+"/keys").Expect(http.StatusOK, "366 days left")
	if webtest.HasButton(far.Root, "Request renewal") {
		t.Error("a renewal is offered a year ahead")
	}
	s.Database.Clock.Set(ends.Add(-12*24*time.Hour + time.Hour))
	dev = s.As(s.Dev)
	p := dev.Get(webtest.ProductionPath+"/keys").
		Expect(http.StatusOK, "12 days left", "Agreement MSA-2026-014 ends on 2 Mar 2027, 23:59 UTC")
	p = p.Press(p.Root, "Request renewal").Expect(http.StatusOK, "You ask to renew agreement MSA-2026-014")
	p.Press(p.Root, "Send request", "use_case", "As before.").GoesTo(webtest.ProductionPath).Says("status", "Request sent")
	dev.Get(webtest.ProductionPath+"/keys").Expect(http.StatusOK, "Your request waits for a solutions engineer")
	s.Database.Clock.Set(ends) // and nobody has looked
	dev = s.As(s.Dev)
	sol := s.As(s.Sol)
	dev.Get(webtest.ProductionPath+"/keys").Expect(http.StatusOK, "Production is locked",
		"Waiting for a solutions engineer", "Withdraw")
	here := "/desk/requests/" + s.RequestID()
	p = sol.Get(here).Expect(http.StatusOK,
		"was unlocked under agreement MSA-2026-014, which ended on 2 Mar 2027, 23:59 UTC")
	p = p.Press(p.Root, "Renew").GoesTo(here).Says("status", "Agreement renewed", "23:59 UTC")
	p.Press(p.Root, "Use this agreement MSA-2026-014").GoesTo(here).Says("status", "Production of Acme Books is unlocked")
	dev.Get(webtest.ProductionPath).Expect(http.StatusOK, "Unlocked until 3 Mar 2028, 23:59 UTC")
}
