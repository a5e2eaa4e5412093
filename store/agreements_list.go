package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// AgreementState narrows the desk's list of agreements.
type AgreementState string

// The states.
const (
	AllAgreements     AgreementState = ""
	AgreementsInForce AgreementState = "in-force"
	AgreementsEnding  AgreementState = "ending" // within models.EndingSoon
	AgreementsComing  AgreementState = "coming" // whose first day has not come
	AgreementsEnded   AgreementState = "ended"
)

// AgreementSorting is the order of the list.
type AgreementSorting string

// The orders.
const (
	AgreementsNewest AgreementSorting = ""
	AgreementsByEnd  AgreementSorting = "end"  // the open-ended ones last
	AgreementsByTeam AgreementSorting = "team" // the team's name in addresses
)

// AgreementsQuery narrows and orders the desk's list of agreements, and says which part of it to read.
type AgreementsQuery struct {
	Search  string // part of a team's name, a member's name or address, a reference or a signatory
	State   AgreementState
	Sorting AgreementSorting
	Cursor  models.Cursor
	Limit   int // how many at most; 0: models.PageSize
}

// DeskAgreement is an agreement in the desk's list.
type DeskAgreement struct {
	Agreement models.Agreement
	Team      models.Team
	Covers    []models.EnvironmentKind // what it covers now or will
	Locked    int                      // how many of them an engineer has locked
	Engineer  string                   // the name of who looks after it

	sorting AgreementSorting
}

// openEnd takes the place of the end of open-ended agreements where they are put in order.
var openEnd = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// Cursor is where the agreement stands in the list that it was read from.
func (a DeskAgreement) Cursor() models.Cursor {
	cursor := models.Cursor{At: a.Agreement.CreatedAt, Label: a.Team.Slug, ID: a.Agreement.ID}
	if a.sorting == AgreementsByEnd {
		if cursor.At = openEnd; a.Agreement.EndsAt != nil {
			cursor.At = *a.Agreement.EndsAt
		}
	}
	return cursor
}

// order is that of the list, and what of a cursor it goes by.
func (s AgreementSorting) order(from models.Cursor) (keyset, []any) {
	switch s {
	case AgreementsByEnd:
		return keyset{columns: []string{"coalesce(ends_at, '9999-12-31 00:00:00+00:00')", "id"}}, []any{from.At, from.ID}
	case AgreementsByTeam:
		return keyset{columns: []string{"(SELECT slug FROM teams WHERE teams.id = team_id)", "id"}},
			[]any{from.Label, from.ID}
	}
	return keyset{[]string{"created_at", "id"}, true}, []any{from.At, from.ID}
}

// Agreements returns a part of all agreements.
func (d *Desk) Agreements(ctx context.Context, query AgreementsQuery) (list models.List[DeskAgreement], err error) {
	limit := query.Limit
	if limit <= 0 {
		limit = models.PageSize
	}
	err = d.store.read(ctx, func(db *gorm.DB) error {
		found := agreementsInState(db.Model(&models.Agreement{}), query.State, d.store.Now())
		if query.Search != "" {
			pattern := likePattern(query.Search)
			found = found.Where("("+finds(db, "reference")+" OR "+finds(db, "signatory")+" OR team_id IN (?))",
				pattern, pattern, teamsFound(db, pattern))
		}
		order, keys := query.Sorting.order(query.Cursor)
		if query.Cursor.IsZero() {
			keys = nil
		}
		var rows []models.Agreement
		if err := order.from(found, keys, query.Cursor.Back).Limit(limit + 1).Find(&rows).Error; err != nil {
			return err
		}
		agreements, err := deskAgreements(db, rows)
		for i := range agreements {
			agreements[i].sorting = query.Sorting
		}
		list = models.Cut(agreements, limit, query.Cursor)
		return err
	})
	return list, err
}

func agreementsInState(rows *gorm.DB, state AgreementState, now time.Time) *gorm.DB {
	switch state {
	case AgreementsInForce:
		return rows.Where("first_at <= ? AND (ends_at IS NULL OR ends_at > ?)", now, now)
	case AgreementsEnding:
		return rows.Where("ends_at > ? AND ends_at <= ?", now, now.Add(models.EndingSoon))
	case AgreementsComing:
		return rows.Where("first_at > ?", now)
	case AgreementsEnded:
		return rows.Where("ends_at <= ?", now)
	}
	return rows
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
