package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"dojo/models"
)

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
