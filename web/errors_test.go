package web

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"dojo/handlers"
	"dojo/models"
)

// TestFailures: what a visitor may see of an error, and nothing more.
func TestFailures(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.1: password rejected")
	for _, test := range []struct {
		err  error
		want handlers.Failure
	}{
		{models.Errorf(models.Invalid, "Type it again."), handlers.Failure{Status: 422, Message: "Type it again."}},
		{models.Errorf(models.Unauthenticated, "Sign in first."),
			handlers.Failure{Status: 401, Message: "Sign in first."}},
		{models.Errorf(models.Forbidden, "Not you."), handlers.Failure{Status: 403, Message: "Not you."}},
		{models.Errorf(models.NotFound, "No such team."), handlers.Failure{Status: 404}},
		{models.Errorf(models.Conflict, "Too late."), handlers.Failure{Status: 409, Message: "Too late."}},
		{models.Errorf(models.Locked, "It is locked."), handlers.Failure{Status: 403, Message: "It is locked."}},
		{models.Errorf(models.TooMany, "Wait."), handlers.Failure{Status: 429, Message: "Wait."}},
		{&models.Error{Code: models.Unavailable, Message: models.NoDatabase, Err: cause},
			handlers.Failure{Status: 503, Wait: 5 * time.Second}},
		{models.Errorf(models.Unavailable, "Not sure."), handlers.Failure{Status: 503, Wait: 5 * time.Second,
			Heading: "Dojo cannot do this just now", Message: "Not sure."}},
		{&models.Error{Code: models.Internal, Message: "A detail.", Err: cause}, handlers.Failure{Status: 500}},
		{cause, handlers.Failure{Status: 500}},
		{fmt.Errorf("handler: %w", models.Errorf(models.Conflict, "Too late.")),
			handlers.Failure{Status: 409, Message: "Too late."}},
		{fmt.Errorf("form: %w", &http.MaxBytesError{Limit: 1}), handlers.Failure{Status: 413}},
	} {
		if got := failure(test.err); got != test.want {
			t.Errorf("%v becomes %+v; want %+v", test.err, got, test.want)
		}
	}
}

// TestEveryCodeHasItsStatus: pages answer with the same status as the API.
func TestEveryCodeHasItsStatus(t *testing.T) {
	for _, code := range models.Codes() {
		got := failure(&models.Error{Code: code, Message: "Words for the visitor."})
		if got.Status != code.Status() {
			t.Errorf("%s becomes %d, want %d", code, got.Status, code.Status())
		}
		if shown := got.Message != ""; shown != (got.Status != 500 && code != models.NotFound) {
			t.Errorf("%s: the message is shown: %t", code, shown)
		}
	}
}
