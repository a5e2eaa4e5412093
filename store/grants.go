package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// Grants returns the grants of every key, for the gate to begin with.
func (s *Store) Grants(ctx context.Context) ([]models.Grant, error) {
	return s.grants(ctx, "1 = 1")
}

// EnvironmentGrants returns the grants of one environment's keys.
func (s *Store) EnvironmentGrants(ctx context.Context, environmentID string) ([]models.Grant, error) {
	return s.grants(ctx, "keys.environment_id = ?", environmentID)
}

// grantRow is a key with what its environment and team add to a grant.
type grantRow struct {
	Digest          []byte
	KeyID           string
	Kind            models.KeyKind
	State           models.KeyState
	RetiresAt       *time.Time
	TeamID          string
	TeamSlug        string
	EnvironmentID   string
	Environment     models.EnvironmentKind
	DataSetID       string
	UnlockedAt      *time.Time
	AgreementEndsAt *time.Time

	AllowedOrigins        string
	RefusesBrowserSecrets bool
}

func (s *Store) grants(ctx context.Context, condition string, args ...any) ([]models.Grant, error) {
	var rows []grantRow
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Table("keys").
			Select("keys.digest, keys.id AS key_id, keys.kind, keys.state, keys.retires_at, keys.team_id, teams.slug "+
				"AS team_slug, "+
				"keys.environment_id, environments.kind AS environment, environments.data_set_id, "+
				"environments.unlocked_at, environments.agreement_ends_at, environments.allowed_origins, "+
				"environments.refuses_browser_secrets").
			Joins("JOIN environments ON environments.id = keys.environment_id").
			Joins("JOIN teams ON teams.id = keys.team_id").
			Where("teams.deleted_at IS NULL OR keys.state = ?", models.Revoked).Where(condition, args...).
			Find(&rows).Error
	})
	grants := make([]models.Grant, len(rows))
	for i, row := range rows {
		grants[i] = row.grant()
	}
	return grants, err
}

func (r grantRow) grant() models.Grant {
	grant := models.Grant{
		Digest: [32]byte(r.Digest), KeyID: r.KeyID, Kind: r.Kind, TeamID: r.TeamID, TeamSlug: r.TeamSlug,
		EnvironmentID: r.EnvironmentID, Environment: r.Environment, DataSetID: r.DataSetID,
		Unlocked: r.UnlockedAt != nil,
		Revoked:  r.State == models.Revoked, AllowedOrigins: r.AllowedOrigins,
		RefusesBrowserSecrets: r.RefusesBrowserSecrets,
	}
	if r.RetiresAt != nil {
		grant.RetiresAt = *r.RetiresAt
	}
	if r.AgreementEndsAt != nil {
		grant.UnlockedUntil = *r.AgreementEndsAt
	}
	return grant
}
