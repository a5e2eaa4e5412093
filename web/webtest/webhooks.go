package webtest

import (
	"context"

	"dojo/models"
	"dojo/store"
)

// Webhook gives a team, or the desk, one webhook and no other, with one dead delivery that has
// the webhook's id.
func (s *Site) Webhook(teamID string) (id string) {
	s.T.Helper()
	s.Database.Exec("DELETE FROM webhooks WHERE team_id = $1", teamID)
	webhooks := s.Desk().Webhooks()
	if teamID != "" {
		team, owner := s.Acme, s.Olivia
		if teamID == s.Umami.ID {
			team, owner = s.Umami, s.Uma
		}
		var err error
		webhooks, err = s.Team(owner, team).Webhooks()
		s.Ok(err)
	}
	row, _, err := webhooks.Create(context.Background(), store.WebhookSettings{URL: "https://hooks.example.com/dojo",
		Host: "hooks.example.com", Format: models.StandardFormat, Events: []models.Event{models.KeyReplacedEvent}})
	s.Ok(err)
	s.Database.Exec(`INSERT INTO webhook_deliveries (id, webhook_id, event, told, body, created_at, next_try_at, tries,
		took, status, answer, failure, dead_at) SELECT id, id, 'key.replaced', '{}', '{}', created_at, created_at, 11, 0, 500,
		'', 'The receiver answered with 500.', created_at FROM webhooks WHERE id = $1`, row.ID)
	return row.ID
}
