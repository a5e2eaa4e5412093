package store

import (
	"context"
	"time"

	"dojo/models"
	"dojo/store/dataset"
)

// deleteBatch is how many records one transaction deletes, so that other writers
// wait some milliseconds and not for all of them.
const deleteBatch = 2000

// deleteTimeout ends the deletion of many records, in wall time. It goes on when
// the browser has left.
const deleteTimeout = 10 * time.Minute

// DeleteRecord deletes one record of an unlocked environment and returns the deletion's
// id, by which UndoDeleteRecord brings the record back. The line in the activity list
// names a product; it names no user, who may have asked to be forgotten.
func (t *TeamScope) DeleteRecord(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, id string,
) (deletionID string, err error) {
	err = t.changeData(ctx, kind, func(c *change, environment models.Environment) (err error) {
		deletionID, err = dataset.DeleteOne(c.DB, environment.DataSetID, collection, id, c.now)
		if err != nil {
			return err
		}
		return c.audit(deletionOf(models.DataDeleted, environment, collection, id), models.AsMember)
	})
	return deletionID, err
}

// UndoDeleteRecord brings a record back that was deleted with DeleteRecord, as it was, and
// returns its id. It is NotFound once [models.DeletedRecordKept] is over or more was
// deleted, and Conflict when the record is back already or another one has its id.
func (t *TeamScope) UndoDeleteRecord(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, deletionID string,
) (recordID string, err error) {
	err = t.changeData(ctx, kind, func(c *change, environment models.Environment) (err error) {
		recordID, err = dataset.UndoDeletion(c.DB, environment.DataSetID, collection, deletionID, c.now)
		if err != nil {
			return err
		}
		return c.audit(deletionOf(models.DataDeletionUndone, environment, collection, recordID), models.AsMember)
	})
	return recordID, err
}

// deletionOf is a line about the deletion of one record.
func deletionOf(
	action models.AuditAction, environment models.Environment, collection models.Collection, id string,
) models.AuditEvent {
	line := deletion(environment, collection, 1)
	line.Action = action
	if collection == models.Products {
		line.Detail.Subject = id
	}
	return line
}

func deletion(environment models.Environment, collection models.Collection, count int) models.AuditEvent {
	line := event(models.DataDeleted, environment, "")
	line.Detail.Collection, line.Detail.Count = collection, count
	return line
}

// DeleteAll deletes all records of a collection that are there at its beginning,
// in an unlocked environment whose address name the actor typed to confirm. It
// returns how many it deleted: not all of them when it failed on the way.
func (t *TeamScope) DeleteAll(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, confirm string,
) (int, error) {
	if !t.Role.May(models.ManageData) {
		return 0, forbidden(t.Role)
	}
	if confirm != string(kind) {
		return 0, models.InvalidField("confirm", "Type %s to confirm that you mean %s.", kind, kind.Name())
	}
	all := manyRecords{collection, "", func(c *change, dataSetID string) (dataset.Selection, error) {
		return dataset.SelectAll(c.DB, dataSetID, collection, c.now)
	}}
	return t.deleteMany(ctx, kind, all)
}

// DeleteInteractionsOf deletes the interactions of one user, whose id or anonymous
// id it is, that are there at its beginning. It returns how many it deleted, and is
// NotFound when there are none. The line in the activity list does not say whose
// they were.
func (t *TeamScope) DeleteInteractionsOf(ctx context.Context, kind models.EnvironmentKind, user string) (int, error) {
	if user == "" {
		return 0, models.ErrNotFound() // those of nobody are no user's
	}
	theirs := manyRecords{models.Interactions, "of one user",
		func(c *change, dataSetID string) (dataset.Selection, error) {
			return dataset.SelectInteractionsOf(c.DB, dataSetID, user)
		}}
	total, err := t.deleteMany(ctx, kind, theirs)
	if err == nil && total == 0 {
		err = models.ErrNotFound()
	}
	return total, err
}

// manyRecords is what a long deletion deletes: what is selected when it begins.
type manyRecords struct {
	collection models.Collection
	text       string // of the line in the activity list
	choose     func(c *change, dataSetID string) (dataset.Selection, error)
}

// deleteMany deletes what the first of its transactions selects, a part in each; see
// operation for what the activity list says. It says nothing when there is nothing to
// delete. An error that holds [ErrUncounted] leaves open whether more is gone.
func (t *TeamScope) deleteMany(ctx context.Context, kind models.EnvironmentKind,
	many manyRecords) (total int, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	p := t.store.newProgress(0)
	var selected dataset.Selection
	for more := true; more && err == nil; {
		more = false // a change that finds none does not say so
		err = t.changeData(ctx, kind, func(c *change, environment models.Environment) (err error) {
			if !p.begun {
				if selected, err = many.choose(c, environment.DataSetID); err != nil {
					return err
				}
				if p.asked = selected.Count; p.asked == 0 {
					return c.dropCopies(environment, selected)
				}
			}
			gone := 0
			for more = true; more && gone < deleteBatch; {
				var some int
				some, more, err = selected.DeleteSome(c.DB, environment.DataSetID, deleteBatch-gone)
				if gone += some; err != nil {
					return err
				}
			}
			line := deletion(environment, many.collection, 0)
			line.Detail.Text = many.text
			return p.step(c, line, gone, !more)
		})
		if err == nil && p.asked > 0 {
			p.committed()
		}
	}
	return t.store.leave(ctx, p, err)
}

// dropCopies is all that a deletion does that has found no records. The activity list has
// a line of the deletion of each record whose copy goes.
func (c *change) dropCopies(environment models.Environment, selected dataset.Selection) error {
	dropped, err := selected.DropCopies(c.DB, environment.DataSetID)
	if err == nil && dropped == 0 {
		err = errUnchanged
	}
	c.audited = true
	return err
}
