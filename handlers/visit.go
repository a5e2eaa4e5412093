package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/session"
	"dojo/store"
	"dojo/views/layout"
)

// Visit is a request by a signed-in person, and the one place for what is known
// of it: the request's context leads to it, for the error page and the log.
type Visit struct {
	echo.Context
	Actor   models.Actor // without a UserID for a guest
	mark    string       // of the person's forms
	session *sessions.Session
}

// visitKey is where a request's context has its Visit.
type visitKey struct{}

// visitOf returns the request's visit, nil as long as it is not known who is
// signed in.
func visitOf(c echo.Context) *Visit {
	v, _ := c.Request().Context().Value(visitKey{}).(*Visit)
	return v
}

// PersonID returns the id of who is signed in, as far as the request has found
// out.
func PersonID(c echo.Context) string {
	if v := visitOf(c); v != nil {
		return v.Actor.UserID
	}
	return ""
}

// TeamVisit is a request about a team that the person is a member of.
type TeamVisit struct {
	*Visit
	Team *store.TeamScope
}

// EnvironmentVisit is a request about one environment of such a team.
type EnvironmentVisit struct {
	*TeamVisit
	Environment models.Environment
}

// AccountVisit is a request about one's own account.
type AccountVisit struct {
	*Visit
	Account *store.Account
}

// DeskVisit is a request by a solutions engineer.
type DeskVisit struct {
	*Visit
	Desk *store.Desk
}

// enterTeam opens the team in the address. A name in addresses that the team had
// before leads on to the one it has, and who lacks the second factor that the
// team requires is led to it before anything else.
func (h *Handlers) enterTeam(c echo.Context, serve func(v *TeamVisit) error) error {
	v, err := h.identify(c)
	if models.CodeOf(err) == models.Unauthenticated && openToGuests(c) {
		v, err = h.guest(c)
	}
	if err != nil {
		return err
	}
	team, err := h.Store.Team(v.ctx(), v.Actor, c.Param("team"))
	if err != nil {
		return err
	}
	if team.Team.Slug != c.Param("team") {
		return c.Redirect(http.StatusTemporaryRedirect, renamed(c.Request().URL, c.Param("team"), team.Team.Slug))
	}
	lacks, err := team.LacksSecondFactor(v.ctx())
	if err != nil {
		return err
	}
	if lacks {
		return h.secondFactorNeeded(v, team)
	}
	visit := &TeamVisit{Visit: v, Team: team}
	if err := visit.seen(); err != nil {
		return err
	}
	return serve(visit)
}

// openToGuests reports whether the request needs no sign-in: guests look at one
// team, and change nothing.
func openToGuests(c echo.Context) bool {
	return c.Param("team") == models.ExploreSlug && c.Request().Method != http.MethodPost
}

// renamed is the address with the team's new name in the place of the old one.
func renamed(address *url.URL, old, slug string) string {
	to := url.URL{Path: "/t/" + slug + strings.TrimPrefix(address.Path, "/t/"+old), RawQuery: address.RawQuery}
	return keyless(&to)
}

// guest is a visit by somebody who is not signed in, to the team that is open to
// guests.
func (h *Handlers) guest(c echo.Context) (*Visit, error) {
	open, err := h.Sessions.Open(c.Request())
	return &Visit{Context: c, Actor: visitor(c), session: open}, err
}

// identify finds out who is signed in, once a request. It is Unauthenticated when
// nobody is, or when the account was disabled since, and Conflict when somebody else
// has filled in the form that was sent.
func (h *Handlers) identify(c echo.Context) (*Visit, error) {
	if v := visitOf(c); v != nil {
		return v, nil
	}
	user, err := h.signedIn(c)
	if err != nil {
		return nil, err
	}
	if typedBy := h.typedBy(c); typedBy != "" && typedBy != user.ID {
		return nil, errOthersForm
	}
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return nil, err
	}
	actor := visitor(c)
	actor.UserID, actor.Name, actor.Email, actor.Engineer = user.ID, user.Name, user.Email, user.Engineer
	v := &Visit{Context: c, Actor: actor, mark: h.Store.FormMark(user.ID), session: open}
	c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), visitKey{}, v)))
	return v, nil
}

// signedIn is the user of the request's session. It is Unauthenticated when there is none.
func (h *Handlers) signedIn(c echo.Context) (models.User, error) {
	open, err := h.Sessions.Open(c.Request())
	if err != nil {
		return models.User{}, err
	}
	id := session.UserID(open)
	if id == "" {
		return models.User{}, models.Errorf(models.Unauthenticated, "Sign in first.")
	}
	user, err := h.Store.SessionUser(c.Request().Context(), id)
	if models.CodeOf(err) == models.NotFound {
		err = models.Errorf(models.Unauthenticated, "Sign in first.")
	}
	return user, err
}

// ctx is the request's context.
func (v *Visit) ctx() context.Context { return v.Request().Context() }

// here is the address of a section of the environment.
func (v *EnvironmentVisit) here(section layout.Section) string {
	return layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), section)
}

// visit lets what concerns every visit be done to its kinds.
func (v *Visit) visit() *Visit { return v }

func (v *Visit) place() string { return "" }

func (v *TeamVisit) place() string { return " in " + models.Isolated(v.Team.Team.Name) }

func (v *EnvironmentVisit) place() string {
	return v.TeamVisit.place() + " / " + v.Environment.Kind.Name()
}

// visitor is whoever sent the request, before it is known who that is.
func visitor(c echo.Context) models.Actor {
	return models.Actor{Address: c.RealIP(), RequestID: c.Response().Header().Get(echo.HeaderXRequestID)}
}

// local returns next when it is an address of this site, and otherwise "/". What looks
// like a key is not led on with: addresses are kept in many places.
// Browsers read a backslash as a slash, and "//" begins a host; what is returned
// is looked at again, since writing an address anew may undo its encoding.
func local(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !onSite(next) || !onSite(u.RequestURI()) {
		return "/"
	}
	return keyless(u)
}

// keyless is the address without its query when that holds what looks like a key, and
// "/" when the path does.
func keyless(address *url.URL) string {
	switch uri := address.RequestURI(); {
	case !models.HoldsKey(uri):
		return uri
	case !models.HoldsKey(address.EscapedPath()):
		return address.EscapedPath()
	}
	return "/"
}

// onSite reports whether the address begins with exactly one slash.
func onSite(address string) bool {
	return strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.HasPrefix(address, `/\`)
}
