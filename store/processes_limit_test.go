package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// TestLimitOfManyProcesses: three processes let pass what the limit says, wherever
// requests come, once each has heard of the others.
func TestLimitOfManyProcesses(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		const limit = 100
		db := storetest.OpenPostgres(t)
		w := storetest.NewFixture(t, db)
		w.Unlock(models.Development)
		scope, err := w.Store.Team(ctx, w.Olivia, w.Acme.Slug)
		ok(t, err)
		text, err := scope.ViewKey(ctx, models.Development, w.Key(models.Development, models.Secret).ID)
		ok(t, err)
		var all []*server
		for range 3 {
			all = append(all, serveLimited(t, db, time.Minute, limit))
		}
		renew(t, db, all)
		for _, requests := range [][3]int{{300, 0, 0}, {0, 300, 0}, {100, 100, 100}, {20, 40, 400}} {
			for second := range 8 {
				accepted := 0
				for step := range 20 {
					db.Clock.Add(time.Second / 20)
					for i, s := range all {
						for range requests[i]*(step+1)/20 - requests[i]*step/20 {
							if s.accepts(text) {
								accepted++
							}
						}
					}
				}
				renew(t, db, all)
				if second >= 5 && (accepted < 93 || accepted > 105) {
					t.Errorf("of %v requests, %d were let in in second %d; want the limit, %d", requests, accepted, second, limit)
				}
			}
		}
	})
}

// renew has each of the processes renew its lease, and hear of the others' last renewals.
func renew(t *testing.T, db *storetest.Database, all []*server) {
	t.Helper()
	for range 2 {
		for _, s := range all {
			renewals := func() int {
				return db.Count("SELECT renewals FROM processes WHERE id = $1", s.follower.Process())
			}
			before := renewals()
			eventually(t, "the lease is renewed", func() bool {
				s.follower.Wake()
				return renewals() > before+1 // one had perhaps begun
			})
		}
	}
}
