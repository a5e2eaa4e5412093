package store_test

import (
	"fmt"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// TestManyKindsOfChangesAtOnce: three processes carry out changes of all kinds that the feed
// tells of, of the same teams, at the same time. None of them ends in a deadlock, and each of
// their receipts is settled.
func TestManyKindsOfChangesAtOnce(t *testing.T) {
	onPostgres(t, func(t *testing.T) {
		const goroutines = 20
		w, all := processes(t, 10*time.Second)
		w.Unlock(models.Development)
		var joined []string
		for _, p := range all {
			joined = append(joined, p.follower.Process())
		}
		for _, err := range together(goroutines, func(i int) error {
			for round := range 9 { // of each kind one
				name, err := anyChange(w, all[(i+round)%len(all)], i, round)
				if code := models.CodeOf(err); err != nil && code != models.Conflict && code != models.NotFound {
					return fmt.Errorf("%s: %w", name, err) // and not because somebody else was first
				}
			}
			return nil
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		eventually(t, "every receipt is settled", func() bool {
			return w.Database.Count("SELECT count(*) FROM changes WHERE narrows AND settled_at IS NULL") == 0
		})
		for i, p := range all {
			if p.follower.Process() != joined[i] {
				t.Errorf("process %d has lost its lease", i)
			}
		}
		deadlocks := w.Database.Count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
		if deadlocks > 0 {
			t.Errorf("PostgreSQL ended %d deadlocks", deadlocks)
		}
	})
}

// anyChange carries out a change by way of a process, which one depends on the numbers.
func anyChange(w *storetest.Fixture, by *server, goroutine, round int) (name string, err error) {
	team, err := by.Team(ctx, w.Olivia, w.Acme.Slug)
	if err != nil {
		return "team", err
	}
	desk, err := by.Desk(ctx, w.Sol)
	if err != nil {
		return "desk", err
	}
	key := func(state models.KeyState) string {
		keys, _ := team.Keys(ctx, models.Development)
		for _, key := range keys {
			if key.State == state {
				return key.ID
			}
		}
		return ""
	}
	now := models.Revocation{Reason: models.Rotation}
	later := models.Revocation{Reason: models.Rotation, Grace: models.GracePeriods()[0]}
	switch kind := (goroutine + round) % 9; kind {
	case 0:
		return "origins", team.SetAllowedOrigins(ctx, models.Development, fmt.Sprintf("https://%d.example", round))
	case 1:
		return "browser secrets", team.RefuseBrowserSecrets(ctx, models.Development, round%2 == 0)
	case 2:
		_, err = team.RevokeKey(ctx, models.Development, key(models.Active), now)
		return "revoke", err
	case 3:
		_, err = team.RevokeKey(ctx, models.Development, key(models.Active), later)
		return "replace", err
	case 4:
		_, err = team.RevokeKey(ctx, models.Development, key(models.Retiring), now)
		return "revoke a retiring key", err
	case 5:
		_, err = team.Rename(ctx, fmt.Sprintf("Acme %d", round), w.Acme.Slug)
		return "rename", err
	case 6:
		return "agreement", changeAgreement(ctx, w, models.Development, func(*models.Terms) {})
	case 7:
		_, err = desk.RevokeCompromised(ctx, key(models.Active), true, "Seen in a log.")
		return "compromised", err
	}
	return "come and go", comeAndGo(w, by, fmt.Sprintf("team-%d-%d", goroutine, round))
}

// comeAndGo makes a team, deletes it, and has the sweep remove it for good.
func comeAndGo(w *storetest.Fixture, by *server, slug string) error {
	if _, err := by.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: slug, Name: slug, OwnerID: w.Uma.UserID}); err != nil {
		return err
	}
	team, err := by.Team(ctx, w.Uma, slug)
	if err != nil {
		return err
	}
	if err := team.Delete(ctx, team.Team.Name); err != nil {
		return err
	}
	w.Database.Exec("UPDATE teams SET deleted_at = '2020-01-01' WHERE slug = '" + slug + "'")
	return by.Sweep(ctx)
}
