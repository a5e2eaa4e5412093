package store_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// refusedKey is the outcome with which a transaction has refused a key; empty: it has not.
func refusedKey(err error) models.Outcome {
	if refused, ok := errors.AsType[*models.KeyRefused](err); ok {
		return refused.Outcome
	}
	return ""
}

// What is revoked or locked after a group was handed in, and before its transaction has
// looked, fails by itself: what shares the transaction is kept.
func TestAKeyRevokedBeforeItsTransactionFailsAlone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		good, locked := unlocked(t, w, models.Development), unlocked(t, w, models.Production)
		revoked := grants(t, w.Store)[w.Key(models.Development, models.Publishable).ID]
		unknown := good
		unknown.KeyID = ""
		conn, err := w.Database.SQL().Conn(ctx)
		ok(t, err)
		defer conn.Close()
		begin, hold := []string{"BEGIN IMMEDIATE"}, ""
		if w.Database.Engine == storetest.Postgres { // each data set waits, so that groups gather
			begin, hold = []string{"BEGIN", "SELECT 1 FROM data_sets FOR UPDATE"}, " FOR UPDATE"
		}
		for _, statement := range append(begin,
			"UPDATE keys SET state = 'revoked', revoked_at = created_at WHERE id = '"+revoked.KeyID+"'",
			"SELECT 1 FROM environments WHERE id = '"+locked.EnvironmentID+"'"+hold,
			"DELETE FROM agreement_covers WHERE environment_id = '"+locked.EnvironmentID+"'") {
			_, err := conn.ExecContext(ctx, statement)
			ok(t, err)
		}
		done := make(chan []error)
		go func() {
			done <- together(40, func(i int) error {
				grant := []models.Grant{good, revoked, locked, unknown}[i%4]
				return w.Store.AddRecords(ctx, grant, productsOf(product(fmt.Sprint("p-", i), "Miso")))
			})
		}()
		await(t, w.Store, 40)
		_, err = conn.ExecContext(ctx, "COMMIT")
		ok(t, err)
		for i, err := range <-done {
			want := []models.Outcome{"", models.KeyIsRevoked, models.NeverUnlocked, models.UnknownKey}[i%4]
			if refusedKey(err) != want || want == "" && err != nil {
				t.Errorf("upload %d: %v; want %q", i, err, want)
			}
		}
		if rows := w.Database.Count("SELECT count(*) FROM products WHERE data_set_id = $1", good.DataSetID); rows != 10 {
			t.Errorf("%d products; want 10", rows)
		}
		checkSizes(t, w)
	})
}

// A revocation and a lock that come while an upload's transaction goes on end after it.
// On SQLite a transaction that writes is alone.
func TestARevocationWaitsForAnUpload(t *testing.T) {
	for name, change := range map[string]func(w *storetest.Fixture, grant models.Grant) error{
		"revoke": func(w *storetest.Fixture, grant models.Grant) error {
			_, err := w.Team(w.Olivia, w.Acme).RevokeKey(ctx, models.Development, grant.KeyID, atOnce)
			return err
		},
		"delete the team": func(w *storetest.Fixture, _ models.Grant) error {
			return w.Team(w.Olivia, w.Acme).Delete(ctx, w.Acme.Name)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.OpenPostgres(t)
			w := storetest.NewFixture(t, db)
			grant := unlocked(t, w, models.Development)
			end := hold(t, db, grant.DataSetID)
			added, changed := make(chan error, 1), make(chan error, 1)
			wait := func(n int) {
				for range 30_000 {
					if db.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "+
						"AND wait_event_type = 'Lock'") == n {
						return
					}
					time.Sleep(time.Millisecond)
				}
				t.Errorf("not %d wait for a lock", n)
			}
			go func() { added <- w.Store.AddRecords(ctx, grant, productsOf(product("p", "Miso"))) }()
			wait(1)
			go func() { changed <- change(w, grant) }()
			wait(2)
			end()
			ok(t, <-changed)
			if rows := db.Count("SELECT count(*) FROM products WHERE data_set_id = $1", grant.DataSetID); rows != 1 {
				t.Errorf("when the change is over there are %d products; want 1", rows)
			}
			ok(t, <-added)
			if err := w.Store.AddRecords(ctx, grant, productsOf(product("q", "Miso"))); refusedKey(err) == "" {
				t.Errorf("after the change an upload ends with %v", err)
			}
		})
	}
}

// While many upload, through the API and from files, their keys are revoked and in the end
// the team is deleted: when that is over nothing more comes, and nobody waits for each
// other in a circle.
func TestNothingComesAfterARevocation(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		keys := []models.Grant{unlocked(t, w, models.Development), unlocked(t, w, models.Production)}
		team := w.Team(w.Olivia, w.Acme)
		const rounds = 5
		for round := range rounds {
			over := uploading(w, keys, round)
			var kept [2]int
			for i, key := range keys {
				if round == rounds-1 && i == 0 {
					ok(t, team.Delete(ctx, w.Acme.Name))
				} else if round < rounds-1 {
					done, err := team.RevokeKey(ctx, key.Environment, key.KeyID, atOnce)
					ok(t, err)
					keys[i].KeyID = done.New.ID
				}
				kept[i] = uploadedIn(w, key, round)
			}
			for _, err := range <-over {
				ok(t, err)
			}
			for i, key := range keys {
				if rows := uploadedIn(w, key, round); rows != kept[i] {
					t.Errorf("%d rows were there when the revocation was over, and %d later", kept[i], rows)
				}
			}
		}
		checkSizes(t, w)
	})
}

// uploading uploads with keys until they are revoked, and begins when every one of them
// has kept something. What it gives ends with anything but the revocation that stopped it.
func uploading(w *storetest.Fixture, keys []models.Grant, round int) (over chan []error) {
	keys, over = slices.Clone(keys), make(chan []error)
	var begun sync.WaitGroup
	begun.Add(10)
	go func() {
		over <- together(11, func(i int) error {
			if i == 10 {
				_, err := w.Team(w.Dev, w.Acme).UploadRecords(ctx, models.Production, models.Products, 20, files(20))
				if isRefusal(err, models.NotFound, "") {
					err = nil // the team is deleted
				}
				return err
			}
			for n := 0; ; n++ {
				id := fmt.Sprintf("round-%d-%d-%d", round, i, n)
				if err := w.Store.AddRecords(ctx, keys[i%2], productsOf(product(id, "Miso"))); err != nil {
					if n == 0 {
						begun.Done()
					}
					if refusedKey(err) == models.KeyIsRevoked {
						err = nil
					}
					return err
				}
				if n == 0 {
					begun.Done()
				}
			}
		})
	}()
	begun.Wait()
	return over
}

func uploadedIn(w *storetest.Fixture, key models.Grant, round int) int {
	return w.Database.Count("SELECT count(*) FROM products WHERE data_set_id = $1 AND id LIKE $2", key.DataSetID,
		fmt.Sprintf("round-%d-%%", round))
}

// files is batches of one product each, all with the same id.
func files(n int) iter.Seq2[models.Batch, error] {
	return func(yield func(models.Batch, error) bool) {
		for range n {
			if !yield(productsOf(product("of a file", "Miso")), nil) {
				return
			}
		}
	}
}
