package models

import "time"

// Collection names the records that an upload or a deletion is of, where the API
// tells of them by a task.
type Collection string

// The collections. Interactions have no tasks, and no attributes of their own.
const (
	Products Collection = "products"
	EndUsers Collection = "users"
)

// Task is what became of an upload or a deletion of products or end users.
type Task struct {
	ID         string `gorm:"primaryKey"`
	DataSetID  string
	Collection Collection
	Code       int      // an HTTP status: 200, or what the request would have been answered with
	Lines      []string `gorm:"serializer:json"` // why records were rejected; none: they were not
	CreatedAt  time.Time
}
