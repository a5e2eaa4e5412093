package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// TeamSorting is what the desk's list of teams goes by.
type TeamSorting string

// The sortings. Each goes on by id where teams are alike.
const (
	TeamsByName TeamSorting = ""       // A to Z, as people sort
	TeamsNewest TeamSorting = "newest" // made last first
)

// TeamState narrows the desk's list of teams.
type TeamState string

// The states.
const (
	AnyTeam      TeamState = ""
	TeamWaiting  TeamState = "waiting"  // a request of it waits
	TeamUnlocked TeamState = "unlocked" // an environment is unlocked under an agreement
	TeamEnding   TeamState = "ending"   // an agreement of it ends within models.EndingSoon
	TeamLocked   TeamState = "locked"   // none is
	TeamDeleted  TeamState = "deleted"
)

// TeamsQuery narrows the desk's list of teams, and says which part of it to read.
type TeamsQuery struct {
	Search  string // in the team's names, its members' names and addresses, and its agreements' references
	State   TeamState
	Mine    bool // those that the actor looks after
	Sorting TeamSorting
	Cursor  models.Cursor
	Limit   int // how many at most; 0: models.PageSize
}

// DeskTeam is a team in the desk's list.
type DeskTeam struct {
	Team         models.Team
	Environments []models.Environment
	Members      int
	Pending      int        // unlock requests that wait for a decision
	Today        int64      // requests that were let in since midnight, UTC
	Engineers    []string   // who look after its agreements
	LastActivity *time.Time // of the last line of its activity list; nil: it has none
}

// Cursor is where the team stands in a list.
func (t DeskTeam) Cursor() models.Cursor {
	return models.Cursor{At: t.Team.CreatedAt, Label: t.Team.Name, ID: t.Team.ID}
}

// Teams returns a part of all teams.
func (d *Desk) Teams(ctx context.Context, query TeamsQuery) (list models.List[DeskTeam], err error) {
	limit := query.Limit
	if limit <= 0 {
		limit = models.PageSize
	}
	now := d.store.Now()
	err = d.store.read(ctx, func(db *gorm.DB) error {
		rows := teamsInState(db.Where("NOT open_to_guests"), query.State, now)
		if query.Mine {
			rows = lookedAfter(rows, d.actor.UserID, now)
		}
		if query.Search != "" {
			pattern := likePattern(query.Search)
			rows = rows.Where("id IN (?)", db.Raw(`? UNION ?`, teamsFound(db, pattern), agreementsFound(db, pattern)))
		}
		order, keys := keyset{columns: []string{"sort_key", "id"}}, []any{sortKey(query.Cursor.Label), query.Cursor.ID}
		if query.Sorting == TeamsNewest {
			order, keys = keyset{[]string{"created_at", "id"}, true}, []any{query.Cursor.At, query.Cursor.ID}
		}
		if query.Cursor.IsZero() {
			keys = nil
		}
		var teams []models.Team
		if err := order.from(rows, keys, query.Cursor.Back).Limit(limit + 1).Find(&teams).Error; err != nil {
			return err
		}
		found, err := deskTeams(db, teams, now)
		list = models.Cut(found, limit, query.Cursor)
		return err
	})
	return list, err
}

func deskTeams(db *gorm.DB, teams []models.Team, now time.Time) ([]DeskTeam, error) {
	ids := make([]string, len(teams))
	for i, team := range teams {
		ids[i] = team.ID
	}
	environments, err := environmentsOf(db, ids)
	if err != nil {
		return nil, err
	}
	members, err := countByTeam(db.Model(&models.Member{}), ids)
	if err != nil {
		return nil, err
	}
	pending, err := countByTeam(db.Model(&models.UnlockRequest{}).Where("state = ?", models.Pending), ids)
	if err != nil {
		return nil, err
	}
	today, err := requestsSince(db, environments, midnight(now))
	if err != nil {
		return nil, err
	}
	active, err := lastActivity(db, ids)
	if err != nil {
		return nil, err
	}
	names, err := lookersNames(db, environments)
	if err != nil {
		return nil, err
	}
	list := make([]DeskTeam, len(teams))
	for i, team := range teams {
		list[i] = DeskTeam{Team: team, Environments: environments[team.ID], Members: members[team.ID],
			Pending: pending[team.ID], LastActivity: active[team.ID],
			Engineers: lookersAfter(environments[team.ID], names, now)}
		for _, environment := range list[i].Environments {
			list[i].Today += today[environment.ID]
		}
	}
	return list, nil
}

// requestsSince counts the requests that were let in from the hour on, by environment.
func requestsSince(
	db *gorm.DB, environments map[string][]models.Environment, hour time.Time,
) (map[string]int64, error) {
	var ids []string
	for _, of := range environments {
		for _, environment := range of {
			ids = append(ids, environment.ID)
		}
	}
	var counts []struct {
		EnvironmentID string
		Requests      int64
	}
	err := db.Table("request_counts").Select("environment_id, CAST(sum(requests) AS bigint) AS requests").
		Where("environment_id IN ? AND hour >= ? AND outcome IN ?", ids, hour, letIn).Group("environment_id").
		Find(&counts).Error
	byEnvironment := make(map[string]int64, len(counts))
	for _, count := range counts {
		byEnvironment[count.EnvironmentID] = count.Requests
	}
	return byEnvironment, err
}

// lastActivity is when the last line of each team's activity list was written.
func lastActivity(db *gorm.DB, teamIDs []string) (map[string]*time.Time, error) {
	var lines []models.AuditEvent
	last := db.Table("teams").Select("(SELECT max(a.id) FROM audit_events a WHERE a.team_id = teams.id)").
		Where("id IN ?", teamIDs)
	err := db.Select("team_id, at").Where("id IN (?)", last).Find(&lines).Error
	byTeam := make(map[string]*time.Time, len(lines))
	for _, line := range lines {
		byTeam[line.TeamID] = &line.At
	}
	return byTeam, err
}

// TeamCount returns how many teams there are.
func (d *Desk) TeamCount(ctx context.Context) (int, error) {
	var count int64
	err := d.store.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Team{}).Where("NOT open_to_guests").Count(&count).Error
	})
	return int(count), err
}
