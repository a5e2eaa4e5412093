package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SQL is a pool of connections that go past the store.
func (d *Database) SQL() *sql.DB { return d.sql }

// Exec runs a statement past the store and fails the test when it fails.
func (d *Database) Exec(statement string, args ...any) {
	d.t.Helper()
	if _, err := d.sql.Exec(statement, args...); err != nil {
		d.t.Fatalf("%s: %v", statement, err)
	}
}

// Count returns the number that the query is answered with.
func (d *Database) Count(query string, args ...any) (count int) {
	d.t.Helper()
	if err := d.sql.QueryRow(query, args...).Scan(&count); err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
	return count
}

// Outage makes the database fail as it does in life, until end is called. On
// SQLite another connection holds it locked: changes fail, after some five
// seconds, and reads go on. On PostgreSQL all connections are ended by the
// server, and no new ones are let in. Afterwards a connection that a store kept
// idle all the while may still fail once, as it would in life.
func (d *Database) Outage() (end func()) {
	d.t.Helper()
	if d.Engine == SQLite {
		return d.lockOut()
	}
	return d.shutOut()
}

func (d *Database) lockOut() (end func()) {
	conn, err := d.sql.Conn(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		d.t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			d.t.Error(err)
		}
		conn.Close()
	}
}

func (d *Database) shutOut() (end func()) {
	d.administer("ALTER DATABASE " + d.name + " ALLOW_CONNECTIONS false")
	d.administer("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + d.name + "'")
	return func() {
		d.administer("ALTER DATABASE " + d.name + " ALLOW_CONNECTIONS true")
		d.sql.SetMaxIdleConns(0) // lets go of the dead ones
		d.sql.SetMaxIdleConns(2)
	}
}

func (d *Database) administer(statement string) {
	d.t.Helper()
	cluster, err := postgresCluster()
	if err == nil {
		_, err = cluster.admin.Exec(statement)
	}
	if err != nil {
		d.t.Fatalf("%s: %v", statement, err)
	}
}

// Dump is every row of every table as text, for a test that nothing changed. It leaves
// out what processes that serve go on writing: which they are, and that they act on a change.
func (d *Database) Dump() string {
	d.t.Helper()
	const beside = "NOT IN ('serving', 'processes', 'confirmations')"
	list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name " + beside +
		" ORDER BY name"
	if d.Engine == Postgres {
		list = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename " + beside + " ORDER BY tablename"
	}
	var dump strings.Builder
	for _, row := range d.rows(list) {
		table := fmt.Sprint(row[0])
		var lines []string
		columns := "*"
		if table == "changes" {
			columns = "sequence, committed_at, environment_id, key_id, audit_id, narrows"
		}
		for _, row := range d.rows("SELECT " + columns + " FROM " + table) {
			lines = append(lines, line(row))
		}
		slices.Sort(lines)
		fmt.Fprintf(&dump, "== %s\n%s\n", table, strings.Join(lines, "\n"))
	}
	return dump.String()
}

func (d *Database) rows(query string) (all [][]any) {
	d.t.Helper()
	rows, err := d.sql.Query(query)
	if err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			d.t.Fatalf("%s: %v", query, err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
	return all
}

func line(row []any) string {
	cells := make([]string, len(row))
	for i, value := range row {
		switch value := value.(type) {
		case []byte:
			cells[i] = fmt.Sprintf("%x", value)
		case time.Time:
			cells[i] = value.UTC().Format(time.RFC3339Nano)
		default:
			cells[i] = fmt.Sprint(value)
		}
	}
	return strings.Join(cells, " | ")
}
