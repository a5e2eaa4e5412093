package database

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Into says where rows go. All of its texts are constants.
type Into struct {
	Table    string
	Shared   string // columns that have the same value in all rows, written as Columns are; may be empty
	Columns  string // "id text, at timestamptz": names, and types on PostgreSQL
	Conflict string // what happens to a row whose like is there: ON CONFLICT …; may be empty
}

// Insert adds rows to a table, as many as there are, in the way that is fastest on
// each database.
//
// PostgreSQL gets one statement with an array for each column: its text is the same
// for any number of rows, so that it is parsed and planned once for a connection, and
// there is one round trip.
//
// SQLite gets one row at a time, with a statement that stays prepared. It has no
// round trips to save, and a statement with several rows costs it more than several
// statements: so that it can take back the rows before one that fails, it keeps a
// copy of every page that the statement changes (the statement journal,
// https://www.sqlite.org/tempfiles.html#stmtjrnl). A failed row ends the transaction
// here, so that nobody needs that copy.
type Insert[T any] struct {
	row    string   // the statement on SQLite
	arrays string   // the statement on PostgreSQL
	kinds  []string // of the columns
	shared int      // how many columns are shared
	values func(row *T, values []any) []any
}

// NewInsert makes an Insert. The function appends a row's values, one for each of the
// columns that are not shared: a string for text, []byte for bytea, int64 for bigint
// and integer, and a time.Time or nil for timestamptz.
func NewInsert[T any](into Into, values func(row *T, values []any) []any) *Insert[T] {
	shared, sharedKinds := columns(into.Shared)
	own, kinds := columns(into.Columns)
	names := append(shared, own...)
	begin := "INSERT INTO " + into.Table + " (" + strings.Join(names, ", ") + ") "

	parameters := make([]string, len(names))
	for i, kind := range append(sharedKinds, kinds...) {
		if parameters[i] = fmt.Sprintf("$%d::%s", i+1, kind); i >= len(shared) {
			parameters[i] += "[]"
		}
	}
	selected := append(parameters[:len(shared):len(shared)], "r.*")
	return &Insert[T]{
		row: begin + "VALUES (?" + strings.Repeat(", ?", len(names)-1) + ") " + into.Conflict,
		arrays: begin + "SELECT " + strings.Join(selected, ", ") +
			" FROM unnest(" + strings.Join(parameters[len(shared):], ", ") + ") AS r " + into.Conflict,
		kinds: kinds, shared: len(shared), values: values,
	}
}

// columns takes "id text, at timestamptz" apart.
func columns(list string) (names, kinds []string) {
	if list == "" {
		return nil, nil
	}
	for one := range strings.SplitSeq(list, ", ") {
		name, kind, _ := strings.Cut(one, " ")
		names, kinds = append(names, name), append(kinds, kind)
	}
	return names, kinds
}

// Add adds rows as part of a transaction on the engine's connection for writing.
func (in *Insert[T]) Add(ctx context.Context, e *Engine, tx gorm.ConnPool, rows []T, shared ...any) error {
	if len(shared) != in.shared {
		return fmt.Errorf("%d values are shared, not %d: %s", len(shared), in.shared, in.row)
	}
	switch {
	case len(rows) == 0:
		return nil
	case e.Dialect == Postgres:
		_, err := tx.ExecContext(ctx, in.arrays, append(shared, in.arraysOf(rows)...)...)
		return err
	}
	// With a context that may end, the driver starts a goroutine for each statement. The
	// end of the transaction's own context rolls it back all the same.
	return in.addRows(context.WithoutCancel(ctx), e, tx, rows, shared)
}

func (in *Insert[T]) addRows(ctx context.Context, e *Engine, tx gorm.ConnPool, rows []T, shared []any) error {
	insert, err := e.statement(ctx, tx, in.row)
	if err != nil {
		return err
	}
	defer insert.Close()
	var values []any
	for i := range rows {
		values = in.values(&rows[i], append(values[:0], shared...))
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return nil
}

// Prepared is an Insert of any rows, or a Query.
type Prepared interface{ text() string }

func (in *Insert[T]) text() string { return in.row }

// Query is the text of a query within a transaction.
type Query string

func (q Query) text() string { return string(q) }

// Each runs the query on the engine's connection for writing, and calls scan for each row.
func (q Query) Each(
	ctx context.Context, e *Engine, tx gorm.ConnPool, scan func(row *sql.Rows) error, args ...any,
) (err error) {
	var rows *sql.Rows
	if e.Dialect == Postgres {
		rows, err = tx.QueryContext(ctx, string(q), args...)
	} else {
		statement, failure := e.statement(ctx, tx, string(q))
		if failure != nil {
			return failure
		}
		defer statement.Close()
		rows, err = statement.QueryContext(ctx, args...)
	}
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Prepare keeps statements prepared on SQLite, for those that happen with every request.
// On PostgreSQL the driver keeps what was prepared.
func (e *Engine) Prepare(ctx context.Context, statements ...Prepared) error {
	if e.Dialect != SQLite {
		return nil
	}
	pool, err := e.Writer.DB()
	if err != nil {
		return err
	}
	texts := []string{sqliteFence}
	for _, statement := range statements {
		texts = append(texts, statement.text())
	}
	e.prepared = make(map[string]*sql.Stmt, len(texts))
	for _, text := range texts {
		if e.prepared[text], err = pool.PrepareContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// statement is a statement of the transaction, which the caller closes.
func (e *Engine) statement(ctx context.Context, tx gorm.ConnPool, text string) (*sql.Stmt, error) {
	if transaction, ok := tx.(*sql.Tx); ok && e.prepared[text] != nil {
		return transaction.StmtContext(ctx, e.prepared[text]), nil
	}
	return tx.PrepareContext(ctx, text)
}

// arraysOf makes an array of each column.
func (in *Insert[T]) arraysOf(rows []T) []any {
	arrays := make([]array, len(in.kinds))
	for i, kind := range in.kinds {
		arrays[i] = newArray(kind, len(rows))
	}
	var values []any
	for i := range rows {
		values = in.values(&rows[i], values[:0])
		for j, value := range values {
			arrays[j].add(value)
		}
	}
	all := make([]any, len(arrays))
	for i := range arrays {
		all[i] = arrays[i].all()
	}
	return all
}

// array gathers the values of a column in a slice of their own type, which the driver
// writes much faster than one of any.
type array interface {
	add(value any)
	all() any
}

func newArray(kind string, length int) array {
	switch kind {
	case "text":
		return &slice[string]{make([]string, 0, length)}
	case "bytea":
		return &slice[[]byte]{make([][]byte, 0, length)}
	case "bigint", "integer":
		return &slice[int64]{make([]int64, 0, length)}
	case "timestamptz":
		return &times{slice[time.Time]{make([]time.Time, 0, length)}, nil}
	}
	panic("no array is known for the type " + kind)
}

type slice[T any] struct{ values []T }

func (s *slice[T]) add(value any) { s.values = append(s.values, value.(T)) }

func (s *slice[T]) all() any { return s.values }

// times cuts to the microsecond that both databases keep, as the SQLite driver does.
type times struct {
	slice[time.Time]
	nulls []int
}

func (t *times) add(value any) {
	at, ok := value.(time.Time)
	if !ok {
		t.nulls = append(t.nulls, len(t.values))
	}
	t.values = append(t.values, at.Truncate(time.Microsecond))
}

func (t *times) all() any {
	if t.nulls == nil {
		return t.values
	}
	all := make([]*time.Time, len(t.values))
	for i := range t.values {
		all[i] = &t.values[i]
	}
	for _, i := range t.nulls {
		all[i] = nil
	}
	return all
}
