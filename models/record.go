package models

import "time"

// Product is a record of a data set's catalog, kept as it was sent.
type Product struct {
	DataSetID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Title     string
	Body      []byte // the record's JSON
	UpdatedAt time.Time
}

// EndUser is a record of one of the team's own users, kept as it was sent. It
// is no User of Dojo.
type EndUser struct {
	DataSetID string `gorm:"primaryKey"`
	ID        string `gorm:"primaryKey"`
	Name      string
	Body      []byte // the record's JSON
	UpdatedAt time.Time
}

// Interaction is something an end user did, kept as it was sent.
type Interaction struct {
	ID          int64
	DataSetID   string
	Type        string // for "custom", the custom action's name follows a colon
	UserID      string
	AnonymousID string
	ProductIDs  string // separated by a space and a comma, for showing
	OccurredAt  time.Time
	ReceivedAt  time.Time
	Body        []byte // the record's JSON
}

// Collection is one kind of the records of a data set.
type Collection string

// The collections. Interactions have no tasks, and no attributes of their own.
const (
	Products     Collection = "products"
	EndUsers     Collection = "users"
	Interactions Collection = "interactions"
)
