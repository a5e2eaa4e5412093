package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"dojo/models"
)

// Translate turns what a database reports into an error with a code. What it
// does not know stays as it is, and counts as Internal.
func Translate(err error) error {
	var known *models.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound):
		return models.ErrNotFound()
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return refusal(models.Conflict, "Somebody else was first. Reload the page to see how things stand.", err)
	case lostLease(err):
		return errNoLease
	case Unstorable(err):
		return refusal(models.Invalid, "This holds a character that cannot be kept. Type it again without it.", err)
	case Unavailable(err):
		return refusal(models.Unavailable, models.NoDatabase, err)
	}
	return err
}

func refusal(code models.Code, message string, err error) error {
	return &models.Error{Code: code, Message: message, Err: err}
}

// Unstorable reports whether PostgreSQL was given text that it cannot hold: a
// zero byte, or what is not UTF-8 (character_not_in_repertoire).
func Unstorable(err error) bool {
	fault, ok := errors.AsType[*pgconn.PgError](err)
	return ok && fault.Code == "22021"
}

// lostLease reports whether the database refused a commit because the process's lease had
// ended.
func lostLease(err error) bool {
	fault, ok := errors.AsType[*pgconn.PgError](err)
	return ok && fault.Code == codeNoLease
}

// Unavailable reports whether the fault lies with the database's state, so that
// the same request may succeed later.
func Unavailable(err error) bool {
	if fault, ok := errors.AsType[sqlite3.Error](err); ok {
		return sqliteUnavailable(fault)
	}
	if fault, ok := errors.AsType[*pgconn.PgError](err); ok && fault.Code == codeOtherHistory {
		return true
	}
	// Before PgError, since a server that lets nobody in says why with one of those.
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if fault, ok := errors.AsType[*pgconn.PgError](err); ok {
		return postgresUnavailable(fault)
	}
	for _, lost := range []error{
		context.DeadlineExceeded, context.Canceled, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone,
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return pgconn.SafeToRetry(err) || pgconn.Timeout(err) || strings.Contains(err.Error(), "conn closed")
}

// sqliteUnavailable follows https://www.sqlite.org/rescode.html.
func sqliteUnavailable(fault sqlite3.Error) bool {
	switch fault.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked, sqlite3.ErrFull, sqlite3.ErrIoErr, sqlite3.ErrCantOpen,
		sqlite3.ErrReadonly, sqlite3.ErrNomem, sqlite3.ErrInterrupt:
		return true
	}
	return false
}

// postgresUnavailable knows the classes of
// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection
// exception, transaction rollback, insufficient resources, operator
// intervention, system error, and a lock that was not to be had.
func postgresUnavailable(fault *pgconn.PgError) bool {
	switch fault.Code[:2] {
	case "08", "40", "53", "57", "58":
		return true
	}
	return fault.Code == "55P03" || fault.Code == "25006"
}
