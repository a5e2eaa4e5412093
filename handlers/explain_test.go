package handlers

import (
	"slices"
	"testing"

	"dojo/models"
	"dojo/views/pages"
)

// TestEveryRefusalHasWordsInTheGatesOrder: the table names the outcomes as models
// lists them, which is the order of the gate's checks.
func TestEveryRefusalHasWordsInTheGatesOrder(t *testing.T) {
	var named []models.Outcome
	for _, c := range checks {
		if c.passed == "" {
			t.Errorf("the check of %v has no words for passing it", c.fails)
		}
		for _, f := range c.fails {
			named = append(named, f.outcome)
			if f.short == "" || f.text == "" || f.why == "" {
				t.Errorf("%s lacks words: %+v", f.outcome, f)
			}
		}
	}
	if !slices.Equal(named, models.Refusals()) {
		t.Errorf("the table names\n%q\nand the gate refuses with\n%q", named, models.Refusals())
	}
}

func TestEveryEndingHasWords(t *testing.T) {
	for _, status := range []int{200, 204, 400, 404, 413, 422, 500, 502} {
		outcome := models.OutcomeOf(status)
		if end := endings[outcome]; end.short == "" || end.text == "" || end.why == "" {
			t.Errorf("%s lacks words: %+v", outcome, end)
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
		if wanted := 1; outcome != models.Succeeded && failures != wanted || outcome == models.Succeeded && failures != 0 {
			t.Errorf("%s fails %d checks", outcome, failures)
		}
	}
}
