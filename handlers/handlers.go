// Package handlers answers the dashboard's requests, one file an action: it
// reads the form, calls the store, and renders a page. What may happen is the
// store's to say; what it looks like is views'.
//
// It may import models, store, passwords, views, static and web/session. It
// never imports GORM.
package handlers

import (
	"context"
	"encoding/gob"
	"log/slog"
	"net/url"

	"dojo/factors"
	"dojo/models"
	"dojo/oidc"
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

// Evidence is what the pages about keys' use ask for before they read: that
// everything seen until now is in the database. A failure is in the log, and the
// page shows what there is.
type Evidence interface {
	Flush(ctx context.Context) error
}

// Options is what the handlers work with.
type Options struct {
	Store     *store.Store
	Gate      Gate
	Evidence  Evidence
	Sessions  *session.Store
	Passwords *passwords.Hasher
	Logger    *slog.Logger
	Passkeys  *factors.Passkeys // nil: browsers allow none at the public address
	OIDC      *oidc.Client      // nil: nobody signs in with a provider
	APIURL    *url.URL          // where the API is reached, for the commands that pages offer
	PublicURL string            // the dashboard's own address, without a slash at its end
	Mailed    func()            // told after a change that may have written mail
	MailToLog bool              // there is no mail server: mail goes to the log
	// ProxyFaults are the proxies that ask the API and are not set up; nil: none are known.
	ProxyFaults func() []models.ProxyFault
	Settings
	Demo []pages.DemoSignIn // the demo's sign-ins, listed on the sign-in page
}

// Settings are those of the configuration that pages depend on.
type Settings struct {
	SignupOpen bool   // visitors may make teams for themselves
	IssuerName string // of the OpenID Connect provider, for its button
	OIDCOnly   bool   // there are no passwords and no passkeys
}

// Handlers answers the dashboard's requests.
type Handlers struct {
	store       *store.Store
	gate        Gate
	evidence    Evidence
	sessions    *session.Store
	passwords   *passwords.Hasher
	logger      *slog.Logger
	passkeys    *factors.Passkeys
	oidc        *oidc.Client
	apiURL      string
	publicURL   string
	mailed      func()
	mailToLog   bool
	proxyFaults func() []models.ProxyFault

	signupOpen bool
	issuerName string
	oidcOnly   bool
	demo       []pages.DemoSignIn
	tries      *tries
	uploads    *uploads
}

// New makes the handlers.
func New(options Options) *Handlers {
	if options.OIDCOnly {
		options.Passkeys = nil
	}
	if options.ProxyFaults == nil {
		options.ProxyFaults = func() []models.ProxyFault { return nil }
	}
	return &Handlers{
		proxyFaults: options.ProxyFaults,
		store:       options.Store, gate: options.Gate, evidence: options.Evidence, sessions: options.Sessions, passwords: options.Passwords,
		logger: options.Logger, passkeys: options.Passkeys, oidc: options.OIDC, apiURL: options.APIURL.String(), publicURL: options.PublicURL,
		mailed: options.Mailed, mailToLog: options.MailToLog, signupOpen: options.SignupOpen, issuerName: options.IssuerName,
		oidcOnly: options.OIDCOnly, demo: options.Demo, tries: newTries(),
		uploads: &uploads{under: map[string]bool{}},
	}
}

func init() { gob.Register(layout.Flash{}) }
