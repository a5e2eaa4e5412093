package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	collecting "dojo/evidence"
	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
	"dojo/vault"
)

// perFlush is how many requests the process that is killed sees between two
// flushes.
const perFlush = 50

// useForEver sees requests, flushes, and prints how many it has seen so far
// whenever the store says that they are kept.
func useForEver() error {
	keyring, err := vault.Open(os.Getenv(crashKeyring))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: os.Getenv(crashURL), Vault: keyring})
	if err != nil {
		return err
	}
	var grants []models.Grant
	if err := s.Grants(ctx, func(g *models.Grant) error { grants = append(grants, *g); return nil }); err != nil {
		return err
	}
	c := collecting.New(s, slog.New(slog.DiscardHandler))
	for seen := 0; ; {
		for range perFlush {
			c.Observe(&collecting.Observation{Request: models.Request{
				ID: models.NewID(), EnvironmentID: grants[0].EnvironmentID, KeyID: grants[0].KeyID, At: s.Now(),
				Endpoint: "/verify", Outcome: models.Succeeded, Address: "192.0.2.7",
			}})
			seen++
		}
		if err := c.Flush(context.Background()); err != nil {
			return err
		}
		fmt.Println(seen)
	}
}

// A kill loses what was not yet flushed, and nothing else.
func TestKilledWhileKeepingUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		ring := filepath.Join(t.TempDir(), "keyring.json")
		var err error
		db.Vault, err = vault.Open(ring)
		ok(t, err)
		w := storetest.NewFixture(t, db)
		ok(t, w.Store.Close())

		acknowledged := 0
		for range 5 {
			printed := killAfter(t, 10, crashURL+"="+db.URL, crashKeyring+"="+ring, crashUse+"=yes")
			last, err := strconv.Atoi(printed[len(printed)-1])
			ok(t, err)
			acknowledged += last
			counted := db.Count(`SELECT CASE WHEN counted = used AND used = called THEN counted ELSE -1 END FROM (SELECT
				(SELECT sum(requests) FROM request_counts) AS counted,
				(SELECT sum(accepted) FROM key_uses) AS used,
				(SELECT sum(accepted) FROM callers) AS called) AS sums`)
			// The last flush may be kept without having been heard of, on PostgreSQL even
			// after this look.
			if counted < acknowledged || counted > acknowledged+2*perFlush {
				t.Fatalf("%d requests are kept (-1: the sums differ); %d were acknowledged", counted, acknowledged)
			}
			acknowledged = counted
		}
	})
}
