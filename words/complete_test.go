package words_test

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/words"
)

// unnamed are the values that need no words of their own: nobody reads them.
var unnamed = map[any]bool{models.Nobody: true}

// named checks that every value has words, and not only the name that programs use.
func named[T ~string](t *testing.T, values []T, say func(T) string) {
	t.Helper()
	for _, value := range values {
		if text := say(value); !unnamed[value] && (text == "" || text == string(value)) {
			t.Errorf("%T %q has no words: %q", value, value, text)
		}
	}
}

func TestEveryValueHasWords(t *testing.T) {
	named(t, models.AuditActions(),
		func(a models.AuditAction) string { return words.Event(models.AuditEvent{Action: a}) })
	named(t, models.Roles(), words.Role)
	named(t, models.Roles(), words.ARole)
	named(t, models.TeamRoles(), words.RoleMeaning)
	named(t, models.KeyKinds(), words.KeyKind)
	named(t, models.RevokeReasons(), words.ReasonName)
	named(t, models.UnlockStates(), words.UnlockState)
	named(t, models.UnlockStates(), func(s models.UnlockState) string { return words.Decision(s, "Sol") })
	named(t, models.MailKinds(), words.MailKind)
	named(t, models.WebhookFormats(), words.WebhookFormat)
	named(t, append(models.Events(), models.WebhookTestEvent), words.WebhookEvent)
	named(t, append(models.Refusals(), models.Endings()...), words.Outcome)
	named(t, append(models.Refusals(), models.Endings()...), words.OutcomeWhy)
	for _, reason := range models.RevokeReasons() { // within a sentence it may be the same word
		if words.Reason(reason) == "" {
			t.Errorf("%q has no words", reason)
		}
	}
}

func TestEveryExposureHasWords(t *testing.T) {
	unknown := words.ExposureOf("of a later version")
	if unknown.Title == "" || unknown.Seen == "" || unknown.MailAdvice == "" {
		t.Errorf("an unknown kind lacks words: %+v", unknown)
	}
	for _, kind := range models.ExposureKinds() {
		said := words.ExposureOf(kind)
		if said.Title == unknown.Title || said.Meaning == "" || said.Seen == "" || said.MailAdvice == "" ||
			len(said.Advice) == 0 {
			t.Errorf("%s lacks words: %+v", kind, said)
		}
		if kind.Text() == "" || kind.Text() == string(kind) {
			t.Errorf("%s has no text for the activity list", kind)
		}
	}
}

func TestEveryEndingHasWords(t *testing.T) {
	for _, outcome := range models.Endings() {
		ending, ok := words.EndingOf(outcome)
		if !ok || ending.Short == "" || ending.Text == "" || ending.Why == "" ||
			(len(ending.Fixes) == 0) != (outcome == models.Succeeded) {
			t.Errorf("%s lacks words: %+v", outcome, ending)
		}
	}
	for _, outcome := range append(models.Refusals(), models.Accepted) {
		if _, ok := words.EndingOf(outcome); ok {
			t.Errorf("%s has words of an ending", outcome)
		}
	}
}

// TestEvents reads the sentences that depend on more than the action.
func TestEvents(t *testing.T) {
	until := now.Add(time.Hour)
	ends := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	for want, event := range map[string]models.AuditEvent{
		"joined as admin": {Action: models.MemberAdded, SubjectID: "u1", Actor: models.Signature{ID: "u1"},
			Detail: models.AuditDetail{Role: models.Admin}},
		"added Dev as admin": {Action: models.MemberAdded, SubjectID: "u2", Actor: models.Signature{ID: "u1"},
			Detail: models.AuditDetail{Subject: "Dev", Role: models.Admin}},
		"copied the secret key without showing it": {Action: models.KeyCopied,
			Detail: models.AuditDetail{KeyKind: models.Secret}},
		"named the secret key ••••425f “Checkout”": {Action: models.KeyRenamed,
			Detail: models.AuditDetail{KeyKind: models.Secret, KeyEnding: "425f", KeyName: "Checkout"}},
		"renamed the secret key ••••425f “Till”, before “Checkout”": {Action: models.KeyRenamed,
			Detail: models.AuditDetail{KeyKind: models.Secret, KeyEnding: "425f", KeyName: "Till", Text: "Checkout"}},
		"took the name “Checkout” from the secret key ••••425f": {Action: models.KeyRenamed,
			Detail: models.AuditDetail{KeyKind: models.Secret, KeyEnding: "425f", Text: "Checkout"}},
		"accepted that curl sends the secret key in URLs": {Action: models.ProgramAccepted,
			Detail: models.AuditDetail{Text: "curl"}},
		"no longer accepts that curl sends the secret key in URLs": {Action: models.ProgramUnaccepted,
			Detail: models.AuditDetail{Text: "curl"}},
		"viewed the secret key": {Action: models.KeyViewed, Detail: models.AuditDetail{KeyKind: models.Secret}},
		"replaced the secret key (rotation); the old one works until 3 Nov 2026, 15:05 UTC": {
			Action: models.KeyReplaced,
			Detail: models.AuditDetail{KeyKind: models.Secret, Reason: models.Rotation, RetiresAt: &until},
		},
		"replaced the secret key ••••425f (rotation) with ••••71ce; the old one works until 3 Nov 2026, 15:05 UTC": {
			Action: models.KeyReplaced, Detail: models.AuditDetail{KeyKind: models.Secret, KeyEnding: "425f",
				NewKeyEnding: "71ce", Reason: models.Rotation, RetiresAt: &until},
		},
		"revoked the secret key (other reason) and issued a new one": {
			Action: models.KeyReplaced, Detail: models.AuditDetail{KeyKind: models.Secret, Reason: models.Other},
		},
		"unlocked the environment under agreement A-1, until 30 Nov 2026, 23:59 UTC": {
			Action: models.UnlockApproved, Detail: models.AuditDetail{Agreement: "A-1", EndsAt: &ends},
		},
		"uploaded a file with 1,000 products": {Action: models.DataUploaded, Detail: models.AuditDetail{
			Collection: "products", Count: 1000}},
		"saw the upload stop after 1 user": {Action: models.DataUploaded, Detail: models.AuditDetail{
			Collection: "users", Count: 1, Text: "stopped"}},
		"began to upload a file with 60,000 products": {Action: models.DataUploadBegun, Detail: models.AuditDetail{
			Collection: "products", Count: 60000}},
		"uploaded 2,000 products of a file with 60,000; it stopped there when Dojo stopped": {Action: models.DataUploaded, Detail: models.AuditDetail{
			Collection: "products", Count: 2000, Asked: 60000, Stopped: models.StoppedWithDojo}},
		"uploaded 1 user of a file with 9; it stopped there before its end": {Action: models.DataUploaded, Detail: models.AuditDetail{
			Collection: "users", Count: 1, Asked: 9, Stopped: models.StoppedOnTheWay}},
		"began to delete 9,000 interactions of one user": {Action: models.DataDeletionBegun, Detail: models.AuditDetail{
			Collection: "interactions", Count: 9000, Text: "of one user"}},
		"deleted 2,000 interactions of one user, out of 9,000; it stopped there when Dojo stopped": {Action: models.DataDeleted, Detail: models.AuditDetail{
			Collection: "interactions", Count: 2000, Asked: 9000, Text: "of one user", Stopped: models.StoppedWithDojo}},
		"deleted the product p1": {Action: models.DataDeleted, Detail: models.AuditDetail{
			Collection: "products", Subject: "p1"}},
		"undid the deletion of the product p1": {Action: models.DataDeletionUndone, Detail: models.AuditDetail{
			Collection: "products", Count: 1, Subject: "p1"}},
		"undid the deletion of 1 user": {Action: models.DataDeletionUndone, Detail: models.AuditDetail{
			Collection: "users", Count: 1}},
		"deleted 2 interactions": {Action: models.DataDeleted, Detail: models.AuditDetail{
			Collection: "interactions", Count: 2}},
		"ended sessions of the account (all others)": {Action: models.SessionEnded, Detail: models.AuditDetail{Text: "all others"}},
		"moon.landed": {Action: "moon.landed"},
	} {
		if got := words.Event(event); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestKeysAndWhoRevokedThem(t *testing.T) {
	at := now
	key := models.Key{
		Kind: models.Secret, State: models.Revoked, RevokedAt: &at, Reason: models.Compromised,
		RevokedBy: models.Signature{Name: "Sol", Capacity: models.AsEngineer},
	}
	if got := words.Key(&key); got != "Secret key, revoked 3 Nov 2026" {
		t.Errorf("Key = %q", got)
	}
	if got := words.Revocation(&key); got != "Sol (solutions engineer) revoked it on 3 Nov 2026, 14:05 UTC (compromised)." {
		t.Errorf("Revocation = %q", got)
	}
	key.Note = "It was in a public repository."
	if got := words.Revocation(&key); !strings.HasSuffix(got, "(compromised): It was in a public repository.") {
		t.Errorf("Revocation = %q", got)
	}
	if got := words.Revocation(&models.Key{}); got != "" {
		t.Errorf("Revocation of a key that works = %q", got)
	}
}

func TestAgreement(t *testing.T) {
	if got := words.Agreement("A-1", time.Time{}); got != "Agreement A-1" {
		t.Errorf("Agreement = %q", got)
	}
	if got := words.Agreement("A-1", now); got != "Agreement A-1 until 3 Nov 2026, 14:05 UTC" {
		t.Errorf("Agreement = %q", got)
	}
}
