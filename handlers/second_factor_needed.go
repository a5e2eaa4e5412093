package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/store"
	"dojo/views/pages"
)

// secondFactorNeeded leads a member to the second factor that the team requires, and
// back to where they were going. It is no redirect: the address is right, and works
// as soon as there is a factor.
func (h *Handlers) secondFactorNeeded(v *Visit, team *store.TeamScope) error {
	base, err := h.base(v, "Second factor required", "")
	if err != nil {
		return err
	}
	next := "/t/" + team.Team.Slug
	if v.Request().Method == http.MethodGet {
		next = v.Request().URL.RequestURI()
	}
	v.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return render(v, http.StatusForbidden, pages.SecondFactorNeeded{Base: base, TeamName: team.Team.Name, Next: next})
}
