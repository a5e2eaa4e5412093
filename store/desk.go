package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

// Desk is what solutions engineers may see and change, across teams.
type Desk struct {
	store *Store
	actor models.Actor
}

// Desk opens the desk for the actor. It is NotFound for everybody who is not a
// solutions engineer.
func (s *Store) Desk(ctx context.Context, actor models.Actor) (*Desk, error) {
	user, err := s.SessionUser(ctx, actor.UserID)
	if err == nil && !user.Role().May(models.ViewDesk) {
		err = models.ErrNotFound()
	}
	if err != nil {
		return nil, err
	}
	return &Desk{store: s, actor: actor}, nil
}

func (d *Desk) change(ctx context.Context, action models.Action, steps func(c *change) error) error {
	return d.store.change(ctx, d.actor, func(c *change) error {
		if err := c.engineer(action); err != nil {
			return err
		}
		return steps(c)
	})
}

// DeskRequest is an unlock request with the team and the environment it is for.
type DeskRequest struct {
	Request     models.UnlockRequest
	Team        models.Team
	Environment models.Environment
}

// deskLimit is how many requests one list of the desk shows.
const deskLimit = 200

// Requests returns pending requests, the longest waiting first, or decided
// ones, the latest decision first.
func (d *Desk) Requests(ctx context.Context, pending bool) ([]DeskRequest, error) {
	var list []DeskRequest
	err := d.store.read(ctx, func(db *gorm.DB) error {
		query := db.Where("state <> ?", models.Pending).Order("decided_at DESC, id")
		if pending {
			query = db.Where("state = ?", models.Pending).Order("created_at, id")
		}
		var requests []models.UnlockRequest
		if err := query.Limit(deskLimit).Find(&requests).Error; err != nil {
			return err
		}
		var err error
		list, err = deskRequests(db, requests)
		return err
	})
	return list, err
}

// PendingCount returns how many requests wait for a decision.
func (d *Desk) PendingCount(ctx context.Context) (int, error) {
	var count int64
	err := d.store.read(ctx, func(db *gorm.DB) error {
		return db.Model(&models.UnlockRequest{}).Where("state = ?", models.Pending).Count(&count).Error
	})
	return int(count), err
}

// deskRequests adds to requests what they are for.
func deskRequests(db *gorm.DB, requests []models.UnlockRequest) ([]DeskRequest, error) {
	var teamIDs, environmentIDs []string
	for _, r := range requests {
		teamIDs, environmentIDs = append(teamIDs, r.TeamID), append(environmentIDs, r.EnvironmentID)
	}
	var teams []models.Team
	if err := db.Where("id IN ?", teamIDs).Find(&teams).Error; err != nil {
		return nil, err
	}
	var environments []models.Environment
	if err := db.Where("id IN ?", environmentIDs).Find(&environments).Error; err != nil {
		return nil, err
	}
	list := make([]DeskRequest, len(requests))
	for i, r := range requests {
		team := slices.IndexFunc(teams, func(t models.Team) bool { return t.ID == r.TeamID })
		environment := slices.IndexFunc(environments,
			func(e models.Environment) bool { return e.ID == r.EnvironmentID })
		list[i] = DeskRequest{Request: r, Team: teams[team], Environment: environments[environment]}
	}
	return list, nil
}

// Request returns one unlock request.
func (d *Desk) Request(ctx context.Context, id string) (DeskRequest, error) {
	var request DeskRequest
	err := d.store.read(ctx, func(db *gorm.DB) error {
		var row models.UnlockRequest
		if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
			return err
		}
		list, err := deskRequests(db, []models.UnlockRequest{row})
		if err == nil {
			request = list[0]
		}
		return err
	})
	return request, err
}

// Approve unlocks the environment that the request is for, under the agreement.
// On the first unlock its keys are issued. The first decision on a request
// wins; the second is Conflict.
func (d *Desk) Approve(ctx context.Context, requestID string, agreement models.Agreement) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			by := c.actor.Sign(models.AsEngineer)
			if err := request.Approve(by, agreement, c.now); err != nil {
				return err
			}
			environment.Unlock(by, agreement, c.now)
			if err := c.update(&environment, "unlocked_at", "unlocked_by_id", "unlocked_by_name",
				"unlocked_by_capacity", "agreement", "agreement_ends_at"); err != nil {
				return err
			}
			c.keysChanged(environment.ID)
			line := event(models.UnlockApproved, environment, request.ID)
			line.Detail.Agreement, line.Detail.EndsAt = agreement.Reference, &agreement.EndsAt
			if err := c.audit(line, models.AsEngineer); err != nil {
				return err
			}
			return c.issueMissingKeys(environment, models.AsEngineer)
		})
}

// Decline refuses a request, with a reason that the team reads.
func (d *Desk) Decline(ctx context.Context, requestID, reason string) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			if err := request.Decline(c.actor.Sign(models.AsEngineer), reason, c.now); err != nil {
				return err
			}
			line := event(models.UnlockDeclined, environment, request.ID)
			line.Detail.Text = request.Answer
			return c.audit(line, models.AsEngineer)
		})
}

func (d *Desk) decide(ctx context.Context, requestID string,
	decision func(c *change, request *models.UnlockRequest, environment models.Environment) error) (DeskRequest,
	error) {
	var decided DeskRequest
	err := d.change(ctx, models.DecideUnlock, func(c *change) error {
		var environment models.Environment
		if err := c.lock().Where("id = (SELECT environment_id FROM unlock_requests WHERE id = ?)", requestID).
			Take(&environment).Error; err != nil {
			return err
		}
		var request models.UnlockRequest
		if err := c.lock().Where("id = ?", requestID).Take(&request).Error; err != nil {
			return err
		}
		if err := decision(c, &request, environment); err != nil {
			return err
		}
		if err := c.saveDecision(&request); err != nil {
			return err
		}
		list, err := deskRequests(c.DB, []models.UnlockRequest{request})
		if err == nil {
			decided = list[0]
		}
		return err
	})
	return decided, err
}

// ChangeAgreement puts an unlocked environment under another agreement, or the
// same one with another end. A locked one needs a request first.
func (d *Desk) ChangeAgreement(ctx context.Context, teamSlug string, kind models.EnvironmentKind,
	agreement models.Agreement) error {
	return d.change(ctx, models.DecideUnlock, func(c *change) error {
		var environment models.Environment
		err := c.lock().Where("kind = ? AND team_id = (SELECT id FROM teams WHERE slug = ?)", kind, teamSlug).
			Take(&environment).Error
		if err != nil {
			return err
		}
		if kind == models.Playground || !environment.Unlocked(c.now) {
			return models.Errorf(models.Conflict,
				"%s is not unlocked under an agreement. The team has to request an unlock.", kind.Name())
		}
		environment.SetAgreement(agreement)
		if err := c.update(&environment, "agreement", "agreement_ends_at"); err != nil {
			return err
		}
		c.keysNarrowed(environment.ID, "")
		line := event(models.AgreementChanged, environment, environment.ID)
		line.Detail.Agreement, line.Detail.EndsAt = agreement.Reference, &agreement.EndsAt
		return c.audit(line, models.AsEngineer)
	})
}
