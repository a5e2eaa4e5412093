package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

// TestAgreementIsPreviewedThenProved: what a form would do is shown before it can be saved, and
// what is saved is what was shown.
func TestAgreementIsPreviewedThenProved(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	form := url.Values{"team": {"acme"}, "reference": {"MSA-9"}, "covers": {"production"}, "last_day": {"2027-01-31"},
		"per_day": {"1000"}}
	var seen string
	s.Unchanged(t, "a preview", func() {
		form.Set("preview", "1")
		p := sol.Post("/desk/agreements", form).Expect(http.StatusOK, "What this does", "Production unlocks at once, and "+
			"locks on 31 Jan 2027, 23:59 UTC; Production may make 1,000 requests a day; it made 0 requests yesterday")
		_, rest, _ := strings.Cut(p.Body, `name="seen" value="`)
		seen, _, _ = strings.Cut(rest, `"`)
		form.Del("preview")
		form.Set("seen", "another")
		sol.Post("/desk/agreements", form).Expect(http.StatusOK, "It would do something else than was shown before")
	})
	form.Set("seen", seen)
	s.Lapse()
	var p *webtest.Page
	s.Unchanged(t, "saving without a proof", func() {
		p = s.AsksForProof(sol.Post("/desk/agreements", form), "saving", form)
	})
	p.Press(p.Root, "Confirm", "proof_password", webtest.Password).Expect(http.StatusSeeOther)
	team, err := s.Server.Store.Team(t.Context(), s.Olivia, "acme")
	s.Ok(err)
	production, err := team.Environment(models.Production)
	s.Ok(err)
	if !production.Unlocked(s.Server.Store.Now()) || production.Covers[0].PerDay != 1000 {
		t.Errorf("Production is %+v", production)
	}
	here := "/desk/agreements/" + production.Covers[0].AgreementID
	sol.Get("/desk/agreements?q=msa-9").Expect(http.StatusOK, "MSA-9", "Acme Books")
	sol.Post("/desk/teams/acme/production/lock", url.Values{"reason": {""}}).Expect(http.StatusUnprocessableEntity, "Say why")
	sol.Post("/desk/teams/acme/production/lock", url.Values{"reason": {"The key is on the web."}}).GoesTo(here)
	s.As(s.Dev).Get(webtest.ProductionPath).Expect(http.StatusOK, "Production is locked", "The key is on the web.")
	sol.Post("/desk/teams/acme/production/unlock", nil).GoesTo(here)
	sol.Post(here+"/notes", url.Values{"note": {"They pay late."}}).GoesTo(here).Expect(http.StatusOK, "They pay late.")
}

// Of what is wrong in a form each field says it, and nothing is changed.
func TestWrongAgreementsAreRefused(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	s.Unchanged(t, "wrong forms", func() {
		for says, wrong := range map[string]url.Values{
			"Enter the reference":                     {"reference": {" "}},
			"That day is in the past. The first day":  {"first_day": {"2020-01-01"}},
			"The last day is before the first":        {"first_day": {"2027-01-02"}, "last_day": {"2027-01-01"}},
			"That is not a date":                      {"last_day": {"tomorrow"}},
			"Enter a whole number from 1":             {"per_day": {"0"}},
			"Enter a whole number from 1 to 1000000,": {"per_second": {"1000000000000"}},
			"Agreement": {"covers": {"development"}},
			"Choose the environments that the limits":   {"covers": {}, "per_day": {"5"}},
			"Choose a solutions engineer from the list": {"engineer": {s.Dev.UserID}},
		} {
			form := url.Values{"team": {"acme"}, "reference": {"MSA-9"}, "covers": {"production"}, "preview": {"1"}}
			for name, values := range wrong {
				form[name] = values
			}
			sol.Post("/desk/agreements", form).Expect(http.StatusUnprocessableEntity, says)
		}
		sol.Post("/desk/agreements", url.Values{"team": {"nowhere"}, "reference": {"A"}}).Expect(http.StatusNotFound)
	})
}
