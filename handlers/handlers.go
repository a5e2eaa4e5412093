// Package handlers answers the dashboard's requests, one file an action: it
// reads the form, calls the store, and renders a page. What may happen is the
// store's to say; what it looks like is views'.
package handlers

import (
	"context"
	"encoding/gob"
	"log/slog"
	"time"

	"dojo/factors"
	"dojo/metrics"
	"dojo/models"
	"dojo/oidc"
	"dojo/passwords"
	"dojo/session"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// Evidence is what the pages about keys' use ask for before they read: that
// everything seen until now is in the database. A failure is in the log, and the
// page shows what there is.
type Evidence interface {
	Flush(ctx context.Context) error
}

// Options is what the handlers work with.
type Options struct {
	Store     *store.Store
	Evidence  Evidence
	Sessions  *session.Store
	Logger    *slog.Logger
	Metrics   *metrics.Metrics  // counts; nil: nobody reads it
	Passkeys  *factors.Passkeys // nil: browsers allow none at the public address
	OIDC      *oidc.Client      // nil: nobody signs in with a provider
	APIURL    string            // where the API is reached, for the commands that pages offer
	PublicURL string            // the dashboard's own address, without a slash at its end
	MailToLog bool              // there is no mail server: mail goes to the log

	// Passwords hashes for strangers, and KnownPasswords for people who are signed in
	// or have signed in with this browser before: those do not wait behind a flood.
	Passwords, KnownPasswords *passwords.Hasher

	// Sleep waits for the turn of a try to sign in; nil: by this machine's clock.
	Sleep func(ctx context.Context, wait time.Duration) error

	// ProxyFaults are the proxies that ask the API and are not set up; nil: none are known.
	ProxyFaults func() []models.ProxyFault

	// WebhookTargets says which addresses a webhook may have.
	WebhookTargets models.WebhookTargets

	// Trusted is how long keys are checked from memory yet if the database is away; nil: not at all.
	Trusted func() time.Duration

	Settings
	Demo []pages.DemoSignIn // the demo's sign-ins, listed on the sign-in page
}

// Settings are those of the configuration that pages depend on.
type Settings struct {
	SignupOpen bool              // visitors may make teams for themselves
	IssuerName string            // of the OpenID Connect provider, for its button
	OIDCOnly   bool              // there are no passwords and no passkeys
	Trial      models.TrialOffer // that teams may take by themselves
}

// Handlers answers the dashboard's requests.
type Handlers struct {
	Options
	waiting chan struct{} // holds one for each try that waits for its turn
	uploads *uploads
}

// New makes the handlers.
func New(options Options) *Handlers {
	if options.OIDCOnly {
		options.Passkeys = nil // they would be a way around the provider
	}
	if options.Trusted == nil {
		options.Trusted = func() time.Duration { return 0 }
	}
	if options.ProxyFaults == nil {
		options.ProxyFaults = func() []models.ProxyFault { return nil }
	}
	if options.Metrics == nil {
		options.Metrics = metrics.New("")
	}
	if options.Sleep == nil {
		options.Sleep = sleep
	}
	return &Handlers{
		Options: options, waiting: make(chan struct{}, maxWaiting), uploads: &uploads{under: map[string]bool{}},
	}
}

func init() { gob.Register(layout.Flash{}) }
