package webtest

import (
	"context"
	"net/http"
	"time"

	"dojo/models"
)

// Uploads sends an interaction, and says what it was answered with.
func (s *Site) Uploads(key string, headers ...string) *Page {
	s.T.Helper()
	return s.Visitor().Send(http.MethodPost, "/v1/interactions", OneView,
		append(headers, "X-API-KEY: "+key, "User-Agent: curl/8.5.0")...)
}

// Explain pastes the text into the form and follows where it leads.
func (b *Browser) Explain(pasted string) *Page {
	b.Site.T.Helper()
	usage := b.Get(UsagePath)
	p := usage.Press(usage.Root, "Explain", "request", pasted)
	if p.Status != http.StatusSeeOther {
		return p
	}
	return b.Get(p.Header.Get("Location"))
}

// Request is a request that showed Acme's secret key of the environment and ended
// in this way, as it is known of afterwards.
func (s *Site) Request(kind models.EnvironmentKind, outcome models.Outcome) models.Request {
	s.T.Helper()
	return s.RequestWith(s.Key(kind, models.Secret), outcome)
}

// RequestWith notes a request with the key that ended so.
func (s *Site) RequestWith(key models.Key, outcome models.Outcome) models.Request {
	s.T.Helper()
	request := models.Request{
		ID: models.NewID(), EnvironmentID: key.EnvironmentID, KeyID: key.ID, At: s.Store.Now(), Method: "GET",
		Path:     "/v1/products/p-1",
		Endpoint: "GET /v1/products/:id", Status: 200, Outcome: outcome, Address: "203.0.113.24",
		UserAgent: "curl/8.5.0", Duration: 3 * time.Millisecond,
	}
	s.Ok(s.Store.AddUse(context.Background(), models.Use{Requests: []models.Request{request}}))
	return request
}

// Exposed notes that Acme's secret key of the environment stood in an address, at
// this moment.
func (s *Site) Exposed(kind models.EnvironmentKind) {
	s.T.Helper()
	s.Database.Clock.Add(time.Second)
	key, now := s.Key(kind, models.Secret), s.Store.Now()
	s.Ok(s.Store.AddUse(context.Background(), models.Use{Exposures: []models.Exposure{{
		EnvironmentID: key.EnvironmentID, Kind: models.SecretInURL, KeyID: key.ID, Program: "curl",
		FirstSeenAt: now, LastSeenAt: now, Requests: 1, Address: "203.0.113.24", UserAgent: "curl/8.5.0",
	}}}))
}
