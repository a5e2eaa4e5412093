package api

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"dojo/models"
)

// TestEveryCodeHasItsStatus: an error is answered with the status of its code, and
// shows nothing of its cause, nor of its message when the fault is Dojo's.
func TestEveryCodeHasItsStatus(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.1: password rejected")
	for _, code := range models.Codes() {
		err := &models.Error{Code: code, Message: "Words for the caller.", Err: cause}
		got := answerTo(fmt.Errorf("handler: %w", err))
		if got.status != code.Status() {
			t.Errorf("%s is answered with %d, want %d", code, got.status, code.Status())
		}
		body := string(got.body)
		if !strings.HasPrefix(body, `{"`) || got.message() == "" || strings.Contains(body, "password") {
			t.Errorf("%s: %s", code, body)
		}
		if shown := strings.Contains(body, err.Message); shown != (code.Status() < 500 && code != models.NotFound) {
			t.Errorf("%s: the message is shown: %t, in %s", code, shown, body)
		}
	}
	if got := answerTo(cause); got.status != 500 || strings.Contains(string(got.body), "password") {
		t.Errorf("an unknown error: %d %s", got.status, got.body)
	}
}
