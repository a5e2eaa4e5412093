package store

import (
	"context"
	"iter"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// Upload is a file of records that somebody uploads.
type Upload struct {
	Collection models.Collection
	Count      int // how many records it has

	// Batches holds the records, each batch in a transaction of its own, so that a
	// long file does not keep other writers waiting.
	Batches iter.Seq2[Records, error]
}

// UploadRecords keeps the records of a file in an unlocked environment, and
// returns how many it has kept: less than all when it failed on the way, or when
// the actor may not any more. The activity list has one line about it, written
// with the first batch, and another one if it stopped.
func (t *TeamScope) UploadRecords(ctx context.Context, kind models.EnvironmentKind, upload Upload) (kept int, err error) {
	for records, err := range upload.Batches {
		if err == nil {
			err = t.uploadBatch(ctx, kind, upload, records, kept == 0)
		}
		if err != nil {
			if kept > 0 {
				t.uploadStopped(context.WithoutCancel(ctx), kind, upload.Collection, kept)
			}
			return kept, err
		}
		kept += records.size()
	}
	return kept, nil
}

func (r *Records) size() int { return len(r.Products) + len(r.EndUsers) + len(r.Interactions) }

func (t *TeamScope) uploadBatch(ctx context.Context, kind models.EnvironmentKind, upload Upload, records Records, first bool) error {
	return t.changeData(ctx, kind, func(c *change, environment models.Environment) error {
		if err := t.store.writeBatch(c.DB, environment.DataSetID, batch{add: records}); err != nil {
			return err
		}
		if !first {
			c.changeContinued()
			return nil
		}
		line := event(models.DataUploaded, environment, "")
		line.Detail.Collection, line.Detail.Count = string(upload.Collection), upload.Count
		return c.audit(line, models.AsMember)
	})
}

// uploadStopped writes down that the line of the upload promised too much.
func (t *TeamScope) uploadStopped(ctx context.Context, kind models.EnvironmentKind, collection models.Collection, kept int) {
	_ = t.store.change(ctx, t.actor, func(c *change) error {
		environment, err := t.Environment(kind)
		if err != nil {
			return err
		}
		line := event(models.DataUploaded, environment, "")
		line.Detail.Collection, line.Detail.Count, line.Detail.Text = string(collection), kept, "stopped"
		return c.audit(line, models.AsMember)
	})
}

// MayChangeData refuses, as each change of the data does, what the actor's role or
// the environment's state does not allow. It is asked before a long file is read.
func (t *TeamScope) MayChangeData(kind models.EnvironmentKind) error {
	environment, err := t.Environment(kind)
	switch {
	case err != nil:
		return err
	case !t.May(models.ManageData):
		return forbidden(t.Role)
	}
	return changeable(environment, t.store.Now())
}

func changeable(environment models.Environment, now time.Time) error {
	switch {
	case environment.Kind.ReadOnly():
		return models.Errorf(models.Forbidden, "The Playground shows sample data that nobody changes.")
	case !environment.Unlocked(now):
		return locked(environment)
	}
	return nil
}

// changeData is a change of the data set of an unlocked environment.
func (t *TeamScope) changeData(ctx context.Context, kind models.EnvironmentKind, steps func(c *change, environment models.Environment) error) error {
	return t.change(ctx, models.ManageData, kind, func(c *change, environment models.Environment) error {
		if err := changeable(environment, c.now); err != nil {
			return err
		}
		return steps(c, environment)
	})
}

// AttributeTypes returns the types that custom attributes have in the
// environment's products or end users, by name.
func (t *TeamScope) AttributeTypes(ctx context.Context, kind models.EnvironmentKind, collection models.Collection) (map[string]string, error) {
	var rows []struct{ Name, Type string }
	err := t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Raw("SELECT name, type FROM attribute_types WHERE data_set_id = ? AND collection = ?", dataSetID, string(collection)).Scan(&rows).Error
	})
	types := make(map[string]string, len(rows))
	for _, row := range rows {
		types[row.Name] = row.Type
	}
	return types, err
}
