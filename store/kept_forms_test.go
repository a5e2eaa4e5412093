package store_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestAKeptFormIsForItsPerson: nobody else finds it, it is sealed, and gone after an hour.
func TestAKeptFormIsForItsPerson(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		typed := models.KeptForm{Path: "/t/acme/production/unlock-requests", Page: "/t/acme/production?request=1",
			Fields: url.Values{"use_case": {"Our shop’s search."}}}
		token, err := w.Store.KeepForm(ctx, w.Dev.UserID, typed)
		ok(t, err)
		kept, err := w.Store.KeptForm(ctx, w.Dev, token)
		ok(t, err)
		if kept.Path != typed.Path || kept.Page != typed.Page || kept.Fields.Get("use_case") != "Our shop’s search." {
			t.Errorf("kept is %+v", kept)
		}
		for _, who := range []models.Actor{w.Ade, w.Sol, {}} {
			_, err := w.Store.KeptForm(ctx, who, token)
			refused(t, err, models.NotFound, "")
		}
		_, err = w.Store.KeptForm(ctx, w.Dev, token+"x")
		refused(t, err, models.NotFound, "")
		_, err = w.Store.KeepForm(ctx, "nobody", typed)
		refused(t, err, models.NotFound, "")
		var sealed []byte
		ok(t, w.Database.SQL().QueryRow("SELECT sealed FROM kept_forms").Scan(&sealed))
		if strings.Contains(string(sealed), "search") {
			t.Error("what was typed can be read in the database")
		}
		w.Database.Clock.Add(models.FormKept)
		_, err = w.Store.KeptForm(ctx, w.Dev, token)
		refused(t, err, models.NotFound, "")
		ok(t, w.Store.Sweep(ctx))
		if count := w.Database.Count("SELECT count(*) FROM kept_forms"); count != 0 {
			t.Errorf("%d forms are left", count)
		}
	})
}

// TestKeptFormsAreFew: the older ones make room.
func TestKeptFormsAreFew(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		var first, last string
		for i := range models.MaxKeptForms + 5 {
			w.Database.Clock.Add(time.Second)
			token, err := w.Store.KeepForm(ctx, w.Dev.UserID, models.KeptForm{Path: "/account"})
			ok(t, err)
			if last = token; i == 0 {
				first = token
			}
		}
		if count := w.Database.Count("SELECT count(*) FROM kept_forms"); count != models.MaxKeptForms {
			t.Errorf("%d forms are kept; want %d", count, models.MaxKeptForms)
		}
		_, err := w.Store.KeptForm(ctx, w.Dev, first)
		refused(t, err, models.NotFound, "")
		_, err = w.Store.KeptForm(ctx, w.Dev, last)
		ok(t, err)
	})
}

func TestFormsSayWhoseTheyAre(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		mark := w.Store.FormMark(w.Dev.UserID)
		if w.Store.FormOf(mark) != w.Dev.UserID || w.Store.FormMark(w.Ade.UserID) == mark {
			t.Errorf("%q is the mark of %q", mark, w.Store.FormOf(mark))
		}
		_, mac, _ := strings.Cut(mark, ".")
		for _, forged := range []string{"", ".", w.Dev.UserID, w.Dev.UserID + ".", w.Ade.UserID + "." + mac, "." + mac,
			mark + "x"} {
			if whose := w.Store.FormOf(forged); whose != "" {
				t.Errorf("%q counts as the mark of %q", forged, whose)
			}
		}
	})
}

// TestWhatIsOnlyShownChangesNothing.
func TestWhatIsOnlyShownChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unchanged(t, w.Database, func() {
			_, err := w.Team(w.Dev, w.Acme).RequestUnlock(store.OnlyShown(ctx), models.Production,
				models.UnlockWish{UseCase: "Ours"})
			refused(t, err, models.Invalid, "Nothing was sent.")
		})
	})
}
