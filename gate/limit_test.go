package gate_test

import (
	"fmt"
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
	from.set(grant("secret", models.Secret, models.Development), grant("public", models.Publishable, models.Development),
		grant("other", models.Secret, models.Production), retired)
	g := gate.New(from, digest, now)
	t.Cleanup(g.Close)
	g.Limit(2)
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
		verdict gate.Verdict
		wait    time.Duration
	}{
		// What is refused anyway does not count.
		{0, g.Judge(keyText("public"), gate.RequestOf("GET", "/v1/users/1")), gate.SecretKeyRequired, 0},
		{0, g.Check(keyText("retired")), gate.InvalidKey, 0},
		{0, g.Check(keyText("nobody's")), gate.InvalidKey, 0},
		// Four at once, by whichever key of the environment.
		{0, g.Judge(keyText("public"), upload), gate.Accepted, 0},
		{0, g.Judge(keyText("secret"), upload), gate.Accepted, 0},
		{0, g.Check(keyText("public")), gate.Accepted, 0},
		{0, g.Check(keyText("secret")), gate.Accepted, 0},
		{0, g.Check(keyText("secret")), gate.RateLimited, 500 * time.Millisecond},
		{0, g.Judge(keyText("public"), upload), gate.RateLimited, 500 * time.Millisecond},
		// Another environment has a limit of its own.
		{0, g.Check(keyText("other")), gate.Accepted, 0},
	} {
		if step.found.Verdict != step.verdict || step.found.RetryAfter.Round(time.Millisecond) != step.wait {
			t.Errorf("step %d: %v after %v, want %v after %v", i, step.found.Verdict, step.found.RetryAfter, step.verdict, step.wait)
		}
	}
	now = now.Add(400 * time.Millisecond)
	if found := g.Check(keyText("secret")); found.Verdict != gate.RateLimited || found.RetryAfter.Round(time.Millisecond) != 100*time.Millisecond ||
		found.Cause != models.RateLimited || found.Grant.TeamSlug != "acme" {
		t.Errorf("a moment too early: %+v", found)
	}
	now = now.Add(100 * time.Millisecond)
	for _, want := range []gate.Verdict{gate.Accepted, gate.RateLimited} {
		if found := g.Check(keyText("secret")); found.Verdict != want {
			t.Errorf("after the wait: %v, want %v", found.Verdict, want)
		}
	}
}

func TestWithoutALimit(t *testing.T) {
	g := limited(t, func() time.Time { return noon })
	g.Limit(0)
	for range 100 {
		if found := g.Check(keyText("secret")); found.Verdict != gate.Accepted {
			t.Fatal(found.Verdict)
		}
	}
}

// Of the requests that come at the same time, as many are let in as may be.
func TestLimitUnderWay(t *testing.T) {
	g := limited(t, func() time.Time { return noon })
	verdicts := make(chan gate.Verdict, 50)
	for range cap(verdicts) {
		go func() { verdicts <- g.Check(keyText("secret")).Verdict }()
	}
	seen := map[string]int{}
	for range cap(verdicts) {
		seen[fmt.Sprint(<-verdicts)]++
	}
	if accepted := seen[fmt.Sprint(gate.Accepted)]; accepted != 4 {
		t.Errorf("%d were let in, want 4", accepted)
	}
}
