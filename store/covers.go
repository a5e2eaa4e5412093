package store

import (
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// coverRow is a cover with what people are told of its agreement.
type coverRow struct {
	models.Cover `gorm:"embedded"`
	Reference    string
	Signatory    string
	EngineerID   string
	Kind         models.AgreementKind
	Version      int
}

// addCovers reads the covers of environments and adds them.
func addCovers(db *gorm.DB, environments []models.Environment) error {
	ids := make([]string, len(environments))
	for i, e := range environments {
		ids[i] = e.ID
	}
	var rows []coverRow
	err := db.Table("agreement_covers").
		Select("agreement_covers.*, agreements.reference, agreements.signatory, agreements.engineer_id, "+
			"agreements.kind, agreements.version").
		Joins("JOIN agreements ON agreements.id = agreement_covers.agreement_id").
		Where("agreement_covers.environment_id IN ?", ids).
		Order("agreement_covers.starts_at, agreement_covers.agreement_id").Find(&rows).Error
	for i := range environments {
		e := &environments[i]
		e.Covers = nil
		for _, row := range rows {
			if row.EnvironmentID == e.ID {
				row.Cover.Agreement = models.Agreement{
					ID: row.AgreementID, TeamID: row.TeamID, Reference: row.Reference, Signatory: row.Signatory,
					EngineerID: row.EngineerID, Kind: row.Kind, Version: row.Version, FirstAt: row.StartsAt, EndsAt: row.EndsAt,
				}
				e.Covers = append(e.Covers, row.Cover)
			}
		}
	}
	return err
}

// environment reads one environment with its covers and holds it until the commit. On
// PostgreSQL the covers are read by another statement, which sees what was committed while
// this one waited for the row.
func (c *change) environment(condition string, args ...any) (models.Environment, error) {
	var found []models.Environment
	err := c.lock().Where(condition, args...).Limit(1).Find(&found).Error
	if err == nil && len(found) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return models.Environment{}, err
	}
	err = addCovers(c.DB, found)
	return found[0], err
}

// periodsColumn is a scalar query for the covers of an environment, given by the column that has
// its id, as one text that parsePeriods reads. Joined as rows they would say a key several
// times.
func periodsColumn(dialect database.Dialect, environmentID string) string {
	moment := map[database.Dialect]string{
		database.SQLite:   "coalesce(%, '')",
		database.Postgres: "coalesce(round(extract(epoch from %) * 1000000)::bigint::text, '')",
	}[dialect]
	collect := map[database.Dialect]string{
		database.SQLite: "group_concat(@, ';')", database.Postgres: "string_agg(@, ';')",
	}[dialect]
	fields := make([]string, 0, 6)
	for _, column := range []string{"starts_at", "ends_at", "locked_at", "closed_at"} {
		fields = append(fields, strings.ReplaceAll(moment, "%", "c."+column))
	}
	for _, column := range []string{"per_second", "per_day"} {
		fields = append(fields, "CAST(c."+column+" AS text)")
	}
	return "(SELECT " + strings.ReplaceAll(collect, "@", strings.Join(fields, " || ',' || ")) +
		" FROM agreement_covers c WHERE c.environment_id = " + environmentID + ")"
}

// parseCovers reads what periodsColumn is answered with.
func parseCovers(text string) (covers []models.Cover, err error) {
	for one := range strings.SplitSeq(text, ";") {
		fields := strings.Split(one, ",")
		if len(fields) != 6 {
			continue // none
		}
		var moments [4]*time.Time
		for i := range moments {
			if moments[i], err = parseMoment(fields[i]); err != nil {
				return nil, err
			}
		}
		c := models.Cover{StartsAt: *moments[0], EndsAt: moments[1], LockedAt: moments[2], ClosedAt: moments[3]}
		if c.PerSecond, err = strconv.Atoi(fields[4]); err != nil {
			return nil, err
		}
		if c.PerDay, err = strconv.Atoi(fields[5]); err != nil {
			return nil, err
		}
		covers = append(covers, c)
	}
	return covers, nil
}

// sqliteMoment is how SQLite's driver writes moments.
const sqliteMoment = "2006-01-02 15:04:05.999999999-07:00"

// parseMoment reads microseconds since 1970, or a moment as SQLite keeps it; nil for none.
func parseMoment(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	if strings.Contains(text, ":") {
		at, err := time.Parse(sqliteMoment, text)
		at = at.UTC()
		return &at, err
	}
	micros, err := strconv.ParseInt(text, 10, 64)
	at := time.UnixMicro(micros).UTC()
	return &at, err
}

// periods returns what an environment of the kind is unlocked by.
func periods(kind models.EnvironmentKind, text string, now time.Time) ([]models.Period, error) {
	if kind == models.Playground {
		return models.Always(), nil
	}
	covers, err := parseCovers(text)
	return models.PeriodsOf(covers, now), err
}
