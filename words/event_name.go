package words

import (
	"strings"

	"dojo/models"
)

// EventGroup is a part of the table of events.
type EventGroup struct {
	Name   string
	Events []models.Event
}

// EventGroups are all events, by what they are about.
func EventGroups() []EventGroup {
	groups := []EventGroup{{Name: "Requests"}, {Name: "Agreements"}, {Name: "Keys"}, {Name: "Members"},
		{Name: "Webhooks"}}
	for _, event := range models.Events() {
		about, _, _ := strings.Cut(string(event), ".")
		i := map[string]int{"request": 0, "environment": 1, "agreement": 1, "limit": 1, "exposure": 2, "key": 2,
			"member": 3, "webhook": 4}[about]
		groups[i].Events = append(groups[i].Events, event)
	}
	return groups
}

// Urgency is how soon somebody is told: "At once".
func Urgency(urgency models.Urgency) string {
	switch urgency {
	case models.AtOnce:
		return "At once"
	case models.Daily:
		return "Daily"
	}
	return ""
}

// Audience is a circle of people who are told of an event: "Owners and admins".
func Audience(audience models.Audience) string {
	switch audience {
	case models.Engineers:
		return "Engineers"
	case models.Managers:
		return "Owners, admins"
	case models.Concerned:
		return "Concerned"
	}
	return string(audience)
}

// EventName is an event by itself, in the table of who is told what.
func EventName(event models.Event) string {
	return eventNames[event]
}

var eventNames = map[models.Event]string{
	models.RequestMadeEvent:         "An unlock is requested",
	models.RequestRepliedEvent:      "Somebody writes in a request",
	models.RequestWaitingEvent:      "A request waits for 1 and for 3 days",
	models.RequestApprovedEvent:     "A request is approved",
	models.RequestDeclinedEvent:     "A request is declined",
	models.RequestWithdrawnEvent:    "A request is withdrawn",
	models.RequestLapsedEvent:       "A request lapses after 30 days",
	models.DecisionUndoneEvent:      "A decision is taken back",
	models.EnvironmentUnlockedEvent: "An environment is unlocked",
	models.EnvironmentLockedEvent:   "An environment is locked by an engineer",
	models.AgreementChangedEvent:    "An agreement is changed or renewed",
	models.AgreementEndingEvent:     "An agreement ends in 30, 7 and 1 days",
	models.AgreementEndedEvent:      "An agreement has ended",
	models.LimitReachedEvent:        "75, 90 and 100 % of a day's requests are used",
	models.ExposureSeenEvent:        "A key is seen where it should not be",
	models.KeyReplacedEvent:         "A key is replaced",
	models.KeyRevokedEvent:          "A key is revoked",
	models.RetiringKeyUsedEvent:     "A key that ends soon is still used",
	models.SecretViewedEvent:        "Somebody views or copies a secret key for the first time",
	models.MemberInvitedEvent:       "Somebody is invited",
	models.MemberJoinedEvent:        "Somebody joins the team",
	models.MemberRoleChangedEvent:   "A member's role changes",
	models.MemberRemovedEvent:       "A member leaves or is removed",
	models.WebhookPausedEvent:       "A webhook is paused after three days",
}
