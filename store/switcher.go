package store

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

// SwitcherTeams is how many of somebody's other teams the switcher lists: those that they viewed
// last.
const SwitcherTeams = 8

// Switcher is what a team's pages lead on to: other teams, and what waits in their environments.
type Switcher struct {
	Last   models.EnvironmentKind   // that the actor viewed last in this team; empty: none yet
	Others []Membership             // by name; without their owners
	More   int                      // how many other teams are not listed
	Alarms map[string]models.Alarms // by environment, of this team and of those listed
}

// Switcher returns what the switcher on the team's pages shows. Who views the team as a solutions
// engineer has no teams of their own there.
func (t *TeamScope) Switcher(ctx context.Context) (Switcher, error) {
	found := Switcher{Last: t.member.LastEnvironment}
	err := t.read(ctx, models.ViewTeam, func(db *gorm.DB) error {
		open := environmentIDs(t.Environments)
		if !t.May(models.ViewPeople) {
			open = nil
		}
		if t.Viewing == nil {
			var err error
			if found.Others, found.More, err = otherTeams(db, t.actor.UserID, t.Team.ID); err != nil {
				return err
			}
			proven := true
			if slices.ContainsFunc(found.Others, func(m Membership) bool { return m.Team.SecondFactorRequired }) {
				if proven, err = hasSecondFactor(db, t.actor.UserID); err != nil {
					return err
				}
			}
			for _, other := range found.Others {
				if proven || !other.Team.SecondFactorRequired {
					open = append(open, environmentIDs(other.Environments)...)
				}
			}
		}
		var err error
		found.Alarms, err = countAlarms(db, open)
		return err
	})
	return found, err
}

// otherTeams are those that the user viewed last but for one, and how many more there are.
func otherTeams(db *gorm.DB, userID, teamID string) (others []Membership, more int, err error) {
	var members []models.Member
	if err := db.Where("user_id = ? AND team_id <> ?", userID, teamID).
		Where("EXISTS (SELECT 1 FROM teams WHERE teams.id = members.team_id AND teams.deleted_at IS NULL)").
		Find(&members).Error; err != nil || len(members) == 0 {
		return nil, 0, err
	}
	slices.SortFunc(members, func(a, b models.Member) int {
		return cmp.Or(viewed(b).Compare(viewed(a)), cmp.Compare(a.TeamID, b.TeamID))
	})
	listed := members[:min(len(members), SwitcherTeams)]
	ids := make([]string, len(listed))
	for i, m := range listed {
		ids[i] = m.TeamID
	}
	var teams []models.Team
	if err := db.Where("id IN ?", ids).Order("sort_key, id").Find(&teams).Error; err != nil {
		return nil, 0, err
	}
	environments, err := environmentsOf(db, ids)
	for _, team := range teams {
		member := listed[slices.Index(ids, team.ID)]
		others = append(others, Membership{Team: team, Member: member, Environments: environments[team.ID]})
	}
	return others, len(members) - len(listed), err
}

func environmentIDs(environments []models.Environment) []string {
	ids := make([]string, len(environments))
	for i, environment := range environments {
		ids[i] = environment.ID
	}
	return ids
}

// countAlarms counts the open exposures of environments.
func countAlarms(db *gorm.DB, environmentIDs []string) (map[string]models.Alarms, error) {
	if len(environmentIDs) == 0 {
		return nil, nil
	}
	var kinds []models.Exposure
	err := db.Model(&models.Exposure{}).Distinct("environment_id", "kind").
		Where("environment_id IN ? AND "+openExposure, environmentIDs).Find(&kinds).Error
	byEnvironment := make(map[string]models.Alarms, len(kinds))
	for _, e := range kinds {
		alarms := byEnvironment[e.EnvironmentID]
		byEnvironment[e.EnvironmentID] = models.Alarms{Count: alarms.Count + 1, Bad: alarms.Bad || e.Kind.Bad()}
	}
	return byEnvironment, err
}
