package store

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// How long what was seen of keys' use is kept.
const (
	requestsKept = 30 * 24 * time.Hour
	callersKept  = 90 * 24 * time.Hour
	countsKept   = 400 * 24 * time.Hour
)

// An environment has at most 10,000 logged requests, and so have all requests
// together whose key no team has: when some have been added, only the latest of
// each class are kept.
const (
	loggedPerClass = 3000
	loggedMore     = 900 // how many more there may be until the log is trimmed
)

// loggedClasses are the classes of requests that do not push each other out: a
// flood of refused ones leaves those that succeeded in the log.
var loggedClasses = [][]models.Outcome{
	{models.Succeeded},
	{models.Missed, models.Rejected, models.Failed},
	models.Refusals(),
}

// logged counts the requests that each environment's log has got since it was
// trimmed, or since the start, when those that are full are trimmed.
type logged struct {
	mu      sync.Mutex
	added   map[string]int // by environment
	started bool           // the full ones have been trimmed
}

func byEnvironment(requests []models.Request) map[string]int {
	added := map[string]int{}
	for i := range requests {
		added[requests[i].EnvironmentID]++
	}
	return added
}

// trim removes the surplus of the logs that it is due for, once the requests are
// in.
func (l *logged) trim(db *gorm.DB, requests []models.Request) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, n := range byEnvironment(requests) {
		if l.added[id]+n >= loggedMore {
			if err := trimLog(db, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// note is told of what trim was asked about, once it is committed.
func (l *logged) note(requests []models.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.added == nil {
		l.added = map[string]int{}
	}
	for id, n := range byEnvironment(requests) {
		if l.added[id] += n; l.added[id] >= loggedMore {
			delete(l.added, id)
		}
	}
}

func trimLog(db *gorm.DB, environmentID string) error {
	for _, outcomes := range loggedClasses {
		const these = "environment_id = ? AND outcome IN ?"
		var last []models.Request // that is one too many
		err := db.Select("at, id").Where(these, environmentID, outcomes).
			Order("at DESC, id DESC").Offset(loggedPerClass).Limit(1).Find(&last).Error
		if err != nil {
			return err
		}
		if len(last) == 0 {
			continue
		}
		err = db.Where(these+" AND (at, id) <= (?, ?)", environmentID, outcomes, last[0].At, last[0].ID).
			Delete(&models.Request{}).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// trimCallers removes the callers of the same keys that are too many.
func trimCallers(db *gorm.DB, callers []models.Caller) error {
	keys := map[string]bool{}
	for i := range callers {
		keys[callers[i].KeyID] = true
	}
	return eachFull(db.Model(&models.Caller{}), keys, callersPerKey, func(keyID string) error {
		return db.Exec(`DELETE FROM callers WHERE (key_id, address, user_agent, origin) IN (
			SELECT key_id, address, user_agent, origin FROM callers WHERE key_id = ?
			ORDER BY last_seen_at DESC, address, user_agent, origin LIMIT ? OFFSET ?)`, keyID, maxSurplus, callersPerKey).Error
	})
}

// trimExposures removes the programs of the same keys that are too many: whoever has a key can make up names of
// programs. Other kinds of exposures stay.
func trimExposures(db *gorm.DB, exposures []models.Exposure) error {
	keys := map[string]bool{}
	for i := range exposures {
		if exposures[i].Program != "" {
			keys[exposures[i].KeyID] = true
		}
	}
	return eachFull(db.Model(&models.Exposure{}).Where("program <> ''"), keys, programsPerKey, func(keyID string) error {
		return db.Exec(`DELETE FROM key_exposures WHERE (environment_id, kind, key_id, program) IN (
			SELECT environment_id, kind, key_id, program FROM key_exposures WHERE key_id = ? AND program <> ''
			ORDER BY last_seen_at DESC, kind, program LIMIT ? OFFSET ?)`, keyID, maxSurplus, programsPerKey).Error
	})
}

// eachFull calls trim for each of the keys of which the table has more rows than the limit.
func eachFull(table *gorm.DB, keys map[string]bool, limit int, trim func(keyID string) error) error {
	for some := range slices.Chunk(slices.Sorted(maps.Keys(keys)), idsPerQuery) {
		var full []string
		err := table.Session(&gorm.Session{}).Where("key_id IN ?", some).
			Group("key_id").Having("count(*) > ?", limit).Pluck("key_id", &full).Error
		if err != nil {
			return err
		}
		for _, keyID := range full {
			if err := trim(keyID); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxSurplus is larger than any number of surplus rows: SQLite has no OFFSET
// without a LIMIT.
const maxSurplus = 1 << 30

// sweepUse removes what is older than it is kept.
func (s *Store) sweepUse(ctx context.Context) error {
	if err := s.trimFullLogs(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(db *gorm.DB) error {
		now := s.Now()
		if err := db.Where("at < ?", now.Add(-requestsKept)).Delete(&models.Request{}).Error; err != nil {
			return err
		}
		if err := db.Where("last_seen_at < ?", now.Add(-callersKept)).Delete(&models.Caller{}).Error; err != nil {
			return err
		}
		return db.Exec("DELETE FROM request_counts WHERE hour < ?", now.Add(-countsKept)).Error
	})
}

// trimFullLogs trims the logs that an earlier process may have left almost full.
func (s *Store) trimFullLogs(ctx context.Context) error {
	s.logged.mu.Lock()
	defer s.logged.mu.Unlock()
	if s.logged.started {
		return nil
	}
	var full []string
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Request{}).Group("environment_id").Having("count(*) > ?", loggedPerClass).
			Pluck("environment_id", &full).Error
	})
	for _, id := range full {
		if err == nil {
			err = s.write(ctx, func(db *gorm.DB) error { return trimLog(db, id) })
		}
	}
	s.logged.started = err == nil
	return err
}
