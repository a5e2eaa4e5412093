// Package session keeps signed-in browsers in the database, as a Store of
// gorilla/sessions. The cookie carries a random id and the row its hash, so
// that signing out ends a copied cookie too, and a copy of the database opens
// no session. Saving is an UPDATE: it never brings an ended session back.
//
// It may import models, store and gorilla/sessions.
package session

import (
	"bytes"
	"context"
	"encoding/gob"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"

	"dojo/models"
)

// How long a session lives: Idle after it was used last, and Life at most.
const (
	Idle = 12 * time.Hour
	Life = 7 * 24 * time.Hour
)

// seenInterval is how exactly the last use is noted, to spare the database a
// write with each page.
const seenInterval = 5 * time.Minute

// Rows is what the sessions are kept in; package store has it.
type Rows interface {
	Session(ctx context.Context, digest []byte) (models.Session, error)
	SaveSession(ctx context.Context, digest, data []byte) error
	SeeSession(ctx context.Context, digest []byte, expires time.Time) error
	SignIn(ctx context.Context, actor models.Actor, session models.Session, before []byte) error
	SignOut(ctx context.Context, actor models.Actor, digest []byte) error
	Now() time.Time
}

// Store implements sessions.Store.
type Store struct {
	rows   Rows
	cookie http.Cookie
}

var _ sessions.Store = (*Store)(nil)

// New makes the store. With secure, as on https, the cookie's name has the
// prefix __Host-, which browsers accept only from this very host
// (https://www.rfc-editor.org/rfc/rfc6265bis, section 4.1.3.2).
func New(rows Rows, secure bool) *Store {
	cookie := http.Cookie{Name: "dojo", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure}
	if secure {
		cookie.Name = "__Host-dojo"
	}
	return &Store{rows: rows, cookie: cookie}
}

// userKey is where a session keeps the id of its user.
const userKey = "user"

// Open returns the request's session. A missing, malformed, unknown or ended one
// is a new, anonymous session and no error; an error means that the database
// could not be asked.
func (s *Store) Open(r *http.Request) (*sessions.Session, error) {
	return s.Get(r, s.cookie.Name)
}

// UserID returns whose session it is, empty when it is anonymous.
func UserID(session *sessions.Session) string {
	id, _ := session.Values[userKey].(string)
	return id
}

// Get implements sessions.Store: one session a request.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New implements sessions.Store: it reads the session that the cookie names.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = &sessions.Options{
		Path: s.cookie.Path, MaxAge: int(Life / time.Second), Secure: s.cookie.Secure,
		HttpOnly: s.cookie.HttpOnly, SameSite: s.cookie.SameSite,
	}
	cookie, err := r.Cookie(name)
	if err != nil || cookie.Value == "" {
		return session, nil
	}
	row, err := s.rows.Session(r.Context(), models.TokenDigest(cookie.Value))
	if models.CodeOf(err) == models.NotFound {
		return session, nil
	}
	if err != nil {
		return session, err
	}
	if err := gob.NewDecoder(bytes.NewReader(row.Data)).Decode(&session.Values); err != nil {
		return session, nil
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values[userKey] = row.UserID
	return session, s.see(r.Context(), row)
}

// see notes that the session was used, now and then. The session lives also
// when that cannot be written: it then ends earlier than it could.
func (s *Store) see(ctx context.Context, row models.Session) error {
	now := s.rows.Now()
	if now.Sub(row.LastSeenAt) < seenInterval {
		return nil
	}
	err := s.rows.SeeSession(ctx, row.Digest, expiry(row.CreatedAt, now))
	switch models.CodeOf(err) {
	case models.NotFound, models.Unavailable:
		return nil
	}
	return err
}

func expiry(created, now time.Time) time.Time {
	idle, life := now.Add(Idle), created.Add(Life)
	if idle.Before(life) {
		return idle
	}
	return life
}

// Save implements sessions.Store. An anonymous session has nothing to save, and
// one that was ended meanwhile stays ended; neither is an error.
func (s *Store) Save(r *http.Request, _ http.ResponseWriter, session *sessions.Session) error {
	if session.ID == "" {
		return nil
	}
	data, err := encode(session.Values)
	if err != nil {
		return err
	}
	err = s.rows.SaveSession(r.Context(), models.TokenDigest(session.ID), data)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	return err
}

func encode(values map[any]any) ([]byte, error) {
	var data bytes.Buffer
	err := gob.NewEncoder(&data).Encode(values)
	return data.Bytes(), err
}

// SignIn begins a session for the actor under a fresh id and ends the one that
// the browser had before.
func (s *Store) SignIn(w http.ResponseWriter, r *http.Request, actor models.Actor) error {
	before, err := s.Open(r)
	if err != nil {
		return err
	}
	now := s.rows.Now()
	token, digest := models.NewToken()
	data, err := encode(map[any]any{})
	if err != nil {
		return err
	}
	row := models.Session{
		Digest: digest, UserID: actor.UserID, Data: data, Address: actor.Address, UserAgent: clip(r.UserAgent()),
		CreatedAt: now, LastSeenAt: now, ExpiresAt: expiry(now, now),
	}
	if err := s.rows.SignIn(r.Context(), actor, row, models.TokenDigest(before.ID)); err != nil {
		return err
	}
	s.setCookie(w, token, int(Life/time.Second))
	return nil
}

// SignOut ends the request's session.
func (s *Store) SignOut(w http.ResponseWriter, r *http.Request, actor models.Actor) error {
	session, err := s.Open(r)
	if err != nil {
		return err
	}
	if err := s.rows.SignOut(r.Context(), actor, models.TokenDigest(session.ID)); err != nil {
		return err
	}
	s.setCookie(w, "", -1)
	return nil
}

func (s *Store) setCookie(w http.ResponseWriter, value string, maxAge int) {
	cookie := s.cookie
	cookie.Value, cookie.MaxAge = value, maxAge
	http.SetCookie(w, &cookie)
}

// clip keeps of a browser's name what a database can hold.
func clip(userAgent string) string {
	return strings.ToValidUTF8(userAgent[:min(len(userAgent), 512)], "")
}
