package store_test

import (
	"fmt"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// repeat runs a statement n times, with other arguments each time.
func repeat(t *testing.T, w *storetest.Fixture, n int, statement string, args func(name string) []any) {
	t.Helper()
	tx, err := w.Database.SQL().Begin()
	ok(t, err)
	defer tx.Rollback()
	for i := range n {
		_, err := tx.Exec(statement, args(fmt.Sprintf("name-%05d", i))...)
		ok(t, err)
	}
	ok(t, tx.Commit())
}

// However many there are, a page lists so many.
func TestListsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, now := unlocked(t, w, models.Development), w.Store.Now()
		team := w.Team(w.Olivia, w.Acme)
		for range 110 {
			_, err := team.RevokeKey(ctx, models.Development, w.Key(models.Development, models.Secret).ID, atOnce)
			ok(t, err)
		}
		w.Database.Exec("INSERT INTO key_uses (key_id, accepted, refused, last_address, last_user_agent) " +
			"SELECT id, 1, 0, '', '' FROM keys")
		w.Database.Exec("INSERT INTO request_counts SELECT environment_id, created_at, id, '/verify', 'ok', 1 FROM keys")
		uses, err := team.KeyUses(ctx, models.Development)
		ok(t, err)
		hours, err := team.KeyRequestsByHour(ctx, models.Development, now.AddDate(0, 0, -7))
		ok(t, err)
		if len(uses) != 100 || len(hours) != 100 {
			t.Errorf("%d uses and %d hours of 112 keys; want those of the 100 that are listed", len(uses), len(hours))
		}

		repeat(t, w, 10_010, "INSERT INTO attribute_types (data_set_id, collection, name, type) "+
			"VALUES ($1, 'products', $2, 'string')", func(name string) []any { return []any{grant.DataSetID, name} })
		types, err := team.AttributeTypes(ctx, models.Development, models.Products)
		ok(t, err)
		if len(types) != 10_000 || types["name-00000"] == "" {
			t.Errorf("%d types of 10,010; want the first 10,000", len(types))
		}

		repeat(t, w, 110, "INSERT INTO sessions (id, digest, user_id, data, created_at, last_seen_at, expires_at, "+
			"address, user_agent) VALUES ($1, $2, $3, $2, $4, $4, $5, '', '')", func(name string) []any {
			return []any{name, []byte(name), w.Olivia.UserID, now, now.Add(time.Hour)}
		})
		account, err := w.Store.Account(ctx, w.Olivia)
		ok(t, err)
		sessions, err := account.Sessions(ctx)
		ok(t, err)
		if len(sessions) != 100 {
			t.Errorf("%d sessions are listed of 110; want 100", len(sessions))
		}
	})
}

// What a page lists whole does not get longer than the page can bear.
func TestThereIsRoomForSoMany(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, now := w.Team(w.Olivia, w.Acme), w.Store.Now()
		ok(t, invite(team, "first@acme.example", models.Viewer))
		members := w.Database.Count("SELECT count(*) FROM members WHERE team_id = $1", w.Acme.ID)
		repeat(t, w, 999-members, "INSERT INTO invitations (id, team_id, email, role, digest, created_at, "+
			"created_by_id, created_by_name, created_by_capacity, expires_at) "+
			"VALUES ($1, $2, $1, 'viewer', $3, $4, '', '', '', $4)", func(name string) []any {
			return []any{name, w.Acme.ID, []byte(name), now}
		})
		refused(t, invite(team, "last@acme.example", models.Viewer), models.Conflict, "1000 members and open")
		ok(t, invite(team, "first@acme.example", models.Developer)) // has an invitation already

		account, err := w.Store.Account(ctx, w.Olivia)
		ok(t, err)
		for i := range 50 {
			ok(t, account.AddPasskey(ctx, fmt.Sprint("key ", i), fmt.Append(nil, "c", i), []byte("{}")))
		}
		refused(t, account.AddPasskey(ctx, "one more", []byte("c"), []byte("{}")), models.Conflict, "50 passkeys")

		teams := w.Database.Count("SELECT count(*) FROM members WHERE user_id = $1", w.Olivia.UserID)
		repeat(t, w, 500-teams, "INSERT INTO teams (id, slug, name, created_at) VALUES ($1, $1, 'Team', $2)",
			func(name string) []any { return []any{name, now} })
		repeat(t, w, 500-teams, "INSERT INTO members (team_id, user_id, role, last_environment, created_at) "+
			"VALUES ($1, $2, 'owner', 'playground', $3)", func(name string) []any {
			return []any{name, w.Olivia.UserID, now}
		})
		_, err = w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: "more", Name: "More", OwnerID: w.Olivia.UserID})
		refused(t, err, models.Conflict, "is in 500 teams")
	})
}
