package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/dataset"
)

// Membership is a team as one of its members sees it in lists.
type Membership struct {
	Team         models.Team
	Member       models.Member
	Environments []models.Environment // in the order they are shown
	Owners       int
}

// Memberships returns the teams of the actor, by name.
func (s *Store) Memberships(ctx context.Context, actor models.Actor) ([]Membership, error) {
	var list []Membership
	err := s.read(ctx, func(db *gorm.DB) error {
		var members []models.Member
		if err := db.Where("user_id = ?", actor.UserID).Find(&members).Error; err != nil {
			return err
		}
		byTeam := map[string]models.Member{}
		ids := make([]string, 0, len(members))
		for _, m := range members {
			byTeam[m.TeamID] = m
			ids = append(ids, m.TeamID)
		}
		var teams []models.Team
		if err := db.Where("id IN ? AND deleted_at IS NULL", ids).Order("id").Find(&teams).Error; err != nil {
			return err
		}
		slices.SortStableFunc(teams, func(a, b models.Team) int { return CompareNames(a.Name, b.Name) })
		environments, err := environmentsOf(db, ids)
		if err != nil {
			return err
		}
		owners, err := countByTeam(db.Model(&models.Member{}).Where("role = ?", models.Owner), ids)
		for _, team := range teams {
			list = append(list,
				Membership{Team: team, Member: byTeam[team.ID], Environments: environments[team.ID],
					Owners: owners[team.ID]})
		}
		return err
	})
	return list, err
}

// environmentsOf returns the environments of teams by team, in the order they
// are shown.
func environmentsOf(db *gorm.DB, teamIDs []string) (map[string][]models.Environment, error) {
	var rows []models.Environment
	if err := db.Where("team_id IN ?", teamIDs).Find(&rows).Error; err != nil {
		return nil, err
	}
	if err := addCovers(db, rows); err != nil {
		return nil, err
	}
	if err := addPending(db, rows); err != nil {
		return nil, err
	}
	byTeam := map[string][]models.Environment{}
	for _, kind := range models.EnvironmentKinds() {
		for _, row := range rows {
			if row.Kind == kind {
				byTeam[row.TeamID] = append(byTeam[row.TeamID], row)
			}
		}
	}
	return byTeam, nil
}

// addPending marks the environments for which a request waits.
func addPending(db *gorm.DB, environments []models.Environment) error {
	var waiting []string
	err := db.Model(&models.UnlockRequest{}).
		Where("environment_id IN ? AND state = ?", environmentIDs(environments), models.Pending).
		Pluck("environment_id", &waiting).Error
	for i := range environments {
		environments[i].RequestPending = slices.Contains(waiting, environments[i].ID)
	}
	return err
}

func countByTeam(rows *gorm.DB, teamIDs []string) (map[string]int, error) {
	var counts []struct {
		TeamID string
		Count  int
	}
	err := rows.Where("team_id IN ?", teamIDs).Select("team_id, count(*) AS count").Group("team_id").Find(&counts).Error
	byTeam := make(map[string]int, len(counts))
	for _, row := range counts {
		byTeam[row.TeamID] = row.Count
	}
	return byTeam, err
}

// NewTeam says what a team is made of.
type NewTeam struct {
	Slug, Name string
	OwnerID    string // a user; or, when empty,
	OwnerEmail string // normalised: who is invited as the owner
}

// CreatedTeam is a new team, and the token of its owner's invitation where there is one: for whoever hands the link
// over where there is no mail server.
type CreatedTeam struct {
	models.Team
	Token string
}

// CreateTeam makes a team with its owner, or an invitation for one, and its three environments: Playground
// open and with its keys, Development and Production locked and without. Only a
// solutions engineer, or Dojo itself, may.
func (s *Store) CreateTeam(ctx context.Context, actor models.Actor, team NewTeam) (CreatedTeam, error) {
	var made CreatedTeam
	err := s.change(ctx, actor, func(c *change) (err error) {
		if err := c.engineer(models.CreateTeam); err != nil {
			return err
		}
		if made.Team, err = c.createTeam(team.Slug, team.Name, models.AsEngineer); err != nil {
			return err
		}
		if team.OwnerID != "" {
			return c.addMember(made.Team, team.OwnerID, models.Owner, models.AsEngineer)
		}
		made.Token, err = c.invite(made.Team, team.OwnerEmail, models.Owner, models.AsEngineer)
		return err
	})
	return made, err
}

// createTeam makes a team without members, with its three environments.
func (c *change) createTeam(slug, name string, as models.Capacity) (models.Team, error) {
	name, err := models.CheckTeamName(name)
	if err != nil {
		return models.Team{}, err
	}
	if err := c.freeSlug(slug); err != nil {
		return models.Team{}, err
	}
	team := models.Team{ID: models.NewID(), Slug: slug, Name: name, SortKey: sortKey(name),
		ProductionSecretRole: models.Developer, CreatedAt: c.now}
	if err := c.create(&team); err != nil {
		return team, err
	}
	if err := c.audit(models.AuditEvent{Action: models.TeamCreated, TeamID: team.ID,
		Detail: models.AuditDetail{Subject: name}}, as); err != nil {
		return team, err
	}
	return team, c.createEnvironments(team, models.EnvironmentKinds(), as)
}

// freeSlug fails with Invalid when a team may not take the slug: because of how
// it is written, or because another team has it or had it.
func (c *change) freeSlug(slug string) error {
	if err := models.CheckSlug(slug); err != nil {
		return err
	}
	var taken int64
	if err := c.Model(&models.Team{}).
		Where("slug = ? OR id = (SELECT team_id FROM former_slugs WHERE former_slugs.slug = ?)", slug, slug).
		Count(&taken).Error; err != nil {
		return err
	}
	if taken > 0 {
		return models.InvalidField("slug", "Another team has or had this name. Choose another.")
	}
	return nil
}

// EnsureExplore makes the team that guests look around in, unless it is there.
// It has a Playground and nothing else.
func (s *Store) EnsureExplore(ctx context.Context) error {
	if found, err := s.hasExplore(ctx); err != nil || found {
		return err
	}
	err := s.change(ctx, dojo, func(c *change) error {
		team := models.Team{
			ID: models.NewID(), Slug: models.ExploreSlug, Name: "Explore", SortKey: sortKey("Explore"),
			ProductionSecretRole: models.Developer, OpenToGuests: true, CreatedAt: c.now,
		}
		created := c.Clauses(clause.OnConflict{DoNothing: true}).Omit(clause.Associations).Create(&team)
		if created.Error != nil {
			return created.Error
		}
		if created.RowsAffected == 0 {
			return errUnchanged // another process that starts was first
		}
		return c.createEnvironments(team, []models.EnvironmentKind{models.Playground}, models.AsSystem)
	})
	if models.CodeOf(err) == models.Conflict {
		if found, unknown := s.hasExplore(ctx); found || unknown != nil { // another process that starts was first
			return unknown
		}
	}
	return err
}

func (s *Store) hasExplore(ctx context.Context) (bool, error) {
	var count int64
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Team{}).Where("open_to_guests").Count(&count).Error
	})
	return count > 0, err
}

func (c *change) createEnvironments(team models.Team, kinds []models.EnvironmentKind, as models.Capacity) error {
	for _, kind := range kinds {
		environment := models.Environment{ID: models.NewID(), TeamID: team.ID, Kind: kind, CreatedAt: c.now}
		if kind == models.Playground {
			environment.DataSetID = models.PlaygroundDataSet
		} else {
			environment.DataSetID = environment.ID
			if err := c.create(&dataset.DataSet{ID: environment.ID, CreatedAt: c.now}); err != nil {
				return err
			}
		}
		if err := c.create(&environment); err != nil {
			return err
		}
		if kind == models.Playground {
			if err := c.issueMissingKeys(environment, as); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxTeams is how many teams a user is in at most, those deleted lately included, since
// pages list all of them.
const maxTeams = 500

// AddMember puts a user into a team. Only Dojo itself may, so far.
func (s *Store) AddMember(ctx context.Context, actor models.Actor, slug, userID string, role models.Role) error {
	if !actor.System {
		return models.ErrNotFound()
	}
	return s.change(ctx, actor, func(c *change) error {
		var team models.Team
		if err := c.Where("slug = ?", slug).Take(&team).Error; err != nil {
			return err
		}
		return c.addMember(team, userID, role, models.AsEngineer)
	})
}

func (c *change) addMember(team models.Team, userID string, role models.Role, as models.Capacity) error {
	var user models.User
	if err := c.Where("id = ?", userID).Take(&user).Error; err != nil {
		return fmt.Errorf("member of team %s: %w", team.Slug, err)
	}
	var teams int64
	if err := c.Model(&models.Member{}).Where("user_id = ?", userID).Count(&teams).Error; err != nil {
		return err
	}
	if teams >= maxTeams {
		return models.Errorf(models.Conflict, "%s is in %d teams, and cannot be in more. Leave one first.", user.Name, teams)
	}
	member := models.Member{TeamID: team.ID, UserID: userID, Role: role, LastEnvironment: models.Playground,
		CreatedAt: c.now}
	if err := c.create(&member); err != nil {
		return err
	}
	if err := c.audit(models.AuditEvent{
		Action: models.MemberAdded, TeamID: team.ID, SubjectID: userID,
		Detail: models.AuditDetail{Role: role, Subject: user.Name},
	}, as); err != nil {
		return err
	}
	return c.notifyOfMember(models.MemberJoinedEvent, team, userID, user.Name, role, as)
}
