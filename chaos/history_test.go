package chaos

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"
)

// never is a moment that has not come.
const never = time.Duration(math.MaxInt64)

// key is one whose checks are recorded. Its moments are of the history's clock; each is
// taken when the answer that says so has arrived, or before the request that asks for it
// was sent.
type key struct {
	id, text string
	issued   time.Duration // a receipt says that every process knows it
	asked    time.Duration // before its revocation was asked for
	receipt  time.Duration // a receipt says that it is refused everywhere
}

// check is one request to a process, and its answer.
type check struct {
	key        *key
	process    int
	start, end time.Duration
	status     int // 0: there was no answer
}

// violations says which checks break the promise.
func violations(checks []check) (found []string) {
	for _, c := range checks {
		switch unavailable := c.status == 0 || c.status == http.StatusServiceUnavailable; {
		case c.status == http.StatusOK && c.start > c.key.receipt:
			found = append(found, fmt.Sprintf("process %d accepted key %s %v after its receipt", c.process, c.key.id,
				c.start-c.key.receipt))
		case c.status == http.StatusOK || unavailable:
		case c.start > c.key.issued && c.end < c.key.asked:
			found = append(found, fmt.Sprintf("process %d answered %d for key %s, which nobody had revoked", c.process,
				c.status, c.key.id))
		}
	}
	return found
}

// unavailable counts the checks that got no verdict.
func unavailable(checks []check) (n int) {
	for _, c := range checks {
		if c.status == 0 || c.status == http.StatusServiceUnavailable {
			n++
		}
	}
	return n
}

// TestViolations plants violations, and what looks like some.
func TestViolations(t *testing.T) {
	revoked := &key{id: "revoked", issued: 10, asked: 100, receipt: 200}
	kept := &key{id: "kept", issued: 10, asked: never, receipt: never}
	for _, test := range []struct {
		name  string
		check check
		want  string // empty: none
	}{
		{"accepted after the receipt", check{revoked, 1, 201, 205, 200}, "accepted key revoked"},
		{"accepted long after the receipt", check{revoked, 1, 9000, 9001, 200}, "accepted key revoked"},
		{"began before the receipt and ended after it", check{revoked, 1, 199, 400, 200}, ""},
		{"accepted while it was being revoked", check{revoked, 2, 120, 130, 200}, ""},
		{"refused while it was being revoked", check{revoked, 2, 120, 130, 401}, ""},
		{"refused after the receipt", check{revoked, 2, 300, 301, 401}, ""},
		{"refused before anybody revoked it", check{revoked, 2, 50, 60, 401}, "answered 401 for key revoked"},
		{"refused and never revoked", check{kept, 3, 5000, 5001, 401}, "answered 401 for key kept"},
		{"refused for another cause", check{kept, 3, 5000, 5001, 403}, "answered 403 for key kept"},
		{"not known yet", check{kept, 3, 5, 12, 401}, ""},
		{"unavailable", check{kept, 3, 50, 51, 503}, ""},
		{"not answered", check{kept, 3, 50, 51, 0}, ""},
	} {
		got := strings.Join(violations([]check{{kept, 1, 20, 21, 200}, test.check}), "; ")
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: found %q, want %q", test.name, got, test.want)
		}
	}
}
