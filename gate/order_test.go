package gate_test

import (
	"context"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// oneGrant is a source of one grant.
type oneGrant struct{ models.Grant }

func (g *oneGrant) Grants(_ context.Context, take func(*models.Grant) error) error {
	return take(&g.Grant)
}

func (g *oneGrant) EnvironmentGrants(context.Context, string) ([]models.Grant, error) {
	return []models.Grant{g.Grant}, nil
}

func (g *oneGrant) GrantByDigest(_ context.Context, digest [32]byte) (models.Grant, bool, error) {
	return g.Grant, digest == g.Digest, nil
}

// TestChecksComeInTheOrderOfRefusals begins with a request that fails every check,
// and sets right one after the other: the outcomes come in the order in which
// models lists them, on which the explanations rely.
func TestChecksComeInTheOrderOfRefusals(t *testing.T) {
	now := time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)
	digest := func(key string) [32]byte { return sha256.Sum256([]byte(key)) }
	key := models.NewKey()
	source := &oneGrant{models.Grant{
		Digest: digest(key), KeyID: "k", Kind: models.Publishable, EnvironmentID: "e", Environment: models.Playground,
		Revoked: true, RetiresAt: now.Add(-time.Hour), AllowedOrigins: "https://shop.example",
		RefusesBrowserSecrets: true, Periods: []models.Period{{Locked: true}},
	}}
	request := gate.Request{Fault: "it is odd", Write: true, Browser: true, Origin: "https://evil.example"}
	shown := ""
	steps := []struct {
		outcome  models.Outcome
		setRight func()
	}{
		{models.NoKey, func() { shown = "x" }},
		{models.MalformedKey, func() { shown = models.NewKey() }},
		{models.UnknownKey, func() { shown = key }},
		{models.KeyIsRevoked, func() { source.Revoked = false }},
		{models.KeyIsRetired, func() { source.RetiresAt = time.Time{} }},
		{models.LockedByEngineer, func() { source.Periods[0] = models.Period{From: now.Add(time.Hour)} }},
		{models.NotBegun, func() { source.Periods[0] = models.Period{Until: now} }},
		{models.AgreementEnded, func() { source.Periods = nil }},
		{models.NeverUnlocked, func() { source.Periods = models.Always() }},
		{models.NotCanonical, func() { request.Fault = "" }},
		{models.SecretKeyNeeded, func() { source.Kind = models.Secret }},
		{models.SecretFromBrowser, func() { source.Kind, request.Interactions = models.Publishable, true }},
		{models.OriginNotAllowed, func() { request.Origin = "https://shop.example" }},
		{models.PlaygroundReadOnly, func() { request.Write = false }},
	}
	var outcomes []models.Outcome
	for _, step := range steps {
		g := gate.New(source, digest, func() time.Time { return now })
		if err := g.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := g.CheckRequest(shown, request).Outcome; got != step.outcome {
			t.Fatalf("the gate says %q, want %q", got, step.outcome)
		}
		outcomes = append(outcomes, step.outcome)
		step.setRight()
		g.Close()
	}
	// These the gate leaves to others, or finds at any time.
	listed := slices.DeleteFunc(models.Refusals(), func(o models.Outcome) bool {
		return o == models.AmbiguousKey || o == models.RateLimited || o == models.DayLimited || o == models.GateUnavailable
	})
	if !slices.Equal(outcomes, listed) {
		t.Errorf("the gate refuses in the order %q, models lists %q", outcomes, listed)
	}
}
