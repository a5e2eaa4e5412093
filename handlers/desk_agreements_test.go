package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/web/webtest"
	"dojo/words"
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
			"locks on 31 Jan 2027, 23:59 UTC; it may make 1,000 requests a day; it made 0 requests yesterday")
		_, rest, _ := strings.Cut(p.Body, `name="seen" value="`)
		seen, _, _ = strings.Cut(rest, `"`)
		form.Del("preview")
		form.Set("seen", "another")
		sol.Post("/desk/agreements", form).Expect(http.StatusOK, "Something has changed since you looked")
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
	id := production.Covers[0].AgreementID
	here := "/desk/agreements/" + id
	sol.Get("/desk/agreements?q=msa-9").Expect(http.StatusOK, "MSA-9", "Acme Books")
	lock := "/desk/teams/acme/production/lock"
	sol.Post(lock, url.Values{"reason": {""}, "agreement": {id}}).Expect(http.StatusUnprocessableEntity, "Say why")
	sol.Post(lock, url.Values{"reason": {"The key is on the web."}, "agreement": {id}}).GoesTo(here)
	s.As(s.Dev).Get(webtest.ProductionPath).Expect(http.StatusOK, "Production is locked", "The key is on the web.")
	sol.Post("/desk/teams/acme/production/unlock", url.Values{"agreement": {id}}).GoesTo(here)
	// The same forms on the team's page lead back there.
	file := sol.Get("/desk/teams/acme")
	file = file.Press(file.Region("Production"), "Lock now", "reason", "").
		Expect(http.StatusUnprocessableEntity, "Say why")
	if file.Heading() != "Acme Books" {
		t.Errorf("a rejected form of the team's page is answered with %q", file.Heading())
	}
	file.Press(file.Region("Production"), "Lock now", "reason", "Once more.").GoesTo("/desk/teams/acme").
		Says("status", "Production is locked")
	sol.Post(here+"/notes", url.Values{"note": {"They pay late."}}).GoesTo(here).Expect(http.StatusOK, "They pay late.")
}

// Of what is wrong in a form each field says it, and nothing is changed.
func TestWrongAgreementsAreRefused(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	s.Unchanged(t, "wrong forms", func() {
		for says, wrong := range map[string]url.Values{
			"Enter the reference":                       {"reference": {" "}},
			"That day is in the past. The first day":    {"first_day": {"2020-01-01"}},
			"The last day is before the first":          {"first_day": {"2027-01-02"}, "last_day": {"2027-01-01"}},
			"That is not a date":                        {"last_day": {"tomorrow"}},
			"Enter a whole number from 1":               {"per_day": {"0"}},
			"Enter a whole number from 1 to 1,000,000,": {"per_second": {"1000000000000"}},
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

// TestARequestIsApprovedUnderAnAgreementThatTheTeamHas: the request offers it, from its first day on.
func TestARequestIsApprovedUnderAnAgreementThatTheTeamHas(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	s.RequestUnlock(models.Production)
	request := "/desk/requests/" + s.RequestID()
	desk, err := s.Server.Store.Desk(t.Context(), s.Sol)
	s.Ok(err)
	first := models.DayOf(s.Server.Store.Now()).AddDate(0, 0, 3)
	prepared, err := desk.CreateAgreement(t.Context(), "acme", models.Terms{Reference: "MSA-9", FirstAt: first}, "")
	s.Ok(err)
	p := sol.Get(request).Expect(http.StatusOK, "Under an agreement that the team has", "MSA-9",
		"from "+words.Day(first)+" on, open-ended")
	p.Press(p.Root, "Use this agreement MSA-9").GoesTo(request).Says("status",
		"Production of Acme Books unlocks on "+words.Day(first), "Under agreement MSA-9")
	s.As(s.Dev).Get(webtest.ProductionPath).Expect(http.StatusOK, "Production is locked")
	s.Database.Clock.Set(first)
	s.As(s.Dev).Get(webtest.ProductionPath).Expect(http.StatusOK, "Unlocked")
	sol = s.As(s.Sol)
	sol.Get("/desk/agreements/"+prepared.ID).Expect(http.StatusOK, "Production", "In force")
}

// TestAgreementsAreListedInOrder, and nothing is lost between two parts of the list.
func TestAgreementsAreListedInOrder(t *testing.T) { webtest.Each(t, listAgreements) }

func listAgreements(t *testing.T, s *webtest.Site) {
	desk, err := s.Server.Store.Desk(t.Context(), s.Sol)
	s.Ok(err)
	today := models.DayOf(s.Server.Store.Now())
	for i, days := range []int{300, 20, 0, 100} {
		terms := models.Terms{Reference: "M-" + strconv.Itoa(days)}
		if days > 0 {
			terms.EndsAt = today.AddDate(0, 0, days)
		}
		_, err := desk.CreateAgreement(t.Context(), []string{"umami", "acme"}[i%2], terms, "")
		s.Ok(err)
		s.Database.Clock.Add(time.Minute)
	}
	references := func(query store.AgreementsQuery) (list []string) {
		query.Search, query.Limit = "m-", 2
		for {
			part, err := desk.Agreements(t.Context(), query)
			s.Ok(err)
			for _, row := range part.Rows {
				list = append(list, row.Agreement.Reference)
			}
			if !part.More {
				return list
			}
			query.Cursor = part.Next
		}
	}
	for want, query := range map[string]store.AgreementsQuery{
		"M-100 M-0 M-20 M-300": {},
		"M-20 M-100 M-300 M-0": {Sorting: store.AgreementsByEnd},
		"M-20":                 {State: store.AgreementsEnding, Sorting: store.AgreementsByTeam},
	} {
		if got := strings.Join(references(query), " "); got != want {
			t.Errorf("%+v: %s; want %s", query, got, want)
		}
	}
	sol := s.As(s.Sol)
	sol.Get("/desk/agreements?sort=end").Expect(http.StatusOK, "M-20", "M-300")
	sol.Get("/desk/agreements?sort=team&q=m-").Expect(http.StatusOK, "M-20", "M-300")
}
