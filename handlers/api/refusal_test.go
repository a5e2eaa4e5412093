package api

import (
	"testing"

	"dojo/models"
)

// TestRefusals: what a caller gets for each outcome, to the byte, and that no
// outcome is left without an answer.
func TestRefusals(t *testing.T) {
	type told struct {
		status int
		body   string
	}
	invalidKey := told{401, `{"message":"invalid api key.","errors":true}`}
	locked := told{403, `{"message":"The Production environment is locked. Request an unlock in Dojo or contact your solutions engineer.","code":"environment_locked","errors":true}`}
	want := map[models.Outcome]told{
		models.NoKey:            invalidKey,
		models.AmbiguousKey:     {400, `{"message":"more than one api key was given.","errors":true}`},
		models.MalformedKey:     invalidKey,
		models.UnknownKey:       invalidKey,
		models.KeyIsRevoked:     invalidKey,
		models.KeyIsRetired:     invalidKey,
		models.NeverUnlocked:    locked,
		models.LockedByEngineer: locked,
		models.NotBegun:         locked,
		models.AgreementEnded:   locked,
		models.NotCanonical: {400,
			`{"message":"Dojo refuses this request because it could be read in two ways.","code":"not_canonical","errors":true}`},
		models.SecretKeyNeeded: {403,
			`{"message":"This endpoint needs your secret API key.","code":"secret_key_required","errors":true}`},
		models.SecretFromBrowser: {403,
			`{"message":"This environment refuses its secret key from browsers. Call this endpoint from your server.","code":"secret_key_in_browser","errors":true}`},
		models.OriginNotAllowed: {403,
			`{"message":"Pages of this origin may not use this key. Its team lists the origins that may.","code":"origin_not_allowed","errors":true}`},
		models.PlaygroundReadOnly: {400,
			`{"message":"The Playground environment is read-only.","code":"playground_read_only","errors":true}`},
		models.RateLimited: {429,
			`{"message":"This environment has made too many requests. Try again in a moment.","code":"rate_limited","errors":true}`},
		models.DayLimited: {429,
			`{"message":"This environment has made all requests of the day that its agreement allows. The day ends at 00:00 UTC.","code":"day_limit_reached","errors":true}`},
		models.GateUnavailable: {503,
			`{"message":"Dojo cannot check API keys just now. Try again in a few seconds.","code":"unavailable","errors":true}`},
	}
	for _, outcome := range models.Refusals() {
		got := refusals[outcome].in(models.Production)
		if (told{got.status, string(got.body)}) != want[outcome] {
			t.Errorf("%s: got %d %s, want %+v", outcome, got.status, got.body, want[outcome])
		}
	}
	if len(refusals) != len(models.Refusals()) {
		t.Errorf("%d outcomes have an answer, and %d are refusals", len(refusals), len(models.Refusals()))
	}
	const development = `{"message":"The Development environment is locked. Request an unlock in Dojo or contact your solutions engineer.","code":"environment_locked","errors":true}`
	if got := string(refusals[models.NeverUnlocked].in(models.Development).body); got != development {
		t.Errorf("got %s", got)
	}
}

// BenchmarkRefusal is what finding the answer costs.
func BenchmarkRefusal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = refusals[models.UnknownKey].in("")
	}
}
