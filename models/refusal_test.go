package models_test

import (
	"slices"
	"strings"
	"testing"

	"dojo/models"
)

// TestEveryRefusalHasItsWords: TestListsAreWhole has checked that the table has every
// outcome that the source declares as a refusal, in that order, and no other.
func TestEveryRefusalHasItsWords(t *testing.T) {
	for i, check := range models.Checks() {
		if check.Passed == "" || len(check.Refusals) == 0 {
			t.Errorf("check %d lacks words or cannot be failed: %+v", i, check)
		}
		for _, r := range check.Refusals {
			isComplete(t, r)
			if found, at := models.RefusalOf(r.Outcome); at != i || found.Short != r.Short {
				t.Errorf("RefusalOf(%q) finds %q at check %d, want %d", r.Outcome, found.Short, at, i)
			}
		}
	}
}

func isComplete(t *testing.T, r models.Refusal) {
	t.Helper()
	if !r.Outcome.Refused() {
		t.Errorf("%q is in the table of refusals, and no refusal", r.Outcome)
	}
	if r.Short == "" || r.Failed == "" || r.Why == "" || r.Message(models.Production) == "" || len(r.Fixes) == 0 {
		t.Errorf("%s lacks words: %+v", r.Outcome, r)
	}
	if r.Status < 400 || r.Status > 599 || r.Code == "" && r.Status != 401 && r.Outcome != models.AmbiguousKey {
		t.Errorf("%s has the status %d and the code %q", r.Outcome, r.Status, r.Code)
	}
	if !strings.HasPrefix(r.Short, "Refused: ") {
		t.Errorf("%s: in a list it is %q", r.Outcome, r.Short)
	}
	for _, fix := range r.Fixes {
		if fix.Text == "" || fix.At != "" && !slices.Contains(models.FixPages(), fix.At) {
			t.Errorf("%s: no such fix: %+v", r.Outcome, fix)
		}
	}
}

// TestAnswersTellNothingOfKeysThatDoNotWork: which of these it was is for the key's
// team only.
func TestAnswersTellNothingOfKeysThatDoNotWork(t *testing.T) {
	var answers []models.Answer
	for _, outcome := range []models.Outcome{
		models.NoKey, models.MalformedKey, models.UnknownKey, models.KeyIsRevoked, models.KeyIsRetired,
	} {
		refusal, _ := models.RefusalOf(outcome)
		answers = append(answers, refusal.Answer)
	}
	if len(slices.Compact(answers)) != 1 {
		t.Errorf("the answers differ: %+v", answers)
	}
}

func TestNoOtherOutcomeIsARefusal(t *testing.T) {
	for _, outcome := range append(models.Endings(), models.Accepted) {
		if _, at := models.RefusalOf(outcome); outcome.Refused() || at >= 0 {
			t.Errorf("%q is a refusal", outcome)
		}
	}
	if !models.Outcome("").Refused() {
		t.Error("the zero outcome lets somebody in")
	}
}

func TestALockedEnvironmentIsNamed(t *testing.T) {
	refusal, _ := models.RefusalOf(models.NeverUnlocked)
	const want = "The Development environment is locked. Request an unlock in Dojo or contact your solutions engineer."
	if got := refusal.Message(models.Development); got != want {
		t.Errorf("got %q", got)
	}
}
