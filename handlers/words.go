package handlers

import (
	"strings"

	"dojo/models"
	"dojo/store"
	"dojo/views/components"
	"dojo/views/layout"
	"dojo/views/pages"
)

// entry turns a line of the activity list into words.
func entry(event models.AuditEvent) pages.Entry {
	return pages.Entry{
		At: event.At, Actor: event.Actor.Name, ActorKind: string(event.Actor.Capacity),
		Sentence: sentence(event), Note: event.Detail.Note, Address: event.Address, Environment: string(event.Environment),
	}
}

func entries(events []models.AuditEvent) []pages.Entry {
	list := make([]pages.Entry, len(events))
	for i, event := range events {
		list[i] = entry(event)
	}
	return list
}

// sentence says what was done, without who did it.
func sentence(event models.AuditEvent) string {
	d := event.Detail
	key := string(d.KeyKind) + " key"
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
	case models.MemberInvited:
		return "invited " + d.Subject + " as " + string(d.Role)
	case models.InvitationEnded:
		return "withdrew the invitation of " + d.Subject
	case models.MemberRoleChanged:
		return "made " + d.Subject + " " + string(d.Role)
	case models.MemberRemoved:
		return "removed " + d.Subject + " from the team"
	case models.MemberLeft:
		return "left the team"
	case models.OwnershipHanded:
		return "handed the ownership over to " + d.Subject
	case models.MemberAdded:
		if event.SubjectID == event.Actor.ID {
			return "joined as " + string(d.Role)
		}
		return "added " + d.Subject + " as " + string(d.Role)
	case models.KeyIssued:
		return "issued the " + key
	case models.KeyViewed:
		return "viewed the " + key
	case models.KeyReplaced:
		if d.RetiresAt != nil {
			return "replaced the " + key + " (" + reasons[d.Reason] + "); the old one works until " + components.Moment(*d.RetiresAt)
		}
		return "revoked the " + key + " (" + reasons[d.Reason] + ") and issued a new one"
	case models.KeyRevoked:
		return "revoked a " + key + " (" + reasons[d.Reason] + ") without issuing a new one"
	case models.KeyRetired:
		return "ended the old " + key + ": its grace period is over"
	case models.KeyFound:
		return "looked up a pasted " + key + " of this environment at the desk"
	case models.UnlockRequested:
		return "requested an unlock: " + d.Text
	case models.UnlockWithdrawn:
		return "withdrew the unlock request"
	case models.UnlockApproved:
		return "unlocked the environment under agreement " + d.Agreement + lasting(d)
	case models.UnlockDeclined:
		return "declined the unlock request: " + d.Text
	case models.AgreementChanged:
		return "changed the agreement to " + d.Agreement + lasting(d)
	case models.AgreementLapsed:
		return "locked the environment: agreement " + d.Agreement + " has ended"
	case models.EnvironmentChanged:
		return "changed the environment's settings (" + d.Text + ")"
	case models.ExposureSettled:
		return "resolved a warning: " + d.Text
	case models.DataUploaded:
		if d.Text == "stopped" {
			return "saw the upload stop after " + components.Plural(d.Count, d.Collection.One())
		}
		return "uploaded a file with " + components.Plural(d.Count, d.Collection.One())
	case models.DataDeleted:
		if d.Subject != "" {
			return "deleted the " + d.Collection.One() + " " + d.Subject
		}
		return strings.TrimSpace("deleted " + components.Plural(d.Count, d.Collection.One()) + " " + d.Text)
	}
	return string(event.Action)
}

func lasting(d models.AuditDetail) string {
	if d.EndsAt == nil {
		return ""
	}
	return ", until " + components.Day(models.LastDay(*d.EndsAt))
}

// reasons are the reasons for revoking, within a sentence.
var reasons = map[models.RevokeReason]string{
	models.Compromised: "compromised", models.Rotation: "rotation", models.Other: "other reason",
}

// reasonNames are the reasons for revoking, by themselves.
var reasonNames = map[models.RevokeReason]string{
	models.Compromised: "Compromised", models.Rotation: "Rotation", models.Other: "Other",
}

// by names who did something to a team's member; engineers are marked, since
// the team does not know them.
func by(s models.Signature) string {
	if s.Capacity == models.AsEngineer {
		return s.Name + " (solutions engineer)"
	}
	return s.Name
}

func keyFacts(key models.Key) pages.KeyFacts {
	facts := pages.KeyFacts{ID: key.ID, CreatedAt: key.CreatedAt, CreatedBy: by(key.CreatedBy)}
	if key.LastViewedAt != nil {
		facts.ViewedAt, facts.ViewedBy = *key.LastViewedAt, by(key.LastViewedBy)
	}
	return facts
}

// activeKey returns the facts of the active key of a kind, nil when there is
// none.
func activeKey(keys []models.Key, kind models.KeyKind) *pages.KeyFacts {
	for _, key := range keys {
		if key.Kind == kind && key.State == models.Active {
			facts := keyFacts(key)
			return &facts
		}
	}
	return nil
}

func agreement(environment models.Environment) *pages.Agreement {
	if environment.AgreementEndsAt == nil {
		return nil
	}
	return &pages.Agreement{Reference: environment.Agreement, Ends: models.LastDay(*environment.AgreementEndsAt)}
}

func unlockRequest(r models.UnlockRequest) pages.UnlockRequest {
	page := pages.UnlockRequest{
		ID: r.ID, State: pages.RequestState(r.State), UseCase: r.UseCase, AskedAt: r.CreatedAt, AskedBy: r.CreatedBy.Name,
		DecidedBy: r.DecidedBy.Name, Reason: r.Answer,
	}
	if r.DecidedAt != nil {
		page.DecidedAt = *r.DecidedAt
	}
	if r.EndsAt != nil {
		page.Agreement = &pages.Agreement{Reference: r.Agreement, Ends: models.LastDay(*r.EndsAt)}
	}
	return page
}

// managers names the people of a team whose role allows the action.
func managers(people []store.Person, action models.Action) []string {
	var names []string
	for _, p := range people {
		if p.Role.May(action) {
			names = append(names, p.Name)
		}
	}
	return names
}

func members(people []store.Person) []pages.Member {
	list := make([]pages.Member, len(people))
	for i, p := range people {
		list[i] = pages.Member{Name: p.Name, Email: p.Email, Role: roleNames[p.Role]}
	}
	return list
}

func good(text, detail string) layout.Flash { return layout.Flash{Text: text, Detail: detail} }

func bad(text, detail string) layout.Flash {
	return layout.Flash{Bad: true, Text: text, Detail: detail}
}
