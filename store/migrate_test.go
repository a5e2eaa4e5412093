package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dojo/store"
	"dojo/store/storetest"
	"dojo/vault"
)

func TestMigrateTwiceIsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		unchanged(t, db, func() {
			from, to, err := store.Migrate(ctx, db.URL)
			if err != nil || from != to || to < 1 {
				t.Errorf("Migrate = from %d to %d, %v; want no change", from, to, err)
			}
		})
	})
}

func TestNewDatabaseIsMadeAndPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "100% sure? #1.db")
	from, to, err := store.Migrate(ctx, "sqlite:"+path)
	if err != nil || from != 0 || to < 1 {
		t.Fatalf("Migrate = from %d to %d, %v", from, to, err)
	}
	keyring, err := vault.New()
	ok(t, err)
	s, err := store.Open(ctx, store.Options{URL: "sqlite:" + path, Vault: keyring})
	ok(t, err)
	defer s.Close()
	files, err := filepath.Glob(filepath.Dir(path) + "/*")
	ok(t, err)
	if len(files) < 3 {
		t.Errorf("the folder holds %v; want the database with its log", files)
	}
	for _, file := range append(files, path) {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v; want 0600", file, info.Mode(), err)
		}
	}
}

func TestOpenRefusesAnotherVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)")
		_, err := db.TryOpen()
		if err == nil || !strings.Contains(err.Error(), "use the newer program") {
			t.Errorf("a newer database: %v", err)
		}
		if _, _, err := store.Migrate(ctx, db.URL); err == nil ||
			!strings.Contains(err.Error(), "use the newer program") {
			t.Errorf("migrating a newer database: %v", err)
		}
		db.Exec("DELETE FROM goose_db_version WHERE version_id > 0")
		_, err = db.TryOpen()
		if err == nil || !strings.Contains(err.Error(), "run dojo migrate") {
			t.Errorf("an older database: %v", err)
		}
	})
}

func TestOpenRefusesAnotherKeyring(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		db.Open()
		unchanged(t, db, func() {
			_, err := db.TryOpen(func(options *store.Options) { options.Vault, _ = vault.New() })
			if err == nil || !strings.Contains(err.Error(), "the keyring does not belong to this database") {
				t.Errorf("another keyring: %v", err)
			}
		})
		db.Open()
	})
}

func TestBadAddressIsRefusedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "mysql://dojo:hunter2@db/dojo", "postgres://dojo:hunter2@db:port/dojo",
		"postgres://dojo:hunter2@127.0.0.1:1/dojo", "sqlite:/proc/hunter2/dojo.db"} {
		s, err := store.Open(ctx, store.Options{URL: address})
		if err == nil {
			s.Close()
			t.Errorf("%q was opened", address)
			continue
		}
		if strings.HasPrefix(address, "postgres") && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is in the message %q", err)
		}
	}
}
