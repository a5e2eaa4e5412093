package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func accept(w *storetest.Fixture, actor models.Actor, token string) error {
	_, err := w.Store.AcceptInvitation(ctx, actor, token)
	return err
}

func TestOneOpenInvitationAnAddress(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		first := invited(t, w, w.Acme, w.Nina.Email, models.Viewer)
		old := mailed(t, w, models.InvitationMail, w.Nina.Email)
		w.Database.Clock.Add(time.Hour)
		second := invited(t, w, w.Acme, w.Nina.Email, models.Developer)
		fresh := mailed(t, w, models.InvitationMail, w.Nina.Email)
		if first.ID != second.ID || second.Role != models.Developer ||
			w.Database.Count("SELECT count(*) FROM invitations") != 1 {
			t.Errorf("the second invitation is %+v beside %+v; want the first one with another role", second, first)
		}
		sameTime(t, "ExpiresAt", &second.ExpiresAt, w.Store.Now().Add(models.InvitationLife))
		unchanged(t, w.Database, func() {
			_, err := w.Store.Invitation(ctx, old)
			refused(t, err, models.NotFound, "")
			refused(t, accept(w, w.Nina, old), models.NotFound, "")
		})
		ok(t, accept(w, w.Nina, fresh))
		if role := roleOf(w, w.Nina.UserID); role != models.Developer {
			t.Errorf("Nina is %q; want developer", role)
		}
		refused(t, invite(w.Team(w.Olivia, w.Acme), w.Nina.Email, models.Viewer), models.Invalid,
			"is a member already")
		for _, err := range together(racers,
			func(int) error { return invite(w.Team(w.Olivia, w.Acme), "new@acme.example", models.Viewer) }) {
			ok(t, err)
		}
		if open := w.Database.Count("SELECT count(*) FROM invitations WHERE email = 'new@acme.example'"); open != 1 {
			t.Errorf("invitations at once made %d rows; want 1", open)
		}
	})
}

func TestInvitationIsResentAndWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, invitation := w.Team(w.Ade, w.Acme), invited(t, w, w.Acme, w.Nina.Email, models.Viewer)
		old := mailed(t, w, models.InvitationMail, w.Nina.Email)
		w.Database.Clock.Add(models.InvitationLife)
		_, err := w.Store.Invitation(ctx, old)
		refused(t, err, models.Conflict, "lapsed on 9 March 2026 at 09:30 UTC")
		refused(t, accept(w, w.Nina, old), models.Conflict, "lapsed on")
		ok(t, team.ResendInvitation(ctx, invitation.ID))
		fresh := mailed(t, w, models.InvitationMail, w.Nina.Email)
		refused(t, accept(w, w.Nina, old), models.NotFound, "")
		seen, err := w.Store.Invitation(ctx, fresh)
		if err != nil || seen.Team.ID != w.Acme.ID || !seen.HasAccount || seen.Invitation.Role != models.Viewer {
			t.Errorf("Invitation = %+v, %v", seen, err)
		}
		ok(t, team.WithdrawInvitation(ctx, invitation.ID))
		unchanged(t, w.Database, func() {
			_, err := w.Store.Invitation(ctx, fresh)
			refused(t, err, models.Conflict, "was withdrawn")
			refused(t, accept(w, w.Nina, fresh), models.Conflict, "was withdrawn")
			refused(t, team.ResendInvitation(ctx, invitation.ID), models.Conflict, "was withdrawn")
			refused(t, team.WithdrawInvitation(ctx, invitation.ID), models.Conflict, "was withdrawn")
		})
		if list, err := team.Invitations(ctx); err != nil || len(list) != 0 {
			t.Errorf("open invitations are %+v, %v; want none", list, err)
		}
	})
}

// An owner's invitation is for owners to change, by whichever method.
func TestOwnersInvitationIsForOwners(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		admin, invitation := w.Team(w.Ade, w.Acme), invited(t, w, w.Acme, w.Nina.Email, models.Owner)
		unchanged(t, w.Database, func() {
			const only = "Only an owner may change the invitation of an owner"
			refused(t, admin.ResendInvitation(ctx, invitation.ID), models.Forbidden, only)
			refused(t, admin.WithdrawInvitation(ctx, invitation.ID), models.Forbidden, only)
			refused(t, invite(admin, w.Nina.Email, models.Viewer), models.Forbidden, only)
		})
	})
}

func TestInvitationIsForItsAddress(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		address, err := models.NormalizeEmail("  NINA@Nowhere.Example ")
		ok(t, err)
		token := invitationToken(t, w, address)
		unchanged(t, w.Database, func() {
			refused(t, accept(w, w.Uma, token), models.Forbidden,
				"is for nina@nowhere.example, and you are signed in as uma@umami.example")
			refused(t, accept(w, models.Actor{}, token), models.NotFound, "")
			refused(t, accept(w, w.Nina, "guess"), models.NotFound, "")
			// Whoever is at the keyboard does not get in by the address's account.
			_, _, err := w.Store.AcceptInvitationAs(ctx, visitor, token, "Thief", "hash")
			refused(t, err, models.Conflict, "")
			w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Nina.UserID)
			refused(t, accept(w, w.Nina, token), models.NotFound, "")
			w.Database.Exec("UPDATE users SET disabled_at = NULL WHERE id = $1", w.Nina.UserID)
		})
		ok(t, accept(w, w.Nina, token))
		refused(t, accept(w, w.Nina, token), models.Conflict, "was already accepted")
	})
}

func TestInvitationMakesAnAccount(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		token := invitationToken(t, w, "new@acme.example")
		if seen, err := w.Store.Invitation(ctx, token); err != nil || seen.HasAccount {
			t.Errorf("Invitation = %+v, %v; want no account", seen, err)
		}
		unchanged(t, w.Database, func() {
			for _, name := range []string{"", "  ", "a\u202eb"} {
				_, _, err := w.Store.AcceptInvitationAs(ctx, visitor, token, name, "hash")
				refused(t, err, models.Invalid, "")
			}
		})
		users := make([]models.User, racers)
		errs := together(racers, func(i int) (err error) {
			users[i], _, err = w.Store.AcceptInvitationAs(ctx, visitor, token, "New Person", "hash")
			return err
		})
		user := users[oneWins(t, errs, models.Conflict, "was already accepted")]
		if user.Email != "new@acme.example" || user.PasswordHash != "hash" || user.Engineer ||
			roleOf(w, user.ID) != models.Developer {
			t.Errorf("the account is %+v, in the role %q", user, roleOf(w, user.ID))
		}
	})
}

func TestInvitationIsAcceptedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		token := invitationToken(t, w, w.Nina.Email)
		oneWins(t, together(racers, func(int) error { return accept(w, w.Nina, token) }), models.Conflict,
			"was already accepted")
		if lines := w.Database.Count(
			"SELECT count(*) FROM audit_events WHERE action = 'member.added' AND subject_id = $1",
			w.Nina.UserID); lines != 1 {
			t.Errorf("%d lines say that Nina joined; want 1", lines)
		}
	})
}

// Who accepts and who withdraws hold the same rows.
func TestAcceptRacesWithdraw(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Olivia, w.Acme)
		for range 20 {
			invitation := invited(t, w, w.Acme, w.Nina.Email, models.Viewer)
			token := mailed(t, w, models.InvitationMail, w.Nina.Email)
			errs := together(10, func(i int) error {
				if i%2 == 0 {
					return team.WithdrawInvitation(ctx, invitation.ID)
				}
				return accept(w, w.Nina, token)
			})
			winner := oneWins(t, errs, models.Conflict, "This invitation was")
			if member := roleOf(w, w.Nina.UserID) != models.Nobody; member != (winner%2 == 1) {
				t.Fatalf("call %d won, and Nina is a member: %v", winner, member)
			}
			w.Database.Exec("DELETE FROM members WHERE user_id = $1", w.Nina.UserID)
		}
	})
}

func TestTeamBeginsWithAnInvitedOwner(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, err := w.Store.CreateTeam(ctx, w.Sol,
			store.NewTeam{Slug: "new-team", Name: "New", OwnerEmail: w.Nina.Email})
		ok(t, err)
		ok(t, accept(w, w.Nina, mailed(t, w, models.InvitationMail, w.Nina.Email)))
		if role := w.Team(w.Nina, team.Team).Role; role != models.Owner {
			t.Errorf("Nina is %s; want owner", role)
		}
	})
}
