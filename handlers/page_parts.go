package handlers

import (
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// entry turns a line of the activity list into words.
func entry(event models.AuditEvent) pages.Entry {
	return pages.Entry{
		At: event.At, Actor: event.Actor.Name, ActorKind: event.Actor.Capacity,
		Sentence: words.Event(event), Note: event.Detail.Note, Address: event.Address, Environment: event.Environment,
	}
}

func entries(events []models.AuditEvent) []pages.Entry {
	list := make([]pages.Entry, len(events))
	for i, event := range events {
		list[i] = entry(event)
	}
	return list
}

func keyFacts(key models.Key) pages.KeyFacts {
	facts := pages.KeyFacts{ID: key.ID, Ending: key.Ending, Name: key.Name, CreatedAt: key.CreatedAt,
		CreatedBy: words.By(key.CreatedBy)}
	if key.LastViewedAt != nil {
		facts.ViewedAt, facts.ViewedBy = *key.LastViewedAt, words.By(key.LastViewedBy)
		facts.Copied = key.LastCopied
	}
	return facts
}

// keyName names one of the environment's keys, as words.Key does. It is empty for a
// key that is not among them.
func keyName(keys []models.Key, id string) string {
	for i := range keys {
		if keys[i].ID == id {
			return words.Key(&keys[i])
		}
	}
	return ""
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

// agreement is what an environment was or is covered by; nil for nil.
func agreement(cover *models.Cover) *pages.Agreement {
	if cover == nil {
		return nil
	}
	page := &pages.Agreement{ID: cover.AgreementID, Reference: cover.Agreement.Reference,
		Trial: cover.Agreement.Kind == models.Trial}
	if cover.EndsAt != nil {
		page.Ends = models.LastDay(*cover.EndsAt)
	}
	return page
}

// lastCover is what covers an environment now, or else next, or else did last; nil for
// nothing.
func lastCover(environment models.Environment, now time.Time) *models.Cover {
	if cover := environment.Cover(now); cover != nil {
		return cover
	}
	if next := environment.Next(now); next != nil {
		return next
	}
	return environment.Lapsed(now)
}

func unlockRequest(r models.UnlockRequest) pages.UnlockRequest {
	page := pages.UnlockRequest{
		ID: r.ID, State: r.State, UseCase: r.UseCase, DailyRequests: r.DailyRequests, AskedAt: r.CreatedAt,
		AskedBy: r.CreatedBy.Name, LapsesAt: r.LapsesAt(), DecidedBy: r.DecidedBy.Name, Reason: r.Answer,
	}
	if r.StartsOn != nil {
		page.StartsOn = *r.StartsOn
	}
	if r.DecidedAt != nil {
		page.DecidedAt = *r.DecidedAt
	}
	if r.Agreement != "" {
		page.Agreement = &pages.Agreement{Reference: r.Agreement}
	}
	if r.EndsAt != nil {
		page.Agreement.Ends = models.LastDay(*r.EndsAt)
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
		list[i] = pages.Member{Name: p.Name, Email: p.Email, Role: words.Role(p.Role)}
	}
	return list
}

func good(text, detail string) layout.Flash { return layout.Flash{Text: text, Detail: detail} }

func bad(text, detail string) layout.Flash {
	return layout.Flash{Bad: true, Text: text, Detail: detail}
}
