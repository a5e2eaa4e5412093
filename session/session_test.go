package session_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/sessions"

	"dojo/models"
	"dojo/session"
	"dojo/store/storetest"
)

// signedIn is a request of a browser in which the actor has just signed in.
func signedIn(t *testing.T, s *session.Store, actor models.Actor, userAgent string) *http.Request {
	t.Helper()
	answer, request := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/login", nil)
	request.Header.Set("User-Agent", userAgent)
	if err := s.SignIn(answer, request, actor, models.User{}); err != nil {
		t.Fatal(err)
	}
	return again(answer.Result().Cookies()[0])
}

// again is another request with the cookie.
func again(cookie *http.Cookie) *http.Request {
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.AddCookie(cookie)
	return request
}

func open(t *testing.T, s *session.Store, request *http.Request) *sessions.Session {
	t.Helper()
	opened, err := s.Open(request)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// TestSavingBringsNoSessionBack: a request that is under way while its session
// is ended saves it afterwards.
func TestSavingBringsNoSessionBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		s := session.New(w.Store, false)
		slow := signedIn(t, s, w.Ade, "")
		opened := open(t, s, slow)
		cookie, err := slow.Cookie("dojo")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SignOut(httptest.NewRecorder(), again(cookie), w.Ade); err != nil {
			t.Fatal(err)
		}
		opened.AddFlash("late")
		if err := opened.Save(slow, httptest.NewRecorder()); err != nil {
			t.Errorf("saving an ended session: %v", err)
		}
		if id := session.UserID(open(t, s, again(cookie))); id != "" {
			t.Errorf("the session is back, as %s", id)
		}
	})
}

func TestSessionKeepsItsValues(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		s := session.New(w.Store, false)
		// Cut in the middle of a letter, and with bytes that are none.
		request := signedIn(t, s, w.Ade, strings.Repeat("é", 300)+"\xff")
		opened := open(t, s, request)
		if session.UserID(opened) != w.Ade.UserID || opened.IsNew {
			t.Fatalf("the session is %+v", opened)
		}
		opened.AddFlash("Request sent")
		if err := opened.Save(request, httptest.NewRecorder()); err != nil {
			t.Fatal(err)
		}
		cookie, _ := request.Cookie("dojo")
		if flashes := open(t, s, again(cookie)).Flashes(); len(flashes) != 1 || flashes[0] != "Request sent" {
			t.Errorf("the messages are %v", flashes)
		}
		if n := db.Count("SELECT count(*) FROM sessions WHERE user_agent LIKE 'é%'"); n != 1 {
			t.Error("the browser's name is not kept")
		}
		if strings.Contains(db.Dump(), cookie.Value) {
			t.Error("the cookie itself is in the database")
		}
	})
}

// TestAnonymousSessionsBeginWhenTheyAreSaved: a visit leaves nothing, and a
// sign-in that is under way leaves a row of nobody's that ends soon.
func TestAnonymousSessionsBeginWhenTheyAreSaved(t *testing.T) {
	db := storetest.OpenSQLite(t)
	w := storetest.NewFixture(t, db)
	s := session.New(w.Store, true)
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	opened := open(t, s, request)
	if !opened.IsNew || session.UserID(opened) != "" || db.Count("SELECT count(*) FROM sessions") != 0 {
		t.Errorf("the session is %+v", opened)
	}
	answer := httptest.NewRecorder()
	opened.AddFlash("hello")
	if err := opened.Save(request, answer); err != nil {
		t.Fatal(err)
	}
	cookie := answer.Result().Cookies()[0]
	if cookie.MaxAge != int(session.AnonymousLife/time.Second) || !cookie.Secure || !cookie.HttpOnly ||
		cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", cookie)
	}
	if kept := open(t, s, again(cookie)); session.UserID(kept) != "" || len(kept.Flashes()) != 1 {
		t.Errorf("the session is %+v", kept)
	}
	db.Clock.Add(session.AnonymousLife)
	if !open(t, s, again(cookie)).IsNew {
		t.Error("it lives on")
	}
}

// TestAProofGivesTheSessionAnotherID: whoever knew the one from before is
// nobody, and what the session keeps stays.
func TestAProofGivesTheSessionAnotherID(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		s := session.New(w.Store, false)
		request := signedIn(t, s, w.Ade, "")
		before, _ := request.Cookie("dojo")
		opened := open(t, s, request)
		db.Clock.Add(time.Hour)
		answer := httptest.NewRecorder()
		if err := s.Prove(answer, request, opened); err != nil {
			t.Fatal(err)
		}
		opened.AddFlash("kept")
		if err := opened.Save(request, answer); err != nil {
			t.Fatal(err)
		}
		after := answer.Result().Cookies()[0]
		fresh := open(t, s, again(after))
		if session.UserID(fresh) != w.Ade.UserID || !session.ProvedAt(fresh).Equal(db.Clock.Now()) ||
			len(fresh.Flashes()) != 1 {
			t.Errorf("the session is %+v", fresh)
		}
		if old := open(t, s, again(before)); after.Value == before.Value || session.UserID(old) != "" {
			t.Error("the id from before still works")
		}
		if err := s.SignOut(httptest.NewRecorder(), again(after), w.Ade); err != nil {
			t.Fatal(err)
		}
		if err := s.Prove(httptest.NewRecorder(), again(after), fresh); models.CodeOf(err) != models.NotFound {
			t.Errorf("a proof brings an ended session back: %v", err)
		}
	})
}

// TestSessionIsReadOncePerRequest: handlers and pages share what they change.
func TestSessionIsReadOncePerRequest(t *testing.T) {
	w := storetest.NewFixture(t, storetest.OpenSQLite(t))
	s := session.New(w.Store, false)
	request := signedIn(t, s, w.Ade, "")
	first, second := open(t, s, request), open(t, s, request)
	if first != second {
		t.Error("a request has two sessions")
	}
}

// TestABrowsersNameHoldsNoKey: the name is shown and mailed, and a part of a key that was cut
// off at its end would tell most of it.
func TestABrowsersNameHoldsNoKey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		key := models.NewKey()
		for _, before := range []string{"program/", strings.Repeat("x", 490)} {
			signedIn(t, session.New(w.Store, false), w.Ade, before+key)
		}
		kept := db.Dump()
		if strings.Contains(kept, key[:20]) || !strings.Contains(kept, "program/[key]") {
			t.Error("the sessions hold a key, or not the rest of the browser's name")
		}
	})
}
