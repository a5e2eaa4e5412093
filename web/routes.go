package web

import (
	"net/http"

	"dojo/handlers"
	"dojo/models"
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
		members     = "/t/:team/members"
		settings    = "/t/:team/settings"
		security    = "/account/security"

		addPasskey = "add a passkey"
	)
	routes := []route{
		{get, "/login", h.Open(h.LoginShow)},
		{post, "/login", h.WithPasswords(h.Login)},
		{get, "/login/second", h.Open(h.SecondFactorShow)},
		{post, "/login/second", h.Open(h.SecondFactor)},
		{post, "/login/passkey/begin", h.WithPasskeys(h.PasskeyLoginBegin)},
		{post, "/login/passkey", h.WithPasskeys(h.PasskeyLogin)},
		{post, "/login/oidc", h.WithProvider(h.ProviderLogin)},
		{get, "/login/oidc/callback", h.WithProvider(h.ProviderCallback)},
		{post, "/logout", h.ForPerson(h.Logout)},
		{get, "/setup", h.Open(h.SetupShow)},
		{post, "/setup", h.Open(h.Setup)},
		{get, "/reset", h.WithPasswords(h.ResetShow)},
		{post, "/reset", h.WithPasswords(h.Reset)},
		{get, "/reset/:token", h.WithPasswords(h.ResetPasswordShow)},
		{post, "/reset/:token", h.WithPasswords(h.ResetPassword)},
		{get, "/signup", h.WhenSignupIsOpen(h.SignupShow)},
		{post, "/signup", h.WhenSignupIsOpen(h.Signup)},
		{get, "/signup/:token", h.WhenSignupIsOpen(h.SignupAccountShow)},
		{post, "/signup/:token", h.WhenSignupIsOpen(h.SignupAccount)},
		{get, "/invite/:token", h.Open(h.InviteShow)},
		{post, "/invite/:token", h.Open(h.InviteAccept)},
		{post, "/proof/passkey/begin", h.ForPerson(h.PasskeyProofBegin)},
		{post, "/proof/oidc", h.ForPerson(h.ProviderProof)},

		{get, "/account", h.InAccount(h.AccountShow)},
		{post, "/account", h.Keep(h.InAccount(h.AccountRename))},
		{get, security, h.InAccount(h.SecurityShow)},
		{post, security + "/password", h.InAccount(h.PasswordChange)},
		{post, security + "/passkeys/begin", h.ForPerson(handlers.RequireProof(h, addPasskey, h.PasskeyAddBegin))},
		{post, security + "/passkeys", h.InAccount(handlers.RequireProof(h, addPasskey, h.PasskeyAdd))},
		{post, security + "/passkeys/:passkey/rename",
			h.InAccount(handlers.RequireProof(h, "rename a passkey", h.PasskeyRename))},
		{post, security + "/passkeys/:passkey/remove",
			h.InAccount(handlers.RequireProof(h, "remove a passkey", h.PasskeyRemove))},
		{post, security + "/app/begin", h.InAccount(handlers.RequireProof(h, "add an authenticator app", h.AppBegin))},
		{post, security + "/app", h.InAccount(handlers.RequireProof(h, "add an authenticator app", h.AppConfirm))},
		{post, security + "/app/remove",
			h.InAccount(handlers.RequireProof(h, "remove the authenticator app", h.AppRemove))},
		{post, security + "/codes", h.InAccount(handlers.RequireProof(h, "make new recovery codes", h.CodesNew))},
		{post, security + "/sessions/:session/end", h.InAccount(h.SessionEnd)},
		{post, security + "/sessions/end-others", h.InAccount(h.SessionEndOthers)},

		{get, "/account/notifications", h.InAccount(h.MailChoicesShow)},
		{post, "/account/notifications", h.InAccount(h.MailChoose)},
		{get, "/notifications", h.InAccount(h.NotificationsShow)},
		{post, "/notifications", h.InAccount(h.NotificationsSeen)},
		{get, "/notifications/:id", h.InAccount(h.NotificationOpen)},

		{get, "/search", h.ForPerson(h.Search)},
		{post, "/search", h.ForPerson(h.SearchFor)},
		{get, "/search/shortcuts", h.ForPerson(h.Shortcuts)},

		{get, "/", h.ForPerson(h.Home)},
		{get, "/resume/:form", h.ForPerson(h.Resume)},
		{get, "/t/:team", h.InTeam(h.TeamShow)},
		{get, "/t/:team/activity", h.InTeam(h.TeamActivity)},
		{get, members, h.InTeam(h.MembersShow)},
		{post, members + "/leave", h.InTeam(h.MemberLeave)},
		{post, members + "/:user/role", h.InTeam(handlers.RequireProof(h, "change a member's role", h.MemberRole))},
		{post, members + "/:user/remove", h.InTeam(handlers.RequireProof(h, "remove a member", h.MemberRemove))},
		{post, members + "/:user/hand-over",
			h.InTeam(handlers.RequireProof(h, "hand over the ownership", h.MemberHandOver))},
		{post, "/t/:team/invitations", h.Keep(h.InTeam(handlers.RequireProof(h, "invite somebody", h.MemberInvite)))},
		{post, "/t/:team/invitations/:invitation/resend", h.InTeam(h.InvitationResend)},
		{post, "/t/:team/invitations/:invitation/link",
			h.InTeam(handlers.RequireProof(h, "get an invitation's link", h.InvitationLink))},
		{post, "/t/:team/invitations/:invitation/withdraw", h.InTeam(h.InvitationWithdraw)},
		{get, settings, h.InTeam(h.TeamSettingsShow)},
		{post, settings, h.Keep(h.InTeam(h.TeamRename))},
		{post, settings + "/production-secret",
			h.InTeam(handlers.RequireProof(h, "change a security setting", h.TeamProductionSecret))},
		{post, settings + "/second-factor",
			h.InTeam(handlers.RequireProof(h, "change a security setting", h.TeamSecondFactor))},
		{post, settings + "/viewing",
			h.InTeam(handlers.RequireProof(h, "change a security setting", h.TeamViewing))},
		{post, settings + "/delete", h.InTeam(handlers.RequireProof(h, "delete the team", h.TeamDelete))},

		{get, environment, h.InReadable(layout.Overview, h.Overview)},
		{get, environment + "/keys", h.InReadable(layout.Keys, h.KeysShow)},
		{post, environment + "/keys", h.InEnvironment(handlers.RequireProof(h, "issue a key", h.KeyIssue))},
		{post, environment + "/keys/:key/view",
			h.InEnvironment(handlers.RequireProof(h, "view a secret key", h.KeyView))},
		{post, environment + "/keys/:key/rename", h.InEnvironment(h.KeyRename)},
		{post, environment + "/keys/:key/copy",
			h.InEnvironment(handlers.RequireProof(h, "copy a secret key", h.KeyCopy))},
		{post, environment + "/keys/:key/revoke",
			h.Keep(h.InEnvironment(handlers.RequireProof(h, "revoke a key", h.KeyRevoke)))},
		{get, environment + "/keys/:key/receipt", h.InEnvironment(h.KeyReceipt)},
		{get, environment + "/keys/:key/receipt.json", h.InEnvironment(h.KeyReceiptJSON)},
		{get, environment + "/receipts/:sequence", h.InEnvironment(h.Receipt)},
		{get, environment + "/catalog", h.InReadable(layout.Catalog, h.Catalog)},
		{get, environment + "/users", h.InReadable(layout.Users, h.EndUsers)},
		{get, environment + "/interactions", h.InReadable(layout.Interactions, h.Interactions)},
		{post, environment + "/interactions/delete-user",
			h.InEnvironment(handlers.RequireProof(h, "delete a user's interactions", h.InteractionsDeleteUser))},
		{get, environment + "/usage", h.InReadable(layout.Usage, h.Usage)},
		{post, environment + "/usage/requests", h.InEnvironment(h.UsageRequestFind)},
		{get, environment + "/usage/requests/:id", h.InEnvironment(h.UsageRequest)},
		{get, environment + "/settings", h.InReadable(layout.EnvironmentSettings, h.EnvironmentSettingsShow)},
		{post, environment + "/settings/origins",
			h.Keep(h.InEnvironment(handlers.RequireProof(h, "change a security setting", h.EnvironmentOrigins)))},
		{post, environment + "/settings/browser-secrets",
			h.InEnvironment(handlers.RequireProof(h, "change a security setting", h.EnvironmentBrowserSecrets))},
		{post, environment + "/keys/:key/settle", h.InEnvironment(h.ExposureResolve)},
		{post, environment + "/keys/programs/accept", h.InEnvironment(h.ProgramAccept)},
		{post, environment + "/keys/programs/unaccept", h.InEnvironment(h.ProgramUnaccept)},
		{get, environment + "/activity", h.InReadable(layout.Activity, h.Activity)},
		{get, environment + "/unlock", h.InEnvironment(h.UnlockShow)},
		{post, environment + "/trial", h.InEnvironment(handlers.RequireProof(h, "start the trial", h.TrialStart))},
		{post, environment + "/unlock-requests", h.Keep(h.InEnvironment(h.UnlockRequest))},
		{get, environment + "/unlock-requests/:request", h.InEnvironment(h.RequestShow)},
		{post, environment + "/unlock-requests/:request/replies", h.Keep(h.InEnvironment(h.RequestReply))},
		{post, environment + "/unlock-requests/:request/withdraw", h.InEnvironment(h.UnlockWithdraw)},
		{post, environment + "/unlock-requests/:request/withdraw/undo", h.InEnvironment(h.UnlockWithdrawUndo)},

		{get, "/desk", h.AtDesk(h.DeskHome)},
		{get, "/desk/requests", h.AtDesk(h.DeskRequests)},
		{get, "/desk/requests/:request", h.AtDesk(h.DeskRequest)},
		{post, "/desk/requests/:request/approve",
			h.Keep(h.AtDesk(handlers.RequireProof(h, "unlock an environment", h.DeskApprove)))},
		{post, "/desk/requests/:request/decline",
			h.Keep(h.AtDesk(handlers.RequireProof(h, "decline a request", h.DeskDecline)))},
		{post, "/desk/requests/:request/replies", h.Keep(h.AtDesk(h.DeskReply))},
		{post, "/desk/requests/:request/undo", h.AtDesk(handlers.RequireProof(h, "undo a decision", h.DeskUndo))},
		{get, "/desk/teams", h.AtDesk(h.DeskTeams)},
		{get, "/desk/teams/new", h.AtDesk(h.DeskTeamNew)},
		{post, "/desk/teams", h.Keep(h.AtDesk(handlers.RequireProof(h, "create a team", h.DeskTeamCreate)))},
		{get, "/desk/teams/:team", h.AtDesk(h.DeskTeam)},
		{post, "/desk/teams/:team/restore", h.AtDesk(handlers.RequireProof(h, "restore a team", h.DeskTeamRestore))},
		{post, "/desk/teams/:team/invitations/:invitation/link",
			h.AtDesk(handlers.RequireProof(h, "get an invitation's link", h.DeskInvitationLink))},
		{post, "/desk/teams/:team/notes", h.Keep(h.AtDesk(h.DeskNote))},
		{post, "/desk/teams/:team/view", h.Keep(h.AtDesk(handlers.RequireProof(h, "view a team’s pages", h.DeskView)))},
		{post, "/desk/teams/:team/leave", h.AtDesk(h.DeskLeave)},
		{post, "/desk/teams/:team/:environment/lock",
			h.Keep(h.AtDesk(handlers.RequireProof(h, "lock an environment", h.DeskLock)))},
		{post, "/desk/teams/:team/:environment/unlock",
			h.AtDesk(handlers.RequireProof(h, "unlock an environment", h.DeskUnlock))},
		{get, "/desk/agreements", h.AtDesk(h.DeskAgreements)},
		{get, "/desk/agreements/new", h.AtDesk(h.DeskAgreementNew)},
		{post, "/desk/agreements", h.Keep(h.AtDesk(h.DeskAgreementCreate))},
		{get, "/desk/agreements/:agreement", h.AtDesk(h.DeskAgreement)},
		{get, "/desk/agreements/:agreement/change", h.AtDesk(h.DeskAgreementEdit)},
		{post, "/desk/agreements/:agreement/change", h.Keep(h.AtDesk(h.DeskAgreementChange))},
		{post, "/desk/agreements/:agreement/renew",
			h.AtDesk(handlers.RequireProof(h, "renew an agreement", h.DeskAgreementRenew))},
		{post, "/desk/agreements/:agreement/end",
			h.AtDesk(handlers.RequireProof(h, "end an agreement", h.DeskAgreementEnd))},
		{post, "/desk/agreements/:agreement/notes", h.Keep(h.AtDesk(h.DeskAgreementNote))},
		{get, "/desk/mail", h.AtDesk(h.DeskMail)},
		{get, "/desk/processes", h.AtDesk(h.DeskProcesses)},
		{get, "/desk/compromise", h.AtDesk(h.DeskCompromise)},
		{post, "/desk/compromise", h.AtDesk(h.DeskCompromiseFind)},
		{post, "/desk/compromise/:key/revoke",
			h.Keep(h.AtDesk(handlers.RequireProof(h, "revoke a key", h.DeskCompromiseRevoke)))},
	}
	routes = append(routes, webhookRoutes(h, "/t/:team/webhooks", h.InTeamWebhooks)...)
	routes = append(routes, webhookRoutes(h, "/desk/webhooks", h.AtDeskWebhooks)...)
	for _, of := range models.Collections {
		section, list := layout.SectionOf(of), environment+"/"+of.Path()
		routes = append(routes,
			route{get, list + "/upload", h.InUnlocked(section, h.UploadShow(of))},
			route{post, list + "/upload", h.InEnvironment(h.Upload(of)).WithFile()},
			route{get, list + "/upload/template", h.AsFile(section, h.UploadTemplate(of))},
			route{get, list + "/uploads/:file", h.InUnlocked(section, h.UploadPreview(of))},
			route{post, list + "/uploads/:file", h.InEnvironment(h.UploadStep(of))},
			route{get, list + "/uploads/:file/progress", h.InEnvironment(h.UploadProgress)},
			route{get, list + "/uploads/:file/rejected", h.AsFile(section, h.UploadRejected(of))},
			route{get, list + "/download", h.AsFile(section, h.RecordsDownload(of))},
			route{post, list + "/delete", h.InEnvironment(h.RecordDelete(of))},
			route{post, list + "/delete/:deletion/undo", h.InEnvironment(h.RecordDeleteUndo(of))},
			route{post, list + "/delete-all",
				h.InEnvironment(handlers.RequireProof(h, "delete all of it", h.RecordsDeleteAll(of)))},
		)
	}
	return routes
}

// webhookRoutes are the addresses of the webhooks of a team, or of the desk.
func webhookRoutes(h *handlers.Handlers, list string,
	of func(func(*handlers.WebhookVisit) error) handlers.Endpoint) []route {
	const get, post = http.MethodGet, http.MethodPost
	one, delivery := list+"/:webhook", list+"/:webhook/deliveries/:delivery"
	return []route{
		{get, list, of(h.WebhooksShow)},
		{get, list + "/new", of(h.WebhookNew)},
		{post, list + "/new", h.Keep(of(handlers.RequireProof(h, "create a webhook", h.WebhookCreate)))},
		{get, one, of(h.WebhookShow)},
		{post, one, h.Keep(of(handlers.RequireProof(h, "change a webhook", h.WebhookChange)))},
		{post, one + "/test", of(h.WebhookTest)},
		{post, one + "/pause", of(h.WebhookPause)},
		{post, one + "/resume", of(h.WebhookResume)},
		{post, one + "/rotate", of(handlers.RequireProof(h, "rotate a webhook's secret", h.WebhookRotate))},
		{post, one + "/delete", of(handlers.RequireProof(h, "delete a webhook", h.WebhookDelete))},
		{get, delivery, of(h.WebhookDeliveryShow)},
		{post, delivery + "/again", of(h.WebhookSendAgain)},
	}
}
