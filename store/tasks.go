package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// tasksKept is how long can be asked what became of an upload.
const tasksKept = 7 * 24 * time.Hour

// Task returns what became of an upload to the grant's data set. It is NotFound for
// another data set's, as for one that does not exist.
func (s *Store) Task(ctx context.Context, grant models.Grant, collection models.Collection, id string) (models.Task, error) {
	var task models.Task
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Where("id = ? AND data_set_id = ? AND collection = ?", id, grant.DataSetID, collection).Take(&task).Error
	})
	return task, err
}

// AddTask keeps what became of an upload of which nothing else is kept.
func (s *Store) AddTask(ctx context.Context, grant models.Grant, task models.Task) error {
	return s.ingest(ctx, grant, batch{add: Records{Task: task}})
}

// CheckRecords fails as AddRecords would, as far as that can be known without
// keeping them.
func (s *Store) CheckRecords(ctx context.Context, grant models.Grant, records Records) error {
	return s.read(ctx, func(db *gorm.DB) error {
		rows := s.rowsOf(db.Statement.Context, db.Statement.ConnPool, grant.DataSetID)
		return rows.agree(records.types())
	})
}
