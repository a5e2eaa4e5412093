package store_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// auditCase is a change with the lines that it must leave in the activity list.
type auditCase struct {
	name    string
	by      models.Signature
	address string
	lines   []models.AuditAction

	prepare func(t *testing.T, w *storetest.Fixture) (id string)
	do      func(w *storetest.Fixture, id string) error
}

// auditCases are all changes that are written down: those of the methods, and those
// for which nobody is asked who they are.
func auditCases(w *storetest.Fixture) []auditCase {
	var all []auditCase
	for _, d := range methodCases() {
		if len(d.lines) == 0 {
			continue
		}
		doer := map[models.Capacity]models.Actor{models.AsMember: w.Olivia, models.AsEngineer: w.Sol,
			models.AsSystem: storetest.System}[d.as]
		all = append(all, auditCase{
			name: d.name, by: doer.Sign(d.as), address: doer.Address, lines: d.lines,
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				reinstate(t, w, w.Acme)
				if d.prepare == nil {
					return ""
				}
				return d.prepare(t, w, w.Acme)
			},
			do: func(w *storetest.Fixture, id string) error { return d.call(w, doer, w.Acme.Slug, id) },
		})
	}
	return slices.Concat(all, openAuditCases(w), linkAuditCases(w), accountAuditCases(w))
}

func openAuditCases(w *storetest.Fixture) []auditCase {
	engineer := models.Actor{Address: "192.0.2.9"}
	dojo := models.SystemActor("Dojo").Sign(models.AsSystem)
	return []auditCase{
		{
			name: "SignIn", by: w.Dev.Sign(models.AsMember), address: w.Dev.Address,
			lines:   []models.AuditAction{models.SignedIn},
			prepare: nothing,
			do: func(w *storetest.Fixture, _ string) error {
				return w.Store.SignIn(ctx, w.Dev, models.User{}, session(models.NewID(), w.Dev.UserID, w.Store.Now()),
					nil, []byte("device"))
			},
		}, {
			name: "SignOut", by: w.Dev.Sign(models.AsMember), address: w.Dev.Address,
			lines: []models.AuditAction{models.SignedOut},
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				token := models.NewID()
				ok(t, w.Store.CreateSession(ctx, session(token, w.Dev.UserID, w.Store.Now())))
				return token
			},
			do: func(w *storetest.Fixture, token string) error {
				return w.Store.SignOut(ctx, w.Dev, models.TokenDigest(token))
			},
		}, {
			name: "UseSetupLink, new account", by: models.Signature{Name: "New Engineer", Capacity: models.AsEngineer},
			address: engineer.Address,
			lines:   []models.AuditAction{models.UserCreated, models.EngineerAdded},
			prepare: setupLink(""),
			do: func(w *storetest.Fixture, token string) error {
				_, err := w.Store.UseSetupLink(ctx, engineer, token, "new@dojo.example", " New Engineer ", "")
				return err
			},
		}, {
			name: "UseSetupLink, known account", by: w.Nina.Sign(models.AsEngineer), address: engineer.Address,
			lines:   []models.AuditAction{models.EngineerAdded},
			prepare: setupLink(w.Nina.Email),
			do: func(w *storetest.Fixture, token string) error {
				_, err := w.Store.UseSetupLink(ctx, engineer, token, "", w.Nina.Name, "")
				return err
			},
		}, {
			name: "Sweep, a grace period's end", by: dojo, lines: []models.AuditAction{models.KeyRetired},
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, secretKey(t, w, w.Acme),
					after(time.Hour))
				ok(t, err)
				w.Database.Clock.Add(time.Hour)
				return ""
			},
			do: func(w *storetest.Fixture, _ string) error { return w.Store.Sweep(ctx) },
		}, {
			name: "Sweep, a request that waits", by: dojo, lines: []models.AuditAction{models.UnlockReminded},
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				pendingRequest(t, w, w.Acme)
				w.Database.Clock.Add(24 * time.Hour)
				return ""
			},
			do: func(w *storetest.Fixture, _ string) error { return w.Store.Sweep(ctx) },
		}, {
			name: "Sweep, a request that nobody decided", by: dojo, lines: []models.AuditAction{models.UnlockLapsed},
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				pendingRequest(t, w, w.Acme)
				w.Database.Clock.Add(models.RequestLife)
				return ""
			},
			do: func(w *storetest.Fixture, _ string) error { return w.Store.Sweep(ctx) },
		}, {
			name: "Sweep, an agreement's end", by: dojo, lines: []models.AuditAction{models.AgreementLapsed},
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				unlockedDevelopment(t, w, w.Acme)
				lockedProduction(t, w, w.Acme) // so that no request waits
				w.Database.Clock.Set(soon.EndsAt)
				return ""
			},
			do: func(w *storetest.Fixture, _ string) error { return w.Store.Sweep(ctx) },
		},
	}
}

func nothing(*testing.T, *storetest.Fixture) string { return "" }

func setupLink(email string) func(t *testing.T, w *storetest.Fixture) string {
	return func(t *testing.T, w *storetest.Fixture) string {
		token, err := w.Store.CreateSetupLink(ctx, storetest.System, email)
		ok(t, err)
		return token
	}
}

func TestEveryChangeIsWrittenDownOrNotMade(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for _, d := range auditCases(w) {
			id := d.prepare(t, w)
			for _, line := range d.lines {
				allow := refuseAudit(w.Database, line)
				unchanged(t, w.Database, func() {
					if err := d.do(w, id); err == nil {
						t.Errorf("%s succeeded without its line %s", d.name, line)
					}
				})
				allow()
			}
			d.leavesItsLines(t, w, id)
		}
	})
}

func (d auditCase) leavesItsLines(t *testing.T, w *storetest.Fixture, id string) {
	t.Helper()
	last := w.Database.Count("SELECT max(id) FROM audit_events")
	if err := d.do(w, id); err != nil {
		t.Fatalf("%s: %v", d.name, err)
	}
	rows, err := w.Database.SQL().Query(
		"SELECT action, actor_id, actor_name, actor_capacity, address FROM audit_events WHERE id > $1 ORDER BY id",
		last)
	ok(t, err)
	defer rows.Close()
	var lines []models.AuditAction
	for rows.Next() {
		var action models.AuditAction
		var by models.Signature
		var address string
		ok(t, rows.Scan(&action, &by.ID, &by.Name, &by.Capacity, &address))
		lines = append(lines, action)
		if d.by.ID == "" && by.Capacity != models.AsSystem && by.ID != "" {
			by.ID = "" // an account that the auditCase itself made
		}
		if by != d.by || address != d.address {
			t.Errorf("%s: %s is by %+v from %q; want %+v from %q", d.name, action, by, address, d.by, d.address)
		}
	}
	if !reflect.DeepEqual(lines, d.lines) {
		t.Errorf("%s left the lines %v; want %v", d.name, lines, d.lines)
	}
}

// refuseAudit makes the database refuse lines of the activity list about the
// action, until allow is called.
func refuseAudit(db *storetest.Database, action models.AuditAction) (allow func()) {
	if db.Engine == storetest.SQLite {
		db.Exec(`CREATE TRIGGER refuse_line BEFORE INSERT ON audit_events WHEN NEW.action = '` + string(action) + `'
			BEGIN SELECT RAISE(ABORT, 'no line today'); END`)
		return func() { db.Exec("DROP TRIGGER refuse_line") }
	}
	db.Exec(`ALTER TABLE audit_events ADD CONSTRAINT refuse_line CHECK (action <> '` + string(action) + `') NOT VALID`)
	return func() { db.Exec("ALTER TABLE audit_events DROP CONSTRAINT refuse_line") }
}
