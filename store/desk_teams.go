package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"dojo/models"
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
}

// Teams returns teams by their name in addresses, and whether there are more.
func (d *Desk) Teams(ctx context.Context, query TeamsQuery) (list []DeskTeam, more bool, err error) {
	err = d.store.read(ctx, func(db *gorm.DB) error {
		rows := db.Where("slug > ?", query.After)
		if search := strings.ToLower(strings.TrimSpace(query.Search)); search != "" {
			pattern := "%" + escapeLike(search) + "%"
			rows = rows.Where(`(lower(name) LIKE ? ESCAPE '\' OR slug LIKE ? ESCAPE '\')`, pattern, pattern)
		}
		var teams []models.Team
		if err := rows.Order("slug").Limit(pageSize + 1).Find(&teams).Error; err != nil {
			return err
		}
		if more = len(teams) > pageSize; more {
			teams = teams[:pageSize]
		}
		ids := make([]string, len(teams))
		for i, team := range teams {
			ids[i] = team.ID
		}
		environments, err := environmentsOf(db, ids)
		for _, team := range teams {
			list = append(list, DeskTeam{Team: team, Environments: environments[team.ID]})
		}
		return err
	})
	return list, more, err
}

func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// Person is a member of a team with the user's name and address.
type Person struct {
	Name, Email string
	Role        models.Role
}

// TeamFile is everything the desk shows of one team. Keys come without what is
// sealed in them.
type TeamFile struct {
	Team         models.Team
	Environments []models.Environment
	Keys         map[string][]models.Key // by environment id
	People       []Person
	Requests     []models.UnlockRequest // newest first
	Activity     []models.AuditEvent
}

// Team returns the file of one team.
func (d *Desk) Team(ctx context.Context, slug string) (TeamFile, error) {
	file := TeamFile{Keys: map[string][]models.Key{}}
	err := d.store.read(ctx, func(db *gorm.DB) error {
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
		}
		if err := people(db, file.Team.ID, &file.People); err != nil {
			return err
		}
		if err := db.Where("team_id = ?", file.Team.ID).Order("created_at DESC, id DESC").Limit(20).Find(&file.Requests).Error; err != nil {
			return err
		}
		file.Activity, _, err = activity(db, file.Team.ID, "", Page{Limit: 20})
		return err
	})
	return file, err
}

func people(db *gorm.DB, teamID string, into *[]Person) error {
	return db.Table("members").Select("users.name, users.email, members.role").
		Joins("JOIN users ON users.id = members.user_id").
		Where("members.team_id = ?", teamID).Order("users.name, users.email").Find(into).Error
}
