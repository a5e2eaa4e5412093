package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// table is a table of records, whose rows are written with plain SQL.
type table struct {
	name    string
	columns []string // behind data_set_id
	arrays  string   // the types of the columns on PostgreSQL, as unnest takes them
	id      string   // the column that a deletion names
	replace string   // makes a row with a known id take the place of the earlier one
}

var (
	productsTable = &table{
		name: "products", id: "id", columns: []string{"updated_at", "id", "title", "body"}, arrays: "unnest($3::text[], $4::text[], $5::bytea[])",
		replace: " ON CONFLICT (data_set_id, id) DO UPDATE SET title = excluded.title, body = excluded.body, updated_at = excluded.updated_at",
	}
	endUsersTable = &table{
		name: "end_users", id: "id", columns: []string{"updated_at", "id", "name", "body"}, arrays: "unnest($3::text[], $4::text[], $5::bytea[])",
		replace: " ON CONFLICT (data_set_id, id) DO UPDATE SET name = excluded.name, body = excluded.body, updated_at = excluded.updated_at",
	}
	interactionsTable = &table{
		name: "interactions", id: "user_id", columns: []string{"received_at", "type", "user_id", "anonymous_id", "product_ids", "occurred_at", "body"},
		arrays: "unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bytea[])",
	}
)

// statements writes rows in the dialect of its database: on PostgreSQL a statement
// takes arrays of any length; on SQLite it takes a row, and stays prepared. One with
// several rows costs SQLite more, since it keeps a copy of every page that the
// statement changes, in case a later row fails.
type statements struct {
	dialect database.Dialect
	insert  map[*table]*sql.Stmt // SQLite: of one row
}

func prepareStatements(ctx context.Context, e *database.Engine) (*statements, error) {
	s := &statements{dialect: e.Dialect, insert: map[*table]*sql.Stmt{}}
	if e.Dialect != database.SQLite {
		return s, nil // pgx keeps its own
	}
	pool, err := e.Writer.DB()
	if err != nil {
		return nil, err
	}
	for _, table := range []*table{productsTable, endUsersTable, interactionsTable} {
		if s.insert[table], err = pool.PrepareContext(ctx, table.insertRow()); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// insertRow is the statement that inserts one row.
func (t *table) insertRow() string {
	return "INSERT INTO " + t.name + " (data_set_id, " + strings.Join(t.columns, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", len(t.columns)) + ")" + t.replace
}

// insertArrays is the statement that inserts rows whose columns come as arrays,
// behind what all rows have in common: the data set and the time.
func (t *table) insertArrays() string {
	return "INSERT INTO " + t.name + " (data_set_id, " + strings.Join(t.columns, ", ") + ") SELECT $1, $2::timestamptz, r.* FROM " +
		t.arrays + " AS r" + t.replace
}

// hold keeps others from the data set until the commit. On SQLite a transaction is
// alone from its start.
func (s *statements) hold(ctx context.Context, tx gorm.ConnPool, dataSetID string) error {
	if s.dialect == database.SQLite {
		return nil
	}
	var id string
	return tx.QueryRowContext(ctx, "SELECT id FROM data_sets WHERE id = $1 FOR NO KEY UPDATE", dataSetID).Scan(&id)
}

// list is a list of texts as one parameter, to which in refers.
func (s *statements) list(values []string) any {
	if s.dialect == database.Postgres {
		return values
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		panic(err) // texts always encode
	}
	return string(encoded)
}

func (s *statements) in(parameter string) string {
	if s.dialect == database.Postgres {
		return "= ANY(" + parameter + "::text[])"
	}
	return "IN (SELECT value FROM json_each(" + parameter + "))"
}

// known counts those of a list that are there.
func (s *statements) known(t *table) string {
	return "SELECT count(*) FROM " + t.name + " WHERE data_set_id = $1 AND id " + s.in("$2")
}

func (s *statements) remove(t *table) string {
	return "DELETE FROM " + t.name + " WHERE data_set_id = $1 AND " + t.id + " <> '' AND " + t.id + " " + s.in("$2")
}

func (s *statements) types() string {
	return "SELECT name, type FROM attribute_types WHERE data_set_id = $1 AND collection = $2 AND name " + s.in("$3")
}

func (s *statements) addLabelled(w *dataSetRows, t *table, rows []labelled) error {
	if s.dialect == database.SQLite {
		return s.addRows(w, t, len(rows), func(i int, args []any) []any {
			return append(args, rows[i].id, rows[i].label, rows[i].body)
		})
	}
	ids, labels, bodies := make([]string, len(rows)), make([]string, len(rows)), make([][]byte, len(rows))
	for i, row := range rows {
		ids[i], labels[i], bodies[i] = row.id, row.label, row.body
	}
	return w.exec(t.insertArrays(), w.id, w.now, ids, labels, bodies)
}

func (s *statements) addInteractions(w *dataSetRows, rows []models.Interaction) error {
	if len(rows) == 0 {
		return nil
	}
	if s.dialect == database.SQLite {
		return s.addRows(w, interactionsTable, len(rows), func(i int, args []any) []any {
			row := &rows[i]
			return append(args, row.Type, row.UserID, row.AnonymousID, row.ProductIDs, row.OccurredAt, row.Body)
		})
	}
	n := len(rows)
	types, users, anonymous, products := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	times, bodies := make([]time.Time, n), make([][]byte, n)
	for i := range rows {
		row := &rows[i]
		types[i], users[i], anonymous[i], products[i] = row.Type, row.UserID, row.AnonymousID, row.ProductIDs
		times[i], bodies[i] = row.OccurredAt.Truncate(time.Microsecond), row.Body
	}
	return w.exec(interactionsTable.insertArrays(), w.id, w.now, types, users, anonymous, products, times, bodies)
}

// addRows inserts n rows on SQLite, of which row appends what comes behind the data
// set and the time.
func (s *statements) addRows(w *dataSetRows, t *table, n int, row func(i int, args []any) []any) error {
	tx, ok := w.tx.(*sql.Tx)
	if !ok {
		return fmt.Errorf("rows of %s are not written in a transaction but in a %T", t.name, w.tx)
	}
	insert := tx.StmtContext(w.ctx, s.insert[t])
	var dataSetID, now any = w.id, w.now
	var args []any
	for i := range n {
		args = row(i, append(args[:0], dataSetID, now))
		if _, err := insert.ExecContext(w.ctx, args...); err != nil {
			return err
		}
	}
	return nil
}
