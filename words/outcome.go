package words

import "dojo/models"

// Ending is what is said of a request that the gate let in, beside models.Refusal.
type Ending struct {
	Short string // how it ended, in a list
	Text  string // what the API did
	Why   string // what that means
	Fixes []models.Fix
}

var endings = map[models.Outcome]Ending{
	models.Succeeded: {
		Short: "Succeeded",
		Text:  "The API did what it was asked to",
		Why:   "The key passed all checks, and the API did what it was asked to.",
	},
	models.Missed: {
		Short: "Not found",
		Text:  "The API found nothing there",
		Why: "The key passed all checks. There is no such record, task or endpoint in this environment: " +
			"it may have another id, be in another environment, or not be uploaded yet.",
		Fixes: []models.Fix{{Text: "Compare the path with the endpoints of the API.", At: models.AtRecords}},
	},
	models.Rejected: {
		Short: "Rejected",
		Text:  "What was sent was not right",
		Why: "The key passed all checks, and the API could not take what was sent. " +
			"The body of the answer says what was wrong with it, line by line.",
		Fixes: []models.Fix{{
			Text: "Read the answer’s body. With ?dry_run=1 a batch is checked without being written, until it is right.",
		}},
	},
	models.Failed: {
		Short: "The API failed",
		Text:  "The API failed",
		Why: "The key passed all checks, and the API, or what stands behind it, failed. " +
			"The fault is not yours: try again, and tell your solutions engineer when it lasts.",
		Fixes: []models.Fix{{Text: "Send the request again in a few seconds."}},
	},
}

// EndingOf returns what is said of the outcome of a request that was let in; ok is
// false for one that was refused.
func EndingOf(outcome models.Outcome) (ending Ending, ok bool) {
	ending, ok = endings[outcome]
	return ending, ok
}

// Outcome is how a request ended, in a list.
func Outcome(outcome models.Outcome) string {
	if ending, ok := endings[outcome]; ok {
		return ending.Short
	}
	refusal, _ := models.RefusalOf(outcome)
	return refusal.Short
}

// OutcomeWhy explains how a request ended.
func OutcomeWhy(outcome models.Outcome) string {
	if ending, ok := endings[outcome]; ok {
		return ending.Why
	}
	refusal, _ := models.RefusalOf(outcome)
	return refusal.Why
}

// OutcomeFixes lists what can be done about how a request ended, the likeliest first.
func OutcomeFixes(outcome models.Outcome) []models.Fix {
	if ending, ok := endings[outcome]; ok {
		return ending.Fixes
	}
	refusal, _ := models.RefusalOf(outcome)
	return refusal.Fixes
}
