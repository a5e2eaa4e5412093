package store_test

import (
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

// TestWhoSendsMailIsToldOfIt: once, before the change that wrote it returns, and
// of no change that wrote none.
func TestWhoSendsMailIsToldOfIt(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		told, wrote := 0, 0
		w.Store.OnMail(func() { told++ })
		change := func(name string, do func() error) {
			t.Helper()
			before := w.Database.Count("SELECT count(*) FROM mails")
			told = 0
			ok(t, do())
			want := min(1, w.Database.Count("SELECT count(*) FROM mails")-before)
			if told != want {
				t.Errorf("%s told of mail %d times; want %d", name, told, want)
			}
			wrote += want
		}
		for _, d := range auditCases(w) {
			id := d.prepare(t, w)
			change(d.name, func() error { return d.do(w, id) })
		}
		reinstate(t, w, w.Acme)
		w.Unlock(models.Development)
		seen := usageOf(t, w, models.Development, models.Secret).exposure(models.SecretInURL, w.Store.Now())
		change("AddUse", func() error { return w.Store.AddUse(ctx, models.Use{Exposures: []models.Exposure{seen}}) })
		change("AddUse without exposures", func() error { return w.Store.AddUse(ctx, models.Use{}) })
		if wrote < 10 {
			t.Errorf("only %d of the changes wrote mail", wrote)
		}
	})
}

// TestNobodyIsToldOfMailThatIsNotThere: a change that fails before it writes mail
// wakes nobody.
func TestNobodyIsToldOfMailThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Store.OnMail(func() { t.Error("told of mail") })
		err := invite(w.Team(w.Ade, w.Acme), w.Dev.Email, models.Viewer) // is a member already
		refused(t, err, models.Invalid, "")
	})
}
