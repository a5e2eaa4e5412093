package models

import "time"

// Task is how an upload or a deletion of products or end users ended.
type Task struct {
	ID         string `gorm:"primaryKey"`
	DataSetID  string
	Collection Collection
	Code       int      // an HTTP status: 200, or what the request would have been answered with
	Lines      []string `gorm:"serializer:json"` // why records were rejected; none: they were not
	CreatedAt  time.Time
}
