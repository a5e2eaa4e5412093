// Package oidc signs people in with the account they have at an OpenID Connect
// provider (https://openid.net/specs/openid-connect-core-1_0.html), by the
// authorization code flow with state, nonce and PKCE. It says who somebody is;
// which user of Dojo that makes them is the store's to decide.
//
// Its errors are of package models, with words for the person on the sign-in
// page: Unavailable when the provider cannot be used just now or is not set up
// rightly, Conflict when this try is over and another may work, and Forbidden
// when the provider's answer lets nobody in. Their causes are for the log, and
// hold no code, token or secret.
package oidc

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"dojo/models"
)

// Config is how Dojo is registered at the provider.
type Config struct {
	Issuer       string // the provider's address, letter by letter as it names itself
	ClientID     string
	ClientSecret string           // empty for a public client, which has PKCE alone
	RedirectURL  string           // where the provider sends people back to
	Now          func() time.Time // the clock; time.Now when nil
}

// Client signs people in at one provider. It is safe for concurrent use.
type Client struct {
	config   Config
	http     *http.Client
	provider atomic.Pointer[provider]
}

// provider is what discovery has told.
type provider struct {
	*oidc.Provider
	oauth       oauth2.Config
	namesIssuer bool // in each of its answers (https://www.rfc-editor.org/rfc/rfc9207)
}

// patience is how long each request to the provider may take.
const patience = 10 * time.Second

// New makes a Client. It asks the provider nothing yet, so that a provider that
// is down when Dojo starts does not stop it.
func New(config Config) *Client {
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Client{config: config, http: &http.Client{Timeout: patience}}
}

// Name is the provider's host, to call it by on a button.
func (c *Client) Name() string {
	u, err := url.Parse(c.config.Issuer)
	if err != nil || u.Hostname() == "" {
		return c.config.Issuer
	}
	return u.Hostname()
}

// discover asks the provider for its addresses, until it has told them once. It
// is Unavailable while it does not.
func (c *Client) discover(ctx context.Context) (*provider, error) {
	if known := c.provider.Load(); known != nil {
		return known, nil
	}
	discovered, err := oidc.NewProvider(c.context(ctx), c.config.Issuer)
	if err != nil {
		return nil, c.unavailable(err)
	}
	var metadata struct {
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		NamesIssuer bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := discovered.Claims(&metadata); err != nil {
		return nil, c.unavailable(err)
	}
	endpoint := discovered.Endpoint()
	endpoint.AuthStyle = c.authStyle(metadata.AuthMethods)
	p := &provider{
		Provider:    discovered,
		namesIssuer: metadata.NamesIssuer,
		oauth: oauth2.Config{
			ClientID:     c.config.ClientID,
			ClientSecret: c.config.ClientSecret,
			Endpoint:     endpoint,
			RedirectURL:  c.config.RedirectURL,
			Scopes:       []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile},
		},
	}
	c.provider.Store(p)
	return p, nil
}

// authStyle is how Dojo names itself to the provider. Trying both ways, as
// oauth2 does by itself, would spend a code on the wrong one. The default is
// that of https://openid.net/specs/openid-connect-discovery-1_0.html.
func (c *Client) authStyle(supported []string) oauth2.AuthStyle {
	basic := len(supported) == 0 || slices.Contains(supported, "client_secret_basic")
	if c.config.ClientSecret != "" && basic {
		return oauth2.AuthStyleInHeader
	}
	return oauth2.AuthStyleInParams
}

// context makes both libraries use the client's own HTTP client.
func (c *Client) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, c.http)
}

// refuse makes an error with words for the person and a cause for the log.
func refuse(code models.Code, cause error, format string, args ...any) error {
	e := models.Errorf(code, format, args...)
	e.Err = cause
	return e
}

func (c *Client) unavailable(cause error) error {
	return refuse(models.Unavailable, cause, "Signing in with %s is not possible at the moment. Try again in a minute.",
		c.Name())
}
