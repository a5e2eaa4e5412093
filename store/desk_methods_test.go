package store_test

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func deskMethods() []methodCase {
	return []methodCase{
		atDesk("AddNote", models.ViewDesk, func(d *store.Desk, slug, _ string) error {
			return d.AddNote(ctx, slug, "Friendly.")
		}).leaving(models.AsEngineer, teamThere, models.TeamNoted),
		atDesk("Leave", models.ViewAsTeam, func(d *store.Desk, slug, _ string) error {
			return d.Leave(ctx, slug)
		}).leaving(models.AsEngineer, viewedTeam, models.ViewingEnded),
		atDesk("View", models.ViewAsTeam, func(d *store.Desk, slug, _ string) error {
			_, err := d.View(ctx, slug, "They asked.")
			return err
		}).leaving(models.AsEngineer, teamThere, models.ViewingBegun),
		atDesk("Approve", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.Approve(ctx, id, soon)
			return err
		}).leaving(models.AsEngineer, pendingRequest, models.UnlockApproved, models.KeyIssued, models.KeyIssued),
		atDesk("ChangeAgreement", models.DecideUnlock, func(d *store.Desk, slug, _ string) error {
			return d.ChangeAgreement(ctx, slug, models.Development, soon)
		}).leaving(models.AsEngineer, unlockedDevelopment, models.AgreementChanged),
		atDesk("Decline", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.Decline(ctx, id, "Not now.")
			return err
		}).leaving(models.AsEngineer, pendingRequest, models.UnlockDeclined),
		atDesk("FindKey", models.RevokeAnyKey, func(d *store.Desk, _, id string) error {
			_, err := d.FindKey(ctx, id)
			return err
		}).leaving(models.AsEngineer, keyText, models.KeyFound),
		atDesk("Processes", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.Processes(ctx)
			return err
		}),
		atDesk("Receipt", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, err := d.Receipt(ctx, id)
			return err
		}).leaving("", revokedKey),
		atDesk("Key", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, err := d.Key(ctx, id)
			return err
		}).leaving("", secretKey),
		atDesk("KeyRequests", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, err := d.KeyRequests(ctx, id, time.Time{})
			return err
		}).leaving("", secretKey),
		atDesk("KeyUse", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, _, err := d.KeyUse(ctx, id)
			return err
		}).leaving("", secretKey),
		atDesk("Morning", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.Morning(ctx)
			return err
		}),
		atDesk("PendingCount", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.PendingCount(ctx)
			return err
		}),
		atDesk("Request", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, err := d.Request(ctx, id)
			return err
		}).leaving("", pendingRequest),
		atDesk("Requests", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.Requests(ctx, store.UnlockRequestsQuery{})
			return err
		}),
		atDesk("Replies", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, err := d.Replies(ctx, id)
			return err
		}).leaving("", pendingRequest),
		atDesk("Reply", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			return d.Reply(ctx, id, "Soon.")
		}).leaving(models.AsEngineer, pendingRequest, models.UnlockReplied),
		atDesk("Undo", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.Undo(ctx, id)
			return err
		}).leaving(models.AsEngineer, declinedRequest, models.UnlockUndone),
		atDesk("RestoreTeam", models.RestoreTeam, func(d *store.Desk, slug, _ string) error {
			_, err := d.RestoreTeam(ctx, slug)
			return err
		}).leaving(models.AsEngineer, deletedTeam, models.TeamRestored),
		atDesk("RevokeCompromised", models.RevokeAnyKey, func(d *store.Desk, _, id string) error {
			_, err := d.RevokeCompromised(ctx, id, true, "")
			return err
		}).leaving(models.AsEngineer, secretKey, models.KeyReplaced),
		atDesk("Team", models.ViewDesk, func(d *store.Desk, slug, _ string) error {
			_, err := d.Team(ctx, slug)
			return err
		}),
		atDesk("TeamCount", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.TeamCount(ctx)
			return err
		}),
		atDesk("Teams", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.Teams(ctx, store.TeamsQuery{})
			return err
		}),
		atDesk("TroubledMails", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.TroubledMails(ctx)
			return err
		}),
	}
}

// soon is an agreement that outlasts every test's clock.
var soon = models.Agreement{Reference: "MSA-1", EndsAt: storetest.NewClock().Now().AddDate(1, 0, 0)}

// What a method needs is brought about by the engineer and by SQL, so that it can
// be had again after each passage.

func environmentID(w *storetest.Fixture, team models.Team, kind models.EnvironmentKind) (id string) {
	row := w.Database.SQL().QueryRow("SELECT id FROM environments WHERE team_id = $1 AND kind = $2", team.ID,
		string(kind))
	if err := row.Scan(&id); err != nil {
		panic(err)
	}
	return id
}

func secretKey(t *testing.T, w *storetest.Fixture, team models.Team) (id string) {
	row := w.Database.SQL().QueryRow(
		"SELECT id FROM keys WHERE environment_id = $1 AND kind = 'secret' AND state = 'active'",
		environmentID(w, team, models.Playground))
	if err := row.Scan(&id); !errors.Is(err, sql.ErrNoRows) {
		ok(t, err)
		return id
	}
	key, err := w.Team(owner(w, team), team).IssueKey(ctx, models.Playground, models.Secret)
	ok(t, err)
	return key.ID
}

func owner(w *storetest.Fixture, team models.Team) models.Actor {
	if team.ID == w.Acme.ID {
		return w.Olivia
	}
	return w.Uma
}

func keyText(t *testing.T, w *storetest.Fixture, team models.Team) string {
	text, err := w.Team(owner(w, team), team).ViewKey(ctx, models.Playground, secretKey(t, w, team))
	ok(t, err)
	return text
}

func withoutSecretKey(t *testing.T, w *storetest.Fixture, team models.Team) string {
	w.Database.Exec("UPDATE keys SET state = 'revoked', revoked_at = created_at WHERE state = 'active' AND kind = "+
		"'secret' AND environment_id = $1",
		environmentID(w, team, models.Playground))
	return ""
}

func lockedProduction(_ *testing.T, w *storetest.Fixture, team models.Team) string {
	id := environmentID(w, team, models.Production)
	w.Database.Exec("UPDATE unlock_requests SET state = 'withdrawn', decided_at = created_at WHERE state = 'pending' "+
		"AND environment_id = $1", id)
	w.Database.Exec("UPDATE environments SET unlocked_at = NULL WHERE id = $1", id)
	return ""
}

func pendingRequest(t *testing.T, w *storetest.Fixture, team models.Team) string {
	lockedProduction(t, w, team)
	request, err := w.Team(owner(w, team), team).RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Search."})
	ok(t, err)
	return request.ID
}

// teamThere needs nothing but the team.
func teamThere(_ *testing.T, w *storetest.Fixture, _ models.Team) string {
	w.Database.Exec("UPDATE viewings SET ends_at = began_at")
	return ""
}

func viewedTeam(t *testing.T, w *storetest.Fixture, team models.Team) string {
	_, err := w.Desk().View(ctx, team.Slug, "They asked.")
	ok(t, err)
	return ""
}

func declinedRequest(t *testing.T, w *storetest.Fixture, team models.Team) string {
	id := pendingRequest(t, w, team)
	_, err := w.Desk().Decline(ctx, id, "Not now.")
	ok(t, err)
	return id
}

func unlockedDevelopment(_ *testing.T, w *storetest.Fixture, team models.Team) string {
	w.Database.Exec("UPDATE environments SET unlocked_at = created_at, agreement = 'MSA-0', agreement_ends_at = $1 "+
		"WHERE id = $2",
		soon.EndsAt, environmentID(w, team, models.Development))
	return ""
}

// stranger is a user who is in no team.
func stranger(t *testing.T, w *storetest.Fixture, _ models.Team) string {
	user, err := w.Store.CreateUser(ctx, storetest.System, models.NewID()+"@nowhere.example", "Stranger", "")
	ok(t, err)
	return user.ID
}

// revokedKey is a key of Development that was revoked, so that it has a receipt.
func revokedKey(t *testing.T, w *storetest.Fixture, team models.Team) (id string) {
	unlockedDevelopment(t, w, team)
	scope := w.Team(owner(w, team), team)
	key, err := scope.IssueKey(ctx, models.Development, models.Secret)
	if models.CodeOf(err) == models.Conflict {
		row := w.Database.SQL().QueryRow("SELECT id FROM keys WHERE environment_id = $1 AND kind = 'secret' AND "+
			"state = 'active'", environmentID(w, team, models.Development))
		ok(t, row.Scan(&key.ID))
		err = nil
	}
	ok(t, err)
	_, err = scope.RevokeKey(ctx, models.Development, key.ID, models.Revocation{Reason: models.Other})
	ok(t, err)
	return key.ID
}

// withReceipt leaves a receipt in Development.
func withReceipt(t *testing.T, w *storetest.Fixture, team models.Team) string {
	revokedKey(t, w, team)
	return ""
}
