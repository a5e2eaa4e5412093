// Package storetest opens real databases for tests, one for each test: a SQLite
// file, or a database of a PostgreSQL cluster that the test's own process
// starts and that ends with it. Tests of any package may use it; programs may
// not.
package storetest

import (
	"context"
	"database/sql"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/vault"
)

// The names of the engines, as Each names its subtests.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Takes reports whether this run of the tests takes the engine. `go test -short`
// leaves PostgreSQL out, so that it need not be installed.
func Takes(engine string) bool { return engine == SQLite || !testing.Short() }

// Each runs the test once on each engine that this run takes, as subtests that
// share nothing. They are parallel to each other and to other tests, so that Each
// is the last thing that a test does.
func Each(t *testing.T, test func(t *testing.T, db *Database)) {
	t.Helper()
	t.Parallel()
	t.Run(SQLite, func(t *testing.T) { t.Parallel(); test(t, OpenSQLite(t)) })
	if Takes(Postgres) {
		t.Run(Postgres, func(t *testing.T) { t.Parallel(); test(t, OpenPostgres(t)) })
	}
}

// Database is a migrated database of one test, empty but for the Playground's
// data set. It is gone when the test ends.
type Database struct {
	Engine string       // SQLite or Postgres
	URL    string       // what store.Options wants
	Path   string       // the file; empty on PostgreSQL
	Vault  *vault.Vault // the keyring that all stores on it share
	Clock  *Clock       // the clock that all stores on it share

	t    testing.TB
	name string // PostgreSQL: the database's
	sql  *sql.DB
}

// start finishes what both engines have in common.
func start(t testing.TB, db *Database, direct *sql.DB) *Database {
	keyring, err := vault.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { direct.Close() })
	db.t, db.sql, db.Vault, db.Clock = t, direct, keyring, NewClock()
	return db
}

// Open opens a store on the database, with its clock and keyring unless the
// adjustments say otherwise. It is closed when the test ends.
func (d *Database) Open(adjust ...func(*store.Options)) *store.Store {
	d.t.Helper()
	s, err := d.TryOpen(adjust...)
	if err != nil {
		d.t.Fatalf("open the %s database: %v", d.Engine, err)
	}
	return s
}

// TryOpen is Open for a test that expects a refusal.
func (d *Database) TryOpen(adjust ...func(*store.Options)) (*store.Store, error) {
	d.t.Helper()
	options := store.Options{URL: d.URL, Vault: d.Vault, Now: d.Clock.Now}
	for _, change := range adjust {
		change(&options)
	}
	s, err := store.Open(context.Background(), options)
	if err != nil {
		return nil, err
	}
	d.t.Cleanup(func() { s.Close() })
	empty := func() ([]models.Batch, error) { return nil, nil }
	if err := s.LoadPlayground(context.Background(), empty); err != nil {
		d.t.Fatalf("make the Playground's data set: %v", err)
	}
	return s, nil
}

// Serves is an adjustment for Open: the store of a process that serves.
func Serves(options *store.Options) { options.Serves = true }
