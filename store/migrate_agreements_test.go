package store_test

import (
	"database/sql"
	"io/fs"
	"os"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// emptied makes the database one of an earlier version, without rows.
func emptied(t *testing.T, db *storetest.Database, version int) {
	t.Helper()
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	if db.Engine == storetest.Postgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		db.Exec("DROP SCHEMA public CASCADE")
		db.Exec("CREATE SCHEMA public")
	} else {
		ok(t, os.Truncate(db.Path, 0))
	}
	earlier := fstest.MapFS{}
	files, err := os.ReadDir(folder)
	ok(t, err)
	for _, file := range files {
		number, err := strconv.Atoi(file.Name()[:4])
		ok(t, err)
		if number <= version {
			text, err := fs.ReadFile(os.DirFS(folder), file.Name())
			ok(t, err)
			earlier[file.Name()] = &fstest.MapFile{Data: text}
		}
	}
	provider, err := goose.NewProvider(dialect, db.SQL(), earlier)
	ok(t, err)
	_, err = provider.Up(ctx)
	ok(t, err)
}

// What environments were unlocked under before there were agreements is kept: one that is
// unlocked stays so, until the same moment, and of one that has locked it is known under what.
func TestUnlocksBecomeAgreements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		emptied(t, db, 80)
		now := db.Clock.Now().UTC().Truncate(time.Microsecond)
		ends, lapsed := models.DayOf(now).AddDate(0, 6, 0), models.DayOf(now).AddDate(0, -1, 0)
		var nothing any
		db.Exec("INSERT INTO teams (id, slug, name, created_at) VALUES ('team', 'acme', 'Acme', $1)", now.AddDate(-2, 0, 0))
		db.Exec("INSERT INTO users (id, email, name, password_hash, engineer, created_at) "+
			"VALUES ('sol', 'sol@dojo.example', 'Sol', '', true, $1)", now.AddDate(-2, 0, 0))
		db.Exec("INSERT INTO data_sets (id, created_at) VALUES ('data', $1)", now)
		environment := func(id, team, kind string, unlocked, end any, reference string) {
			db.Exec("INSERT INTO environments (id, team_id, kind, data_set_id, unlocked_at, unlocked_by_id, unlocked_by_name, "+
				"unlocked_by_capacity, agreement, agreement_ends_at, created_at, allowed_origins) VALUES ($1, $2, $3, 'data', $4, 'sol', "+
				"'Sol', 'engineer', $5, $6, $7, 'https://a.example')", id, team, kind, unlocked, reference, end, now.AddDate(-2, 0, 0))
		}
		environment("e1", "team", "playground", now.AddDate(-2, 0, 0), nothing, "")
		environment("e2", "team", "development", now.AddDate(0, -3, 0), ends, "MSA-1")
		environment("e3", "team", "production", now.AddDate(0, -2, 0), ends, "MSA-1")
		db.Exec("INSERT INTO teams (id, slug, name, created_at) VALUES ('umami', 'umami', 'Umami', $1)", now.AddDate(-2, 0, 0))
		environment("u2", "umami", "development", nothing, nothing, "")
		environment("u3", "umami", "production", nothing, lapsed, "MSA-0")
		db.Exec("INSERT INTO unlock_requests (id, team_id, environment_id, state, use_case, created_at, created_by_id, "+
			"created_by_name, created_by_capacity, decided_at, decided_by_id, decided_by_name, decided_by_capacity, agreement, "+
			"ends_at, answer) VALUES ('r', 'umami', 'u3', 'approved', 'Search.', $1, 'x', 'X', 'member', $1, 'sol', 'Sol', "+
			"'engineer', 'MSA-0', $2, '')", now.AddDate(-1, 0, 0), lapsed)
		db.Exec("INSERT INTO keys (id, team_id, environment_id, kind, state, digest, sealed, created_at, created_by_id, "+
			"created_by_name, created_by_capacity, last_viewed_by_id, last_viewed_by_name, last_viewed_by_capacity, revoked_by_id, "+
			"revoked_by_name, revoked_by_capacity, reason, note) VALUES ('k', 'team', 'e3', 'secret', 'active', $1, $1, $2, 'sol', "+
			"'Sol', 'engineer', '', '', '', '', '', '', '', '')", make([]byte, 32), now)

		from, to, err := store.Migrate(ctx, db.URL)
		if err != nil || from != 80 || to < 90 {
			t.Fatalf("Migrate = from %d to %d, %v", from, to, err)
		}
		s := db.Open()
		desk, err := s.Desk(ctx, models.Actor{UserID: "sol", Engineer: true})
		ok(t, err)
		file, err := desk.Agreement(ctx, "e2")
		ok(t, err)
		a := file.Agreement
		if a.Reference != "MSA-1" || a.EngineerID != "sol" || a.CreatedBy.Name != "Sol" || a.Version != 1 ||
			!a.FirstAt.Equal(now.AddDate(0, -3, 0)) || !a.EndsAt.Equal(ends) || len(file.Versions) != 1 {
			t.Errorf("the agreement is %+v", file)
		}
		if got := file.Versions[0].After; len(got.Covers) != 2 || !got.EndsAt.Equal(ends) || !got.FirstAt.Equal(a.FirstAt) {
			t.Errorf("its first version says %+v", got)
		}
		for i, since := range []int{0, -3, -2} {
			e := file.Environments[i]
			if !e.Unlocked(now) || e.Unlocked(ends) != (i == 0) || e.AllowedOrigins != "https://a.example" ||
				i > 0 && !e.Covers[0].StartsAt.Equal(now.AddDate(0, since, 0)) {
				t.Errorf("environment %+v", e)
			}
		}
		unlocked, err := s.EnvironmentGrants(ctx, "e3")
		ok(t, err)
		if len(unlocked) != 1 || unlocked[0].Standing(ends.Add(-1)) != models.Accepted ||
			unlocked[0].Standing(ends) != models.AgreementEnded {
			t.Errorf("grants %+v", unlocked)
		}
		umami, err := desk.Team(ctx, "umami")
		ok(t, err)
		development, production := umami.Environments[0], umami.Environments[1]
		if development.Unlocked(now) || len(development.Covers) != 0 || production.Unlocked(now) ||
			production.Unlocked(lapsed.Add(-1)) {
			t.Errorf("Umami's environments are %+v", umami.Environments)
		}
		if cover := production.Lapsed(now); cover == nil || cover.Agreement.Reference != "MSA-0" ||
			!cover.StartsAt.Equal(now.AddDate(-1, 0, 0)) || !cover.EndsAt.Equal(lapsed) {
			t.Errorf("Production was covered by %+v", cover)
		}
		if db.Engine == storetest.SQLite {
			row := db.SQL().QueryRow("PRAGMA foreign_key_check")
			if err := row.Scan(); err != sql.ErrNoRows {
				t.Errorf("rows refer to nothing: %v", err)
			}
		}
		// The keyring is the database's from now on, and changes go on as before.
		_, err = desk.EndAgreement(ctx, "e2")
		ok(t, err)
	})
}
