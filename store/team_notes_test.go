package store_test

import (
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestTheTeamReadsNoNotes: neither the note nor that there is one.
func TestTheTeamReadsNoNotes(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		before, err := w.Team(w.Olivia, w.Acme).Activity(ctx, store.ActivityQuery{})
		ok(t, err)
		ok(t, w.Desk().AddNote(ctx, "acme", "Slow payers."))
		after, err := w.Team(w.Olivia, w.Acme).Activity(ctx, store.ActivityQuery{})
		ok(t, err)
		if len(before.Rows) != len(after.Rows) {
			t.Error("the team's activity has another line")
		}
		file, err := w.Desk().Team(ctx, "acme")
		ok(t, err)
		if len(file.Notes) != 1 || file.Notes[0].Text != "Slow payers." || file.Notes[0].By.Name != w.Sol.Name {
			t.Errorf("the desk reads %+v", file.Notes)
		}
		unchanged(t, w.Database, func() {
			for _, text := range []string{"", "\n", strings.Repeat("x", 2001), strings.Repeat("0", 40)} {
				refused(t, w.Desk().AddNote(ctx, "acme", text), models.Invalid, "")
			}
			refused(t, w.Desk().AddNote(ctx, "nowhere", "Hello"), models.NotFound, "")
		})
	})
}
