package handlers

import (
	"slices"

	"dojo/models"
	"dojo/views/pages"
	"dojo/words"
)

// outcomeShown is how a request ended, for a list.
func outcomeShown(outcome models.Outcome) pages.Outcome {
	tone := "bad"
	switch {
	case outcome == models.Succeeded:
		tone = "good"
	case outcome.Refused():
		tone = "wait"
	}
	return pages.Outcome{Tone: tone, Text: words.Outcome(outcome)}
}

// checked lists the gate's checks with how they ended, and the API's answer after
// them. When Dojo could not check, nothing is known of the checks before.
func checked(outcome models.Outcome) []pages.Check {
	checks := models.Checks()
	refusal, failed := models.RefusalOf(outcome)
	list := make([]pages.Check, 0, len(checks)+1)
	for i, c := range checks {
		row := pages.Check{State: pages.Passed, Text: c.Passed}
		switch {
		case failed < 0 || i < failed && outcome != models.GateUnavailable:
		case i == failed:
			row = pages.Check{State: pages.Failed, Text: refusal.Failed}
		default:
			row.State = pages.Skipped
		}
		list = append(list, row)
	}
	return append(list, answered(outcome))
}

// answered is the API's answer as the last of the checks.
func answered(outcome models.Outcome) pages.Check {
	ending, letIn := words.EndingOf(outcome)
	switch {
	case !letIn:
		return pages.Check{State: pages.Skipped, Text: "The API answers"}
	case outcome == models.Succeeded:
		return pages.Check{State: pages.Passed, Text: ending.Text}
	}
	return pages.Check{State: pages.Failed, Text: ending.Text}
}

// failedCheck is the check that failed, to say more about; nil when none did.
func failedCheck(list []pages.Check) *pages.Check {
	i := slices.IndexFunc(list, func(c pages.Check) bool { return c.State == pages.Failed })
	if i < 0 {
		return nil
	}
	return &list[i]
}
