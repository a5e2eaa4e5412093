package store

import (
	"context"
	"iter"
	"time"

	"dojo/models"
	"dojo/store/dataset"
)

// UploadRecords keeps the records of a file in an unlocked environment, and
// returns how many it has kept: less than all when it failed on the way, or when
// the actor may not any more. Each batch is a transaction of its own, so that a long
// file does not keep other writers waiting. The activity list has one line about all
// of them, written with the first batch, which says that there are so many records,
// and another one if it stopped.
func (t *TeamScope) UploadRecords(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, count int,
	batches iter.Seq2[models.Batch, error],
) (kept int, err error) {
	for batch, err := range batches {
		if err == nil {
			err = t.uploadBatch(ctx, kind, &batch, count, kept == 0)
		}
		if err != nil {
			if kept > 0 {
				t.uploadStopped(context.WithoutCancel(ctx), kind, collection, kept)
			}
			return kept, err
		}
		kept += batch.Len()
	}
	return kept, nil
}

func (t *TeamScope) uploadBatch(
	ctx context.Context, kind models.EnvironmentKind, batch *models.Batch, count int, first bool,
) error {
	return t.changeData(ctx, kind, func(c *change, environment models.Environment) error {
		if err := dataset.Add(c.DB, t.store.engine, environment.DataSetID, c.now, batch); err != nil {
			return err
		}
		if !first {
			c.changeContinued()
			return nil
		}
		line := event(models.DataUploaded, environment, "")
		line.Detail.Collection, line.Detail.Count = batch.Collection, count
		return c.audit(line, models.AsMember)
	})
}

// uploadStopped writes down that the line of the upload promised too much.
func (t *TeamScope) uploadStopped(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, kept int,
) {
	_ = t.store.change(ctx, t.actor, func(c *change) error {
		environment, err := t.Environment(kind)
		if err != nil {
			return err
		}
		line := event(models.DataUploaded, environment, "")
		line.Detail.Collection, line.Detail.Count, line.Detail.Text = collection, kept, "stopped"
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
