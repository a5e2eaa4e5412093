package store

import (
	"context"
	"io"
	"iter"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
)

// KeepFile keeps a chosen file for the next step, for [models.UploadKept], and returns it with its id. Each part is a
// transaction of its own. A person has no more than [models.MaxUploadFiles] of them: older ones make room. Nothing of
// the team's is changed, so the activity list has no line.
func (t *TeamScope) KeepFile(ctx context.Context, kind models.EnvironmentKind, file models.UploadFile,
	parts iter.Seq2[[]byte, error]) (models.UploadFile, error) {
	plan, now := file.Plan, t.store.Now()
	file.ID, file.UserID, file.TeamID, file.Plan = models.NewID(), t.actor.UserID, t.Team.ID, []byte{}
	file.CreatedAt, file.ExpiresAt = now, now.Add(models.UploadKept)
	err := t.writeData(ctx, kind, func(db *gorm.DB, environment models.Environment) error {
		file.EnvironmentID = environment.ID
		var older []string
		if err := db.Model(&models.UploadFile{}).Where("user_id = ?", t.actor.UserID).Order("created_at DESC, id").
			Pluck("id", &older).Error; err != nil {
			return err
		}
		if len(older) >= models.MaxUploadFiles {
			old := older[models.MaxUploadFiles-1:]
			if err := db.Where("id IN ?", old).Delete(&models.UploadFile{}).Error; err != nil {
				return err
			}
		}
		return db.Create(&file).Error
	})
	number := 0
	for part, fault := range parts {
		if err == nil {
			err = fault
		}
		if err != nil {
			break
		}
		err = t.store.write(ctx, func(db *gorm.DB) error {
			return db.Create(&models.UploadPart{FileID: file.ID, Number: number, Bytes: part}).Error
		})
		number++
	}
	if err != nil {
		return file, err // what there is of it is swept
	}
	file.Plan = plan
	return file, t.PlanFile(ctx, kind, file.ID, plan)
}

// PlanFile keeps another plan for the actor's file.
func (t *TeamScope) PlanFile(ctx context.Context, kind models.EnvironmentKind, id string, plan []byte) error {
	return t.writeData(ctx, kind, func(db *gorm.DB, environment models.Environment) error {
		changed := t.file(db, environment, id).Model(&models.UploadFile{}).Update("plan", plan)
		if changed.Error == nil && changed.RowsAffected == 0 {
			return models.ErrNotFound()
		}
		return changed.Error
	})
}

// DropFile forgets the actor's file.
func (t *TeamScope) DropFile(ctx context.Context, kind models.EnvironmentKind, id string) error {
	return t.writeData(ctx, kind, func(db *gorm.DB, environment models.Environment) error {
		gone := t.file(db, environment, id).Delete(&models.UploadFile{})
		if gone.Error == nil && gone.RowsAffected == 0 {
			return models.ErrNotFound()
		}
		return gone.Error
	})
}

// File returns a file that the actor has chosen for the environment, while it is kept.
func (t *TeamScope) File(
	ctx context.Context, kind models.EnvironmentKind, id string,
) (file models.UploadFile, err error) {
	environment, err := t.dataEnvironment(kind)
	if err != nil {
		return file, err
	}
	err = t.store.read(ctx, func(db *gorm.DB) error {
		return t.file(db, environment, id).Where("length(plan) > 0").Take(&file).Error
	})
	return file, err
}

// FileBytes writes the bytes of the actor's file.
func (t *TeamScope) FileBytes(ctx context.Context, kind models.EnvironmentKind, id string, w io.Writer) error {
	if _, err := t.File(ctx, kind, id); err != nil {
		return err
	}
	for number := 0; ; number++ {
		var part []models.UploadPart
		if err := t.store.read(ctx, func(db *gorm.DB) error {
			return db.Where("file_id = ? AND number = ?", id, number).Limit(1).Find(&part).Error
		}); err != nil || len(part) == 0 {
			return err
		}
		if _, err := w.Write(part[0].Bytes); err != nil {
			return err
		}
	}
}

// file finds a file by its owner, its environment and its time.
func (t *TeamScope) file(db *gorm.DB, environment models.Environment, id string) *gorm.DB {
	return db.Where("id = ? AND user_id = ? AND environment_id = ? AND expires_at > ?", id, t.actor.UserID,
		environment.ID, t.store.Now())
}

// Mapping returns what the team has chosen for the columns with this digest before; nil: nothing.
func (t *TeamScope) Mapping(ctx context.Context, of models.Collection, columns string) ([]byte, error) {
	if !t.May(models.ManageData) {
		return nil, forbidden(t.Role)
	}
	var found []models.UploadMapping
	err := t.store.read(ctx, func(db *gorm.DB) error {
		return db.Where("team_id = ? AND collection = ? AND columns = ?", t.Team.ID, of, columns).Limit(1).
			Find(&found).Error
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0].Mapping, nil
}

// maxMappings is how many mappings are kept for a team, the latest.
const maxMappings = 100

// KeepMapping keeps what was chosen for the columns of a file that was uploaded.
func (t *TeamScope) KeepMapping(ctx context.Context, kind models.EnvironmentKind, of models.Collection, columns string,
	mapping []byte) error {
	return t.writeData(ctx, kind, func(db *gorm.DB, _ models.Environment) error {
		row := models.UploadMapping{TeamID: t.Team.ID, Collection: of, Columns: columns, Mapping: mapping,
			UpdatedAt: t.store.Now()}
		if err := db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "team_id"}, {Name: "collection"},
			{Name: "columns"}}, DoUpdates: clause.AssignmentColumns([]string{"mapping", "updated_at"})}).
			Create(&row).Error; err != nil {
			return err
		}
		return db.Exec("DELETE FROM upload_mappings WHERE team_id = ? AND updated_at < (SELECT min(updated_at) FROM "+
			"(SELECT updated_at FROM upload_mappings WHERE team_id = ? ORDER BY updated_at DESC LIMIT ?) latest)",
			t.Team.ID, t.Team.ID, maxMappings).Error
	})
}

// dataEnvironment is the environment, if the actor may change its data.
func (t *TeamScope) dataEnvironment(kind models.EnvironmentKind) (models.Environment, error) {
	if err := t.MayChangeData(kind); err != nil {
		return models.Environment{}, err
	}
	return t.Environment(kind)
}

// writeData is a transaction on what is kept beside the data, by somebody who may change the data at this very moment.
func (t *TeamScope) writeData(ctx context.Context, kind models.EnvironmentKind,
	steps func(db *gorm.DB, environment models.Environment) error) error {
	if t.actor.Viewing != "" {
		return models.ErrViewing()
	}
	environment, err := t.dataEnvironment(kind)
	if err != nil {
		return err
	}
	return t.store.write(ctx, func(db *gorm.DB) error {
		member, err := memberOf(db, t.Team.ID, t.actor.UserID)
		if err == nil && !member.Role.May(models.ManageData) {
			err = forbidden(member.Role)
		}
		if err != nil {
			return err
		}
		return steps(db, environment)
	})
}

// sweepFiles forgets chosen files that nobody has uploaded in time.
func sweepFiles(db *gorm.DB, now time.Time) error {
	return db.Where("expires_at <= ?", now).Delete(&models.UploadFile{}).Error
}
