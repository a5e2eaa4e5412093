package store_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestResetLinkSetsThePasswordOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		other := resetToken(t, w, w.Nina.Email)
		token := resetToken(t, w, w.Nina.Email)
		ok(t, w.Store.CreateSession(ctx, session("nina's browser", w.Nina.UserID, w.Store.Now())))
		ok(t, w.Store.CreateSession(ctx, session("dev's browser", w.Dev.UserID, w.Store.Now())))
		errs := together(racers, func(i int) error {
			_, err := w.Store.UseResetLink(ctx, visitor, token, fmt.Sprint("hash ", i))
			return err
		})
		winner := oneWins(t, errs, models.Conflict, "already used")
		user, err := w.Store.UserByEmail(ctx, w.Nina.Email)
		if err != nil || user.PasswordHash != fmt.Sprint("hash ", winner) {
			t.Errorf("the hash is %q, %v; want that of call %d", user.PasswordHash, err, winner)
		}
		_, err = w.Store.Session(ctx, models.TokenDigest("nina's browser"))
		refused(t, err, models.NotFound, "")
		_, err = w.Store.Session(ctx, models.TokenDigest("dev's browser"))
		ok(t, err)
		unchanged(t, w.Database, func() { // a second link from before, in whoever's mailbox
			_, err := w.Store.UseResetLink(ctx, visitor, other, "hash")
			refused(t, err, models.Conflict, "already used")
		})
	})
}

func TestLinksLapseAndHaveOnePurpose(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		reset, signup := resetToken(t, w, w.Nina.Email), signupToken(t, w, "new@up.example")
		account := store.NewAccount{Name: "New", PasswordHash: "hash", TeamName: "New", TeamSlug: "new-team"}
		lapsed := func(after time.Duration, purpose models.LinkPurpose, token string, use func() error) {
			t.Helper()
			w.Database.Clock.Set(storetest.NewClock().Now().Add(after - time.Microsecond))
			_, err := w.Store.Link(ctx, purpose, token)
			ok(t, err)
			w.Database.Clock.Add(time.Microsecond)
			unchanged(t, w.Database, func() {
				_, err := w.Store.Link(ctx, purpose, token)
				refused(t, err, models.Conflict, "lapsed on")
				refused(t, use(), models.Conflict, "lapsed on")
			})
		}
		unchanged(t, w.Database, func() {
			_, err := w.Store.UseResetLink(ctx, visitor, signup, "hash")
			refused(t, err, models.NotFound, "")
			_, _, err = w.Store.UseSignupLink(ctx, visitor, reset, account)
			refused(t, err, models.NotFound, "")
			_, err = w.Store.UseSetupLink(ctx, visitor, reset, "x@new.example", "X", "hash")
			refused(t, err, models.NotFound, "")
			w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Nina.UserID)
			_, err = w.Store.UseResetLink(ctx, visitor, reset, "hash")
			refused(t, err, models.NotFound, "")
			w.Database.Exec("UPDATE users SET disabled_at = NULL WHERE id = $1", w.Nina.UserID)
		})
		lapsed(30*time.Minute, models.ResetLink, reset,
			func() error { _, err := w.Store.UseResetLink(ctx, visitor, reset, "hash"); return err })
		lapsed(24*time.Hour, models.SignupLink, signup,
			func() error { _, _, err := w.Store.UseSignupLink(ctx, visitor, signup, account); return err })
	})
}

func TestSignupMakesATeamOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		token := signupToken(t, w, "new@up.example")
		unchanged(t, w.Database, func() {
			for _, account := range []store.NewAccount{
				{Name: " ", TeamName: "New", TeamSlug: "new-team"}, {Name: "New", TeamName: "", TeamSlug: "new-team"},
				{Name: "New", TeamName: "New", TeamSlug: "acme"}, {Name: "New", TeamName: "New", TeamSlug: "explore"},
			} {
				_, _, err := w.Store.UseSignupLink(ctx, visitor, token, account)
				refused(t, err, models.Invalid, "")
			}
		})
		teams, users := make([]models.Team, racers), make([]models.User, racers)
		errs := together(racers, func(i int) (err error) {
			users[i], teams[i], err = w.Store.UseSignupLink(ctx, visitor, token, store.NewAccount{
				Name: "New Person", PasswordHash: "hash", TeamName: "New", TeamSlug: fmt.Sprint("new-team-", i),
			})
			return err
		})
		winner := oneWins(t, errs, models.Conflict, "already used")
		user := users[winner]
		scope := w.Team(models.Actor{UserID: user.ID, Name: user.Name}, teams[winner])
		if scope.Role != models.Owner || user.Email != "new@up.example" || user.Engineer ||
			len(scope.Environments) != 3 {
			t.Errorf("%+v is %s of %+v", user, scope.Role, scope.Environments)
		}
		for _, environment := range scope.Environments {
			if environment.Unlocked(w.Store.Now()) != (environment.Kind == models.Playground) {
				t.Errorf("%s of a new team is unlocked: %v", environment.Kind, environment.Unlocked(w.Store.Now()))
			}
		}
	})
}

// rowCounts is how many rows each table has that a request for a link may add to.
func rowCounts(w *storetest.Fixture) (counts [3]int) {
	for i, table := range []string{"links", "mails", "audit_events"} {
		counts[i] = w.Database.Count("SELECT count(*) FROM " + table)
	}
	return counts
}

func TestUnknownAddressCostsTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Fay.UserID)
		sendAll(t, w)
		sends := func(what string, request func() error, want ...models.MailKind) {
			t.Helper()
			before := rowCounts(w)
			ok(t, request())
			after := rowCounts(w)
			for i := range after {
				if after[i]-before[i] != 1 {
					t.Errorf("%s: rows went from %v to %v; want one more of each", what, before, after)
				}
			}
			var kinds []models.MailKind
			for _, mail := range sendAll(t, w) {
				kinds = append(kinds, mail.Kind)
				if linked := mail.Content.Token != ""; linked != (mail.Kind != models.KnownAddressMail) {
					t.Errorf("%s: the %s mail has a link: %v", what, mail.Kind, linked)
				}
			}
			if fmt.Sprint(kinds) != fmt.Sprint(want) {
				t.Errorf("%s sent %v; want %v", what, kinds, want)
			}
		}
		reset := func(email string) func() error {
			return func() error { return w.Store.RequestReset(ctx, visitor, email) }
		}
		signup := func(email string) func() error {
			return func() error { return w.Store.RequestSignup(ctx, visitor, email) }
		}
		sends("reset of an account", reset(w.Nina.Email), models.ResetMail)
		sends("reset of nobody", reset("unknown@new.example"))
		sends("reset of a disabled account", reset(w.Fay.Email))
		sends("sign-up of somebody new", signup("unknown@new.example"), models.SignupMail)
		sends("sign-up of an account", signup(w.Nina.Email), models.KnownAddressMail)
	})
}

// A copy of the database opens nothing: no link's token is in it, in any form
// that shows.
func TestNoTokenIsInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Store.RequestReset(ctx, visitor, w.Nina.Email))
		ok(t, w.Store.RequestSignup(ctx, visitor, "new@up.example"))
		invited(t, w, w.Acme, "new@acme.example", models.Viewer)
		waiting := w.Database.Dump()
		for _, mail := range sendAll(t, w) {
			if len(mail.Content.Token) < 20 {
				t.Errorf("the %s mail's token is %q", mail.Kind, mail.Content.Token)
			}
			inHex := hex.EncodeToString([]byte(mail.Content.Token))
			for _, dump := range []string{waiting, w.Database.Dump()} {
				if strings.Contains(dump, mail.Content.Token) || strings.Contains(dump, inHex) {
					t.Errorf("the token of the %s mail is in the database", mail.Kind)
				}
			}
		}
		codes := withTOTP(t, w, w.Dev)
		dump := []byte(w.Database.Dump())
		for _, secret := range append(codes, "SECRET") {
			if bytes.Contains(dump, []byte(secret)) ||
				bytes.Contains(dump, []byte(hex.EncodeToString([]byte(secret)))) {
				t.Errorf("%q is in the database", secret)
			}
		}
	})
}
