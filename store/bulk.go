package store

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"dojo/store/database"
)

// bulk adds many rows to a table with few statements. All of its texts are
// constants.
type bulk struct {
	table    string
	columns  []column
	conflict string // what becomes of a row whose like is there: ON CONFLICT …
}

// column is a table's column and its type on PostgreSQL.
type column struct{ name, kind string }

// columns makes columns from text such as "id text, at timestamptz".
func columns(list string) (all []column) {
	for one := range strings.SplitSeq(list, ", ") {
		name, kind, _ := strings.Cut(one, " ")
		all = append(all, column{name, kind})
	}
	return all
}

// sqliteRows is how many rows one statement adds on SQLite: so few that most
// statements are full, and the same, which the driver has prepared already.
const sqliteRows = 100

// idsPerQuery is how many ids one query names, where there may be more.
const idsPerQuery = 500

// add adds rows, each with a value for every column, as part of the transaction.
func (b bulk) add(db *gorm.DB, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if database.DialectOf(db) == database.Postgres {
		return b.addArrays(db, rows)
	}
	for len(rows) > 0 {
		n := min(len(rows), sqliteRows)
		if err := b.addValues(db, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// addArrays sends each column as an array, so that the statement is the same for
// any number of rows, and is prepared once.
func (b bulk) addArrays(db *gorm.DB, rows [][]any) error {
	arrays, types := make([]any, len(b.columns)), make([]string, len(b.columns))
	for i, column := range b.columns {
		array := make([]any, len(rows))
		for j, row := range rows {
			array[j] = row[i]
		}
		arrays[i], types[i] = array, fmt.Sprintf("$%d::%s[]", i+1, column.kind)
	}
	return b.exec(db, "SELECT * FROM unnest("+strings.Join(types, ", ")+")", arrays)
}

func (b bulk) addValues(db *gorm.DB, rows [][]any) error {
	row := "(?" + strings.Repeat(", ?", len(b.columns)-1) + ")"
	values := make([]any, 0, len(rows)*len(b.columns))
	for _, row := range rows {
		values = append(values, row...)
	}
	return b.exec(db, "VALUES "+row+strings.Repeat(", "+row, len(rows)-1), values)
}

// exec goes past GORM, which would write arrays out as lists of values.
func (b bulk) exec(db *gorm.DB, rows string, values []any) error {
	names := make([]string, len(b.columns))
	for i, column := range b.columns {
		names[i] = column.name
	}
	statement := "INSERT INTO " + b.table + " (" + strings.Join(names, ", ") + ") " + rows + " " + b.conflict
	_, err := db.Statement.ConnPool.ExecContext(db.Statement.Context, statement, values...)
	return err
}
