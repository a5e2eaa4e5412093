package database

import (
	"database/sql"
	"database/sql/driver"
	"time"

	"github.com/mattn/go-sqlite3"
)

// sqliteDriver is the name of mattn's driver with its one change: see utcConn.
const sqliteDriver = "dojo-sqlite3"

func init() { sql.Register(sqliteDriver, &utcDriver{}) }

type utcDriver struct{ sqlite3.SQLiteDriver }

// Open implements driver.Driver.
func (d *utcDriver) Open(dsn string) (driver.Conn, error) {
	conn, err := d.SQLiteDriver.Open(dsn)
	if err != nil {
		return nil, err
	}
	return utcConn{conn.(*sqlite3.SQLiteConn)}, nil
}

// utcConn writes times in UTC, to the microsecond. SQLite keeps times as text,
// which sorts by time only when all have the same zone, and the microsecond is
// what PostgreSQL keeps.
type utcConn struct{ *sqlite3.SQLiteConn }

// CheckNamedValue implements driver.NamedValueChecker.
func (utcConn) CheckNamedValue(arg *driver.NamedValue) (err error) {
	if arg.Value, err = driver.DefaultParameterConverter.ConvertValue(arg.Value); err != nil {
		return err
	}
	if at, ok := arg.Value.(time.Time); ok {
		arg.Value = at.UTC().Truncate(time.Microsecond)
	}
	return nil
}
