package web

import (
	"net/http"

	"dojo/handlers"
	"dojo/views/layout"
)

// route is one address of the dashboard. Its endpoint carries who may call it.
type route struct {
	method, path string
	handlers.Endpoint
}

// dashboardRoutes is the table of every address of the dashboard; that of the
// API is in api.go.
func dashboardRoutes(h *handlers.Handlers) []route {
	const (
		get  = http.MethodGet
		post = http.MethodPost

		environment = "/t/:team/:environment"
	)
	return []route{
		{get, "/login", h.Open(h.LoginShow)},
		{post, "/login", h.Open(h.Login)},
		{post, "/logout", h.ForPerson(h.Logout)},
		{get, "/setup", h.Open(h.SetupShow)},
		{post, "/setup", h.Open(h.Setup)},

		{get, "/", h.ForPerson(h.Home)},
		{get, "/t/:team", h.InTeam(h.TeamShow)},
		{get, "/t/:team/activity", h.InTeam(h.TeamActivity)},

		{get, environment, h.InUnlocked(layout.Overview, h.Overview)},
		{get, environment + "/keys", h.InUnlocked(layout.Keys, h.KeysShow)},
		{post, environment + "/keys", h.InEnvironment(h.KeyIssue)},
		{post, environment + "/keys/:key/view", h.InEnvironment(h.KeyView)},
		{post, environment + "/keys/:key/revoke", h.InEnvironment(h.KeyRevoke)},
		{get, environment + "/catalog", h.InUnlocked(layout.Catalog, h.Catalog)},
		{get, environment + "/users", h.InUnlocked(layout.Users, h.EndUsers)},
		{get, environment + "/interactions", h.InUnlocked(layout.Interactions, h.Interactions)},
		{get, environment + "/activity", h.InUnlocked(layout.Activity, h.Activity)},
		{post, environment + "/unlock-requests", h.InEnvironment(h.UnlockRequest)},
		{post, environment + "/unlock-requests/:request/withdraw", h.InEnvironment(h.UnlockWithdraw)},

		{get, "/desk", h.AtDesk(h.DeskHome)},
		{get, "/desk/requests", h.AtDesk(h.DeskRequests)},
		{get, "/desk/requests/:request", h.AtDesk(h.DeskRequest)},
		{post, "/desk/requests/:request/approve", h.AtDesk(h.DeskApprove)},
		{post, "/desk/requests/:request/decline", h.AtDesk(h.DeskDecline)},
		{get, "/desk/teams", h.AtDesk(h.DeskTeams)},
		{get, "/desk/teams/:team", h.AtDesk(h.DeskTeam)},
		{post, "/desk/teams/:team/:environment/agreement", h.AtDesk(h.DeskAgreement)},
		{get, "/desk/compromise", h.AtDesk(h.DeskCompromise)},
		{post, "/desk/compromise", h.AtDesk(h.DeskCompromiseFind)},
		{post, "/desk/compromise/:key/revoke", h.AtDesk(h.DeskCompromiseRevoke)},
	}
}
