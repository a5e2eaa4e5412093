package handlers

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/views/pages"
	"dojo/words"
)

// TestEveryFixLeadsToItsPage: what the tables say is done on a page of the dashboard
// has a link there, and what is not has none.
func TestEveryFixLeadsToItsPage(t *testing.T) {
	locked := models.Environment{Kind: models.Production}
	e := explained{
		now: time.Now(), team: models.Team{Slug: "acme"}, environment: locked,
		request: models.Request{Endpoint: "GET /v1/products/:id", Origin: "https://shop.example"},
	}
	for _, at := range models.FixPages() {
		if fix := e.fix(models.Fix{Text: "Do it.", At: at}); fix.Text == "" || fix.Link == "" ||
			!strings.HasPrefix(fix.Href, "/t/acme/") {
			t.Errorf("%s: %+v", at, fix)
		}
	}
	for _, outcome := range append(models.Refusals(), models.Endings()...) {
		e.request.Outcome = outcome
		for i, fix := range e.fixes() {
			at := words.OutcomeFixes(outcome)[i].At
			if (fix.Href == "") != (at == "") || fix.Text == "" || strings.Contains(fix.Text, "{") {
				t.Errorf("%s: %+v, which is done at %q", outcome, fix, at)
			}
		}
	}
}

func TestChecksEndWhereTheRequestWasRefused(t *testing.T) {
	const passed, failed, skipped = pages.Passed, pages.Failed, pages.Skipped
	for outcome, want := range map[models.Outcome][3]pages.CheckState{ // the first check, the fourth, the API
		models.NoKey:           {failed, skipped, skipped},
		models.AmbiguousKey:    {failed, skipped, skipped},
		models.UnknownKey:      {passed, skipped, skipped},
		models.KeyIsRevoked:    {passed, failed, skipped},
		models.RateLimited:     {passed, passed, skipped},
		models.GateUnavailable: {skipped, skipped, skipped},
		models.Succeeded:       {passed, passed, passed},
		models.Rejected:        {passed, passed, failed},
	} {
		list := checked(outcome)
		if got := [3]pages.CheckState{list[0].State, list[3].State, list[len(list)-1].State}; got != want {
			t.Errorf("%s: %v, want %v", outcome, got, want)
		}
		var failures int
		for _, c := range list {
			if c.State == failed {
				failures++
			}
		}
		if wanted := 1; outcome != models.Succeeded && failures != wanted || outcome == models.Succeeded &&
			failures != 0 {
			t.Errorf("%s fails %d checks", outcome, failures)
		}
	}
}
