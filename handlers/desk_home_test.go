package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

func TestMorningAtTheDesk(t *testing.T) {
	s := webtest.OnSQLite(t)
	sol := s.As(s.Sol)
	sol.Get("/desk").Expect(http.StatusOK, "Nobody is waiting.", "No agreement ends soon.", "Nothing needs a look.")

	s.RequestUnlock(models.Production)
	now := s.Database.Clock.Now()
	old := s.Key(models.Development, models.Secret)
	_, err := s.Team(s.Ade, s.Acme).RevokeKey(t.Context(), models.Development, old.ID,
		models.Revocation{Reason: models.Rotation, Grace: 24 * time.Hour})
	s.Ok(err)
	s.Database.Exec("INSERT INTO key_uses (key_id, accepted, refused, last_at, last_address, last_user_agent) "+
		"VALUES ($1, 1, 0, $2, '', '')", old.ID, now.Add(time.Minute))
	s.Database.Exec("INSERT INTO key_exposures (environment_id, kind, key_id, program, first_seen_at, last_seen_at, "+
		"requests, address, user_agent, origin) VALUES ($1, 'secret_in_url', $2, '', $3, $3, 1, '', '', '')",
		old.EnvironmentID, old.ID, now)
	s.Database.Exec("INSERT INTO mails (id, kind, recipient, created_at, next_try_at, tries, failed_at, last_error) "+
		"VALUES ('m1', 'invitation', 'gone@acme.example', $1, $1, 7, $1, 'No such mailbox')", now)
	s.Database.Exec("UPDATE users SET engineer = true WHERE id = $1", s.Nina.UserID)
	s.Database.Clock.Add(2 * time.Minute)
	nina := s.As(s.Nina)
	nina.Post("/desk/teams/umami/view", map[string][]string{"reason": {"A call"}}).Expect(http.StatusSeeOther)

	p := sol.Get("/desk").Expect(http.StatusOK)
	for region, texts := range map[string][]string{
		"Waiting for a decision": {"Acme Books", "Production", "Dev Developer", "2 minutes"},
		"Needs a look": {"Keys where they should not be", "Retiring keys that are still used",
			", refused from 3 Mar 2026", "Mail that reached nobody", "gone@acme.example"},
		"What others did since yesterday": {"Nina Nobody", "began to view the team's pages", "Umami Foods"},
	} {
		got := webtest.Words(p.Region(region))
		for _, text := range texts {
			if !strings.Contains(got, text) {
				t.Errorf("%s lacks %q: %s", region, text, got)
			}
		}
	}
	if strings.Contains(webtest.Words(p.Region("What others did since yesterday")), "Sol Engineer") {
		t.Error("one's own doings are listed")
	}
	s.Database.Clock.Set(s.Agreement().EndsAt.AddDate(0, 0, -20))
	s.Ok(s.Server.Store.Sweep(t.Context())) // the request lapses
	s.As(s.Sol).Get("/desk").Expect(http.StatusOK, "Ending within 30 days", "MSA-2026-014 ends", "Nobody is waiting")
}
