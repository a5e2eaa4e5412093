package store_test

import (
	"testing"
	"time"

	"dojo/store/storetest"
)

// TestSweepForgetsLinksAndMails: what is over stays for 30 days, for its link to
// say what became of it, and goes then.
func TestSweepForgetsLinksAndMails(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.World) {
		ok(t, w.Store.RequestReset(ctx, w.Nina, "nobody@else.example"))
		w.Database.Clock.Add(29 * 24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if links, mails := w.Database.Count("SELECT count(*) FROM links"), w.Database.Count("SELECT count(*) FROM mails"); links == 0 || mails == 0 {
			t.Errorf("within 30 days there are %d links and %d mails", links, mails)
		}
		w.Database.Clock.Add(2 * 24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		if links, mails := w.Database.Count("SELECT count(*) FROM links"), w.Database.Count("SELECT count(*) FROM mails"); links != 0 || mails != 0 {
			t.Errorf("after 30 days there are %d links and %d mails", links, mails)
		}
	})
}
