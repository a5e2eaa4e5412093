package store_test

import (
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

// Text that came from an address or a form and that no name, id or search can
// be: a zero byte, which PostgreSQL cannot hold, what is not UTF-8, quotes.
func TestOddTextIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Production)
		team, desk := w.Team(w.Dev, w.Acme), w.Desk()
		unchanged(t, w.Database, func() {
			for _, odd := range []string{"", "acme\x00", "\xff\xfe", "' OR 1=1 --", "%", "acme;",
				string(make([]byte, 10000))} {
				_, err := w.Store.Team(ctx, w.Dev, odd)
				refused(t, err, models.NotFound, "")
				_, err = desk.Team(ctx, odd)
				refused(t, err, models.NotFound, "")
				_, err = desk.Request(ctx, odd)
				refused(t, err, models.NotFound, "")
				_, err = w.Store.UserByEmail(ctx, odd)
				refused(t, err, models.NotFound, "")
				_, err = w.Store.Record(ctx, grant, models.Products, odd)
				refused(t, err, models.NotFound, "")
				_, err = team.Records(ctx, models.EnvironmentKind(odd), models.Products, models.RecordsQuery{})
				refused(t, err, models.NotFound, "")
				if _, err = team.ViewKey(ctx, models.Production, odd); models.CodeOf(err) != models.NotFound &&
					models.CodeOf(err) != models.Invalid {
					t.Errorf("ViewKey of %q: %v", odd, err)
				}
				if _, err = team.Records(ctx, models.Production, models.Products,
					models.RecordsQuery{Search: odd}); err != nil && models.CodeOf(err) != models.NotFound {
					t.Errorf("searching %q: %v", odd, err)
				}
			}
		})
	})
}

// What one engine cannot keep is refused as the sender's fault, not as ours.
func TestRecordWithAZeroByte(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant := unlocked(t, w, models.Production)
		err := w.Store.AddRecords(ctx, grant, productsOf(product("p-1", "Mi\x00so")))
		if w.Database.Engine == storetest.Postgres {
			refused(t, err, models.Invalid, "a character that cannot be kept")
			return
		}
		ok(t, err)
	})
}
