package storetest

import (
	"database/sql"
	"fmt"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of direct connections
)

// OpenPostgres makes a PostgreSQL database in the test process's own cluster,
// which the first call starts.
func OpenPostgres(t testing.TB) *Database {
	t.Helper()
	cluster, err := postgresCluster()
	if err != nil {
		t.Fatalf("start a PostgreSQL cluster: %v", err)
	}
	name := fmt.Sprintf("test_%d", cluster.databases.Add(1))
	if _, err := cluster.admin.Exec("CREATE DATABASE " + name + " TEMPLATE " + templateName); err != nil {
		t.Fatalf("make a PostgreSQL database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := cluster.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the PostgreSQL database: %v", err)
		}
	})
	direct, err := sql.Open("pgx", cluster.url(name))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, &Database{Engine: Postgres, URL: cluster.url(name), name: name}, direct)
}
