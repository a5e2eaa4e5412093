package store

import (
	"context"
	"iter"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/dataset"
)

// UploadRecords keeps the records of a file in an unlocked environment, and
// returns how many it has kept: less than all when it failed on the way, or when
// the actor may not any more. Each batch is a transaction of its own, so that a long
// file does not keep other writers waiting; see operation for what the activity list
// says. An error that holds [ErrUncounted] leaves open whether it has kept more.
func (t *TeamScope) UploadRecords(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, count int,
	batches iter.Seq2[models.Batch, error],
) (kept int, err error) {
	p := t.store.newProgress(count)
	for batch, fault := range batches {
		if err = fault; err == nil {
			err = t.uploadBatch(ctx, kind, &batch, p)
		}
		if err != nil {
			break
		}
	}
	return t.store.leave(ctx, p, err)
}

func (t *TeamScope) uploadBatch(
	ctx context.Context, kind models.EnvironmentKind, batch *models.Batch, p *progress,
) (err error) {
	defer t.store.uploaded(models.ByPage, batch, time.Now(), &err)
	err = t.changeData(ctx, kind, func(c *change, environment models.Environment) error {
		if err := dataset.Add(c.DB, t.store.engine, environment.DataSetID, c.now, batch); err != nil {
			return err
		}
		line := event(models.DataUploaded, environment, "")
		line.Detail.Collection = batch.Collection
		return p.step(c, line, batch.Len(), p.done+batch.Len() == p.asked)
	})
	if err == nil {
		p.committed()
	}
	return err
}

// UploadProgress is how many records of how many the actor's upload to the environment has written; 0 of 0 when none is
// under way, or it has written nothing yet.
func (t *TeamScope) UploadProgress(ctx context.Context, kind models.EnvironmentKind) (done, asked int, err error) {
	environment, err := t.dataEnvironment(kind)
	if err != nil {
		return 0, 0, err
	}
	var rows []operation
	err = t.store.read(ctx, func(db *gorm.DB) error { return db.Find(&rows).Error })
	for _, row := range rows {
		line := row.Line
		if line.Action == models.DataUploaded && line.EnvironmentID == environment.ID && line.Actor.ID == t.actor.UserID {
			done, asked = row.Done, line.Detail.Asked
		}
	}
	return done, asked, err
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
func (t *TeamScope) changeData(
	ctx context.Context, kind models.EnvironmentKind, steps func(c *change, environment models.Environment) error,
) error {
	return t.change(ctx, models.ManageData, kind, func(c *change, environment models.Environment) error {
		if err := changeable(environment, c.now); err != nil {
			return err
		}
		return steps(c, environment)
	})
}
