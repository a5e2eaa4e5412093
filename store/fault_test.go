package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

const unavailable = "Dojo cannot reach its database just now, or cannot write to it."

func TestDiskFull(t *testing.T) {
	t.Parallel()
	w := storetest.NewFixture(t, storetest.OpenSQLite(t))
	unlocked(t, w, models.Production)
	grant := grants(t, w.Store)[w.Key(models.Production, models.Publishable).ID] // the other kind is revoked below
	batch := productsOf()
	for i := range 200 {
		p := product(fmt.Sprint("p-", i), "Miso")
		p.Body = []byte(strings.Repeat("x", 4000))
		batch.Records = append(batch.Records, p)
	}
	ok(t, store.LimitPages(w.Store, 1))
	unchanged(t, w.Database, func() {
		refused(t, w.Store.AddRecords(ctx, grant, batch), models.Unavailable, unavailable)
	})
	team := w.Team(w.Dev, w.Acme)
	for { // until the room in the last pages is used up, too
		before, key := w.Database.Dump(), w.Key(models.Production, models.Secret)
		if _, err := team.RevokeKey(ctx, models.Production, key.ID, atOnce); err != nil {
			refused(t, err, models.Unavailable, unavailable)
			if w.Database.Dump() != before {
				t.Error("half of a revocation is there")
			}
			break
		}
	}
	ok(t, store.LimitPages(w.Store, 1<<30))
	ok(t, w.Store.AddRecords(ctx, grant, batch))
	_, err := team.RevokeKey(ctx, models.Production, w.Key(models.Production, models.Secret).ID, atOnce)
	ok(t, err)
}

// On SQLite somebody else holds the file locked; on PostgreSQL the server ends
// all connections and lets nobody in.
func TestOutage(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		before := w.Database.Dump()
		end := w.Database.Outage()
		_, err := team.RevokeKey(ctx, models.Playground, key.ID, atOnce)
		refused(t, err, models.Unavailable, unavailable)
		if w.Database.Engine == storetest.SQLite {
			ok(t, w.Store.Ready(ctx)) // reading goes on
		} else {
			refused(t, w.Store.Ready(ctx), models.Unavailable, unavailable)
			_, err = w.Store.Team(ctx, w.Dev, "acme")
			refused(t, err, models.Unavailable, unavailable)
			_, err = w.Store.Session(ctx, models.TokenDigest("token"))
			refused(t, err, models.Unavailable, unavailable)
		}
		end()
		if w.Database.Dump() != before {
			t.Error("half of a revocation is there")
		}
		_, err = team.RevokeKey(ctx, models.Playground, key.ID, atOnce)
		ok(t, err)
		ok(t, w.Store.Ready(ctx))
	})
}

func TestPostgresUnreachable(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	for name, fail := range map[string]func(*wire) (mend func()){"cut": (*wire).cut, "frozen": (*wire).freeze} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.OpenPostgres(t)
			line := newWire(t, db)
			w := storetest.NewFixture(t, db, func(options *store.Options) { options.URL = line.url })
			team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
			mend := fail(line)
			errs := together(2, func(i int) error {
				if i == 0 {
					return w.Store.Ready(ctx)
				}
				_, err := team.RevokeKey(ctx, models.Playground, key.ID, atOnce)
				return err
			})
			for _, err := range errs {
				refused(t, err, models.Unavailable, unavailable)
			}
			mend()
			ok(t, w.Store.Ready(ctx))
			_, err := team.RevokeKey(ctx, models.Playground, key.ID, atOnce)
			ok(t, err)
		})
	}
}

// Whoever goes away in the middle has got all of it done or nothing.
func TestCallerGone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, gone := w.Team(w.Dev, w.Acme), 0
		for i := range 100 {
			key := w.Key(models.Playground, models.Secret)
			short, leave := context.WithTimeout(ctx, time.Duration(i)*200*time.Microsecond)
			_, err := team.RevokeKey(short, models.Playground, key.ID, atOnce)
			leave()
			if err != nil {
				refused(t, err, models.Unavailable, unavailable)
				gone++
			}
		}
		if gone == 0 {
			t.Error("no call was too short")
		}
		lines := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.replaced'")
		revoked := w.Database.Count("SELECT count(*) FROM keys WHERE state = 'revoked'")
		if lines != revoked || lines < 100-gone {
			t.Errorf("%d lines for %d revoked keys, of which %d were acknowledged", lines, revoked, 100-gone)
		}
	})
}
