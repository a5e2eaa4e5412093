package gate_test

import (
	"errors"
	"testing"

	"dojo/models"
)

// What a closed gate answers says nothing of a key: it must not pass for a refusal.
func TestAClosedGateKnowsNothing(t *testing.T) {
	revoked := grant("revoked", models.Secret, models.Production)
	revoked.Revoked = true
	g, src := opened(t, grant("a", models.Secret, models.Production), revoked)
	want := func(when, key string, refused, known bool) {
		t.Helper()
		if r, k := g.Refuses(production, "id of "+key); r != refused || k != known {
			t.Errorf("%s: Refuses(%s) is %v, known %v", when, key, r, k)
		}
	}
	want("open", "a", false, true)
	want("open", "revoked", true, true)
	want("open", "unknown", true, true)

	sure := true
	g.TrustWhile(func() bool { return sure })
	sure = false
	check(t, g, "a", models.GateUnavailable)
	if g.Ready() {
		t.Error("it is ready without being sure")
	}
	for _, key := range []string{"a", "revoked", "unknown"} {
		want("not sure", key, false, false)
	}
	sure = true
	check(t, g, "a", models.Accepted)

	src.fail(errors.New("no database"))
	g.Refresh(t.Context(), revoked.EnvironmentID, unknown)
	want("after a change that cannot be read", "a", false, false)
	g.Suspend()
	want("suspended", "revoked", false, false)
}
