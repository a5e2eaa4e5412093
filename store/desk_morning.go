package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// Morning is what a solutions engineer looks at first: what waits, what ends soon, what needs a
// look, and what others did.
type Morning struct {
	Waiting      []DeskRequest // the longest waiting first
	WaitingCount int
	Ending       []Ending // the soonest first
	Exposures    []DeskExposure
	Retiring     []DeskRetiring
	Limits       []DeskLimit   // of which 75 % or more are used today
	Webhooks     []DeskWebhook // that fail, or were paused since they did
	Mails        []models.Mail // given up
	Deeds        []Deed        // of other engineers since yesterday, the latest first
}

// Ending is an environment whose agreement ends soon.
type Ending struct {
	Team        models.Team
	Environment models.EnvironmentKind
	Agreement   models.Agreement
	EndsAt      time.Time // of what covers the environment
}

// DeskExposure is that keys of an environment have open exposures of a kind.
type DeskExposure struct {
	Kind        models.ExposureKind
	LastSeenAt  time.Time
	Team        models.Team
	Environment models.EnvironmentKind
}

// DeskRetiring is a retiring key that somebody uses still.
type DeskRetiring struct {
	Key         models.Key // without what is sealed in it
	Team        models.Team
	Environment models.EnvironmentKind
	LastAt      time.Time // of the last request that was let in
}

// DeskLimit is how much of its requests a day an environment has made.
type DeskLimit struct {
	Team        models.Team
	Environment models.EnvironmentKind
	Count       int64
	Percent     int // 75, 90 or 100, reached
}

// DeskWebhook is a webhook with its team; the zero Team where it is the desk's.
type DeskWebhook struct {
	Webhook models.Webhook // without its secrets
	Team    models.Team
}

// Deed is a line of the activity list with its team; the zero Team where it concerns none.
type Deed struct {
	Event models.AuditEvent
	Team  models.Team
}

// morningRows is how many rows each part of the morning has.
const morningRows = 10

// Morning reads what a solutions engineer looks at first.
func (d *Desk) Morning(ctx context.Context) (m Morning, err error) {
	now := d.store.Now()
	if m.WaitingCount, err = d.PendingCount(ctx); err != nil {
		return m, err
	}
	waiting, err := d.Requests(ctx, UnlockRequestsQuery{Limit: morningRows})
	if err != nil {
		return m, err
	}
	m.Waiting = waiting.Rows
	mails, err := d.TroubledMails(ctx)
	for _, mail := range mails {
		if mail.FailedAt != nil && len(m.Mails) < morningRows {
			m.Mails = append(m.Mails, mail)
		}
	}
	if err != nil {
		return m, err
	}
	err = d.store.read(ctx, func(db *gorm.DB) error {
		if m.Ending, err = endingSoon(db, now); err != nil {
			return err
		}
		if m.Exposures, err = openExposures(db); err != nil {
			return err
		}
		if m.Retiring, err = retiringInUse(db, now); err != nil {
			return err
		}
		if m.Limits, err = limitsReached(db, now); err != nil {
			return err
		}
		if m.Webhooks, err = deadWebhooks(db); err != nil {
			return err
		}
		m.Deeds, err = othersDeeds(db, d.actor.UserID, midnight(now).AddDate(0, 0, -1))
		return err
	})
	return m, err
}

// openExposures are those of all teams that are open, the latest first: of an environment one of each kind.
func openExposures(db *gorm.DB) ([]DeskExposure, error) {
	type fact struct {
		EnvironmentID string
		Kind          models.ExposureKind
		Last          string
	}
	var facts []fact
	last := database.DialectOf(db).MomentText("max(last_seen_at)")
	if err := db.Model(&models.Exposure{}).Select("environment_id, kind, " + last + " AS last").Where(openExposure).
		Group("environment_id, kind").Order("max(last_seen_at) DESC, environment_id, kind").Limit(morningRows).
		Find(&facts).Error; err != nil {
		return nil, err
	}
	at, err := places(db, facts, func(f fact) string { return f.EnvironmentID })
	if err != nil {
		return nil, err
	}
	list := make([]DeskExposure, 0, len(facts))
	for _, f := range facts {
		place, found := at[f.EnvironmentID]
		if !found {
			continue
		}
		seen, err := database.ParseMoment(f.Last)
		if err != nil {
			return nil, err
		}
		list = append(list, DeskExposure{f.Kind, seen, place.team, place.kind})
	}
	return list, nil
}

// deadWebhooks are those that fail, or were paused by Dojo since they did, the latest first.
func deadWebhooks(db *gorm.DB) ([]DeskWebhook, error) {
	var rows []models.Webhook
	if err := db.Omit("Sealed").Where("failing_since IS NOT NULL").Order("failing_since DESC, id").Limit(morningRows).
		Find(&rows).Error; err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.TeamID
	}
	var teams []models.Team
	if err := db.Where("id IN ?", ids).Find(&teams).Error; err != nil {
		return nil, err
	}
	list := make([]DeskWebhook, len(rows))
	for i, row := range rows {
		list[i].Webhook = row
		if team := slices.IndexFunc(teams, func(t models.Team) bool { return t.ID == row.TeamID }); team >= 0 {
			list[i].Team = teams[team]
		}
	}
	return list, nil
}

// retiringInUse are keys that work for a while yet, and that somebody has used since they were
// replaced.
func retiringInUse(db *gorm.DB, now time.Time) ([]DeskRetiring, error) {
	var keys []models.Key
	if err := db.Omit("Sealed").Where("state = 'retiring' AND retires_at > ?", now).
		Where("EXISTS (SELECT 1 FROM key_uses u WHERE u.key_id = keys.id AND u.last_at >= keys.revoked_at)").
		Order("retires_at, id").Limit(morningRows).Find(&keys).Error; err != nil {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = key.ID
	}
	var uses []models.KeyUse
	if err := db.Where("key_id IN ?", ids).Find(&uses).Error; err != nil {
		return nil, err
	}
	at, err := places(db, keys, func(k models.Key) string { return k.EnvironmentID })
	list := make([]DeskRetiring, 0, len(keys))
	for _, key := range keys {
		use := slices.IndexFunc(uses, func(u models.KeyUse) bool { return u.KeyID == key.ID })
		place := at[key.EnvironmentID]
		list = append(list, DeskRetiring{Key: key, Team: place.team, Environment: place.kind, LastAt: *uses[use].LastAt})
	}
	return list, err
}

// othersDeeds are what other solutions engineers did since a moment.
func othersDeeds(db *gorm.DB, userID string, since time.Time) ([]Deed, error) {
	const looked = 200 // of the latest lines
	var lines []models.AuditEvent
	if err := db.Where("actor_capacity = 'engineer'").Order("id DESC").Limit(looked).Find(&lines).Error; err != nil {
		return nil, err
	}
	lines = slices.DeleteFunc(lines, func(line models.AuditEvent) bool {
		return line.Actor.ID == userID || line.At.Before(since)
	})
	lines = lines[:min(len(lines), 2*morningRows)]
	var ids []string
	for _, line := range lines {
		ids = append(ids, line.TeamID)
	}
	var teams []models.Team
	if err := db.Where("id IN ?", ids).Find(&teams).Error; err != nil {
		return nil, err
	}
	list := make([]Deed, len(lines))
	for i, line := range lines {
		list[i].Event = line
		team := slices.IndexFunc(teams, func(t models.Team) bool { return t.ID == line.TeamID })
		if team >= 0 {
			list[i].Team = teams[team]
		}
	}
	return list, nil
}

// place is whose an environment is.
type place struct {
	team models.Team
	kind models.EnvironmentKind
}

// places reads whose the environments of rows are, by the environment's id.
func places[T any](db *gorm.DB, rows []T, environmentID func(T) string) (map[string]place, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = environmentID(row)
	}
	var environments []models.Environment
	if err := db.Where("id IN ?", ids).Find(&environments).Error; err != nil {
		return nil, err
	}
	teamIDs := make([]string, len(environments))
	for i, environment := range environments {
		teamIDs[i] = environment.TeamID
	}
	var teams []models.Team
	if err := db.Where("id IN ?", teamIDs).Find(&teams).Error; err != nil {
		return nil, err
	}
	at := make(map[string]place, len(environments))
	for _, environment := range environments {
		team := slices.IndexFunc(teams, func(t models.Team) bool { return t.ID == environment.TeamID })
		at[environment.ID] = place{teams[team], environment.Kind}
	}
	return at, nil
}
