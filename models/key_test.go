package models_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"dojo/models"
)

var (
	noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	ade  = models.Signature{ID: "u-1", Name: "Ade", Capacity: models.AsMember}
	sol  = models.Signature{ID: "u-2", Name: "Sol", Capacity: models.AsEngineer}
)

// refused checks an error's code and that its message holds the text.
func refused(t *testing.T, what string, err error, code models.Code, says string) {
	t.Helper()
	known, coded := errors.AsType[*models.Error](err)
	if !coded || known.Code != code || !strings.Contains(known.Message, says) {
		t.Errorf("%s: got %v; want %s with %q", what, err, code, says)
	}
}

func TestNewKeyIsFortyHexCharacters(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		key := models.NewKey()
		if !models.WellFormedKey(key) || seen[key] {
			t.Fatalf("key %q is malformed, or came before", key)
		}
		seen[key] = true
	}
	good := "0123456789abcdef0123456789abcdef01234567"
	if !models.WellFormedKey(good) {
		t.Error("a key is called malformed")
	}
	for _, bad := range []string{"", good[1:], good + "0", strings.ToUpper(good), " " + good[1:], good[1:] + "g",
		good[1:] + "\n", good[2:] + "é"} {
		if models.WellFormedKey(bad) {
			t.Errorf("%q is called a key", bad)
		}
	}
}

func TestKeyLife(t *testing.T) {
	rotation, hour := models.Revocation{Reason: models.Rotation},
		models.Revocation{Reason: models.Rotation, Grace: time.Hour}
	key := models.Key{State: models.Active}

	if err := key.Revoke(ade, hour, noon); err != nil || key.State != models.Retiring ||
		!key.RetiresAt.Equal(noon.Add(time.Hour)) {
		t.Fatalf("retiring: %+v, %v", key, err)
	}
	for after, want := range map[time.Duration]models.KeyState{0: models.Retiring, time.Hour - 1: models.Retiring,
		time.Hour: models.Revoked, 2 * time.Hour: models.Revoked} {
		if got := key.StateAt(noon.Add(after)); got != want {
			t.Errorf("after %v it is %s; want %s", after, got, want)
		}
	}
	before := key
	refused(t, "more time", key.Revoke(sol, hour, noon.Add(time.Minute)), models.Conflict,
		"already stops working on 2 March 2026 at 13:00 UTC")
	refused(t, "after its end", key.Revoke(sol, rotation, noon.Add(time.Hour)), models.Conflict,
		"Ade already revoked this key on 2 March 2026 at 12:00 UTC")
	if !reflect.DeepEqual(key, before) {
		t.Errorf("a refusal changed the key to %+v", key)
	}
	if err := key.Revoke(sol, rotation, noon.Add(time.Minute)); err != nil || key.State != models.Revoked ||
		key.RetiresAt != nil || key.RevokedBy != sol {
		t.Errorf("revoking a retiring key now: %+v, %v", key, err)
	}
	refused(t, "a second time", key.Revoke(ade, rotation, noon.Add(time.Hour)), models.Conflict,
		"Sol already revoked this key on 2 March 2026 at 12:01 UTC")
}

func TestRevocationCheck(t *testing.T) {
	day := 24 * time.Hour
	for _, grace := range []time.Duration{0, time.Hour, day, 7 * day} {
		if _, err := (models.Revocation{Grace: grace, Reason: models.Other}).Check(); err != nil {
			t.Errorf("a grace of %v is refused: %v", grace, err)
		}
	}
	for _, grace := range []time.Duration{-time.Hour, 1, time.Hour + 1, 365 * day} {
		_, err := models.Revocation{Grace: grace, Reason: models.Other}.Check()
		refused(t, grace.String(), err, models.Invalid, "grace period of 1 hour, 24 hours or 7 days")
	}
	for _, reason := range []models.RevokeReason{"", "boredom"} {
		_, err := models.Revocation{Reason: reason}.Check()
		refused(t, string(reason), err, models.Invalid, "why the key is being revoked")
	}
	for note, want := range map[string]string{"": "", "  \n": "", " Leaked.\r\nIn a log. ": "Leaked.\nIn a log.",
		strings.Repeat("é", 500): strings.Repeat("é", 500)} {
		order, err := models.Revocation{Reason: models.Other, Note: note}.Check()
		if err != nil || order.Note != want {
			t.Errorf("the note %q became %q, %v", note, order.Note, err)
		}
	}
	_, err := models.Revocation{Reason: models.Other, Note: strings.Repeat("é", 501)}.Check()
	refused(t, "a long note", err, models.Invalid, "the limit is 500 characters")
}
