// Package layout holds the frame of every page: the head, the navigation with
// the environment switcher, the desk's header and the status message.
package layout

import (
	"time"

	"dojo/models"
)

// Base is what every page needs around its own content. A page struct embeds it.
type Base struct {
	// Title names the page in the browser's tab; the team, the environment and
	// "Dojo" are added to it.
	Title string
	// Now is the moment the page is rendered; relative times count from it.
	Now time.Time
	// Person is who is signed in, nil for a visitor.
	Person *Person
	// Guest is set on the pages of the team that is open to guests, for whoever is
	// not a member of it: they offer what a guest may see, and the way to sign in.
	Guest bool
	// Viewing is set for a solutions engineer who looks at the team's pages as the team sees them.
	Viewing *Viewing
	// Team is set on every page below /t/{team}.
	Team *Team
	// Environment is set on every page below /t/{team}/{environment}.
	Environment *Environment
	// Lock says why the environment is locked again; nil while it is unlocked, and where it never was.
	Lock *Lock
	// MayRequest lets the person ask to unlock the environment, or to renew its agreement.
	MayRequest bool
	// Section marks the current item of the navigation.
	Section Section
	// Flash is the outcome of what the person just did, nil when there is none.
	Flash *Flash
	// FocusBelow is set where something on the page takes the focus rather than the message.
	FocusBelow bool
	// Unseen counts the person's notifications that they have not seen.
	Unseen int
	// GoesOn has the page loaded again every few seconds where there are no scripts, which
	// otherwise look for what is new on it.
	GoesOn bool
	// ReloadAt is where a page that shows a secret leads to after SecretStays where there are no scripts,
	// which otherwise hide it; empty on all other pages.
	ReloadAt string
	// TroubledMails counts the mails that could not be sent so far; on the desk's pages.
	TroubledMails int
	// MailToLog is set where no mail server is set up; on the desk's pages.
	MailToLog bool
	// ProxyFaults are the proxies that are not set up, the latest first; on the desk's pages.
	ProxyFaults []ProxyFault
}

// SecretStays is how long a page shows a secret that somebody asked for.
const SecretStays = time.Minute

// Person is the signed-in person.
type Person struct {
	Name  string
	Email string
	// Engineer adds the way to the desk.
	Engineer bool
}

// Viewing is that a solutions engineer looks at a team's pages.
type Viewing struct {
	// Until is when it ends by itself.
	Until time.Time
	// Leave is where the form that ends it is posted.
	Leave string
}

// Team is the team whose pages are viewed, and what its switcher offers.
type Team struct {
	Slug string
	Name string
	// Environments in their fixed order: Playground, Development, Production.
	Environments []Environment
	// Others are those of the person's other teams that they viewed last, by name.
	Others []TeamLink
	// MoreTeams is how many others there are beside.
	MoreTeams int
	// Webhooks adds the way to the team's webhooks, for those who may manage them.
	Webhooks bool
	// LastEnvironment is the slug of the environment that the navigation leads to
	// from the team's own pages; empty means Playground.
	LastEnvironment string
}

// TeamLink leads to another of the person's teams.
type TeamLink struct {
	Slug string
	Name string
	// Environments in their fixed order, each of which the switcher leads to.
	Environments []Environment
	// LastEnvironment is the slug of the environment that the team's name leads to;
	// empty means the environment that is viewed now.
	LastEnvironment string
}

// Environment is one environment of a team.
type Environment struct {
	// Slug is "playground", "development" or "production"; it also picks the colour.
	Slug string
	// Name is "Playground", "Development" or "Production".
	Name  string
	State State
	// Ends is the first moment at which it is locked again; zero when nothing ends, or another agreement follows.
	Ends time.Time
	// Pending is set while a request to unlock it, or to renew its agreement, waits.
	Pending bool
	// Alarms is how many signs that a key of it leaked are open, and AlarmsBad whether one lets others act as the team.
	Alarms    int
	AlarmsBad bool
}

// IsLocked reports whether the page is one of a locked environment.
func (b Base) IsLocked() bool { return b.Environment != nil && b.Environment.State == Locked }

// EndsSoon reports whether it is locked again within 30 days.
func (e Environment) EndsSoon(now time.Time) bool {
	return !e.Ends.IsZero() && e.Ends.Sub(now) <= models.EndingSoon
}

// Lock is why an environment that was unlocked is locked again. Its pages stay readable, and each of them says so.
type Lock struct {
	Since time.Time
	// Agreement is the reference of the agreement that ended; empty where an engineer has locked it.
	Agreement string
	// Trial is set where that was a trial.
	Trial bool
	// By is the engineer who locked it, and Reason why.
	By     string
	Reason string
	// Begins is when another agreement unlocks it by itself; zero when none does.
	Begins time.Time
	// Request is the address of the request that waits, AskedBy and AskedAt who sent it and when; empty when none does.
	Request string
	AskedBy string
	AskedAt time.Time
}

// State says what may be done in an environment.
type State string

// The states of an environment.
const (
	ReadOnly State = "read-only" // the Playground: sample data, nothing to change
	Unlocked State = "unlocked"
	Locked   State = "locked"
)

// Section is an item of the navigation.
type Section string

// The items of the navigation; those of an environment are also the last part of
// the page's address (the overview's is empty).
const (
	Overview Section = "overview"
	Keys     Section = "keys"
	Usage    Section = "usage"
	Activity Section = "activity"

	EnvironmentSettings Section = "settings"

	Members        Section = "members"
	TeamActivity   Section = "team-activity"
	TeamSettings   Section = "team-settings"
	Account        Section = "account"
	Security       Section = "security"
	MailChoices    Section = "mail-choices"
	Notifications  Section = "notifications"
	DeskHome       Section = "desk"
	DeskRequests   Section = "desk-requests"
	DeskTeams      Section = "desk-teams"
	DeskAgreements Section = "desk-agreements"
	DeskCompromise Section = "desk-compromise"
	DeskMail       Section = "desk-mail"
	DeskProcesses  Section = "desk-processes"
	TeamWebhooks   Section = "team-webhooks"
	DeskWebhooks   Section = "desk-webhooks"
)

// The lists of records have the addresses of their collections.
var (
	Catalog      = SectionOf(models.Products)
	Users        = SectionOf(models.EndUsers)
	Interactions = SectionOf(models.Interactions)
)

// SectionOf is the section that lists the records of a collection.
func SectionOf(of models.Collection) Section { return Section(of.Path()) }

// Flash is a status message (role "status"; role "alert" when it is bad news).
type Flash struct {
	// Bad marks a failure; otherwise the message reports success.
	Bad bool
	// Text is the message in one sentence, such as "Refused everywhere".
	Text string
	// Detail says more in plain text; may be empty.
	Detail string
	// Undo is where a form that takes it back is posted; empty when nothing does.
	Undo string
	// Link is an address that is shown this once, to be copied and handed over; may be empty.
	Link string
	// At is the moment the outcome holds from ("since …"); zero when it has none.
	At time.Time
}
