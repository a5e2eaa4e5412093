package store

import (
	"context"
	"errors"
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
	if err := addCovers(db, environments); err != nil {
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

// Approve unlocks the environment that the request is for, under an agreement with these
// terms: one that the team has with the same reference and end, or a new one. On the first
// unlock its keys are issued. The first decision on a request wins; the second is Conflict,
// as it is when another agreement covers the environment.
func (d *Desk) Approve(ctx context.Context, requestID string, terms models.Terms) (DeskRequest, error) {
	return d.approve(ctx, requestID, func(c *change, environment models.Environment) (models.Agreement, func() error, error) {
		var same []models.Agreement
		err := c.Where("team_id = ? AND reference = ? AND kind = ? AND ends_at = ?", environment.TeamID, terms.Reference,
			models.Ordinary, terms.EndsAt).Order("created_at, id").Limit(1).Find(&same).Error
		if err != nil {
			return models.Agreement{}, nil, err
		}
		if len(same) == 1 && !terms.EndsAt.IsZero() {
			return same[0], func() error { return c.coverToo(&same[0], environment) }, nil
		}
		terms.Covers = []models.EnvironmentKind{environment.Kind}
		if terms.EngineerID == "" {
			terms.EngineerID = c.actor.UserID
		}
		made, err := c.makeAgreement(environment.TeamID, models.Ordinary, terms, "", models.AsEngineer)
		return made, func() error { return c.setCovers(made, terms, models.AsEngineer) }, err
	})
}

// ApproveUnder is Approve under an agreement that the team has, from the agreement's first
// day on. It is Conflict for one that has ended.
func (d *Desk) ApproveUnder(ctx context.Context, requestID, agreementID string) (DeskRequest, error) {
	return d.approve(ctx, requestID, func(c *change, environment models.Environment) (models.Agreement, func() error, error) {
		var a models.Agreement
		err := c.Where("id = ? AND team_id = ?", agreementID, environment.TeamID).Take(&a).Error
		if err == nil && a.Ended(c.now) {
			err = models.Errorf(models.Conflict, "Agreement %s has ended. Renew it first.", models.Isolated(a.Reference))
		}
		return a, func() error { return c.coverToo(&a, environment) }, err
	})
}

// coverToo has an agreement cover an environment too, and ends an engineer's lock of it.
func (c *change) coverToo(agreement *models.Agreement, environment models.Environment) error {
	before, err := termsOf(c.DB, *agreement)
	if err != nil {
		return err
	}
	for _, cover := range environment.Covers {
		if cover.AgreementID == agreement.ID && cover.InForce(c.now) && cover.LockedAt != nil {
			if err := cover.Unlock(); err != nil {
				return err
			}
			c.keysChanged(environment.ID)
			return c.update(&cover, "locked_at", "locked_by_id", "locked_by_name", "locked_by_capacity", "lock_reason")
		}
	}
	if slices.Contains(before.Covers, environment.Kind) {
		return nil
	}
	after := before
	after.Covers = append(slices.Clone(before.Covers), environment.Kind)
	slices.Sort(after.Covers)
	return c.rewrite(agreement, before, after, "", models.AsEngineer)
}

func (d *Desk) approve(ctx context.Context, requestID string,
	agree func(c *change, environment models.Environment) (a models.Agreement, cover func() error, err error),
) (DeskRequest, error) {
	return d.decide(ctx, requestID,
		func(c *change, request *models.UnlockRequest, environment models.Environment) error {
			// Asked first: who comes second is told who was first.
			by, decided := c.actor.Sign(models.AsEngineer), *request
			if err := decided.Approve(by, models.Terms{}, c.now); err != nil {
				return err
			}
			agreement, cover, err := agree(c, environment)
			if err != nil {
				return err
			}
			terms := models.Terms{Reference: agreement.Reference}
			if agreement.EndsAt != nil {
				terms.EndsAt = *agreement.EndsAt
			}
			if err := request.Approve(by, terms, c.now); err != nil {
				return err
			}
			line := event(models.UnlockApproved, environment, request.ID)
			line.Detail.Agreement, line.Detail.EndsAt = agreement.Reference, agreement.EndsAt
			if err := c.audit(line, models.AsEngineer); err != nil {
				return err
			}
			err = cover()
			if wrong, ok := errors.AsType[*models.Error](err); ok && wrong.Fields["covers"] != "" {
				err = models.Errorf(models.Conflict, "%s", wrong.Message)
			}
			return err
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
		if _, err := c.teamOfAgreement("id = (SELECT team_id FROM unlock_requests WHERE id = ?)", requestID); err != nil {
			return err
		}
		environment, err := c.environment("id = (SELECT environment_id FROM unlock_requests WHERE id = ?)", requestID)
		if err != nil {
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
