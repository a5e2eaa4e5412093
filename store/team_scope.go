package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// TeamScope is a team as one actor may see and change it. Its methods reach
// nothing of another team, whatever ids they are given.
type TeamScope struct {
	Team         models.Team
	Role         models.Role          // the actor's, as of the scope's making
	Environments []models.Environment // in the order they are shown
	Viewing      *models.Viewing      // by which a solutions engineer looks at it; nil: as a member or guest

	store  *Store
	actor  models.Actor
	member models.Member // the actor's, as of the scope's making
}

// Team opens the team with the slug for the actor. A slug that the team had
// before opens it too; the caller sees by the team's own slug. It is NotFound
// for whoever is not a member, whether or not the team exists, and for a deleted
// team. In the team that is open to guests, anyone else is a guest. A solutions engineer who is not
// a member may view its pages for a while (Desk.View), as a viewer who changes nothing.
func (s *Store) Team(ctx context.Context, actor models.Actor, slug string) (*TeamScope, error) {
	t := &TeamScope{store: s, actor: actor}
	err := s.read(ctx, func(db *gorm.DB) error {
		if err := teamBySlug(db, slug, &t.Team); err != nil {
			return err
		}
		member, err := memberOf(db, t.Team.ID, actor.UserID)
		if errors.Is(err, gorm.ErrRecordNotFound) && actor.Engineer {
			member, err = t.enterViewing(db)
		}
		if errors.Is(err, gorm.ErrRecordNotFound) && t.Team.OpenToGuests {
			member, err = models.Member{Role: models.Guest}, nil
		}
		if err != nil {
			return err
		}
		t.member, t.Role = member, member.Role
		environments, err := environmentsOf(db, []string{t.Team.ID})
		t.Environments = environments[t.Team.ID]
		return err
	})
	if err == nil && !t.Role.May(models.ViewTeam) {
		err = models.ErrNotFound()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// enterViewing makes the scope one that a solutions engineer looks through, as a viewer. It is
// NotFound when nothing lets them.
func (t *TeamScope) enterViewing(db *gorm.DB) (models.Member, error) {
	viewing, err := viewingOf(db, t.Team, t.actor, t.store.Now())
	if err != nil {
		return models.Member{}, err
	}
	t.Viewing, t.actor.Viewing = &viewing, viewing.ID
	return models.Member{Role: models.Viewer}, nil
}

// teamBySlug finds a team that is not deleted by the slug it has or had.
func teamBySlug(db *gorm.DB, slug string, team *models.Team) error {
	err := db.Where("slug = ? AND deleted_at IS NULL", slug).Take(team).Error
	if !errors.Is(err, gorm.ErrRecordNotFound) {
		return err
	}
	return db.Where("id = (SELECT team_id FROM former_slugs WHERE slug = ?) AND deleted_at IS NULL", slug).
		Take(team).Error
}

// memberOf returns the user's place in the team. It is NotFound for whoever is
// not a member, and for a disabled account.
func memberOf(db *gorm.DB, teamID, userID string) (models.Member, error) {
	var member models.Member
	err := db.Where("team_id = ? AND user_id = ?", teamID, userID).
		Where("EXISTS (SELECT 1 FROM users WHERE users.id = members.user_id AND users.disabled_at IS NULL)").
		Take(&member).Error
	return member, err
}

// Environment returns the team's environment of the kind.
func (t *TeamScope) Environment(kind models.EnvironmentKind) (models.Environment, error) {
	for _, environment := range t.Environments {
		if environment.Kind == kind {
			return environment, nil
		}
	}
	return models.Environment{}, models.ErrNotFound()
}

// May reports whether the actor's role allows the action.
func (t *TeamScope) May(action models.Action) bool { return t.Role.May(action) }

// Seen notes that the actor views the environment, so that the next visit
// begins there. A visit to the one seen last within the hour writes nothing.
func (t *TeamScope) Seen(ctx context.Context, kind models.EnvironmentKind) error {
	if _, err := t.Environment(kind); err != nil {
		return err
	}
	if t.actor.Viewing != "" {
		return nil
	}
	now, last := t.store.Now(), t.member.LastViewedAt
	if t.member.LastEnvironment == kind && last != nil && now.Sub(*last) < time.Hour {
		return nil
	}
	return t.store.write(ctx, func(db *gorm.DB) error {
		return db.Model(&models.Member{}).
			Where("team_id = ? AND user_id = ?", t.Team.ID, t.actor.UserID).
			Updates(map[string]any{"last_environment": kind, "last_viewed_at": now}).Error
	})
}

// change is a transaction on one of the team's environments by somebody whose
// role allows the action at this very moment. The member's row is held until
// the commit, so that taking the role away waits or comes first.
func (t *TeamScope) change(ctx context.Context, action models.Action, kind models.EnvironmentKind,
	steps func(c *change, environment models.Environment) error) error {
	return t.store.change(ctx, t.actor, func(c *change) error {
		if _, err := t.authorise(c, action); err != nil {
			return err
		}
		environment, err := c.environment("team_id = ? AND kind = ?", t.Team.ID, kind)
		if err != nil {
			return err
		}
		// Asked last: whoever deletes the team holds its environments.
		if err := c.Where("id = ? AND deleted_at IS NULL", t.Team.ID).Take(&models.Team{}).Error; err != nil {
			return err
		}
		return steps(c, environment)
	})
}

// authorise returns the actor's role in the team at this very moment, if it
// allows the action. The row that says so is held until the commit.
func (t *TeamScope) authorise(c *change, action models.Action) (models.Role, error) {
	member, err := memberOf(c.lock(), t.Team.ID, t.actor.UserID)
	if err == nil && !member.Role.May(action) {
		err = forbidden(member.Role)
	}
	return member.Role, err
}

// changeTeam is a transaction on the team itself. It holds the team's row, so
// that changes of who belongs to it come one after the other.
func (t *TeamScope) changeTeam(ctx context.Context, action models.Action,
	steps func(c *change, team models.Team, role models.Role) error) error {
	return t.store.change(ctx, t.actor, func(c *change) error {
		var team models.Team
		if err := c.lock().Where("id = ? AND deleted_at IS NULL", t.Team.ID).Take(&team).Error; err != nil {
			return err
		}
		role, err := t.authorise(c, action)
		if err != nil {
			return err
		}
		return steps(c, team, role)
	})
}

// read is a query about one of the team's environments by somebody whose role
// allows the action.
func (t *TeamScope) read(ctx context.Context, action models.Action, query func(db *gorm.DB) error) error {
	if !t.Role.May(action) {
		return forbidden(t.Role)
	}
	return t.store.read(ctx, query)
}

func forbidden(role models.Role) error {
	if role == models.Guest {
		return models.Errorf(models.Forbidden, "Guests look around the Playground only. Sign in to see your team.")
	}
	return models.Errorf(models.Forbidden,
		"Your role in this team, %s, does not allow this. "+
			"An owner or admin of the team can do it, or change your role.", role)
}

// event begins a line of the activity list about the environment.
func event(action models.AuditAction, environment models.Environment, subjectID string) models.AuditEvent {
	return models.AuditEvent{
		Action: action, TeamID: environment.TeamID, EnvironmentID: environment.ID,
		Environment: environment.Kind, SubjectID: subjectID,
	}
}
