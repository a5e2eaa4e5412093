package models

import (
	"errors"
	"fmt"
)

// Code classifies a failure. It decides the HTTP status, see Status, and the page a
// person sees.
type Code string

// The codes. Every error that leaves store or handlers carries one of them, or
// is treated as Internal.
const (
	Invalid         Code = "invalid"         // what was sent breaks a rule; the message says which
	Unauthenticated Code = "unauthenticated" // nobody is signed in
	Forbidden       Code = "forbidden"       // signed in, but the role does not allow it
	NotFound        Code = "not_found"       // does not exist, or belongs to somebody else: the same answer
	Conflict        Code = "conflict"        // someone was first, or the state does not allow it any more
	Locked          Code = "locked"          // the environment is locked
	TooMany         Code = "too_many"        // a limit on tries was reached
	Unavailable     Code = "unavailable"     // the database cannot be reached or cannot write; nothing was changed
	Internal        Code = "internal"        // a fault of ours; the message is never shown
)

// Codes lists the codes.
func Codes() []Code {
	return []Code{Invalid, Unauthenticated, Forbidden, NotFound, Conflict, Locked, TooMany, Unavailable, Internal}
}

// Status is the HTTP status of the code, the same for pages and for the API.
func (c Code) Status() int {
	switch c {
	case Invalid:
		return 422
	case Unauthenticated:
		return 401
	case Forbidden, Locked:
		return 403
	case NotFound:
		return 404
	case Conflict:
		return 409
	case TooMany:
		return 429
	case Unavailable:
		return 503
	}
	return 500
}

// Error is a failure with a code and words for the person who caused it.
type Error struct {
	Code    Code
	Message string            // plain English, safe to show
	Fields  map[string]string // for Invalid: form field name → what is wrong with it
	Err     error             // the cause, for the log only
}

// Error implements error. The text is for logs; pages show Message.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a formatted message.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// InvalidField says what is wrong with one field of a form.
func InvalidField(field, format string, args ...any) *Error {
	message := fmt.Sprintf(format, args...)
	return &Error{Code: Invalid, Message: message, Fields: map[string]string{field: message}}
}

// NoDatabase is the message of an Unavailable error when the database is the reason.
const NoDatabase = "Dojo cannot reach its database just now, or cannot write to it."

// CodeOf returns the code that err carries, or Internal when it carries none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// ErrNotFound is the one answer for what does not exist and for what belongs to
// somebody else, so that the two cannot be told apart.
func ErrNotFound() *Error {
	return Errorf(NotFound, "There is nothing here.")
}

// momentLayout is how a moment is written in a message, in UTC.
const momentLayout = "2 January 2006 at 15:04 UTC"
