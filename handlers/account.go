package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// AccountVisit is a visit to one's own account.
type AccountVisit struct {
	*Visit
	Account *store.Account
}

// InAccount makes an endpoint about one's own account.
func (h *Handlers) InAccount(serve func(v *AccountVisit) error) Endpoint {
	return h.ForPerson(func(v *Visit) error {
		account, err := h.store.Account(v.ctx(), v.Actor)
		if err != nil {
			return err
		}
		return serve(&AccountVisit{Visit: v, Account: account})
	})
}

// AccountShow is one's own name and teams.
func (h *Handlers) AccountShow(v *AccountVisit) error {
	page, err := h.accountPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) accountPage(v *AccountVisit) (pages.Account, error) {
	base, err := h.base(v.Visit, "Account", layout.Account)
	if err != nil {
		return pages.Account{}, err
	}
	memberships, err := h.store.Memberships(v.ctx(), v.Actor)
	page := pages.Account{Base: base, Name: v.Account.User.Name, Email: v.Account.User.Email}
	for _, m := range memberships {
		page.Teams = append(page.Teams, pages.AccountTeam{
			Slug: m.Team.Slug, Name: m.Team.Name, Role: m.Member.Role, CanLeave: m.Member.Role != models.Owner || m.Owners > 1,
		})
	}
	return page, err
}

// AccountRename changes one's own name.
func (h *Handlers) AccountRename(v *AccountVisit) error {
	err := v.Account.Rename(v.ctx(), v.FormValue("name"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.accountPage(v)
		if err != nil {
			return err
		}
		page.Name, page.NameError = v.FormValue("name"), wrong["name"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect("/account", good("Saved", "What you did before keeps the name of its time."))
}

// securityAddress is the page about how one signs in.
const securityAddress = "/account/security"

// nextOrSecurity is where to go on to after adding a second factor.
func (v *AccountVisit) nextOrSecurity() string {
	if next := v.FormValue("next"); next != "" {
		return local(next)
	}
	return securityAddress
}

// secondFactorNeeded leads a member to the second factor that the team requires.
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
