package gate_test

import (
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// limited is a gate that lets each environment make two requests a second, with
// two keys in Development and one in Production.
func limited(t *testing.T, now func() time.Time) *gate.Gate {
	t.Helper()
	from := &source{}
	retired := grant("retired", models.Secret, models.Development)
	retired.RetiresAt = noon
	from.set(grant("secret", models.Secret, models.Development),
		grant("public", models.Publishable, models.Development),
		grant("other", models.Secret, models.Production), retired)
	g := gate.New(from, digest, now)
	t.Cleanup(g.Close)
	g.SetLimit(2)
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestLimit(t *testing.T) {
	now := noon
	g := limited(t, func() time.Time { return now })
	upload := gate.RequestOf("POST", "/v1/interactions")
	for i, step := range []struct {
		after   time.Duration
		found   gate.Finding
		outcome models.Outcome
		wait    time.Duration
	}{
		// What is refused anyway does not count.
		{0, g.CheckRequest(keyText("public"), gate.RequestOf("GET", "/v1/users/1")), models.SecretKeyNeeded, 0},
		{0, g.CheckKey(keyText("retired")), models.KeyIsRetired, 0},
		{0, g.CheckKey(keyText("unknown")), models.UnknownKey, 0},
		// Four at once, by whichever key of the environment.
		{0, g.CheckRequest(keyText("public"), upload), models.Accepted, 0},
		{0, g.CheckRequest(keyText("secret"), upload), models.Accepted, 0},
		{0, g.CheckKey(keyText("public")), models.Accepted, 0},
		{0, g.CheckKey(keyText("secret")), models.Accepted, 0},
		{0, g.CheckKey(keyText("secret")), models.RateLimited, 500 * time.Millisecond},
		{0, g.CheckRequest(keyText("public"), upload), models.RateLimited, 500 * time.Millisecond},
		// Another environment has a limit of its own.
		{0, g.CheckKey(keyText("other")), models.Accepted, 0},
	} {
		if step.found.Outcome != step.outcome || step.found.RetryAfter.Round(time.Millisecond) != step.wait {
			t.Errorf("step %d: %v after %v, want %v after %v", i, step.found.Outcome, step.found.RetryAfter,
				step.outcome, step.wait)
		}
	}
	now = now.Add(400 * time.Millisecond)
	if found := g.CheckKey(keyText("secret")); found.Outcome != models.RateLimited ||
		found.RetryAfter.Round(time.Millisecond) != 100*time.Millisecond ||
		found.Grant.TeamSlug != "acme" {
		t.Errorf("a moment too early: %+v", found)
	}
	now = now.Add(100 * time.Millisecond)
	for _, want := range []models.Outcome{models.Accepted, models.RateLimited} {
		if found := g.CheckKey(keyText("secret")); found.Outcome != want {
			t.Errorf("after the wait: %v, want %v", found.Outcome, want)
		}
	}
}

func TestWithoutALimit(t *testing.T) {
	g := limited(t, func() time.Time { return noon })
	g.SetLimit(0)
	for range 100 {
		if found := g.CheckKey(keyText("secret")); found.Outcome != models.Accepted {
			t.Fatal(found.Outcome)
		}
	}
}

// Of the requests that come at the same time, as many are let in as may be.
func TestLimitUnderWay(t *testing.T) {
	g := limited(t, func() time.Time { return noon })
	outcomes := make(chan models.Outcome, 50)
	for range cap(outcomes) {
		go func() { outcomes <- g.CheckKey(keyText("secret")).Outcome }()
	}
	seen := map[models.Outcome]int{}
	for range cap(outcomes) {
		seen[<-outcomes]++
	}
	if accepted := seen[models.Accepted]; accepted != 4 {
		t.Errorf("%d were let in, want 4", accepted)
	}
}

// An environment that has used its limit up is not locked out when the clock is set back.
func TestLimitWhenTheClockIsSetBack(t *testing.T) {
	now := noon
	g := limited(t, func() time.Time { return now })
	for range 4 {
		g.CheckKey(keyText("other"))
	}
	now = noon.Add(-time.Hour)
	found := g.CheckKey(keyText("other"))
	if found.Outcome != models.RateLimited || found.RetryAfter > time.Second {
		t.Errorf("after the clock was set back: %v after %v", found.Outcome, found.RetryAfter)
	}
	now = now.Add(found.RetryAfter)
	if found := g.CheckKey(keyText("other")); found.Outcome != models.Accepted {
		t.Errorf("after the wait: %v", found.Outcome)
	}
}

// A change of an environment gives it no new tokens.
func TestLimitAcrossChanges(t *testing.T) {
	g := limited(t, func() time.Time { return noon })
	for range 4 {
		g.CheckKey(keyText("other"))
		g.Refresh(t.Context(), production, unknown)
		if err := g.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if found := g.CheckKey(keyText("other")); found.Outcome != models.RateLimited {
		t.Error(found.Outcome)
	}
}
