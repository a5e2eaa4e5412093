package words

import "dojo/models"

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
	models.SecretViewedEvent:        "Somebody views a secret key for the first time",
	models.MemberInvitedEvent:       "Somebody is invited",
	models.MemberJoinedEvent:        "Somebody joins the team",
	models.MemberRoleChangedEvent:   "A member's role changes",
	models.MemberRemovedEvent:       "A member leaves or is removed",
	models.WebhookPausedEvent:       "A webhook is paused after three days",
}
