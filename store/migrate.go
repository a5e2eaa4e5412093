package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm"

	"dojo/models"
)

//go:embed migrations
var migrationFiles embed.FS

// Migrate brings the database to this program's version and reports from which
// version to which. A database that is newer than the program is refused.
func Migrate(ctx context.Context, url string) (from, to int64, err error) {
	e, err := openEngine(ctx, url, true)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, e.close()) }()
	provider, err := e.migrations()
	if err != nil {
		return 0, 0, err
	}
	if from, to, err = versions(ctx, provider); err != nil {
		return from, to, err
	}
	_, err = provider.Up(ctx)
	return from, to, err
}

// versions returns the database's version and the program's.
func versions(ctx context.Context, provider *goose.Provider) (database, program int64, err error) {
	sources := provider.ListSources()
	program = sources[len(sources)-1].Version
	if database, err = provider.GetDBVersion(ctx); err != nil {
		return 0, 0, fmt.Errorf("cannot read the database's version: %w", err)
	}
	if database > program {
		return database, program, fmt.Errorf("the database is of version %d, and this program only knows versions up to %d: use the newer program that migrated it", database, program)
	}
	return database, program, nil
}

func (e engine) migrations() (*goose.Provider, error) {
	pool, err := e.writer.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrationFiles, "migrations/"+string(e.dialect))
	if err != nil {
		return nil, err
	}
	if e.dialect == sqliteDialect {
		return goose.NewProvider(goose.DialectSQLite3, pool, files)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}

func (s *Store) checkVersion(ctx context.Context) error {
	provider, err := s.engine.migrations()
	if err != nil {
		return err
	}
	database, program, err := versions(ctx, provider)
	if err == nil && database < program {
		err = fmt.Errorf("the database is of version %d, and this program needs version %d: run dojo migrate", database, program)
	}
	return err
}

// instance is the one row that says which installation this is.
type instance struct {
	ID                 int
	KeyringFingerprint string
	CreatedAt          time.Time
}

func (instance) TableName() string { return "instance" }

// checkKeyring refuses a keyring that did not seal this database's keys. The
// first keyring that a database sees becomes its own.
func (s *Store) checkKeyring(ctx context.Context) error {
	return s.write(ctx, func(db *gorm.DB) error {
		var row instance
		err := db.Where("id = 1").Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return db.Create(&instance{ID: 1, KeyringFingerprint: s.vault.Fingerprint(), CreatedAt: s.Now()}).Error
		}
		if err == nil && row.KeyringFingerprint != s.vault.Fingerprint() {
			err = models.Errorf(models.Conflict, "the keyring does not belong to this database: its keys were sealed with another one. Put the right keyring file in place (--keyring); without it the keys cannot be opened")
		}
		return err
	})
}
