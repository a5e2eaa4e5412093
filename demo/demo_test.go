package demo_test

import (
	"context"
	"testing"
	"time"

	"dojo/demo"
	"dojo/models"
	"dojo/passwords"
	"dojo/samples"
	"dojo/store"
	"dojo/store/storetest"
)

func TestBuild(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		ctx, now := context.Background(), time.Now().UTC()
		options := store.Options{URL: db.URL, Vault: db.Vault}
		if err := demo.Build(ctx, options, false, now); err != nil {
			t.Fatal(err)
		}
		before := db.Dump()
		if err := demo.Build(ctx, options, false, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if db.Dump() != before {
			t.Error("building it again changed it")
		}
		s, err := store.Open(ctx, store.Options{URL: db.URL, Vault: db.Vault})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		everybodySignsIn(t, s)
		nothingIsInTheFuture(t, db, now)
		everyTeamIsWhereItsStorySays(t, s)

		for _, count := range []struct {
			what, query string
			least, most int
		}{
			{"sample products", "SELECT count(*) FROM products WHERE data_set_id = '" + models.PlaygroundDataSet + "'",
				140, 160},
			{"sample users", "SELECT count(*) FROM end_users WHERE data_set_id = '" + models.PlaygroundDataSet + "'",
				75, 90},
			{"sample interactions", "SELECT count(*) FROM interactions WHERE data_set_id = '" +
				models.PlaygroundDataSet + "'", samples.InteractionCount, samples.InteractionCount},
			{"uploaded interactions", "SELECT count(*) FROM interactions WHERE data_set_id <> '" +
				models.PlaygroundDataSet + "'", 500, 5000},
			{"lines of activity", "SELECT count(*) FROM audit_events", 50, 500},
			{"days with activity", "SELECT count(DISTINCT substr(CAST(at AS text), 1, 10)) FROM audit_events", 15, 60},
			{"waiting requests", "SELECT count(*) FROM unlock_requests WHERE state = 'pending'", 1, 1},
			{"retiring keys", "SELECT count(*) FROM keys WHERE state = 'retiring'", 1, 1},
			{"logged requests", "SELECT count(*) FROM requests", 1000, 10000},
			{"uses of revoked keys", "SELECT sum(requests) FROM request_counts WHERE outcome = 'revoked_key'", 10,
				1000},
			{"callers of retiring keys",
				"SELECT count(*) FROM callers WHERE key_id IN (SELECT id FROM keys WHERE state = 'retiring')", 2, 20},
			{"warnings", "SELECT count(*) FROM key_exposures WHERE key_id IN (SELECT id FROM keys WHERE state = 'active')",
				1, 1},
			{"mails that wait", "SELECT count(*) FROM mails WHERE sent_at IS NULL", 0, 0},
			{"revoked keys", "SELECT count(*) FROM keys WHERE state = 'revoked'", 3, 3},
		} {
			if n := db.Count(count.query); n < count.least || n > count.most {
				t.Errorf("%d %s; want %d to %d", n, count.what, count.least, count.most)
			}
		}
	})
}

func everybodySignsIn(t *testing.T, s *store.Store) {
	hasher := passwords.New(1)
	for _, signIn := range demo.SignIns() {
		user, err := s.UserByEmail(context.Background(), signIn.Email)
		if err != nil {
			t.Errorf("%s: %v", signIn.Email, err)
			continue
		}
		if right, err := hasher.Verify(context.Background(), user.PasswordHash, signIn.Password); err != nil ||
			!right || user.DisabledAt != nil {
			t.Errorf("%s cannot sign in: %v", signIn.Email, err)
		}
	}
}

func nothingIsInTheFuture(t *testing.T, db *storetest.Database, now time.Time) {
	for table, columns := range map[string][]string{
		"audit_events": {"at"}, "users": {"created_at"}, "teams": {"created_at"}, "members": {"created_at"},
		"environments": {"created_at"}, "agreement_covers": {"starts_at"}, "keys": {"created_at", "last_viewed_at", "revoked_at"},
		"unlock_requests": {"created_at", "decided_at"}, "products": {"updated_at"}, "end_users": {"updated_at"},
		"interactions": {"occurred_at", "received_at"},
	} {
		for _, column := range columns {
			rows, err := db.SQL().
				Query("SELECT " + column + " FROM " + table + " WHERE " + column + " IS NOT NULL ORDER BY " + column +
					" DESC LIMIT 1")
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var latest time.Time
				if err := rows.Scan(&latest); err != nil || latest.After(now) || now.Sub(latest) > 90*24*time.Hour {
					t.Errorf("the latest %s of %s is %s, %v", column, table, latest, err)
				}
			}
			rows.Close()
		}
	}
}

func everyTeamIsWhereItsStorySays(t *testing.T, s *store.Store) {
	for email, want := range map[string]map[string]string{
		"ade@acme.example":    {"acme": "playground development"},
		"olivia@acme.example": {"acme": "playground development"},
		"vic@acme.example":    {"acme": "playground development"},
		"dev@acme.example":    {"acme": "playground development", "umami": "playground development production"},
		"uma@umami.example":   {"umami": "playground development production"},
		"sol@dojo.example":    {},
	} {
		user, err := s.UserByEmail(context.Background(), email)
		if err != nil {
			t.Fatal(err)
		}
		teams, err := s.Memberships(context.Background(), models.Actor{UserID: user.ID})
		if err != nil || len(teams) != len(want) {
			t.Errorf("%s is in %d teams, %v", email, len(teams), err)
		}
		for _, team := range teams {
			unlocked := ""
			for _, environment := range team.Environments {
				if environment.Unlocked(s.Now()) {
					unlocked += " " + string(environment.Kind)
				}
			}
			if " "+want[team.Team.Slug] != unlocked {
				t.Errorf("%s: unlocked in %s are%s", email, team.Team.Slug, unlocked)
			}
		}
	}
}

// TestBuildRefusesADatabaseInUse keeps the published password out of it.
func TestBuildRefusesADatabaseInUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		db.Exec("UPDATE users SET email = 'eva@dojo.example' WHERE id = '" + w.Sol.UserID + "'")
		before := db.Dump()
		options := store.Options{URL: db.URL, Vault: db.Vault}
		if err := demo.Build(context.Background(), options, false, time.Now()); err == nil {
			t.Error("a demo was built into it")
		}
		if db.Dump() != before {
			t.Error("it was changed")
		}
	})
}
