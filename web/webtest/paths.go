package webtest

const CompromisePath = "/desk/compromise"

const MembersPath = "/t/acme/members"

const KeysPath = "/t/acme/development/keys"

const NewPassword = "an entirely new passphrase"

const (
	SecurityPath = "/account/security"
	SecondPath   = "/login/second"
)

const (
	ProductionPath = "/t/acme/production"
	RequestsPath   = ProductionPath + "/unlock-requests"
)

const CatalogPath, UsersPath, InteractionsPath = "/t/acme/development/catalog", "/t/acme/development/users", "/t/acme/development/interactions"

const (
	UsagePath = "/t/acme/development/usage"
	OneView   = `{"data":[{"type":"home_page_view","user_id":"u-1"}]}`
)
