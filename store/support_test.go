package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

var ctx = context.Background()

// each runs the test on both engines, in a fixture of its own.
func each(t *testing.T, test func(t *testing.T, w *storetest.Fixture)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.Database) { test(t, storetest.NewFixture(t, db)) })
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks that the error has the code and, unless empty, holds the text
// in what people read of it.
func refused(t *testing.T, err error, code models.Code, says string) {
	t.Helper()
	if !isRefusal(err, code, says) {
		t.Fatalf("got %v; want %s with %q", err, code, says)
	}
}

func isRefusal(err error, code models.Code, says string) bool {
	known, coded := errors.AsType[*models.Error](err)
	return coded && known.Code == code && strings.Contains(known.Message, says)
}

// racers is how many calls try for the same thing at once. They take turns, and the
// last of them has to have its turn before a change's time is over, on a slow machine
// too.
const racers = 20

// together makes n calls at the same moment.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	begin := make(chan struct{})
	var calls sync.WaitGroup
	for i := range n {
		calls.Go(func() {
			<-begin
			errs[i] = call(i)
		})
	}
	close(begin)
	calls.Wait()
	return errs
}

// oneWins checks that one call succeeded and all others were refused with the
// code and the text. It returns which one won.
func oneWins(t *testing.T, errs []error, code models.Code, says string) int {
	t.Helper()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner >= 0:
			t.Fatalf("calls %d and %d both won", winner, i)
		case err == nil:
			winner = i
		case !isRefusal(err, code, says):
			t.Errorf("call %d lost with %v; want %s with %q", i, err, code, says)
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	return winner
}

// unchanged checks that steps leave every row of the database as it was.
func unchanged(t *testing.T, db *storetest.Database, steps func()) {
	t.Helper()
	before := db.Dump()
	steps()
	if after := db.Dump(); after != before {
		t.Errorf("the database changed.\nbefore:\n%s\nafter:\n%s", before, after)
	}
}

func sameTime(t *testing.T, what string, got *time.Time, want time.Time) {
	t.Helper()
	if got == nil || !got.Equal(want) {
		t.Errorf("%s is %v; want %v", what, got, want)
	}
}

// grants returns the grants of all keys that are not revoked, by the key's id.
func grants(t *testing.T, s *store.Store) map[string]models.Grant {
	t.Helper()
	byKey := map[string]models.Grant{}
	ok(t, s.Grants(ctx, func(grant *models.Grant) error {
		if !grant.Revoked {
			byKey[grant.KeyID] = *grant
		}
		return nil
	}))
	return byKey
}

var atOnce = models.Revocation{Reason: models.Rotation}

func after(grace time.Duration) models.Revocation {
	return models.Revocation{Reason: models.Rotation, Grace: grace}
}

// invite is an invitation whose link nobody needs.
func invite(t *store.TeamScope, email string, role models.Role) error {
	_, err := t.Invite(ctx, email, role)
	return err
}
