package models

import "time"

// UploadFile is a file that somebody has chosen to upload, kept between the steps until it is uploaded.
type UploadFile struct {
	ID            string
	TeamID        string
	EnvironmentID string
	UserID        string
	Collection    Collection
	Name          string // for people to read
	Size          int64  // bytes, as it was sent
	Plan          []byte // JSON: how it is read, and what was found in it
	CreatedAt     time.Time
	ExpiresAt     time.Time
}

// UploadKept is how long a chosen file is kept for the next step.
const UploadKept = 2 * time.Hour

// MaxUploadFiles is how many files are kept for a person, the latest.
const MaxUploadFiles = 3

// UploadPart is a part of a file's bytes.
type UploadPart struct {
	FileID string `gorm:"primaryKey"`
	Number int    `gorm:"primaryKey"`
	Bytes  []byte
}

// UploadMapping is what a team has chosen for the columns of a table.
type UploadMapping struct {
	TeamID     string     `gorm:"primaryKey"`
	Collection Collection `gorm:"primaryKey"`
	Columns    string     `gorm:"primaryKey"` // a digest of their names, in order
	Mapping    []byte     // JSON
	UpdatedAt  time.Time
}
