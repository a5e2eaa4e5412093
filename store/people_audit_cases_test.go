package store_test

import (
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// visitor is a browser that nobody has signed in with.
var visitor = models.Actor{Address: "192.0.2.9"}

// linkAuditCases are changes by whoever holds a link, or asks for one.
func linkAuditCases(w *storetest.Fixture) []auditCase {
	nina, nobody := w.Nina.Sign(models.AsMember), visitor.Sign(models.AsMember)
	newcomer := models.Signature{Name: "New Person", Capacity: models.AsMember}
	const unknown = "unknown@new.example"
	reset := func(*testing.T, *storetest.Fixture) string { return "" }
	return []auditCase{
		{
			name: "AcceptInvitation", by: nina, address: w.Nina.Address,
			lines:   []models.AuditAction{models.MemberAdded},
			prepare: func(t *testing.T, w *storetest.Fixture) string { return invitationToken(t, w, w.Nina.Email) },
			do: func(w *storetest.Fixture, token string) error {
				_, err := w.Store.AcceptInvitation(ctx, w.Nina, token)
				return err
			},
		}, {
			name: "AcceptInvitationAs", by: newcomer, address: visitor.Address,
			lines: []models.AuditAction{models.UserCreated, models.MemberAdded},
			prepare: func(t *testing.T, w *storetest.Fixture) string {
				return invitationToken(t, w,
					"invited@new.example")
			},
			do: func(w *storetest.Fixture, token string) error {
				_, _, err := w.Store.AcceptInvitationAs(ctx, visitor, token, " New Person ", "hash")
				return err
			},
		}, {
			name: "RequestReset, known", by: nina, address: visitor.Address,
			lines: []models.AuditAction{models.ResetRequested}, prepare: reset,
			do: func(w *storetest.Fixture, _ string) error { return w.Store.RequestReset(ctx, visitor, w.Nina.Email) },
		}, {
			name: "RequestReset, unknown", by: nobody, address: visitor.Address,
			lines: []models.AuditAction{models.ResetRequested}, prepare: reset,
			do: func(w *storetest.Fixture, _ string) error { return w.Store.RequestReset(ctx, visitor, unknown) },
		}, {
			name: "UseResetLink", by: nina, address: visitor.Address, lines: []models.AuditAction{models.UserChanged},
			prepare: func(t *testing.T, w *storetest.Fixture) string { return resetToken(t, w, w.Nina.Email) },
			do: func(w *storetest.Fixture, token string) error {
				_, err := w.Store.UseResetLink(ctx, visitor, token, "hash")
				return err
			},
		}, {
			name: "RequestSignup", by: nobody, address: visitor.Address,
			lines: []models.AuditAction{models.SignupRequested}, prepare: reset,
			do: func(w *storetest.Fixture, _ string) error { return w.Store.RequestSignup(ctx, visitor, unknown) },
		}, {
			name: "UseSignupLink", by: newcomer, address: visitor.Address,
			lines: []models.AuditAction{models.UserCreated, models.TeamCreated, models.KeyIssued, models.KeyIssued,
				models.MemberAdded},
			prepare: func(t *testing.T, w *storetest.Fixture) string { return signupToken(t, w, "signed@up.example") },
			do: func(w *storetest.Fixture, token string) error {
				_, _, err := w.Store.UseSignupLink(ctx, visitor, token, store.NewAccount{
					Name: " New Person ", PasswordHash: "hash", TeamName: "New", TeamSlug: "new-team",
				})
				return err
			},
		}, {
			name: "IdentityUser, first time", by: nina, address: visitor.Address,
			lines: []models.AuditAction{models.UserChanged}, prepare: reset,
			do: func(w *storetest.Fixture, _ string) error {
				_, err := w.Store.IdentityUser(ctx, visitor, "https://issuer.example", "subject", w.Nina.Email)
				return err
			},
		}, {
			name: "UseRecoveryCode", by: w.Dev.Sign(models.AsMember), address: w.Dev.Address,
			lines:   []models.AuditAction{models.UserChanged},
			prepare: func(t *testing.T, w *storetest.Fixture) string { return withTOTP(t, w, w.Dev)[0] },
			do: func(w *storetest.Fixture, code string) error {
				_, err := w.Store.UseRecoveryCode(ctx, w.Dev, code)
				return err
			},
		},
	}
}

// accountAuditCases are Dev's changes of the own account.
func accountAuditCases(w *storetest.Fixture) []auditCase {
	mine := func(name string, prepare func(*testing.T, *storetest.Fixture) string, do func(a *store.Account, id string) error) auditCase {
		action := models.UserChanged
		if name == "EndSession" || name == "EndOtherSessions" {
			action = models.SessionEnded
		}
		return auditCase{
			name: "Account." + name, by: w.Dev.Sign(models.AsMember), address: w.Dev.Address,
			lines: []models.AuditAction{action}, prepare: prepare,
			do: func(w *storetest.Fixture, id string) error {
				account, err := w.Store.Account(ctx, w.Dev)
				if err != nil {
					return err
				}
				return do(account, id)
			},
		}
	}
	factor := func(t *testing.T, w *storetest.Fixture) string { withTOTP(t, w, w.Dev); return "" }
	return []auditCase{
		mine("Rename", nothing, func(a *store.Account, _ string) error { return a.Rename(ctx, "Dev Developer") }),
		mine("ChangePassword", nothing,
			func(a *store.Account, _ string) error { return a.ChangePassword(ctx, "hash", nil) }),
		mine("EndSession", newSession, func(a *store.Account, id string) error { return a.EndSession(ctx, id) }),
		mine("EndOtherSessions", newSession,
			func(a *store.Account, _ string) error { return a.EndOtherSessions(ctx, nil) }),
		mine("BeginTOTP", withoutTOTP, func(a *store.Account, _ string) error { return a.BeginTOTP(ctx, "SECRET") }),
		mine("ConfirmTOTP", func(t *testing.T, w *storetest.Fixture) string {
			withoutTOTP(t, w)
			ok(t, accountOf(t, w, w.Dev).BeginTOTP(ctx, "SECRET"))
			return ""
		}, func(a *store.Account, _ string) error { _, err := a.ConfirmTOTP(ctx, "SECRET", 1); return err }),
		mine("NewRecoveryCodes", factor,
			func(a *store.Account, _ string) error { _, err := a.NewRecoveryCodes(ctx); return err }),
		mine("RemoveTOTP", factor, func(a *store.Account, _ string) error { return a.RemoveTOTP(ctx) }),
		mine("AddPasskey", nothing, func(a *store.Account, _ string) error {
			return a.AddPasskey(ctx, "Phone", []byte(models.NewID()), []byte("{}"))
		}),
		mine("RenamePasskey", newPasskey,
			func(a *store.Account, id string) error { return a.RenamePasskey(ctx, id, "Laptop") }),
		mine("RemovePasskey", newPasskey, func(a *store.Account, id string) error { return a.RemovePasskey(ctx, id) }),
	}
}

func accountOf(t *testing.T, w *storetest.Fixture, actor models.Actor) *store.Account {
	t.Helper()
	account, err := w.Store.Account(ctx, actor)
	ok(t, err)
	return account
}

// withTOTP gives the actor an authenticator app, and returns the recovery codes.
func withTOTP(t *testing.T, w *storetest.Fixture, actor models.Actor) []string {
	t.Helper()
	account := accountOf(t, w, actor)
	ok(t, account.RemoveTOTP(ctx))
	ok(t, account.BeginTOTP(ctx, "SECRET"))
	codes, err := account.ConfirmTOTP(ctx, "SECRET", 100)
	ok(t, err)
	return codes
}

func withoutTOTP(t *testing.T, w *storetest.Fixture) string {
	ok(t, accountOf(t, w, w.Dev).RemoveTOTP(ctx))
	return ""
}

func newSession(t *testing.T, w *storetest.Fixture) string {
	row := session(models.NewID(), w.Dev.UserID, w.Store.Now())
	row.ID = models.NewID()
	ok(t, w.Store.CreateSession(ctx, row))
	return row.ID
}

func newPasskey(t *testing.T, w *storetest.Fixture) string { return passkey(t, w, w.Dev) }

// passkey gives the actor a passkey and returns its id.
func passkey(t *testing.T, w *storetest.Fixture, actor models.Actor) (id string) {
	t.Helper()
	credential := models.NewID()
	ok(t, accountOf(t, w, actor).AddPasskey(ctx, "Phone", []byte(credential), []byte("{}")))
	ok(t, w.Database.SQL().QueryRow("SELECT id FROM passkeys WHERE credential_id = $1", []byte(credential)).Scan(&id))
	return id
}

// The tokens of links are only in mails.

func invitationToken(t *testing.T, w *storetest.Fixture, email string) string {
	t.Helper()
	invited(t, w, w.Acme, email, models.Developer)
	return mailed(t, w, models.InvitationMail, email)
}

func resetToken(t *testing.T, w *storetest.Fixture, email string) string {
	t.Helper()
	ok(t, w.Store.RequestReset(ctx, visitor, email))
	return mailed(t, w, models.ResetMail, email)
}

func signupToken(t *testing.T, w *storetest.Fixture, email string) string {
	t.Helper()
	ok(t, w.Store.RequestSignup(ctx, visitor, email))
	return mailed(t, w, models.SignupMail, email)
}

// mailed sends all mail that is due and returns the token in the last one of
// the kind to the address.
func mailed(t *testing.T, w *storetest.Fixture, kind models.MailKind, to string) (token string) {
	t.Helper()
	for _, mail := range sendAll(t, w) {
		if mail.Kind == kind && mail.Recipient == to {
			token = mail.Content.Token
		}
	}
	if token == "" {
		t.Fatalf("no mail of the kind %s to %s", kind, to)
	}
	return token
}

// sendAll claims every mail that is due and calls it sent.
func sendAll(t *testing.T, w *storetest.Fixture) []store.DueMail {
	t.Helper()
	due, err := w.Store.ClaimMails(ctx, 1000)
	ok(t, err)
	for _, mail := range due {
		ok(t, w.Store.MailSent(ctx, mail.Mail))
	}
	return due
}
