package store

import (
	"time"

	"dojo/models"
)

// HourCount is how many requests an hour had with one outcome.
type HourCount struct {
	Hour     time.Time // its beginning, UTC
	KeyID    string    // empty where keys are counted together
	Outcome  models.Outcome
	Requests int64
}

// EndpointCount is how many requests an endpoint had with one outcome.
type EndpointCount struct {
	Endpoint string // such as "POST /v1/interactions"
	Outcome  models.Outcome
	Requests int64
}

// CallersQuery narrows a list of callers.
type CallersQuery struct {
	KeyID string    // of one key; empty: of all
	Since time.Time // seen since then
	Limit int       // how many at most, those with the most requests
}

// RequestsQuery narrows the list of requests, which shows the latest first.
type RequestsQuery struct {
	Refused bool   // only those that the gate refused
	KeyID   string // of one key; empty: of all
	Cursor  models.Cursor
	Limit   int // 0: models.PageSize
}
