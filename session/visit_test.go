package session_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/session"
	"dojo/store/storetest"
)

// begun is the cookie of a visit that keeps something.
func begun(t *testing.T, s *session.Store) *http.Cookie {
	t.Helper()
	request, answer := httptest.NewRequest(http.MethodPost, "/login", nil), httptest.NewRecorder()
	opened := open(t, s, request)
	opened.Values["ceremony"] = []byte("the challenge")
	if err := opened.Save(request, answer); err != nil {
		t.Fatal(err)
	}
	return answer.Result().Cookies()[0]
}

// TestAVisitIsSealedAndLeavesNoRow: nobody reads or changes what the browser keeps.
func TestAVisitIsSealedAndLeavesNoRow(t *testing.T) {
	db := storetest.OpenSQLite(t)
	w := storetest.NewFixture(t, db)
	s := session.New(w.Store, false)
	cookie := begun(t, s)
	if rows := db.Count("SELECT count(*) FROM sessions"); rows > 0 {
		t.Errorf("it left %d rows", rows)
	}
	if kept := open(t, s, again(cookie)); string(kept.Values["ceremony"].([]byte)) != "the challenge" {
		t.Errorf("the visit keeps %v", kept.Values)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value[1:])
	if err != nil || strings.Contains(string(sealed), "challenge") {
		t.Errorf("the cookie is %q, %v", sealed, err)
	}
	for i := range sealed {
		changed := append([]byte{}, sealed...)
		changed[i]++
		other := *cookie
		other.Value = "~" + base64.RawURLEncoding.EncodeToString(changed)
		if !open(t, s, again(&other)).IsNew {
			t.Fatalf("a visit opens with another byte at %d", i)
		}
	}
	for _, garbage := range []string{"~", "~x", "~%00", "~" + strings.Repeat("A", 4000)} {
		if !open(t, s, again(&http.Cookie{Name: "dojo", Value: garbage})).IsNew {
			t.Errorf("%.20s opens", garbage)
		}
	}
	db.Clock.Add(session.AnonymousLife)
	if !open(t, s, again(cookie)).IsNew {
		t.Error("it does not end")
	}
}

// TestAVisitIsSpentBySigningIn: of many sign-ins from copies of one cookie, at the same
// moment, one succeeds, and afterwards the cookie is of no use.
func TestAVisitIsSpentBySigningIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		s := session.New(w.Store, false)
		cookie := begun(t, s)
		const copies = 5
		requests := make([]*http.Request, copies)
		for i := range requests {
			requests[i] = again(cookie)
			open(t, s, requests[i]) // before any of them signs in
		}
		errs := make([]error, copies)
		var all sync.WaitGroup
		for i, request := range requests {
			all.Go(func() { errs[i] = s.SignIn(httptest.NewRecorder(), request, w.Ade, models.User{}) })
		}
		all.Wait()
		succeeded := 0
		for _, err := range errs {
			if err == nil {
				succeeded++
			} else if models.CodeOf(err) != models.Conflict {
				t.Error(err)
			}
		}
		if succeeded != 1 {
			t.Errorf("%d of %d sign-ins from one visit succeeded: %v", succeeded, copies, errs)
		}
		if !open(t, s, again(cookie)).IsNew {
			t.Error("the visit goes on after signing in")
		}
		db.Clock.Add(2 * time.Hour)
		if err := w.Store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if rows := db.Count("SELECT count(*) FROM spent_visits"); rows > 0 {
			t.Errorf("%d spent visits stay", rows)
		}
	})
}
