package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
)

// Migrate brings the database to the newest of the migrations, which are in a
// folder for each dialect, and reports from which version to which. One process at a time
// does. A newer database than they know stays as it is. On SQLite an engine that serves
// fences off a process that served before, if the database is new enough to know of that.
func (e *Engine) Migrate(ctx context.Context, migrations fs.FS) (from, to int64, err error) {
	done, err := e.lockMigrations(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer done()
	provider, err := e.provider(migrations)
	if err != nil {
		return 0, 0, err
	}
	if from, to, err = versions(ctx, provider); err != nil || from == to {
		return from, to, err
	}
	if from > to {
		return from, from, e.checkCompatible(ctx, from, to)
	}
	if !e.Writer.Migrator().HasTable("serving") {
		_, err = provider.Up(ctx)
		return from, to, err
	}
	if err := e.fenceOff(ctx); err != nil {
		return from, to, err
	}
	before, err := e.lastHolder(ctx)
	if err == nil {
		_, err = provider.Up(ctx)
	}
	if err == nil && before.mayRun("") {
		err = outlast(ctx)
	}
	return from, to, err
}

// lastHolder returns the process that served a PostgreSQL database alone, as it was before
// many could. It has been fenced off by the migration since, and may check keys from
// memory for a moment yet.
func (e *Engine) lastHolder(ctx context.Context) (row, error) {
	if e.Dialect != Postgres {
		return row{released: true}, nil
	}
	pool, err := e.Writer.DB()
	if err != nil {
		return row{}, err
	}
	before, err := readRow(ctx, pool)
	if before.holder == "" {
		before.released = true
	}
	return before, err
}

// outlast waits until a process that has been fenced off trusts its memory no more.
func outlast(ctx context.Context) error {
	slog.Info("The process that served this database last did not end in good order. "+
		"Waiting until it has surely stopped.", "seconds", takeOverWait.Seconds())
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(takeOverWait):
		return nil
	}
}

// migrationsKey is the PostgreSQL advisory lock under which migrations are made ("dojo" in
// ASCII, and m).
const migrationsKey = 0x646f6a6f6d

// lockMigrations keeps other processes that start from migrating too. It is the lock of
// a transaction and not of a session, which a connection pooler would give to others.
func (e *Engine) lockMigrations(ctx context.Context) (done func(), err error) {
	if e.Dialect != Postgres {
		return func() {}, nil
	}
	pool, err := e.Writer.DB()
	if err != nil {
		return nil, err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, Translate(err)
	}
	for _, statement := range []string{
		"SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0",
		"SET LOCAL idle_in_transaction_session_timeout = 0",
		fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", int64(migrationsKey)),
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(Translate(err), tx.Rollback())
		}
	}
	return func() { _ = tx.Rollback() }, nil
}

// CheckVersion fails unless this program can serve the database as it is: it is of the
// newest version that the migrations know, or of a newer one that says that programs of
// this version can live with it. So a newer program may migrate while older ones serve,
// and these need not stop before they are replaced.
func (e *Engine) CheckVersion(ctx context.Context, migrations fs.FS) error {
	provider, err := e.provider(migrations)
	if err != nil {
		return err
	}
	database, program, err := versions(ctx, provider)
	switch {
	case err != nil:
		return err
	case database < program:
		return fmt.Errorf("the database is of version %d, and this program needs version %d: run dojo migrate",
			database, program)
	case database > program:
		return e.checkCompatible(ctx, database, program)
	}
	return nil
}

func (e *Engine) checkCompatible(ctx context.Context, database, program int64) error {
	var oldest []int64
	err := e.Reader.WithContext(ctx).Raw("SELECT oldest FROM compatibility WHERE version = ?", database).
		Scan(&oldest).Error
	if err == nil && (len(oldest) == 0 || program < oldest[0]) {
		err = fmt.Errorf("the database is of version %d, and this program only knows versions up to %d: "+
			"use the newer program that migrated it", database, program)
	}
	return err
}

// versions returns the database's version and the program's.
func versions(ctx context.Context, provider *goose.Provider) (database, program int64, err error) {
	sources := provider.ListSources()
	program = sources[len(sources)-1].Version
	if database, err = provider.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("cannot read the database's version: %w", err)
	}
	return database, program, nil
}

func (e *Engine) provider(migrations fs.FS) (*goose.Provider, error) {
	pool, err := e.Writer.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, string(e.Dialect))
	if err != nil {
		return nil, err
	}
	if e.Dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, pool, files)
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files)
}
