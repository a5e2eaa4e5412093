package store_test

import (
	"database/sql"
	"errors"
	"strings"
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
		atDesk("Agreement", models.ViewDesk, func(d *store.Desk, _, id string) error {
			_, err := d.Agreement(ctx, id)
			return err
		}).leaving("", developmentAgreement),
		atDesk("Agreements", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.Agreements(ctx, store.AgreementsQuery{Search: "MSA"})
			return err
		}),
		atDesk("PreviewChange", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.PreviewChange(ctx, id, developing)
			return err
		}).leaving("", developmentAgreement),
		atDesk("PreviewCreate", models.DecideUnlock, func(d *store.Desk, slug, _ string) error {
			_, err := d.PreviewCreate(ctx, slug, models.Terms{Reference: "MSA-2", EndsAt: soon.EndsAt})
			return err
		}).leaving("", lockedProduction),
		atDesk("Engineers", models.ViewDesk, func(d *store.Desk, _, _ string) error {
			_, err := d.Engineers(ctx)
			return err
		}),
		atDesk("Alike", models.ViewDesk, func(d *store.Desk, slug, _ string) error {
			_, err := d.Alike(ctx, "MSA-1", slug)
			return err
		}),
		atDesk("ApproveUnder", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			request, agreement, _ := strings.Cut(id, " ")
			_, err := d.ApproveUnder(ctx, request, agreement)
			return err
		}).leaving(models.AsEngineer, pendingAndAgreement, models.UnlockApproved, models.KeyIssued, models.KeyIssued,
			models.AgreementChanged),
		atDesk("ChangeAgreement", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.ChangeAgreement(ctx, id, 1, developing, "Asked for.")
			return err
		}).leaving(models.AsEngineer, developmentAgreement, models.AgreementChanged),
		atDesk("CreateAgreement", models.DecideUnlock, func(d *store.Desk, slug, _ string) error {
			_, err := d.CreateAgreement(ctx, slug, models.Terms{Reference: "MSA-2", EndsAt: soon.EndsAt}, "")
			return err
		}).leaving(models.AsEngineer, lockedProduction, models.AgreementMade),
		atDesk("EndAgreement", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.EndAgreement(ctx, id)
			return err
		}).leaving(models.AsEngineer, developmentAgreement, models.AgreementChanged),
		atDesk("LockEnvironment", models.DecideUnlock, func(d *store.Desk, slug, _ string) error {
			return d.LockEnvironment(ctx, slug, models.Development, "The key is on the web.")
		}).leaving(models.AsEngineer, unlockedDevelopment, models.EnvironmentLocked),
		atDesk("NoteAgreement", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			return d.NoteAgreement(ctx, id, "They pay late.")
		}).leaving(models.AsEngineer, developmentAgreement, models.AgreementNoted),
		atDesk("RenewAgreement", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.RenewAgreement(ctx, id)
			return err
		}).leaving(models.AsEngineer, developmentAgreement, models.AgreementChanged),
		atDesk("UnlockEnvironment", models.DecideUnlock, func(d *store.Desk, slug, _ string) error {
			return d.UnlockEnvironment(ctx, slug, models.Development)
		}).leaving(models.AsEngineer, lockedDevelopment, models.EnvironmentOpened),
		atDesk("Decline", models.DecideUnlock, func(d *store.Desk, _, id string) error {
			_, err := d.Decline(ctx, id, "Not now.")
			return err
		}).leaving(models.AsEngineer, pendingRequest, models.UnlockDeclined),
		atDesk("InvitationLink", models.CreateTeam, func(d *store.Desk, slug, id string) error {
			_, _, err := d.InvitationLink(ctx, slug, id)
			return err
		}).leaving(models.AsEngineer, newInvitation, models.InvitationShown),
		atDesk("FindKeys", models.RevokeAnyKey, func(d *store.Desk, _, id string) error {
			_, err := d.FindKeys(ctx, id)
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
var soon = models.Terms{Reference: "MSA-1", EndsAt: storetest.NewClock().Now().AddDate(1, 0, 0)}

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
	key, err := w.Team(owner(w, team), team).IssueKey(ctx, models.Playground, models.Secret, "")
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
	w.Database.Exec("DELETE FROM agreement_covers WHERE environment_id = $1", id)
	return ""
}

// uncoveredDevelopment has had no agreement, and the team no trial. It has its keys.
func uncoveredDevelopment(t *testing.T, w *storetest.Fixture, team models.Team) string {
	uncover := func() {
		w.Database.Exec("DELETE FROM agreement_covers WHERE environment_id = $1", environmentID(w, team, models.Development))
	}
	uncover()
	_, err := w.Desk().CreateAgreement(ctx, team.Slug, models.Terms{Reference: "Keys", Covers: lockable[:1]}, "")
	ok(t, err)
	uncover()
	w.Database.Exec("UPDATE agreements SET kind = 'ordinary'")
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

func unlockedDevelopment(t *testing.T, w *storetest.Fixture, team models.Team) string {
	developmentAgreement(t, w, team)
	return ""
}

// developmentAgreement returns a new agreement that covers Development and has begun.
func developmentAgreement(_ *testing.T, w *storetest.Fixture, team models.Team) (id string) {
	environment, id := environmentID(w, team, models.Development), models.NewID()
	w.Database.Exec("DELETE FROM agreement_covers WHERE environment_id = $1", environment)
	w.Database.Exec("INSERT INTO agreements (id, team_id, reference, signatory, engineer_id, first_at, ends_at, kind, "+
		"version, created_at, created_by_id, created_by_name, created_by_capacity) SELECT $1, team_id, 'MSA-0', '', '', "+
		"created_at, $2, 'ordinary', 1, created_at, '', '', '' FROM environments WHERE id = $3", id, soon.EndsAt,
		environment)
	w.Database.Exec("INSERT INTO agreement_covers (agreement_id, environment_id, team_id, starts_at, ends_at, per_second, "+
		"per_day, locked_by_id, locked_by_name, locked_by_capacity, lock_reason, opened_at, warned) SELECT $1, id, team_id, "+
		"created_at, $2, 0, 0, '', '', '', '', created_at, 0 FROM environments WHERE id = $3", id, soon.EndsAt, environment)
	return id
}

// developing are terms under which Development is unlocked.
var developing = models.Terms{Reference: "MSA-3", FirstAt: storetest.NewClock().Now(), EndsAt: soon.EndsAt,
	Covers: []models.EnvironmentKind{models.Development}}

func lockedDevelopment(t *testing.T, w *storetest.Fixture, team models.Team) string {
	developmentAgreement(t, w, team)
	w.Database.Exec("UPDATE agreement_covers SET locked_at = starts_at, lock_reason = 'Test.' WHERE team_id = $1", team.ID)
	return ""
}

// pendingAndAgreement is a request for Production and an agreement that could cover it.
func pendingAndAgreement(t *testing.T, w *storetest.Fixture, team models.Team) string {
	w.Database.Exec("DELETE FROM agreement_covers WHERE team_id = $1", team.ID)
	w.Database.Exec("UPDATE keys SET state = 'revoked', revoked_at = created_at WHERE state = 'active' AND environment_id = $1",
		environmentID(w, team, models.Production))
	return pendingRequest(t, w, team) + " " + developmentAgreement(t, w, team)
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
	key, err := scope.IssueKey(ctx, models.Development, models.Secret, "")
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
