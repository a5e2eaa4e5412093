package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
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

// sumRequests adds up what the counts of hours have.
const sumRequests = "CAST(sum(requests) AS bigint) AS requests"

// RequestsByHour returns how many requests the query is about in each hour with each outcome, in
// order. They are those that were counted, from the hour on in which the query begins, or, where
// the counts cannot answer it, those that are kept one by one.
func (t *TeamScope) RequestsByHour(ctx context.Context, kind models.EnvironmentKind,
	query UseQuery) (counts []HourCount, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		if query.Counted() {
			return query.counts(db, environmentID).Select("hour, outcome, " + sumRequests).
				Group("hour, outcome").Order("hour, outcome").Find(&counts).Error
		}
		counts, err = keptByHour(query.kept(db, environmentID))
		return err
	})
	return counts, err
}

// hourText is the hour within a moment's text.
const hourText = "2006-01-02 15"

func keptByHour(kept *gorm.DB) ([]HourCount, error) {
	var rows []struct {
		Began string
		HourCount
	}
	began := "substr(" + database.DialectOf(kept).MomentText("at") + ", 1, 13)"
	err := kept.Select(began + " AS began, outcome, count(*) AS requests").Group(began + ", outcome").
		Order("began, outcome").Find(&rows).Error
	counts := make([]HourCount, len(rows))
	for i, row := range rows {
		counts[i] = row.HourCount
		if counts[i].Hour, err = time.Parse(hourText, row.Began); err != nil {
			return nil, err
		}
	}
	return counts, err
}

// RequestsByEndpoint returns how many requests the query is about at each endpoint with each
// outcome, by the endpoint's name; those that RequestsByHour counts.
func (t *TeamScope) RequestsByEndpoint(ctx context.Context, kind models.EnvironmentKind,
	query UseQuery) (counts []EndpointCount, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		rows, sum := query.counts(db, environmentID), sumRequests
		if !query.Counted() {
			rows, sum = query.kept(db, environmentID), "count(*) AS requests"
		}
		return rows.Select("endpoint, outcome, " + sum).Group("endpoint, outcome").Order("endpoint, outcome").
			Find(&counts).Error
	})
	return counts, err
}

// KeyRequestsByHour returns how many requests each of the environment's keys that are
// listed had in each hour with each outcome, in order, from the hour on in which since falls.
func (t *TeamScope) KeyRequestsByHour(ctx context.Context, kind models.EnvironmentKind,
	since time.Time) (counts []HourCount, err error) {
	err = t.readUse(ctx, kind, func(db *gorm.DB, environmentID string) error {
		const columns = "hour, key_id, outcome"
		return UseQuery{From: since}.counts(db, environmentID).
			Where("key_id IN (?)", listedKeys(db, environmentID).Select("id")).
			Select(columns + ", " + sumRequests).Group(columns).Order(columns).Find(&counts).Error
	})
	return counts, err
}
