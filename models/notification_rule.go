package models

import "time"

// Audience is a circle of people who are told of an event. Whoever caused it is never
// among them.
type Audience string

// The audiences.
const (
	// Engineers are all solutions engineers, or the one who looks after the agreement.
	Engineers Audience = "engineers"
	Managers  Audience = "managers"  // the team's owners and admins
	Concerned Audience = "concerned" // NotificationDetail.People: the requester, those who wrote, the member
)

// Audiences lists the audiences in the order they are shown.
func Audiences() []Audience { return []Audience{Engineers, Managers, Concerned} }

// Urgency is how soon somebody is told by mail. In the page they are told at once.
type Urgency string

// The urgencies.
const (
	Untold Urgency = "" // nor in the page
	AtOnce Urgency = "at_once"
	Daily  Urgency = "daily" // with others, once a day
)

// Rule says who is told of an event.
type Rule struct {
	Event
	Engineers, Managers, Concerned Urgency

	// Security is set where the team's owners are told by mail whatever they chose.
	Security bool
}

// rules is the one table of who is told what.
var rules = []Rule{
	{Event: RequestMadeEvent, Engineers: AtOnce, Managers: Daily},
	{Event: RequestRepliedEvent, Engineers: AtOnce, Managers: Daily, Concerned: AtOnce},
	{Event: RequestWaitingEvent, Engineers: AtOnce},
	{Event: RequestApprovedEvent, Engineers: Daily, Managers: AtOnce, Concerned: AtOnce},
	{Event: RequestDeclinedEvent, Engineers: Daily, Managers: AtOnce, Concerned: AtOnce},
	{Event: RequestWithdrawnEvent, Engineers: Daily, Managers: Daily, Concerned: AtOnce},
	{Event: RequestLapsedEvent, Engineers: Daily, Managers: AtOnce, Concerned: AtOnce},
	{Event: DecisionUndoneEvent, Engineers: AtOnce, Managers: AtOnce, Concerned: AtOnce},

	{Event: EnvironmentUnlockedEvent, Engineers: Daily, Managers: AtOnce, Concerned: AtOnce},
	{Event: EnvironmentLockedEvent, Engineers: Daily, Managers: AtOnce, Concerned: AtOnce, Security: true},
	{Event: AgreementChangedEvent, Engineers: Daily, Managers: AtOnce},
	{Event: AgreementEndingEvent, Engineers: AtOnce, Managers: AtOnce},
	{Event: AgreementEndedEvent, Engineers: AtOnce, Managers: AtOnce},
	{Event: LimitReachedEvent, Engineers: AtOnce, Managers: AtOnce},

	{Event: ExposureSeenEvent, Engineers: Daily, Managers: AtOnce, Security: true},
	{Event: KeyReplacedEvent, Managers: AtOnce, Security: true},
	{Event: KeyRevokedEvent, Engineers: Daily, Managers: AtOnce, Security: true},
	{Event: RetiringKeyUsedEvent, Managers: AtOnce, Concerned: AtOnce},
	{Event: SecretViewedEvent, Managers: AtOnce, Security: true},

	{Event: MemberInvitedEvent, Managers: Daily},
	{Event: MemberJoinedEvent, Managers: Daily, Security: true},
	{Event: MemberRoleChangedEvent, Managers: Daily, Concerned: AtOnce, Security: true},
	{Event: MemberRemovedEvent, Managers: Daily, Concerned: AtOnce, Security: true},

	{Event: WebhookPausedEvent, Engineers: AtOnce, Managers: AtOnce},
}

// Rules is the table of who is told what, in the order of Events.
func Rules() []Rule { return rules }

// Rule returns who is told of the event; nobody, if it is of a later version.
func (e Event) Rule() Rule {
	for _, rule := range rules {
		if rule.Event == e {
			return rule
		}
	}
	return Rule{Event: e}
}

// Urgency returns how soon the audience is told.
func (r Rule) Urgency(audience Audience) Urgency {
	switch audience {
	case Engineers:
		return r.Engineers
	case Managers:
		return r.Managers
	case Concerned:
		return r.Concerned
	}
	return Untold
}

// Urgencies are how soon each of Audiences is told.
func (r Rule) Urgencies() []Urgency { return []Urgency{r.Engineers, r.Managers, r.Concerned} }

// Urgency returns how soon the audience is told of this notification. It differs from the
// event's rule in two cases: a key of the Playground, which opens sample data, is not
// urgent, and a team's webhook is no matter of the engineers.
func (n *Notification) Urgency(audience Audience) Urgency {
	urgency := n.Event.Rule().Urgency(audience)
	switch {
	case n.Event == WebhookPausedEvent && n.TeamID != "" && audience == Engineers:
		return Untold
	case urgency == AtOnce && n.Environment == Playground &&
		(n.Event == KeyReplacedEvent || n.Event == KeyRevokedEvent || n.Event == SecretViewedEvent):
		return Daily
	}
	return urgency
}

// LookedAfterBy are those of the engineers who hear of it as such: the one who looks
// after the agreement if that is still an engineer, and otherwise all.
func (d *NotificationDetail) LookedAfterBy(engineers []User) []User {
	for i := range engineers {
		if engineers[i].ID == d.EngineerID {
			return engineers[i : i+1]
		}
	}
	return engineers
}

// NotificationsKept is how long notifications are kept, seen or not.
const NotificationsKept = 90 * 24 * time.Hour

// Notice is a notification in the list of one person.
type Notice struct {
	UserID         string `gorm:"primaryKey"`
	NotificationID int64  `gorm:"primaryKey;autoIncrement:false"`
	Desk           bool   // the person is told as a solutions engineer, whose pages are at the desk
	ForDigest      bool   // the next daily mail has it
	SeenAt         *time.Time
}

// Told is a notification as one person is told of it.
type Told struct {
	Notification
	Team     string // the team's name; empty when it concerns no team
	TeamSlug string
	Desk     bool // as a solutions engineer
}
