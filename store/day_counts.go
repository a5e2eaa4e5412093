package store

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
)

// dayCount is how many requests an environment has made in a day.
type dayCount struct {
	EnvironmentID string `gorm:"primaryKey"`
	Day           int64  `gorm:"primaryKey"`
	Count         int64
	Told          int // the most per cent of the limit of which the team was told
}

// AddDayCounts adds to how many requests environments have made in a day, and returns what
// the counts of the same environments are then, of all processes. Of those that use up their
// limit, the teams are told.
func (s *Store) AddDayCounts(
	ctx context.Context, day int64, counts map[string]int64,
) (totals map[string]int64, err error) {
	rows := make([]dayCount, 0, len(counts))
	for _, environment := range slices.Sorted(maps.Keys(counts)) { // in one order, so that no two wait for each other
		rows = append(rows, dayCount{EnvironmentID: environment, Day: day, Count: counts[environment]})
	}
	totals = make(map[string]int64, len(rows))
	err = s.write(ctx, func(db *gorm.DB) error {
		for some := range slices.Chunk(rows, 500) {
			err := db.Clauses(clause.OnConflict{
				Columns:   []clause.Column{{Name: "environment_id"}, {Name: "day"}},
				DoUpdates: clause.Assignments(map[string]any{"count": gorm.Expr("day_counts.count + excluded.count")}),
			}, clause.Returning{Columns: []clause.Column{{Name: "environment_id"}, {Name: "count"}}}).Create(&some).Error
			if err != nil {
				return err
			}
			for _, row := range some {
				totals[row.EnvironmentID] = row.Count
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.tellOfLimits(ctx, slices.Collect(maps.Keys(counts))...); err != nil {
		slog.WarnContext(ctx, "teams were not told of limits that are near; the sweep tells them", "error", err)
	}
	return totals, nil
}

// tellOfLimits tells the teams whose environments have used up a part of the day's limit of
// which they were not told today: of the given environments, or of all when none is given.
func (s *Store) tellOfLimits(ctx context.Context, environments ...string) error {
	var near []string
	now := s.Now()
	err := s.read(ctx, func(db *gorm.DB) error {
		if len(environments) > 0 {
			db = db.Where("day_counts.environment_id IN ?", environments)
		}
		return db.Table("day_counts").Select("day_counts.environment_id").
			Joins("JOIN agreement_covers c ON c.environment_id = day_counts.environment_id").
			Where("day = ? AND told < 100 AND c.per_day > 0 AND c.starts_at <= ? AND (c.ends_at IS NULL OR c.ends_at > ?) "+
				"AND count * 100 >= c.per_day * CASE WHEN told < 75 THEN 75 WHEN told < 90 THEN 90 ELSE 100 END",
				models.DayNumber(now), now, now).Find(&near).Error
	})
	for _, id := range near {
		if err := s.change(ctx, dojo, func(c *change) error { return c.limitNeared(id) }); err != nil {
			return err
		}
	}
	return err
}

// limitNeared tells of an environment that has used up a part of the day's limit, unless
// somebody has.
func (c *change) limitNeared(environmentID string) error {
	environment, err := c.environment("id = ?", environmentID)
	if err != nil {
		return err
	}
	var row dayCount
	err = c.lock().Where("environment_id = ? AND day = ?", environmentID, models.DayNumber(c.now)).Take(&row).Error
	if err != nil {
		return err
	}
	cover := environment.Cover(c.now)
	if cover == nil || cover.PerDay == 0 {
		return errUnchanged
	}
	used := models.LimitUsed(row.Count, cover.PerDay)
	if used <= row.Told {
		return errUnchanged
	}
	row.Told = used
	if err := c.update(&row, "told"); err != nil {
		return err
	}
	n := notice(models.LimitReachedEvent, environment, cover.AgreementID, models.AsSystem)
	n.Detail.Percent, n.Detail.Limit = used, int64(cover.PerDay)
	n.Detail.Agreement, n.Detail.EngineerID = cover.Agreement.Reference, cover.Agreement.EngineerID
	if err := c.notify(n); err != nil {
		return err
	}
	line := event(models.LimitNeared, environment, cover.AgreementID)
	line.Detail.Agreement, line.Detail.Count = cover.Agreement.Reference, used
	return c.audit(line, models.AsSystem)
}

// CountedToday returns how many requests the environment has made of the day's limit, as far as
// they are counted.
func (t *TeamScope) CountedToday(ctx context.Context, kind models.EnvironmentKind) (count int64, err error) {
	environment, err := t.Environment(kind)
	if err != nil {
		return 0, err
	}
	err = t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		counts, err := dayCountsOf(db, []models.Environment{environment}, t.store.Now())
		count = counts[environment.ID]
		return err
	})
	return count, err
}

// dayCountsOf returns how many requests environments made today, by their ids, as far as
// they are counted.
func dayCountsOf(db *gorm.DB, environments []models.Environment, now time.Time) (map[string]int64, error) {
	ids := make([]string, len(environments))
	for i, e := range environments {
		ids[i] = e.ID
	}
	var rows []dayCount
	err := db.Where("day = ? AND environment_id IN ?", models.DayNumber(now), ids).Find(&rows).Error
	counts := make(map[string]int64, len(rows))
	for _, row := range rows {
		counts[row.EnvironmentID] = row.Count
	}
	return counts, err
}

// daysKept is how many days counts are kept after theirs, for clocks that differ.
const daysKept = 2

func (s *Store) sweepDayCounts(ctx context.Context) error {
	if err := s.tellOfLimits(ctx); err != nil {
		return err
	}
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Where("day < ?", models.DayNumber(s.Now())-daysKept).Delete(&dayCount{}).Error
	})
}
