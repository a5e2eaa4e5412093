package store_test

import (
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

func TestACodesTimeStepIsUsedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		withTOTP(t, w, w.Dev) // confirmed with the code of step 100
		withTOTP(t, w, w.Vic)
		fresh := func(step int64) bool {
			t.Helper()
			fresh, err := w.Store.UseTOTPStep(ctx, w.Dev.UserID, step)
			ok(t, err)
			return fresh
		}
		if fresh(99) || fresh(100) {
			t.Error("the code that confirmed the app, or one before it, is accepted again")
		}
		won := make([]bool, racers)
		for _, err := range together(racers,
			func(i int) (err error) { won[i], err = w.Store.UseTOTPStep(ctx, w.Dev.UserID, 102); return err }) {
			ok(t, err)
		}
		if n := count(won); n != 1 {
			t.Errorf("%d of %d uses of one code were accepted; want 1", n, racers)
		}
		if fresh(101) || fresh(102) || !fresh(103) {
			t.Error("only the codes of later steps are good")
		}
		if vics, err := w.Store.UseTOTPStep(ctx, w.Vic.UserID, 101); err != nil || !vics {
			t.Errorf("Vic's own code: %v, %v", vics, err)
		}
	})
}

func count(won []bool) (n int) {
	for _, yes := range won {
		if yes {
			n++
		}
	}
	return n
}

func TestTOTPIsAskedForOnceConfirmed(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		dev := accountOf(t, w, w.Dev)
		has := func() bool { f, err := w.Store.Factors(ctx, w.Dev.UserID); ok(t, err); return f.TOTP }
		_, err := dev.ConfirmTOTP(ctx, "FIRST", 1)
		refused(t, err, models.Conflict, "no authenticator app to confirm")
		_, err = w.Store.TOTPSecret(ctx, w.Dev.UserID)
		refused(t, err, models.NotFound, "")
		ok(t, dev.BeginTOTP(ctx, "FIRST"))
		ok(t, dev.BeginTOTP(ctx, "SECOND"))
		if secret, err := w.Store.TOTPSecret(ctx, w.Dev.UserID); err != nil || secret != "SECOND" || has() {
			t.Errorf("before it is confirmed: %q, %v, asked for: %v", secret, err, has())
		}
		_, err = dev.NewRecoveryCodes(ctx)
		refused(t, err, models.Conflict, "Add one first")
		_, err = dev.ConfirmTOTP(ctx, "FIRST", 1)
		refused(t, err, models.Conflict, "Another authenticator app")
		codes, err := dev.ConfirmTOTP(ctx, "SECOND", 1)
		if err != nil || len(codes) != models.RecoveryCodes || !has() {
			t.Errorf("ConfirmTOTP = %v, %v, asked for: %v", codes, err, has())
		}
		unchanged(t, w.Database, func() {
			refused(t, dev.BeginTOTP(ctx, "THIEF"), models.Conflict, "Remove it first")
			_, err := dev.ConfirmTOTP(ctx, "SECOND", 2)
			refused(t, err, models.Conflict, "no authenticator app to confirm")
		})
		// Another user's sealed secret does not open as one's own.
		w.Database.Exec("UPDATE users SET totp_sealed = (SELECT totp_sealed FROM users WHERE id = $1) WHERE id = $2",
			w.Dev.UserID, w.Vic.UserID)
		if secret, err := w.Store.TOTPSecret(ctx, w.Vic.UserID); err == nil {
			t.Errorf("Dev's secret opens as Vic's: %q", secret)
		}
		ok(t, dev.RemoveTOTP(ctx))
		if good, err := w.Store.UseRecoveryCode(ctx, w.Dev, codes[0]); err != nil || good || has() {
			t.Errorf("after removal a recovery code is good: %v, %v; asked for: %v", good, err, has())
		}
	})
}

func TestRecoveryCodeWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		codes, vics := withTOTP(t, w, w.Dev), withTOTP(t, w, w.Vic)
		use := func(actor models.Actor, code string) bool {
			t.Helper()
			good, err := w.Store.UseRecoveryCode(ctx, actor, code)
			ok(t, err)
			return good
		}
		unchanged(t, w.Database, func() {
			if use(w.Dev, vics[0]) || use(w.Dev, "") || use(w.Dev, "aaaa-aaaa-aaaa-aaaa") ||
				use(models.Actor{}, codes[0]) {
				t.Error("a code that is not one's own was accepted")
			}
		})
		won := make([]bool, racers)
		for _, err := range together(racers,
			func(i int) (err error) { won[i], err = w.Store.UseRecoveryCode(ctx, w.Dev, codes[0]); return err }) {
			ok(t, err)
		}
		if n := count(won); n != 1 || use(w.Dev, codes[0]) {
			t.Errorf("%d of %d uses of one recovery code were accepted; want 1", n, racers)
		}
		if !use(w.Dev, " "+strings.ToUpper(strings.ReplaceAll(codes[1], "-", " "))) {
			t.Error("a code as people type it was refused")
		}
		if f, err := w.Store.Factors(ctx, w.Dev.UserID); err != nil || f.RecoveryCodes != models.RecoveryCodes-2 {
			t.Errorf("%d codes are left, %v; want 8", f.RecoveryCodes, err)
		}
		fresh, err := accountOf(t, w, w.Dev).NewRecoveryCodes(ctx)
		ok(t, err)
		if use(w.Dev, codes[2]) || !use(w.Dev, fresh[2]) || !use(w.Vic, vics[0]) {
			t.Error("new codes replace one's own old ones, and nobody else's")
		}
	})
}

func TestAccountReachesItsOwnRowsOnly(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for _, actor := range []models.Actor{w.Dev, w.Vic} {
			withTOTP(t, w, actor)
			passkey(t, w, actor)
			row := session(actor.Email, actor.UserID, w.Store.Now())
			row.ID = models.NewID()
			ok(t, w.Store.CreateSession(ctx, row))
		}
		dev, vicsKey, vicsSession := accountOf(t, w, w.Dev),
			only(t, w, "SELECT id FROM passkeys WHERE user_id = $1", w.Vic.UserID),
			only(t, w, "SELECT id FROM sessions WHERE user_id = $1", w.Vic.UserID)
		unchanged(t, w.Database, func() {
			for _, id := range []string{vicsKey, models.NewID(), ""} {
				refused(t, dev.RenamePasskey(ctx, id, "Mine"), models.NotFound, "")
				refused(t, dev.RemovePasskey(ctx, id), models.NotFound, "")
			}
			for _, id := range []string{vicsSession, models.NewID(), ""} {
				refused(t, dev.EndSession(ctx, id), models.NotFound, "")
			}
		})
		before := rowsOf(w, w.Vic)
		ok(t, dev.Rename(ctx, "Dev the Great"))
		ok(t, dev.ChangePassword(ctx, "hash", nil))
		ok(t, dev.EndOtherSessions(ctx, nil))
		ok(t, dev.RenamePasskey(ctx, only(t, w, "SELECT id FROM passkeys WHERE user_id = $1", w.Dev.UserID), "Laptop"))
		ok(t, w.Store.PasskeyUsed(ctx, []byte("unknown"), []byte("{}")))
		_, err := dev.NewRecoveryCodes(ctx)
		ok(t, err)
		ok(t, dev.RemoveTOTP(ctx))
		ok(t, dev.RemovePasskey(ctx, only(t, w, "SELECT id FROM passkeys WHERE user_id = $1", w.Dev.UserID)))
		if after := rowsOf(w, w.Vic); after != before {
			t.Errorf("Dev's changes changed Vic's rows.\nbefore:\n%s\nafter:\n%s", before, after)
		}
		if left := rowsOf(w, w.Dev); strings.Contains(left, "passkeys") || strings.Contains(left, "recovery") ||
			strings.Contains(left, "sessions") {
			t.Errorf("of Dev's factors and sessions there is left:\n%s", left)
		}
		w.Database.Exec("UPDATE users SET disabled_at = created_at")
		refused(t, dev.Rename(ctx, "Ghost"), models.NotFound, "")
		_, err = w.Store.Account(ctx, w.Dev)
		refused(t, err, models.NotFound, "")
	})
}

func only(t *testing.T, w *storetest.Fixture, query string, args ...any) (value string) {
	t.Helper()
	ok(t, w.Database.SQL().QueryRow(query, args...).Scan(&value))
	return value
}

// rowsOf is every row of the dump that is the actor's, but for those of the
// activity list, each after the name of its table.
func rowsOf(w *storetest.Fixture, actor models.Actor) string {
	var mine strings.Builder
	table := ""
	for _, line := range strings.Split(w.Database.Dump(), "\n") {
		if name, is := strings.CutPrefix(line, "== "); is {
			table = name
		} else if strings.Contains(line, actor.UserID) && table != "audit_events" {
			mine.WriteString(table + ": " + line + "\n")
		}
	}
	return mine.String()
}

func TestPasskeyIsOneAccounts(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		credential := []byte("credential")
		ok(t, accountOf(t, w, w.Vic).AddPasskey(ctx, " Phone ", credential, []byte("{}")))
		unchanged(t, w.Database, func() {
			refused(t, accountOf(t, w, w.Dev).AddPasskey(ctx, "Mine", credential, []byte("{}")), models.Conflict, "")
			refused(t, accountOf(t, w, w.Dev).AddPasskey(ctx, "", []byte("other"), []byte("{}")), models.Invalid,
				"Give the passkey a name")
		})
		ok(t, w.Store.PasskeyUsed(ctx, credential, []byte(`{"count":1}`)))
		f, err := w.Store.Factors(ctx, w.Vic.UserID)
		if err != nil || len(f.Passkeys) != 1 || f.Passkeys[0].Name != "Phone" ||
			string(f.Passkeys[0].Credential) != `{"count":1}` || !f.Any() {
			t.Fatalf("Factors = %+v, %v", f, err)
		}
		sameTime(t, "LastUsedAt", f.Passkeys[0].LastUsedAt, w.Store.Now())
		if f, err := w.Store.Factors(ctx, w.Dev.UserID); err != nil || f.Any() {
			t.Errorf("Dev's factors are %+v, %v; want none", f, err)
		}
	})
}

func TestIdentityIsLinkedByAddressOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		const issuer = "https://issuer.example"
		sign := func(subject, email string) (string, error) {
			user, err := w.Store.IdentityUser(ctx, visitor, issuer, subject, email)
			return user.ID, err
		}
		if id, err := sign("s-1", w.Dev.Email); err != nil || id != w.Dev.UserID {
			t.Errorf("the first sign-in is of %s, %v; want Dev", id, err)
		}
		unchanged(t, w.Database, func() {
			if id, err := sign("s-1", w.Vic.Email); err != nil || id != w.Dev.UserID {
				t.Errorf("with another address it is of %s, %v; want Dev still", id, err)
			}
			_, err := sign("s-2", "unknown@new.example")
			refused(t, err, models.NotFound, "")
		})
		for actor, want := range map[string]bool{w.Dev.UserID: true, w.Vic.UserID: false} {
			if has, err := w.Store.HasIdentity(ctx, actor, issuer, "s-1"); err != nil || has != want {
				t.Errorf("HasIdentity = %v, %v; want %v", has, err, want)
			}
		}
		w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Dev.UserID)
		unchanged(t, w.Database, func() {
			_, err := sign("s-1", w.Dev.Email)
			refused(t, err, models.NotFound, "")
			_, err = sign("s-1", w.Vic.Email)
			refused(t, err, models.Conflict, "")
		})
	})
}

func TestTeamAsksForASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		lacks := func(actor models.Actor) bool {
			t.Helper()
			lacks, err := w.Team(actor, w.Acme).LacksSecondFactor(ctx)
			ok(t, err)
			return lacks
		}
		withTOTP(t, w, w.Dev)
		passkey(t, w, w.Vic)
		ok(t, accountOf(t, w, w.Ade).BeginTOTP(ctx, "UNCONFIRMED"))
		if lacks(w.Ade) {
			t.Error("a second factor is asked for before the owner required it")
		}
		ok(t, w.Team(w.Olivia, w.Acme).RequireSecondFactor(ctx, true))
		for actor, want := range map[models.Actor]bool{w.Dev: false, w.Vic: false, w.Ade: true, w.Olivia: true} {
			if lacks(actor) != want {
				t.Errorf("%s lacks a second factor: %v; want %v", actor.Name, !want, want)
			}
		}
		people, err := w.Team(w.Olivia, w.Acme).People(ctx)
		ok(t, err)
		for _, p := range people {
			if want := p.UserID == w.Dev.UserID || p.UserID == w.Vic.UserID; p.SecondFactor != want {
				t.Errorf("the list says that %s has a second factor: %v; want %v", p.Name, p.SecondFactor, want)
			}
		}
		ok(t, w.Team(w.Olivia, w.Acme).RequireSecondFactor(ctx, false))
		if lacks(w.Ade) {
			t.Error("a second factor is asked for after the owner dropped it")
		}
	})
}
