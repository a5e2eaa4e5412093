package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/views/layout"
)

// Access says who may call an endpoint. It is a first check: the store authorises
// again what is done there, by what the database says at that moment.
type Access string

// The kinds of access.
const (
	Anyone   Access = "anyone"
	SignedIn Access = "signed in"
	Members  Access = "members of the team"
	Desk     Access = "solutions engineers"
)

// Endpoint is a handler together with who may call it. The route table holds
// nothing else, so that no route is open by oversight: only the constructors
// here make one.
type Endpoint struct {
	Access Access
	Serve  echo.HandlerFunc

	// Files is set where the form may hold a file: the endpoint reads the body
	// itself, up to MaxUpload bytes.
	Files bool
}

// WithFile makes an endpoint one whose form holds a file.
func (e Endpoint) WithFile() Endpoint {
	e.Files = true
	return e
}

// Open makes an endpoint that anyone may call.
func (h *Handlers) Open(serve echo.HandlerFunc) Endpoint {
	return Endpoint{Access: Anyone, Serve: serve}
}

// openWhile makes an endpoint that anyone may call where this installation offers
// it. Elsewhere there is nothing at its address.
func openWhile(offered bool, serve echo.HandlerFunc) Endpoint {
	if !offered {
		serve = func(echo.Context) error { return models.ErrNotFound() }
	}
	return Endpoint{Access: Anyone, Serve: serve}
}

// WithPasswords makes an endpoint about passwords, which there are none of where
// everybody signs in with the provider.
func (h *Handlers) WithPasswords(serve echo.HandlerFunc) Endpoint {
	return openWhile(!h.OIDCOnly, serve)
}

// WithPasskeys makes an endpoint of signing in with passkeys, which there are
// none of where everybody signs in with the provider, and where browsers allow
// none (an address without a name, or without TLS).
func (h *Handlers) WithPasskeys(serve echo.HandlerFunc) Endpoint {
	return openWhile(h.Passkeys != nil, serve)
}

// WithProvider makes an endpoint of signing in with the OpenID Connect provider.
func (h *Handlers) WithProvider(serve echo.HandlerFunc) Endpoint {
	return openWhile(h.OIDC != nil, serve)
}

// WhenSignupIsOpen makes an endpoint of making a team for oneself.
func (h *Handlers) WhenSignupIsOpen(serve echo.HandlerFunc) Endpoint {
	return openWhile(h.SignupOpen, serve)
}

// ToPage makes an endpoint that leads to a page, given by its path in the route table; "" is the first page. It says
// nothing of whether there is such a page.
func ToPage(page string) Endpoint {
	return Endpoint{Access: Anyone, Serve: func(c echo.Context) error {
		parts := strings.Split(page, "/")
		for i, part := range parts {
			if name, ok := strings.CutPrefix(part, ":"); ok {
				parts[i] = url.PathEscape(c.Param(name))
			}
		}
		return c.Redirect(http.StatusSeeOther, local(cmp.Or(strings.Join(parts, "/"), "/")))
	}}
}

// ForPerson makes an endpoint for whoever is signed in.
func (h *Handlers) ForPerson(serve func(v *Visit) error) Endpoint {
	return Endpoint{Access: SignedIn, Serve: func(c echo.Context) error {
		v, err := h.identify(c)
		if err != nil {
			return err
		}
		return serve(v)
	}}
}

// InAccount makes an endpoint about one's own account.
func (h *Handlers) InAccount(serve func(v *AccountVisit) error) Endpoint {
	return h.ForPerson(func(v *Visit) error {
		account, err := h.Store.Account(v.ctx(), v.Actor)
		if err != nil {
			return err
		}
		return serve(&AccountVisit{Visit: v, Account: account})
	})
}

// InTeam makes an endpoint for the members of the team in the address, and for
// guests in the team that is open to them.
func (h *Handlers) InTeam(serve func(v *TeamVisit) error) Endpoint {
	return Endpoint{Access: Members, Serve: func(c echo.Context) error { return h.enterTeam(c, serve) }}
}

// InEnvironment makes an endpoint for the members of the team in the address,
// about the environment in the address, locked or not.
func (h *Handlers) InEnvironment(serve func(v *EnvironmentVisit) error) Endpoint {
	return h.InTeam(func(v *TeamVisit) error {
		environment, err := v.Team.Environment(models.EnvironmentKind(v.Param("environment")))
		if err != nil {
			return err
		}
		return serve(&EnvironmentVisit{TeamVisit: v, Environment: environment})
	})
}

// InReadable makes an endpoint for a page of an environment. Where that never was unlocked,
// the page says how to unlock it, whichever section was asked for.
func (h *Handlers) InReadable(section layout.Section, serve func(v *EnvironmentVisit) error) Endpoint {
	return h.InEnvironment(func(v *EnvironmentVisit) error {
		if v.Environment.Readable(h.Store.Now()) {
			return serve(v)
		}
		return h.lockedShow(v, http.StatusOK, section)
	})
}

// InUnlocked makes an endpoint for a page on which something is added to an environment. While that is locked again
// it leads to the section's own page, which says why.
func (h *Handlers) InUnlocked(section layout.Section, serve func(v *EnvironmentVisit) error) Endpoint {
	return h.InReadable(section, func(v *EnvironmentVisit) error {
		if v.Environment.Unlocked(h.Store.Now()) {
			return serve(v)
		}
		return v.Redirect(http.StatusSeeOther, v.here(section))
	})
}

// AsFile makes an endpoint whose answer is a file of an environment. Where there is none to be had, the answer is no
// success: a page in its place would be kept as the file.
func (h *Handlers) AsFile(section layout.Section, serve func(v *EnvironmentVisit) error) Endpoint {
	return h.InEnvironment(func(v *EnvironmentVisit) error {
		if v.Environment.Readable(h.Store.Now()) {
			return serve(v)
		}
		return h.lockedShow(v, http.StatusForbidden, section)
	})
}

// AtDesk makes an endpoint for solutions engineers.
func (h *Handlers) AtDesk(serve func(v *DeskVisit) error) Endpoint {
	return Endpoint{Access: Desk, Serve: func(c echo.Context) error {
		v, err := h.identify(c)
		if err != nil {
			return err
		}
		desk, err := h.Store.Desk(c.Request().Context(), v.Actor)
		if err != nil {
			return err
		}
		return serve(&DeskVisit{Visit: v, Desk: desk})
	}}
}
