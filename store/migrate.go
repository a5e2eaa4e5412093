package store

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/database"
	"dojo/vault"
)

//go:embed migrations
var migrationFiles embed.FS

// migrations returns the numbered statements that make the tables, in a folder for
// each dialect.
func migrations() fs.FS {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the path is a constant, and valid
	}
	return files
}

// Migrate brings the database to this program's version and reports from which
// version to which. A database that is newer than the program is refused.
func Migrate(ctx context.Context, url string) (from, to int64, err error) {
	engine, err := database.Open(ctx, url, true)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	if from, to, err = engine.Migrate(ctx, migrations()); err != nil {
		return from, to, err
	}
	return from, to, engine.Claim(ctx) // what was fenced off has surely stopped when this returns
}

// instance is the one row that says which installation this is.
type instance struct {
	ID                 int
	KeyringFingerprint string
	CreatedAt          time.Time
}

func (instance) TableName() string { return "instance" }

// openKeyring opens the keyring's file, and makes it if the database has seen none yet.
func (s *Store) openKeyring(ctx context.Context, path string) error {
	var known int64
	err := s.read(ctx, func(db *gorm.DB) error { return db.Model(&instance{}).Count(&known).Error })
	if err != nil {
		return err
	}
	if known == 0 {
		s.vault, err = vault.Open(path)
		return err
	}
	s.vault, err = vault.OpenExisting(path)
	if errors.Is(err, fs.ErrNotExist) {
		return models.Errorf(models.Conflict, "the keyring does not belong to this database: there is no file %s, "+
			"and a new one could not open what was sealed with the one before. Put the right keyring file in place "+
			"(--keyring)", path)
	}
	return err
}

// checkKeyring refuses a keyring that did not seal this database's keys. The
// first keyring that a database sees becomes its own, of all processes that start at once.
func (s *Store) checkKeyring(ctx context.Context) error {
	return s.write(ctx, func(db *gorm.DB) error {
		first := instance{ID: 1, KeyringFingerprint: s.vault.Fingerprint(), CreatedAt: s.Now()}
		if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&first).Error; err != nil {
			return err
		}
		var row instance
		err := db.Where("id = 1").Take(&row).Error
		if err == nil && row.KeyringFingerprint != s.vault.Fingerprint() {
			err = models.Errorf(models.Conflict,
				"the keyring does not belong to this database: its keys were sealed with another one. "+
					"Put the right keyring file in place (--keyring); without it the keys cannot be opened")
		}
		return err
	})
}
