package database

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
)

// errNoLease is what a change gets whose process cannot show that it has a lease. On
// PostgreSQL many processes serve, and one without a lease knows nothing for sure.
var errNoLease = &models.Error{
	Code: models.Unavailable,
	Message: "This process of Dojo has lost touch with its database for a while, so it changes nothing just now. Nothing " +
		"was changed.",
	Err: models.ErrNoLease,
}

// codeNoLease is the SQLSTATE with which the database refuses a commit whose process has
// lost its lease meanwhile (the trigger fence).
const codeNoLease = "DJ001"

// codeOtherHistory is the SQLSTATE with which a server of another history refuses to be read
// (the function same_history).
const codeOtherHistory = "DJ002"

// Clock is the database's clock in a statement: one that all processes share.
func (e *Engine) Clock() string {
	if e.Dialect == Postgres {
		return "clock_timestamp()"
	}
	return "strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')"
}

// Age is how many seconds ago a moment in a column was, by the database's clock, in a
// statement.
func (e *Engine) Age(column string) string {
	if e.Dialect == Postgres {
		return "EXTRACT(EPOCH FROM clock_timestamp() - " + column + ")::float8"
	}
	return "(julianday('now') - julianday(" + column + ")) * 86400"
}

// History names the history of the database in a statement. It differs after a replica
// took over or a backup was restored. SQLite has one.
func (e *Engine) History() string {
	if e.Dialect == Postgres {
		return "history()"
	}
	return "''"
}

// SkipLocked ends a query of rows to change that waits for none that another transaction
// changes, and does without that one. SQLite has one transaction that writes.
func (e *Engine) SkipLocked() string {
	if e.Dialect == Postgres {
		return " FOR NO KEY UPDATE SKIP LOCKED"
	}
	return ""
}

// Durable is a condition that is always true, and has the commit of the transaction wait until
// a crash of the database cannot undo it, whatever the database's default is.
func (e *Engine) Durable() string {
	if e.Dialect == Postgres {
		return "durable()"
	}
	return "true" // SQLite's commits wait; see openSQLite
}

// Serve fences changes: from now on they are carried out only while the process with this
// id has a lease.
func (e *Engine) Serve(process string) {
	if e.Dialect == Postgres {
		e.process.Store(&process)
	}
}

// SureWhile sets what is asked before a change: whether this process has a lease, as far as
// it knows.
func (e *Engine) SureWhile(sure func() bool) { e.sure.Store(&sure) }

// hasLease is the fence of a process on PostgreSQL, within a transaction.
func (e *Engine) hasLease(ctx context.Context, tx gorm.ConnPool) error {
	process := e.process.Load()
	if process == nil {
		return nil // it does not serve
	}
	var has bool
	err := tx.QueryRowContext(ctx, "SELECT begin_change($1)", *process).Scan(&has)
	if err == nil && !has {
		err = errNoLease
	}
	return err
}
