package store_test

import (
	"fmt"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestTriesAtTheSameMoment: whoever tries many passwords at once gets no more tries
// than one after the other.
func TestTriesAtTheSameMoment(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		turns := make([]store.Turn, racers)
		for _, err := range together(racers, func(i int) (err error) {
			turns[i], err = w.Store.TakeTry(ctx,
				models.Try{Kind: models.PasswordTry, Account: "ade@acme.example", Network: "192.0.2.1"})
			return err
		}) {
			ok(t, err)
		}
		made, waited := 0, map[time.Duration]bool{}
		for _, turn := range turns {
			if !turn.Refused && turn.Wait == 0 {
				made++
			} else if !turn.Refused {
				waited[turn.Wait] = true
			}
		}
		// One of those that are made at once is the first turn.
		if made != 11 || len(waited) != 3 {
			t.Errorf("%d were made at once and %d turns were given; want 11 and 3", made, len(waited))
		}
	})
}

// TestARightTryIsGivenBack: the network may go on as before.
func TestARightTryIsGivenBack(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		try := models.Try{Kind: models.RecoveryTry, Account: "ade@acme.example", Network: "192.0.2.1"}
		for range 200 {
			turn, err := w.Store.TakeTry(ctx, try)
			ok(t, err)
			if turn.Wait > 0 || turn.Refused {
				t.Fatalf("a right try is answered with %+v", turn)
			}
			ok(t, w.Store.ForgiveTry(ctx, try))
		}
	})
}

// TestAFloodFromOneSiteLeavesTurnsToOthers: whoever guesses from all networks of an IPv6 site, each
// of them fresh, has nobody elsewhere refused or kept waiting.
func TestAFloodFromOneSiteLeavesTurnsToOthers(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		try := models.Try{Kind: models.PasswordTry, Account: "ade@acme.example"}
		for i := range 300 {
			try.Network = models.NetworkOf(fmt.Sprintf("2001:db8:1:%x::7", i))
			_, err := w.Store.TakeTry(ctx, try)
			ok(t, err)
			w.Database.Clock.Add(time.Second)
		}
		for _, address := range []string{"2001:db8:2::7", "192.0.2.1"} {
			try.Network = models.NetworkOf(address)
			turn, err := w.Store.TakeTry(ctx, try)
			ok(t, err)
			if turn.Refused || turn.Wait > 0 {
				t.Errorf("a new device at %s is answered with %+v", address, turn)
			}
		}
	})
}
