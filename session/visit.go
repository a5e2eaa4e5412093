package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/gob"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"

	"dojo/models"
)

// visitMark is how the cookie of a visit begins, and its id. No id of a row does.
const visitMark = "~"

// maxVisit is how long the cookie's value may be; browsers keep no cookie beyond 4,096
// bytes, with its name and attributes.
const maxVisit = 3800

// visit is an anonymous session as the cookie holds it, sealed. Its id stays the same
// for as long as the browser brings it along, and is spent by signing in: what was
// begun in a visit, such as a passkey's challenge, works for one sign-in.
type visit struct {
	ID   string
	Ends time.Time
	Data []byte
}

func isVisit(session *sessions.Session) bool { return strings.HasPrefix(session.ID, visitMark) }

// openVisit reads a visit into the session. One that does not open, is over or was spent
// leaves the session new.
func (s *Store) openVisit(ctx context.Context, text string, session *sessions.Session) error {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	open, err := s.rows.OpenVisit(sealed)
	if err != nil {
		return nil
	}
	var v visit
	values := map[any]any{}
	if gob.NewDecoder(bytes.NewReader(open)).Decode(&v) != nil || !s.rows.Now().Before(v.Ends) ||
		gob.NewDecoder(bytes.NewReader(v.Data)).Decode(&values) != nil {
		return nil
	}
	spent, err := s.rows.VisitSpent(ctx, models.TokenDigest(v.ID))
	if err != nil || spent {
		return err
	}
	session.ID, session.Values, session.IsNew = v.ID, values, false
	return nil
}

// saveVisit gives the browser the visit to keep.
func (s *Store) saveVisit(w http.ResponseWriter, session *sessions.Session, data []byte) error {
	if session.ID == "" {
		session.ID = visitMark + rand.Text()
	}
	var open bytes.Buffer
	v := visit{ID: session.ID, Ends: s.rows.Now().Add(AnonymousLife), Data: data}
	if err := gob.NewEncoder(&open).Encode(v); err != nil {
		return err
	}
	sealed, err := s.rows.SealVisit(open.Bytes())
	if err != nil {
		return err
	}
	text := visitMark + base64.RawURLEncoding.EncodeToString(sealed)
	if len(text) > maxVisit {
		return models.Errorf(models.Invalid,
			"The address that you were on the way to is too long. Sign in, and open it again.")
	}
	s.setCookie(w, s.cookie, text, AnonymousLife)
	return nil
}
