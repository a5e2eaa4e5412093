package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
	"dojo/store/dataset"
)

// TeamsQuery narrows the desk's list of teams.
type TeamsQuery struct {
	Search string // part of the name, or of the name in addresses
	After  string // the name in addresses of the last team of the page before
}

// DeskTeam is a team in the desk's list.
type DeskTeam struct {
	Team         models.Team
	Environments []models.Environment
	Members      int
	Pending      int // unlock requests that wait for a decision
}

// Teams returns teams by their name in addresses, and whether there are more.
func (d *Desk) Teams(ctx context.Context, query TeamsQuery) (list []DeskTeam, more bool, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		rows := db.Where("slug > ? AND NOT open_to_guests", query.After)
		if search := strings.TrimSpace(query.Search); search != "" {
			pattern := "%" + database.EscapeLike(search) + "%"
			rows = rows.Where(`(lower(name) LIKE lower(?) ESCAPE '\' OR slug LIKE lower(?) ESCAPE '\')`, pattern,
				pattern)
		}
		var teams []models.Team
		if err := rows.Order("slug").Limit(models.PageSize + 1).Find(&teams).Error; err != nil {
			return err
		}
		if more = len(teams) > models.PageSize; more {
			teams = teams[:models.PageSize]
		}
		ids := make([]string, len(teams))
		for i, team := range teams {
			ids[i] = team.ID
		}
		list, err = deskTeams(db, teams, ids)
		return err
	})
	return list, more, err
}

func deskTeams(db *gorm.DB, teams []models.Team, ids []string) ([]DeskTeam, error) {
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
	list := make([]DeskTeam, len(teams))
	for i, team := range teams {
		list[i] = DeskTeam{Team: team, Environments: environments[team.ID], Members: members[team.ID],
			Pending: pending[team.ID]}
	}
	return list, nil
}

// TeamCount returns how many teams there are.
func (d *Desk) TeamCount(ctx context.Context) (int, error) {
	var count int64
	err := d.store.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Team{}).Where("NOT open_to_guests").Count(&count).Error
	})
	return int(count), err
}

// TeamFile is everything the desk shows of one team. Keys come without what is
// sealed in them.
type TeamFile struct {
	Team         models.Team
	Environments []models.Environment
	Keys         map[string][]models.Key // by environment id
	People       []Person
	Requests     []models.UnlockRequest // newest first
	Activity     []models.AuditEvent    // newest first
	Interactions map[string]int         // how many, by environment id
	Invitations  []models.Invitation    // open ones, newest first
}

// Team returns the file of one team.
func (d *Desk) Team(ctx context.Context, slug string) (TeamFile, error) {
	file := TeamFile{Keys: map[string][]models.Key{}, Interactions: map[string]int{}}
	err := d.store.read(ctx, func(db *gorm.DB) (err error) {
		if err := db.Where("slug = ?", slug).Take(&file.Team).Error; err != nil {
			return err
		}
		environments, err := environmentsOf(db, []string{file.Team.ID})
		if err != nil {
			return err
		}
		file.Environments = environments[file.Team.ID]
		for _, environment := range file.Environments {
			if file.Keys[environment.ID], err = keysOf(db, environment.ID); err != nil {
				return err
			}
			counts, err := dataset.Counts(db, environment.DataSetID)
			if err != nil {
				return err
			}
			file.Interactions[environment.ID] = int(counts.Interactions)
		}
		if err := db.Where("team_id = ? AND "+openInvitation, file.Team.ID).Order("created_at DESC, id").
			Find(&file.Invitations).Error; err != nil {
			return err
		}
		if file.People, err = people(db, file.Team.ID); err != nil {
			return err
		}
		if err := db.Where("team_id = ?", file.Team.ID).Order("created_at DESC, id DESC").Limit(20).
			Find(&file.Requests).Error; err != nil {
			return err
		}
		var activity models.List[models.AuditEvent]
		activity, err = auditEvents(db.Where("team_id = ?", file.Team.ID), models.Cursor{}, 20)
		file.Activity = activity.Rows
		return err
	})
	return file, err
}
