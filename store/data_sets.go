package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/dataset"
)

// What programs do with the records of a data set. The gate has judged their grant; here
// a read-only environment is refused all the same, and so is, within the transaction of a
// change, a key that is not good any more by what the database says: whoever revokes a key
// waits for the changes that came first, and none comes after it.

// tasksKept is how long the end of an upload can be asked for.
const tasksKept = 7 * 24 * time.Hour

// AddRecords keeps a batch durably, all of it or nothing. A product or end user with
// a known id replaces the earlier one. A custom attribute of another type than it has
// in the data set makes it fail with a [models.TypeConflict], and a key that is not good
// any more with a [models.KeyRefused]. Unavailable means that nothing was kept, or that
// the database could not say whether it was.
func (s *Store) AddRecords(ctx context.Context, grant models.Grant, batch models.Batch) (err error) {
	defer s.uploaded(models.ByAPI, &batch, time.Now(), &err)
	if err := writable(grant); err != nil {
		return err
	}
	return s.ingest.Add(ctx, &grant, &batch)
}

// DeleteRecords removes records durably, all of them or none. It fails as AddRecords
// does.
func (s *Store) DeleteRecords(ctx context.Context, grant models.Grant, deletion models.Deletion) error {
	if err := writable(grant); err != nil {
		return err
	}
	return s.ingest.Delete(ctx, &grant, &deletion)
}

// AddTask keeps how an upload ended of which nothing else is kept.
func (s *Store) AddTask(ctx context.Context, grant models.Grant, task models.Task) error {
	return s.AddRecords(ctx, grant, models.Batch{Collection: task.Collection, Task: task})
}

func writable(grant models.Grant) error {
	if grant.Environment.ReadOnly() {
		return models.Errorf(models.Forbidden, "The Playground environment is read-only.")
	}
	return nil
}

// CheckRecords fails as AddRecords would, as far as that can be known without
// keeping them.
func (s *Store) CheckRecords(ctx context.Context, grant models.Grant, batch models.Batch) error {
	return s.read(ctx, func(db *gorm.DB) error { return dataset.Check(db, s.engine, grant.DataSetID, &batch) })
}

// LoadPlayground fills the data set that all Playgrounds share, unless it has
// been.
func (s *Store) LoadPlayground(ctx context.Context, load func() ([]models.Batch, error)) error {
	return s.write(ctx, func(db *gorm.DB) error {
		var count int64
		query := db.Model(&dataset.DataSet{}).Where("id = ?", models.PlaygroundDataSet)
		if err := query.Count(&count).Error; err != nil || count > 0 {
			return err
		}
		// Another process may begin to load it at the same time; then this one waits for its end.
		made := db.Clauses(clause.OnConflict{DoNothing: true}).
			Create(&dataset.DataSet{ID: models.PlaygroundDataSet, CreatedAt: s.Now()})
		if made.Error != nil || made.RowsAffected == 0 {
			return made.Error
		}
		batches, err := load()
		for i := range batches {
			if err == nil {
				err = dataset.Add(db, s.engine, models.PlaygroundDataSet, s.Now(), &batches[i])
			}
		}
		return err
	})
}

// Record returns the JSON of a product or end user in the grant's data set.
func (s *Store) Record(
	ctx context.Context, grant models.Grant, collection models.Collection, id string,
) (body []byte, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		record, err := dataset.Record(db, grant.DataSetID, collection, id)
		body = record.Body
		return err
	})
	return body, err
}

// idsPart is how many ids are read at once.
const idsPart = 100

// RecordIDs returns the first ids of products or end users in the grant's data set that
// come after an id, in order, and whether there may be more. They are written over those
// of an earlier part, if one is given.
func (s *Store) RecordIDs(
	ctx context.Context, grant models.Grant, collection models.Collection, after string, earlier []string,
) (ids []string, more bool, err error) {
	err = s.readBulk(ctx, func(db *gorm.DB) error {
		ids, err = dataset.IDs(db, earlier[:0], grant.DataSetID, collection, after, idsPart)
		return err
	})
	return ids, len(ids) == idsPart, err
}

// Task returns how an upload to the grant's data set ended. It is NotFound for
// another data set's, as for one that does not exist.
func (s *Store) Task(
	ctx context.Context, grant models.Grant, collection models.Collection, id string,
) (task models.Task, err error) {
	err = s.read(ctx, func(db *gorm.DB) error {
		task, err = dataset.Task(db, grant.DataSetID, collection, id)
		return err
	})
	return task, err
}
