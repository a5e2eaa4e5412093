package web

import (
	"context"
	"time"

	"dojo/models"
)

// request is a request that showed Acme's secret key of the environment and ended
// in this way, as it is known of afterwards.
func (s *site) request(kind models.EnvironmentKind, outcome models.Outcome) models.Request {
	s.t.Helper()
	return s.requestWith(s.Key(kind, models.Secret), outcome)
}

func (s *site) requestWith(key models.Key, outcome models.Outcome) models.Request {
	s.t.Helper()
	request := models.Request{
		ID: models.NewID(), EnvironmentID: key.EnvironmentID, KeyID: key.ID, At: s.Store.Now(), Method: "GET", Path: "/v1/products/p-1",
		Endpoint: "GET /v1/products/:id", Status: 200, Outcome: outcome, Address: "203.0.113.24", UserAgent: "curl/8.5.0", Duration: 3 * time.Millisecond,
	}
	s.ok(s.Store.AddUse(context.Background(), models.Use{Requests: []models.Request{request}}))
	return request
}

// exposed notes that Acme's secret key of the environment stood in an address, at
// this moment.
func (s *site) exposed(kind models.EnvironmentKind) {
	s.t.Helper()
	s.Database.Clock.Add(time.Second)
	key, now := s.Key(kind, models.Secret), s.Store.Now()
	s.ok(s.Store.AddUse(context.Background(), models.Use{Exposures: []models.Exposure{{
		EnvironmentID: key.EnvironmentID, Kind: models.SecretInURL, KeyID: key.ID, FirstSeenAt: now, LastSeenAt: now, Requests: 1,
		Address: "203.0.113.24", UserAgent: "curl/8.5.0",
	}}}))
}
