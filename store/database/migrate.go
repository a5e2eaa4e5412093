package database

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the database to the newest of the migrations, which are in a
// folder for each dialect, and reports from which version to which. A database that
// is newer than they are is refused. From an engine that was opened alone it fences off
// a process that served before, if the database is new enough to know of that.
func (e *Engine) Migrate(ctx context.Context, migrations fs.FS) (from, to int64, err error) {
	provider, err := e.provider(migrations)
	if err != nil {
		return 0, 0, err
	}
	if from, to, err = versions(ctx, provider); err != nil {
		return from, to, err
	}
	if from != to && e.Writer.Migrator().HasTable("serving") {
		if err := e.fenceOff(ctx); err != nil {
			return from, to, err
		}
	}
	_, err = provider.Up(ctx)
	return from, to, err
}

// CheckVersion fails unless the database is of the newest version that the
// migrations know.
func (e *Engine) CheckVersion(ctx context.Context, migrations fs.FS) error {
	provider, err := e.provider(migrations)
	if err != nil {
		return err
	}
	database, program, err := versions(ctx, provider)
	if err == nil && database < program {
		err = fmt.Errorf("the database is of version %d, and this program needs version %d: run dojo migrate", database,
			program)
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
	if database > program {
		return database, program,
			fmt.Errorf("the database is of version %d, and this program only knows versions up to %d: "+
				"use the newer program that migrated it", database, program)
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
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}
