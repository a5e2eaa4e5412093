package webtest

// Addresses of pages that several tests ask for. Those of a team are Acme's, and those
// of an environment its Development's unless they say otherwise.
const (
	KeysPath         = "/t/acme/development/keys"
	CatalogPath      = "/t/acme/development/catalog"
	UsersPath        = "/t/acme/development/users"
	InteractionsPath = "/t/acme/development/interactions"
	UsagePath        = "/t/acme/development/usage"
	ProductionPath   = "/t/acme/production"
	RequestsPath     = ProductionPath + "/unlock-requests"
	MembersPath      = "/t/acme/members"
	SecurityPath     = "/account/security"
	SecondPath       = "/login/second"
	CompromisePath   = "/desk/compromise"
)

// NewPassword is one that somebody chooses who changes or resets theirs.
const NewPassword = "an entirely new passphrase"

// OneView is an upload of one interaction.
const OneView = `{"data":[{"type":"home_page_view","user_id":"u-1"}]}`
