package store_test

import (
	"bytes"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestAKeyIsToldByItsLastFourCharacters(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, old := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		text, err := team.ViewKey(ctx, models.Playground, old.ID)
		ok(t, err)
		if len(old.Ending) != 4 || !strings.HasSuffix(text, old.Ending) {
			t.Errorf("the ending is %q, and not that of the key", old.Ending)
		}
		done, err := team.RevokeKey(ctx, models.Playground, old.ID, atOnce)
		ok(t, err)
		lines, err := team.Activity(ctx, store.ActivityQuery{Environment: models.Playground, Limit: 1})
		ok(t, err)
		if d := lines.Rows[0].Detail; d.KeyEnding != old.Ending || d.NewKeyEnding != done.New.Ending {
			t.Errorf("the activity names %q and %q; want %q and %q", d.KeyEnding, d.NewKeyEnding, old.Ending, done.New.Ending)
		}
		if dump := w.Database.Dump(); strings.Contains(dump, text) || strings.Contains(dump, text[:36]) ||
			strings.Contains(dump, text[30:]) {
			t.Error("the database holds more of the key than its ending")
		}
	})
}

// An older program beside this one makes keys without an ending, and so did all earlier versions.
func TestKeysOfEarlierVersionsGetTheirEnding(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		want := key.Ending
		w.Database.Exec("UPDATE keys SET ending = ''")
		broken := w.Key(models.Playground, models.Publishable)
		w.Database.Exec("UPDATE keys SET sealed = $1 WHERE id = $2", bytes.Repeat([]byte{1}, 80), broken.ID)
		for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
			ok(t, err)
		}
		if got := w.Key(models.Playground, models.Secret).Ending; got != want {
			t.Errorf("the ending is %q; want %q", got, want)
		}
		without := w.Database.Count("SELECT count(*) FROM keys WHERE ending = ''")
		if without != 1 || w.Key(models.Playground, models.Publishable).Ending != "" {
			t.Errorf("%d keys have no ending; want the one that does not open", without)
		}
		unchanged(t, w.Database, func() { ok(t, w.Store.Sweep(ctx)) })

		_, err := team.ViewKey(ctx, models.Playground, key.ID)
		ok(t, err)
		namesEarlierLines(t, w, key.ID, want)
	})
}

// namesEarlierLines is satisfied when the activity names the key also in lines that do not hold its ending.
func namesEarlierLines(t *testing.T, w *storetest.Fixture, keyID, want string) {
	t.Helper()
	w.Database.Exec("UPDATE keys SET ending = '' WHERE id = $1", keyID)
	team := w.Team(w.Dev, w.Acme)
	_, err := team.RevokeKey(ctx, models.Playground, keyID, atOnce)
	ok(t, err)
	w.Database.Exec("UPDATE keys SET ending = $1 WHERE id = $2", want, keyID)
	lines, err := team.Activity(ctx, store.ActivityQuery{Environment: models.Playground, Subject: "key", Limit: 1})
	ok(t, err)
	if got := lines.Rows[0].Detail.KeyEnding; got != want {
		t.Errorf("an earlier line names the key %q; want %q", got, want)
	}
}
