package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// HourCount is how many requests an hour had with one outcome.
type HourCount struct {
	Hour     time.Time // its beginning, UTC
	KeyID    string    // empty where keys are counted together
	Outcome  models.Outcome
	Requests int64
}

// EndpointCount is how many requests an endpoint had with one outcome.
type EndpointCount struct {
	Endpoint string // such as "POST /v1/interactions"
	Outcome  models.Outcome
	Requests int64
}

// readUse is a query about how the keys of an environment are used. A locked one
// may be asked about too: its past is worth reading, and its keys are refused.
func (t *TeamScope) readUse(ctx context.Context, kind models.EnvironmentKind,
	query func(db *gorm.DB, environmentID string) error) error {
	environment, err := t.Environment(kind)
	if err != nil {
		return err
	}
	return t.read(ctx, models.ViewPeople, func(db *gorm.DB) error { return query(db, environment.ID) })
}

// RequestsByHour returns how many requests the environment had in each hour with
// each outcome, in order, from the hour on in which since falls.
func (t *TeamScope) RequestsByHour(ctx context.Context, kind models.EnvironmentKind,
	since time.Time) (counts []HourCount, err error) {
	err = t.countUse(ctx, kind, since, "hour, outcome", &counts, anyKey)
	return counts, err
}

// KeyRequestsByHour returns how many requests each of the environment's keys that are
// listed had in each hour with each outcome, in order, from the hour on in which since falls.
func (t *TeamScope) KeyRequestsByHour(ctx context.Context, kind models.EnvironmentKind,
	since time.Time) (counts []HourCount, err error) {
	err = t.countUse(ctx, kind, since, "hour, key_id, outcome", &counts, func(db *gorm.DB, environmentID string) *gorm.DB {
		return db.Where("key_id IN (?)", listedKeys(db, environmentID).Select("id"))
	})
	return counts, err
}

// RequestsByEndpoint returns how many requests each endpoint had with each outcome,
// by the endpoint's name, from the hour on in which since falls.
func (t *TeamScope) RequestsByEndpoint(ctx context.Context, kind models.EnvironmentKind,
	since time.Time) (counts []EndpointCount, err error) {
	err = t.countUse(ctx, kind, since, "endpoint, outcome", &counts, anyKey)
	return counts, err
}

func anyKey(db *gorm.DB, _ string) *gorm.DB { return db }

// countUse adds requests up by the columns, a constant of this file, with the keys that
// of leaves of all.
func (t *TeamScope) countUse(ctx context.Context, kind models.EnvironmentKind, since time.Time, columns string,
	into any, of func(db *gorm.DB, environmentID string) *gorm.DB) error {
	return t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		return of(db, environmentID).Table("request_counts").Select(columns+", CAST(sum(requests) AS bigint) AS requests").
			Where("environment_id = ? AND hour >= ?", environmentID, since.Truncate(time.Hour)).
			Group(columns).Order(columns).Find(into).Error
	})
}
