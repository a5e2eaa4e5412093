package words

import (
	"strings"

	"dojo/models"
)

// Notification is what is said of a notification, in the page's list and in a mail.
type Notification struct {
	Title    string // in a few words, also a mail's subject
	Happened string // who did what, in a sentence
	Quote    string // what somebody wrote about it; may be empty
	Means    string
	Do       string
	Label    string // of the link
	Path     string // the address of the page where one does it, without the host
}

// NotificationOf says a notification to the person who is told. What people typed in it
// is isolated, and otherwise as it came.
func NotificationOf(told models.Told) Notification {
	say, known := sayings[told.Event]
	if !known { // of a later version
		return Notification{Title: string(told.Event), Happened: By(told.Actor) + ": " + string(told.Event) + ".",
			Means: "This version of Dojo does not know what it means.", Do: "There is nothing to do.",
			Label: "Open Dojo", Path: "/"}
	}
	s := sentence{Told: told, who: By(told.Actor), team: models.Isolated(told.Team),
		environment: told.Environment.Name()}
	d := &s.Detail
	for _, typed := range []*string{&d.Agreement, &d.Subject, &d.Address, &d.UserAgent} {
		*typed = models.Isolated(*typed)
	}
	return say(s)
}

// sentence is a notification with the parts that most sentences are made of.
type sentence struct {
	models.Told
	who         string
	team        string
	environment string
}

// place names the environment with its team, within a sentence: "Production of Acme Books".
func (s sentence) place() string { return s.environment + " of " + s.team }

// at is the address of a section of the environment, such as "keys"; empty: its overview.
func (s sentence) at(section string) string {
	return strings.TrimSuffix("/t/"+s.TeamSlug+"/"+string(s.Environment)+"/"+section, "/")
}

// atTeam is the address of a section of the team.
func (s sentence) atTeam(section string) string { return "/t/" + s.TeamSlug + "/" + section }

// forDesk has a solutions engineer do it at the desk.
func (s sentence) forDesk(n Notification, label, path string) Notification {
	if s.Desk {
		n.Label, n.Path = label, "/desk/"+path
	}
	return n
}

// until says when an agreement ends, behind its reference.
func (s sentence) until() string {
	if s.Detail.EndsAt == nil {
		return ", without an end"
	}
	return ", until " + Until(*s.Detail.EndsAt)
}

// nothing is what to do where it is enough to know.
const nothing = "There is nothing to do."

var sayings = map[models.Event]func(sentence) Notification{
	models.RequestMadeEvent:      requestMade,
	models.RequestRepliedEvent:   requestReplied,
	models.RequestWaitingEvent:   requestWaiting,
	models.RequestApprovedEvent:  requestApproved,
	models.RequestDeclinedEvent:  requestDeclined,
	models.RequestWithdrawnEvent: requestWithdrawn,
	models.RequestLapsedEvent:    requestLapsed,
	models.DecisionUndoneEvent:   decisionUndone,

	models.EnvironmentUnlockedEvent: environmentUnlocked,
	models.EnvironmentLockedEvent:   environmentLocked,
	models.AgreementChangedEvent:    agreementChanged,
	models.AgreementEndingEvent:     agreementEnding,
	models.AgreementEndedEvent:      agreementEnded,
	models.LimitReachedEvent:        limitReached,

	models.ExposureSeenEvent:    exposureSeen,
	models.KeyReplacedEvent:     keyReplaced,
	models.KeyRevokedEvent:      keyRevoked,
	models.RetiringKeyUsedEvent: retiringKeyUsed,
	models.SecretViewedEvent:    secretViewed,

	models.MemberInvitedEvent:     memberInvited,
	models.MemberJoinedEvent:      memberJoined,
	models.MemberRoleChangedEvent: memberRoleChanged,
	models.MemberRemovedEvent:     memberRemoved,

	models.WebhookPausedEvent: webhookPaused,
}
