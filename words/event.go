package words

import (
	"strconv"
	"strings"

	"dojo/models"
)

// Event says what was done, in a line of the activity list that begins with who did
// it: "viewed the secret key". Every models.AuditAction has a sentence.
func Event(event models.AuditEvent) string {
	d := event.Detail
	for _, typed := range []*string{&d.Subject, &d.Text, &d.Agreement} {
		*typed = models.Isolated(*typed)
	}
	key, records := NamedKey(d.KeyKind, d.KeyEnding, d.KeyName), Plural(d.Count, d.Collection.One())
	switch event.Action {
	case models.TeamCreated:
		return "created the team " + d.Subject
	case models.TeamChanged:
		return "changed the team's settings (" + d.Text + ")"
	case models.TeamDeleted:
		return "deleted the team"
	case models.TeamPurged:
		return "removed the deleted team for good"
	case models.TeamRestored:
		return "restored the team, without its keys"

	case models.TeamNoted:
		return "noted something about " + d.Subject
	case models.ViewingBegun:
		return "began to view the team's pages, read-only"
	case models.PageViewed:
		return "viewed the page " + d.Text
	case models.ViewingEnded:
		return "stopped viewing the team's pages"

	case models.MemberInvited:
		return "invited " + d.Subject + " as " + string(d.Role)
	case models.InvitationEnded:
		return "withdrew the invitation of " + d.Subject
	case models.InvitationShown:
		return "made a new link for the invitation of " + d.Subject + " and saw it"
	case models.MemberAdded:
		if event.SubjectID == event.Actor.ID {
			return "joined as " + string(d.Role)
		}
		return "added " + d.Subject + " as " + string(d.Role)
	case models.MemberRoleChanged:
		return "made " + d.Subject + " " + string(d.Role)
	case models.MemberRemoved:
		return "removed " + d.Subject + " from the team"
	case models.MemberLeft:
		return "left the team"
	case models.OwnershipHanded:
		return "handed the ownership over to " + d.Subject

	case models.KeyIssued:
		return "issued the " + key
	case models.KeyViewed:
		return "viewed the " + key
	case models.KeyCopied:
		return "copied the " + key + " without showing it"
	case models.KeyRenamed:
		switch before := inQuotes(d.Text); {
		case d.KeyName == "":
			return "took the name " + before + " from the " + key
		case d.Text != "":
			return "renamed the " + key + ", before " + before
		}
		return "named the " + key
	case models.KeyReplaced:
		if d.RetiresAt != nil {
			return "replaced the " + key + " (" + Reason(d.Reason) + ")" +
				before(" with ", KeyMark(d.NewKeyEnding, d.NewKeyName)) +
				"; the old one works until " + Moment(*d.RetiresAt)
		}
		return "revoked the " + key + " (" + Reason(d.Reason) + ") and issued a new one" +
			before(", ", KeyMark(d.NewKeyEnding, d.NewKeyName))
	case models.KeyRevoked:
		return "revoked a " + key + " (" + Reason(d.Reason) + ") without issuing a new one"
	case models.KeyRetired:
		return "ended the old " + key + ": its grace period is over"
	case models.KeyFound:
		return "looked up a pasted " + KeyInSentence(d.KeyKind) + " of this environment at the desk" +
			before(": ", KeyMark(d.KeyEnding, d.KeyName))

	case models.UnlockRequested:
		return "requested an unlock: " + d.Text
	case models.UnlockWithdrawn:
		return "withdrew the unlock request"
	case models.UnlockResumed:
		return "took the withdrawal of the unlock request back: it waits again"
	case models.UnlockApproved:
		return "unlocked the environment under agreement " + d.Agreement + untilEnd(d)
	case models.UnlockDeclined:
		return "declined the unlock request: " + d.Text
	case models.UnlockReplied:
		return "replied about the unlock request"
	case models.UnlockUndone:
		return "took the decision on the unlock request back: it waits again"
	case models.UnlockReminded:
		return "reminded the solutions engineers of the unlock request"
	case models.UnlockLapsed:
		return "ended the unlock request: nobody had decided it within 30 days"
	case models.AgreementMade:
		return "made agreement " + d.Agreement + untilEnd(d)
	case models.TrialStarted:
		return "started the trial" + untilEnd(d) + ", with " + Count(d.Count) + " requests a day"
	case models.AgreementNoted:
		return "noted something about agreement " + d.Agreement
	case models.AgreementBegun:
		return "unlocked the environment: agreement " + d.Agreement + " has begun" + untilEnd(d)
	case models.EnvironmentLocked:
		return "locked the environment: " + d.Text
	case models.EnvironmentOpened:
		return "unlocked the environment again under agreement " + d.Agreement + untilEnd(d)
	case models.LimitNeared:
		return "saw the environment use up " + strconv.Itoa(d.Count) + " % of the day's requests"
	case models.AgreementChanged:
		return "changed the agreement to " + d.Agreement + untilEnd(d)
	case models.AgreementEnding:
		return "told that agreement " + d.Agreement + " ends soon" + untilEnd(d)
	case models.AgreementLapsed:
		if d.Text != "" {
			return "ended agreement " + d.Agreement + ": agreement " + d.Text + " follows"
		}
		return "locked the environment: agreement " + d.Agreement + " has ended"
	case models.EnvironmentChanged:
		return "changed the environment's settings (" + d.Text + ")"
	case models.ExposureResolved:
		return "resolved a warning: " + d.Text
	case models.ProgramAccepted:
		return "accepted that " + d.Text + " sends the secret key in URLs"
	case models.ProgramUnaccepted:
		return "no longer accepts that " + d.Text + " sends the secret key in URLs"

	case models.WebhookCreated:
		return "created a webhook to " + d.Subject
	case models.WebhookChanged:
		return "changed the webhook to " + d.Subject
	case models.WebhookRotated:
		return "rotated the secret of the webhook to " + d.Subject
	case models.WebhookPaused:
		return "paused the webhook to " + d.Subject
	case models.WebhookResumed:
		return "resumed the webhook to " + d.Subject
	case models.WebhookTested:
		return "tested the webhook to " + d.Subject
	case models.WebhookSentAgain:
		return "had a delivery to " + d.Subject + " sent again"
	case models.WebhookDeleted:
		return "deleted the webhook to " + d.Subject

	case models.DataUploadBegun:
		return "began to upload a file with " + records
	case models.DataUploaded:
		switch {
		case d.Text == "stopped": // of an earlier version
			return "saw the upload stop after " + records
		case d.Stopped != "":
			return "uploaded " + records + " of a file with " + Count(d.Asked) + stopped(d.Stopped)
		}
		return "uploaded a file with " + records
	case models.DataDeletionBegun:
		return strings.TrimSpace("began to delete " + records + " " + d.Text)
	case models.DataDownloaded:
		if d.Collection != "" {
			return "downloaded " + d.Collection.Many() + " as " + d.Text
		}
		return "downloaded the list of " + d.Subject + " as " + d.Text
	case models.DataDeleted:
		if d.Subject != "" {
			return "deleted the " + d.Collection.One() + " " + d.Subject
		}
		deleted := strings.TrimSpace("deleted " + records + " " + d.Text)
		if d.Stopped != "" {
			deleted += ", out of " + Count(d.Asked) + stopped(d.Stopped)
		}
		return deleted

	case models.DataDeletionUndone:
		if d.Subject != "" {
			return "undid the deletion of the " + d.Collection.One() + " " + d.Subject
		}
		return "undid the deletion of " + records

	case models.EngineerInvited:
		return "made a setup link for a solutions engineer" + inBrackets(d.Subject)
	case models.EngineerAdded:
		return "made " + d.Subject + " a solutions engineer"
	case models.UserCreated:
		return "made the account of " + d.Subject
	case models.UserChanged:
		return "changed the account" + inBrackets(d.Text)
	case models.ResetRequested:
		return "asked for a link that sets a new password"
	case models.SignupRequested:
		return "asked for an account for " + d.Subject
	case models.SessionEnded:
		return "ended sessions of the account" + inBrackets(d.Text)
	case models.SignedIn:
		return "signed in"
	case models.SignedOut:
		return "signed out"
	}
	return string(event.Action) // of a later version
}

// untilEnd says when an agreement ends, behind its reference.
func untilEnd(d models.AuditDetail) string {
	if d.EndsAt == nil {
		return ""
	}
	return ", until " + Until(*d.EndsAt)
}

// stopped says why something that is done in many parts came to no end.
func stopped(why models.Stop) string {
	if why == models.StoppedWithDojo {
		return "; it stopped there when Dojo stopped"
	}
	return "; it stopped there before its end"
}

// before puts a text behind another one, if there is any.
func before(link, text string) string {
	if text == "" {
		return ""
	}
	return link + text
}

func inQuotes(text string) string { return "“" + text + "”" }

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}
