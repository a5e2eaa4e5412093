package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
	"dojo/vault"
)

// crashBulk, when set, makes the test binary upload and delete many products for ever.
const crashBulk = "STORE_TEST_CRASH_BULK"

const (
	bulkBatch = 50
	bulkCount = 40 * bulkBatch
)

// numbered are batches of products with ids of their own.
func numbered(count int) iter.Seq2[models.Batch, error] {
	return func(yield func(models.Batch, error) bool) {
		for at := 0; at < count; at += bulkBatch {
			batch := productsOf()
			for i := at; i < min(count, at+bulkBatch); i++ {
				batch.Records = append(batch.Records, product(fmt.Sprintf("p-%05d", i), "Miso"))
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

func changeMuchForEver() error {
	keyring, err := vault.Open(os.Getenv(crashKeyring))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: os.Getenv(crashURL), Vault: keyring, Serves: true})
	if err != nil {
		return err
	}
	team, err := s.Team(ctx, models.Actor{UserID: os.Getenv(crashUser), Name: "Dev Developer"}, "acme")
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for {
		told := func(yield func(models.Batch, error) bool) {
			for batch, err := range numbered(bulkCount) {
				fmt.Println("batch")
				if !yield(batch, err) {
					return
				}
			}
		}
		if _, err := team.UploadRecords(ctx, models.Development, models.Products, bulkCount, told); err != nil {
			return err
		}
		if _, err := team.DeleteAll(ctx, models.Development, models.Products, "development"); err != nil {
			return err
		}
	}
}

// TestKilledInTheMiddleOfMuch: after a kill at any moment, the activity list and the
// records agree, and every beginning has its end.
func TestKilledInTheMiddleOfMuch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		ring := filepath.Join(t.TempDir(), "keyring.json")
		var err error
		db.Vault, err = vault.Open(ring)
		ok(t, err)
		wallClock := func(o *store.Options) { o.Now = time.Now }
		w := storetest.NewFixture(t, db, wallClock)
		w.Unlock(models.Development)
		ok(t, w.Store.Close())
		stopped := 0
		for range 6 {
			killSomewhere(t, crashURL+"="+db.URL, crashKeyring+"="+ring, crashUser+"="+w.Dev.UserID, crashBulk+"=yes")
			w.Store = db.Open(storetest.Serves, wallClock)
			stopped += agree(t, w)
			_, err := w.Team(w.Dev, w.Acme).DeleteAll(ctx, models.Development, models.Products, "development")
			ok(t, err)
			agree(t, w)
			ok(t, w.Store.Close())
		}
		if stopped == 0 {
			t.Log("no kill came into an operation") // nearly all do
		}
	})
}

// killSomewhere kills the process within its first rounds.
func killSomewhere(t *testing.T, env ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	after, said := 1+rand.IntN(3*bulkCount/bulkBatch), 0
	for scanner := bufio.NewScanner(out); said < after && scanner.Scan(); {
		said++
	}
	ok(t, cmd.Process.Kill())
	cmd.Wait()
	if said < after {
		t.Fatalf("it ended by itself: %s", complaints.String())
	}
}

// agree checks that the lines about products add up to the products that are there, and
// returns how many operations stopped with the process.
func agree(t *testing.T, w *storetest.Fixture) (stopped int) {
	t.Helper()
	var events []models.AuditEvent
	for query := (store.ActivityQuery{Subject: "data"}); ; {
		list, err := w.Team(w.Olivia, w.Acme).Activity(ctx, query)
		ok(t, err)
		events = append(events, list.Rows...)
		if query.Cursor = list.Next; !list.More {
			break
		}
	}
	slices.Reverse(events)
	sum, open := 0, 0
	for _, e := range events {
		switch e.Action {
		case models.DataUploadBegun, models.DataDeletionBegun:
			open++
			continue
		case models.DataUploaded:
			sum += e.Detail.Count
		case models.DataDeleted:
			sum -= e.Detail.Count
		}
		if e.Actor.ID != w.Dev.UserID {
			t.Errorf("the end is %s's", e.Actor.Name)
		}
		if e.Detail.Count > 0 { // all of them have many parts here but for small deletions
			open = max(0, open-1)
		}
		if e.Detail.Stopped != "" {
			if stopped++; e.Detail.Stopped != models.StoppedWithDojo || e.Detail.Count > e.Detail.Asked {
				t.Errorf("a line says %+v", e.Detail)
			}
		}
	}
	rows := w.Database.Count("SELECT count(*) FROM products WHERE data_set_id <> $1", models.PlaygroundDataSet)
	if rows != sum || open > 0 || w.Database.Count("SELECT count(*) FROM operations") > 0 {
		t.Errorf("%d products are there, and the lines add up to %d; %d have no end", rows, sum, open)
	}
	return stopped
}

// TestAnEndThatCouldNotBeWritten: the sweep writes it, once the database answers.
func TestAnEndThatCouldNotBeWritten(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unlocked(t, w, models.Production)
		team := w.Team(w.Dev, w.Acme)
		var end func()
		failing := func(yield func(models.Batch, error) bool) {
			for batch := range numbered(2 * bulkBatch) {
				ok(t, w.Store.Sweep(ctx)) // leaves alone what goes on
				if !yield(batch, nil) {
					t.Error("it stopped early")
				}
			}
			// Neither the batch nor the end can be written.
			end = w.Database.Outage()
			yield(productsOf(product("p-last", "Miso")), nil)
		}
		kept, err := team.UploadRecords(ctx, models.Production, models.Products, bulkCount, failing)
		end()
		if !errors.Is(err, store.ErrUncounted) {
			t.Errorf("it does not say that the count is unknown: %v", err)
		}
		if kept != 2*bulkBatch || models.CodeOf(err) != models.Unavailable {
			t.Fatalf("%d kept, %v", kept, err)
		}
		eventually(t, "the end's line", func() bool {
			return w.Store.Sweep(ctx) == nil && len(lines(t, w, models.DataUploaded)) == 1
		})
		got := lines(t, w, models.DataUploaded)[0]
		if got.Count != 2*bulkBatch || got.Asked != bulkCount || got.Stopped != models.StoppedOnTheWay {
			t.Errorf("the activity says %+v", got)
		}
	})
}
