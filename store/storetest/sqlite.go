package storetest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the driver of direct connections

	"dojo/store"
)

// OpenSQLite makes a SQLite database in the test's folder.
func OpenSQLite(t testing.TB) *Database {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("migrate a SQLite database: %v", err)
	}
	path := filepath.Join(t.TempDir(), "dojo.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	direct, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_foreign_keys=1&_busy_timeout=10000")
	if err != nil {
		t.Fatal(err)
	}
	return start(t, &Database{Engine: SQLite, URL: "sqlite:" + path, Path: path}, direct)
}

// sqliteTemplate is a migrated file. Copying it is ten times as fast as
// migrating another.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "dojo-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if _, _, err := store.Migrate(context.Background(), "sqlite:"+path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
