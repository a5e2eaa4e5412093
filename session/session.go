// Package session keeps signed-in browsers in the database, as a Store of
// gorilla/sessions. The cookie carries a random id and the row its hash, so
// that signing out ends a copied cookie too, and a copy of the database opens
// no session. Saving is an UPDATE: it never brings an ended session back.
//
// Before sign-in all is in the cookie, sealed, so that strangers leave no rows: see
// visit.go.
package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/gob"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"

	"dojo/models"
)

// How long a session lives: Idle after it was used last, and Life at most. An
// anonymous one, which carries a sign-in that is under way, ends soon.
const (
	Idle          = 12 * time.Hour
	Life          = 7 * 24 * time.Hour
	AnonymousLife = 15 * time.Minute
)

// deviceLife is how long a browser is known as one that was signed in with.
const deviceLife = 365 * 24 * time.Hour

// seenInterval is how exactly the last use is noted, to spare the database a
// write with each page.
const seenInterval = 5 * time.Minute

// Rows is what the sessions are kept in; package store has it.
type Rows interface {
	Session(ctx context.Context, digest []byte) (models.Session, error)
	SaveSession(ctx context.Context, digest, data []byte) error
	SeeSession(ctx context.Context, digest []byte, expires time.Time) error
	SealVisit(visit []byte) (sealed []byte, err error)
	OpenVisit(sealed []byte) (visit []byte, err error)
	VisitSpent(ctx context.Context, digest []byte) (bool, error)
	RenewSession(ctx context.Context, before, digest []byte, proved time.Time) error
	SignIn(ctx context.Context, actor models.Actor, checked models.User, session models.Session, before,
		device []byte) error
	SignOut(ctx context.Context, actor models.Actor, digest []byte) error
	Now() time.Time
}

// Store implements sessions.Store.
type Store struct {
	rows   Rows
	cookie http.Cookie
	device http.Cookie
}

var _ sessions.Store = (*Store)(nil)

// New makes the store. With secure, as on https, the cookie's name has the
// prefix __Host-, which browsers accept only from this very host
// (https://www.rfc-editor.org/rfc/rfc6265bis, section 4.1.3.2).
func New(rows Rows, secure bool) *Store {
	cookie := http.Cookie{Name: "dojo", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure}
	device := cookie
	device.Name = "dojo-device"
	if secure {
		cookie.Name, device.Name = "__Host-dojo", "__Host-dojo-device"
	}
	return &Store{rows: rows, cookie: cookie, device: device}
}

// Where a session keeps what its row says: the id of its user, and when the
// person last proved who they are.
const (
	userKey   = "user"
	provedKey = "proved"
)

// Open returns the request's session. A missing, malformed, unknown or ended one
// is a new, anonymous session and no error; an error means that the database
// could not be asked.
func (s *Store) Open(r *http.Request) (*sessions.Session, error) {
	return s.Get(r, s.cookie.Name)
}

// UserID returns the id of the session's user, empty when it is anonymous.
func UserID(session *sessions.Session) string {
	id, _ := session.Values[userKey].(string)
	return id
}

// ProvedAt returns when the person last proved who they are, zero for an
// anonymous session.
func ProvedAt(session *sessions.Session) time.Time {
	proved, _ := session.Values[provedKey].(time.Time)
	return proved
}

// Digest names the session in the database, for leaving it out when others are
// ended.
func Digest(session *sessions.Session) []byte { return models.TokenDigest(session.ID) }

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
	if sealed, ok := strings.CutPrefix(cookie.Value, visitMark); ok {
		return session, s.openVisit(r.Context(), sealed, session)
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
	if row.ProvedAt != nil {
		session.Values[provedKey] = *row.ProvedAt
	}
	return session, s.see(r.Context(), row)
}

// see notes that the session was used, now and then. The session lives also
// when that cannot be written: it then ends earlier than it could.
func (s *Store) see(ctx context.Context, row models.Session) error {
	now := s.rows.Now()
	if row.UserID == "" || now.Sub(row.LastSeenAt) < seenInterval {
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

// Save implements sessions.Store. A session that the browser does not have yet
// begins now, for a sign-in that is under way. One that was ended meanwhile
// stays ended, which is no error.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	data, err := encode(session.Values)
	if err != nil {
		return err
	}
	if session.ID == "" || isVisit(session) {
		return s.saveVisit(w, session, data)
	}
	err = s.rows.SaveSession(r.Context(), models.TokenDigest(session.ID), data)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	return err
}

func init() { gob.Register(time.Time{}) }

func encode(values map[any]any) ([]byte, error) {
	var data bytes.Buffer
	err := gob.NewEncoder(&data).Encode(values)
	return data.Bytes(), err
}

// SignIn begins a session for the actor, the user whose identity was checked,
// under a fresh id, and ends the one that the browser had before. The fresh id is
// what keeps session fixation out: an id that was planted before sign-in stays
// anonymous.
func (s *Store) SignIn(w http.ResponseWriter, r *http.Request, actor models.Actor, checked models.User) error {
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
		Digest: digest, ID: models.NewID(), UserID: actor.UserID, Data: data, Address: actor.Address,
		UserAgent: clip(r.UserAgent()), CreatedAt: now, LastSeenAt: now, ExpiresAt: expiry(now, now), ProvedAt: &now,
	}
	device := s.deviceToken(r)
	var former []byte
	if before.ID != "" {
		former = Digest(before)
	}
	if err := s.rows.SignIn(r.Context(), actor, checked, row, former, models.TokenDigest(device)); err != nil {
		return err
	}
	s.setCookie(w, s.cookie, token, Life)
	s.setCookie(w, s.device, device, deviceLife)
	return nil
}

// Device is the digest of what the request's browser is known by, nil when it has not
// signed in to any account yet.
func (s *Store) Device(r *http.Request) []byte {
	if cookie, err := r.Cookie(s.device.Name); err == nil && len(cookie.Value) == len(rand.Text()) {
		return models.TokenDigest(cookie.Value)
	}
	return nil
}

// deviceToken is what the browser is known by when the user is told of a sign-in
// with a new one. It is random, and proves nothing about who uses the browser.
func (s *Store) deviceToken(r *http.Request) string {
	if cookie, err := r.Cookie(s.device.Name); err == nil && len(cookie.Value) == len(rand.Text()) {
		return cookie.Value
	}
	return rand.Text()
}

// Prove notes that the person has just proved who they are, and gives the
// session a fresh id: whoever knew the old one from before gains nothing.
func (s *Store) Prove(w http.ResponseWriter, r *http.Request, session *sessions.Session) error {
	now := s.rows.Now()
	token, digest := models.NewToken()
	if err := s.rows.RenewSession(r.Context(), Digest(session), digest, now); err != nil {
		return err
	}
	session.ID, session.Values[provedKey] = token, now
	s.setCookie(w, s.cookie, token, Life)
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
	s.setCookie(w, s.cookie, "", -time.Second)
	return nil
}

func (s *Store) setCookie(w http.ResponseWriter, cookie http.Cookie, value string, life time.Duration) {
	cookie.Value, cookie.MaxAge = value, int(life/time.Second)
	http.SetCookie(w, &cookie)
}

// clip keeps of a browser's name what a database can hold, and no key: the name is shown
// and mailed.
func clip(userAgent string) string {
	userAgent = models.RedactKeys(strings.ToValidUTF8(userAgent, ""))
	return strings.ToValidUTF8(userAgent[:min(len(userAgent), 512)], "")
}
