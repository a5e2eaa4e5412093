package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// AgreementState narrows the desk's list of agreements.
type AgreementState string

// The states.
const (
	AllAgreements     AgreementState = ""
	AgreementsInForce AgreementState = "in-force"
	AgreementsEnding  AgreementState = "ending" // within 30 days
	AgreementsComing  AgreementState = "coming" // whose first day has not come
	AgreementsEnded   AgreementState = "ended"
	AgreementsTrial   AgreementState = "trial"
)

// AgreementStates lists them.
func AgreementStates() []AgreementState {
	return []AgreementState{AllAgreements, AgreementsInForce, AgreementsEnding, AgreementsComing, AgreementsEnded,
		AgreementsTrial}
}

// AgreementSort is the order of the list.
type AgreementSort string

// The orders.
const (
	ByEnd    AgreementSort = "" // the next to end first, then the open-ended, then those that have ended
	ByNewest AgreementSort = "newest"
	ByTeam   AgreementSort = "team"
)

// AgreementsQuery narrows and orders the desk's list of agreements.
type AgreementsQuery struct {
	Search string // part of a team's name, a member's name or address, a reference or a signatory
	State  AgreementState
	Sort   AgreementSort
	After  models.Cursor // where the page before ended: how many rows came before
	Limit  int           // rows of a page; 0: models.PageSize
}

// DeskAgreement is an agreement in the desk's list.
type DeskAgreement struct {
	Agreement models.Agreement
	Team      models.Team
	Covers    []models.EnvironmentKind // what it covers now or will
	Locked    int                      // how many of them an engineer has locked
	Engineer  string                   // the name of who looks after it
}

// Agreements returns agreements.
func (d *Desk) Agreements(ctx context.Context, query AgreementsQuery) (list models.List[DeskAgreement], err error) {
	before, _ := strconv.Atoi(query.After.ID) // what is no number is the beginning
	before = max(0, before)
	limit := query.Limit
	if limit == 0 {
		limit = models.PageSize
	}
	err = d.store.read(ctx, func(db *gorm.DB) error {
		var rows []models.Agreement
		now := d.store.Now()
		found := inState(db.Model(&models.Agreement{}), query.State, now)
		if search := strings.TrimSpace(query.Search); search != "" {
			found = matching(found, "%"+database.EscapeLike(search)+"%")
		}
		switch query.Sort {
		case ByNewest:
			found = found.Order("created_at DESC, agreements.id")
		case ByTeam:
			found = found.Order("(SELECT slug FROM teams WHERE teams.id = agreements.team_id), created_at, agreements.id")
		default:
			found = found.Order(gorm.Expr("CASE WHEN ends_at IS NULL THEN 1 WHEN ends_at <= ? THEN 2 ELSE 0 END, ends_at, "+
				"agreements.id", now))
		}
		if err := found.Offset(before).Limit(limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		if list.More = len(rows) > limit; list.More {
			rows = rows[:limit]
			list.Next = models.Cursor{ID: strconv.Itoa(before + limit)}
		}
		list.Rows, err = deskAgreements(db, rows)
		return err
	})
	return list, err
}

func inState(rows *gorm.DB, state AgreementState, now time.Time) *gorm.DB {
	switch state {
	case AgreementsInForce:
		return rows.Where("first_at <= ? AND (ends_at IS NULL OR ends_at > ?)", now, now)
	case AgreementsEnding:
		return rows.Where("ends_at > ? AND ends_at <= ?", now, now.AddDate(0, 0, models.AgreementWarnings()[0]))
	case AgreementsComing:
		return rows.Where("first_at > ?", now)
	case AgreementsEnded:
		return rows.Where("ends_at <= ?", now)
	case AgreementsTrial:
		return rows.Where("agreements.kind = ?", models.Trial)
	}
	return rows
}

func matching(rows *gorm.DB, pattern string) *gorm.DB {
	return rows.Where(`(lower(reference) LIKE lower(?) ESCAPE '\' OR lower(signatory) LIKE lower(?) ESCAPE '\' `+
		`OR team_id IN (SELECT id FROM teams WHERE lower(name) LIKE lower(?) ESCAPE '\' OR slug LIKE lower(?) ESCAPE '\') `+
		`OR team_id IN (SELECT members.team_id FROM users JOIN members ON members.user_id = users.id `+
		`WHERE lower(users.name) LIKE lower(?) ESCAPE '\' OR users.email LIKE lower(?) ESCAPE '\'))`,
		pattern, pattern, pattern, pattern, pattern, pattern)
}

// deskAgreements adds to agreements what they are about.
func deskAgreements(db *gorm.DB, rows []models.Agreement) ([]DeskAgreement, error) {
	var ids, teamIDs, engineerIDs []string
	for _, a := range rows {
		ids, teamIDs, engineerIDs = append(ids, a.ID), append(teamIDs, a.TeamID), append(engineerIDs, a.EngineerID)
	}
	var teams []models.Team
	if err := db.Where("id IN ?", teamIDs).Find(&teams).Error; err != nil {
		return nil, err
	}
	var engineers []models.User
	if err := db.Select("id, name").Where("id IN ?", engineerIDs).Find(&engineers).Error; err != nil {
		return nil, err
	}
	var covers []struct {
		AgreementID string
		Kind        models.EnvironmentKind
		Locked      bool
		Lapsed      bool
	}
	err := db.Table("agreement_covers").Select("agreement_covers.agreement_id, environments.kind, "+
		"locked_at IS NOT NULL AS locked, agreement_covers.ends_at IS NOT NULL AND (agreements.ends_at IS NULL OR "+
		"agreement_covers.ends_at < agreements.ends_at) AS lapsed").
		Joins("JOIN environments ON environments.id = agreement_covers.environment_id").
		Joins("JOIN agreements ON agreements.id = agreement_covers.agreement_id").
		Where("agreement_covers.agreement_id IN ?", ids).Order("environments.kind").Find(&covers).Error
	list := make([]DeskAgreement, len(rows))
	for i, a := range rows {
		list[i].Agreement = a
		for _, team := range teams {
			if team.ID == a.TeamID {
				list[i].Team = team
			}
		}
		for _, user := range engineers {
			if user.ID == a.EngineerID {
				list[i].Engineer = user.Name
			}
		}
		for _, c := range covers {
			if c.AgreementID == a.ID && !c.Lapsed {
				list[i].Covers = append(list[i].Covers, c.Kind)
				if c.Locked {
					list[i].Locked++
				}
			}
		}
	}
	return list, err
}
