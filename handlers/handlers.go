// Package handlers answers the dashboard's requests, one file an action: it
// reads the form, calls the store, and renders a page. What may happen is the
// store's to say; what it looks like is views'.
//
// It may import models, store, passwords, views, static and web/session. It
// never imports GORM.
package handlers

import (
	"encoding/gob"
	"log/slog"
	"net/url"

	"dojo/passwords"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/web/session"
)

// Gate is what the pages ask about keys: whether a request that shows the key
// with this id would be let in at this moment.
type Gate interface {
	Accepts(keyID string) bool
}

// Options is what the handlers work with.
type Options struct {
	Store     *store.Store
	Gate      Gate
	Sessions  *session.Store
	Passwords *passwords.Hasher
	Logger    *slog.Logger
	APIURL    *url.URL           // where the API is reached, for the commands that pages offer
	Demo      []pages.DemoSignIn // the demo's sign-ins, listed on the sign-in page
}

// Handlers answers the dashboard's requests.
type Handlers struct {
	store     *store.Store
	gate      Gate
	sessions  *session.Store
	passwords *passwords.Hasher
	logger    *slog.Logger
	apiURL    string
	demo      []pages.DemoSignIn
	tries     *tries
}

// New makes the handlers.
func New(options Options) *Handlers {
	return &Handlers{
		store: options.Store, gate: options.Gate, sessions: options.Sessions, passwords: options.Passwords,
		logger: options.Logger, apiURL: options.APIURL.String(), demo: options.Demo, tries: newTries(),
	}
}

func init() { gob.Register(layout.Flash{}) }
