package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestKeysListHoldsNoSealedKey(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		keys, err := w.Team(w.Vic, w.Acme).Keys(ctx, models.Playground)
		ok(t, err)
		if len(keys) != 2 {
			t.Fatalf("Playground has %d keys; want 2", len(keys))
		}
		for _, key := range keys {
			if len(key.Sealed) != 0 {
				t.Errorf("the %s key in the list carries what is sealed", key.Kind)
			}
		}
	})
}

func TestAWorkingKeyIsNeverPushedOffTheList(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, old := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Publishable)
		for range 101 {
			w.Database.Clock.Add(time.Second)
			_, err := team.RevokeKey(ctx, models.Playground, w.Key(models.Playground, models.Secret).ID, atOnce)
			ok(t, err)
		}
		if got := w.Key(models.Playground, models.Publishable); got.ID != old.ID {
			t.Errorf("the publishable key is %s; want the old one", got.ID)
		}
	})
}

func TestViewKeyShowsTheKeyAndByWhom(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		text, err := team.ViewKey(ctx, models.Playground, key.ID)
		ok(t, err)
		if !models.WellFormedKey(text) {
			t.Fatalf("viewed %q, which is no key", text)
		}
		if digest := w.Database.Vault.Digest(text); string(digest[:]) != string(key.Digest) {
			t.Error("the key viewed is not the one that requests are checked against")
		}
		seen := w.Key(models.Playground, models.Secret)
		sameTime(t, "LastViewedAt", seen.LastViewedAt, w.Store.Now())
		if seen.LastViewedBy != w.Dev.Sign(models.AsMember) {
			t.Errorf("last viewed by %+v; want Dev", seen.LastViewedBy)
		}
	})
}

// TestACopyIsToldFromAView: in the key's row, in the activity and in what is told of the first time.
func TestACopyIsToldFromAView(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		copied, err := team.CopyKey(ctx, models.Playground, key.ID)
		ok(t, err)
		seen := w.Key(models.Playground, models.Secret)
		sameTime(t, "LastViewedAt", seen.LastViewedAt, w.Store.Now())
		if !seen.LastCopied || countOf(w, models.SecretViewedEvent) != 1 ||
			w.Database.Count("SELECT count(*) FROM notifications WHERE detail LIKE '%\"copied\":true%'") != 1 {
			t.Errorf("a copy is kept as %+v", seen)
		}
		viewed, err := team.ViewKey(ctx, models.Playground, key.ID)
		ok(t, err)
		if viewed != copied || w.Key(models.Playground, models.Secret).LastCopied {
			t.Errorf("a view is kept as a copy, or gave %q after %q", viewed, copied)
		}
	})
}

func TestNoKeyIsShownThatCannotBeAudited(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		type opens func(context.Context, models.EnvironmentKind, string) (string, error)
		for action, open := range map[models.AuditAction]opens{
			models.KeyViewed: team.ViewKey, models.KeyCopied: team.CopyKey,
		} {
			allow := refuseAudit(w.Database, action)
			unchanged(t, w.Database, func() {
				if text, err := open(ctx, models.Playground, key.ID); err == nil || text != "" {
					t.Errorf("without %s: %q, %v; want no key and an error", action, text, err)
				}
			})
			allow()
		}
	})
}

func TestPublishableKeyIsForEveryMember(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unchanged(t, w.Database, func() {
			text, err := w.Team(w.Vic, w.Acme).PublishableKey(ctx, models.Playground)
			ok(t, err)
			digest := w.Database.Vault.Digest(text)
			if string(digest[:]) != string(w.Key(models.Playground, models.Publishable).Digest) {
				t.Error("it is not the active publishable key")
			}
		})
		_, err := w.Team(w.Vic, w.Acme).PublishableKey(ctx, models.Production)
		refused(t, err, models.Locked, "Production is locked")
	})
}

func TestRevokeNowReplacesTheKey(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, old := w.Team(w.Ade, w.Acme), w.Key(models.Playground, models.Secret)
		done, err := team.RevokeKey(ctx, models.Playground, old.ID, atOnce)
		ok(t, err)
		fresh := w.Key(models.Playground, models.Secret)
		if done.New == nil || done.New.ID != fresh.ID || fresh.ID == old.ID {
			t.Errorf("the new key is %+v; the active one is %s", done.New, fresh.ID)
		}
		if done.Old.State != models.Revoked || done.Old.RevokedBy != w.Ade.Sign(models.AsMember) {
			t.Errorf("the old key is %s by %+v; want revoked by Ade", done.Old.State, done.Old.RevokedBy)
		}
		byKey := grants(t, w.Store)
		if _, works := byKey[old.ID]; works {
			t.Error("the gate would still let the revoked key in")
		}
		if _, works := byKey[fresh.ID]; !works {
			t.Error("the gate would not let the new key in")
		}
		_, err = team.ViewKey(ctx, models.Playground, old.ID)
		refused(t, err, models.Conflict, "revoked")
		_, err = w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, old.ID, atOnce)
		refused(t, err, models.Conflict, "Ade Admin already revoked this key on 2 March 2026 at 09:30 UTC")
	})
}

func TestRevokeWithGraceLetsBothWorkUntilThen(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, old := w.Team(w.Ade, w.Acme), w.Key(models.Playground, models.Secret)
		retires := w.Store.Now().Add(24 * time.Hour)
		done, err := team.RevokeKey(ctx, models.Playground, old.ID, after(24*time.Hour))
		ok(t, err)
		byKey := grants(t, w.Store)
		if got := byKey[old.ID].RetiresAt; !got.Equal(retires) {
			t.Errorf("the old key's grant ends at %v; want %v", got, retires)
		}
		if !byKey[done.New.ID].RetiresAt.IsZero() {
			t.Error("the new key's grant ends")
		}
		if _, err := team.ViewKey(ctx, models.Playground, old.ID); err != nil {
			t.Errorf("a retiring key cannot be viewed: %v", err)
		}
		_, err = team.RevokeKey(ctx, models.Playground, old.ID, after(time.Hour))
		refused(t, err, models.Conflict, "already stops working on 3 March 2026")
		w.Database.Clock.Add(24 * time.Hour)
		_, err = team.ViewKey(ctx, models.Playground, old.ID)
		refused(t, err, models.Conflict, "revoked")
		_, err = team.RevokeKey(ctx, models.Playground, old.ID, atOnce)
		refused(t, err, models.Conflict, "already revoked")
	})
}

func TestRetiringKeyRevokedNowGetsNoSecondReplacement(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, old := w.Team(w.Ade, w.Acme), w.Key(models.Playground, models.Secret)
		first, err := team.RevokeKey(ctx, models.Playground, old.ID, after(time.Hour))
		ok(t, err)
		second, err := team.RevokeKey(ctx, models.Playground, old.ID,
			models.Revocation{Reason: models.Compromised, Note: "It was in a screenshot."})
		ok(t, err)
		if second.New != nil {
			t.Error("a second key was issued")
		}
		if second.Old.State != models.Revoked || second.Old.RetiresAt != nil ||
			second.Old.Reason != models.Compromised {
			t.Errorf("the old key is %+v; want revoked as compromised", second.Old)
		}
		if got := w.Key(models.Playground, models.Secret); got.ID != first.New.ID {
			t.Error("the replacement is not active any more")
		}
	})
}

func TestRevokeRefusesBadOrders(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Ade, w.Acme), w.Key(models.Playground, models.Secret)
		unchanged(t, w.Database, func() {
			for field, order := range map[string]models.Revocation{
				"grace":  {Grace: 365 * 24 * time.Hour, Reason: models.Rotation},
				"reason": {},
				"note":   {Reason: models.Other, Note: strings.Repeat("x", 501)},
			} {
				_, err := team.RevokeKey(ctx, models.Playground, key.ID, order)
				refused(t, err, models.Invalid, "")
				if err.(*models.Error).Fields[field] == "" {
					t.Errorf("%v does not name the field %s", err, field)
				}
			}
		})
	})
}

func TestFiftyRevocationsOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		key := w.Key(models.Playground, models.Secret)
		desk := w.Desk()
		people := []*store.TeamScope{w.Team(w.Olivia, w.Acme), w.Team(w.Ade, w.Acme), w.Team(w.Dev, w.Acme)}
		errs := together(racers, func(i int) error {
			if i%5 == 0 {
				_, err := desk.RevokeCompromised(ctx, key.ID, true, "")
				return err
			}
			_, err := people[i%3].RevokeKey(ctx, models.Playground, key.ID, atOnce)
			return err
		})
		oneWins(t, errs, models.Conflict, "already revoked this key")
		active := w.Database.Count(
			"SELECT count(*) FROM keys WHERE state = 'active' AND environment_id = $1 AND kind = 'secret'",
			key.EnvironmentID)
		if active != 1 {
			t.Errorf("there are %d active secret keys; want 1", active)
		}
		if lines := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'key.replaced'"); lines != 1 {
			t.Errorf("there are %d lines about it; want 1", lines)
		}
	})
}

func TestIssueKeyOnlyWhereThereIsNone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
		_, err := team.IssueKey(ctx, models.Playground, models.Secret, "")
		refused(t, err, models.Conflict, "Playground already has a secret key")
		_, err = team.IssueKey(ctx, models.Playground, "master", "")
		refused(t, err, models.NotFound, "")
		_, err = team.IssueKey(ctx, models.Production, models.Secret, "")
		refused(t, err, models.Locked, "Production is locked")

		done, err := w.Desk().RevokeCompromised(ctx, key.ID, false, "Found on a public page.")
		ok(t, err)
		if done.New != nil || done.Old.Note != "Found on a public page." {
			t.Errorf("revoking without a new key = %+v", done)
		}
		errs := together(10, func(int) error {
			_, err := team.IssueKey(ctx, models.Playground, models.Secret, "")
			return err
		})
		oneWins(t, errs, models.Conflict, "Playground already has a secret key")
		if fresh := w.Key(models.Playground, models.Secret); fresh.CreatedBy != w.Dev.Sign(models.AsMember) {
			t.Errorf("issued by %+v; want Dev", fresh.CreatedBy)
		}
	})
}

func TestRevokeCompromisedOfARetiringKey(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		old := w.Key(models.Playground, models.Secret)
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, old.ID, after(time.Hour))
		ok(t, err)
		done, err := w.Desk().RevokeCompromised(ctx, old.ID, true, "")
		ok(t, err)
		if done.New != nil || done.Old.State != models.Revoked || done.Old.RevokedBy != w.Sol.Sign(models.AsEngineer) {
			t.Errorf("done = %+v; want the old key revoked by Sol and no third key", done)
		}
	})
}

func TestFindKeysSaysWhoseItIs(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		key := w.Key(models.Playground, models.Secret)
		text, err := w.Team(w.Dev, w.Acme).ViewKey(ctx, models.Playground, key.ID)
		ok(t, err)
		keys, err := w.Desk().FindKeys(ctx, "MISO_API_KEY="+strings.ToUpper(text))
		ok(t, err)
		if len(keys) != 1 {
			t.Fatalf("found %d keys, want 1", len(keys))
		}
		found := keys[0]
		if found.Key.ID != key.ID || found.Team.ID != w.Acme.ID || found.Environment.Kind != models.Playground {
			t.Errorf("found %+v", found)
		}
		if len(found.Key.Sealed) != 0 || found.Key.LastViewedBy.Name != w.Dev.Name {
			t.Errorf("found key = %+v; want it unsealed nowhere and last viewed by Dev", found.Key)
		}
		again, err := w.Desk().Key(ctx, key.ID)
		if err != nil || again.Key.ID != key.ID || len(again.Key.Sealed) != 0 {
			t.Errorf("Key = %+v, %v", again, err)
		}
		unchanged(t, w.Database, func() {
			_, err := w.Desk().FindKeys(ctx, strings.Repeat("0", 40))
			refused(t, err, models.NotFound, "")
			_, err = w.Desk().FindKeys(ctx, "sk_live_1234")
			refused(t, err, models.Invalid, "40 characters")
			_, err = w.Desk().Key(ctx, "nothing")
			refused(t, err, models.NotFound, "")
		})
	})
}

func TestKeysAreNowhereInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		key := w.Key(models.Playground, models.Secret)
		text, err := w.Team(w.Dev, w.Acme).ViewKey(ctx, models.Playground, key.ID)
		ok(t, err)
		_, err = w.Desk().FindKeys(ctx, text)
		ok(t, err)
		dump := w.Database.Dump()
		if strings.Contains(dump, text) || strings.Contains(dump, fmt.Sprintf("%x", text)) {
			t.Error("the database holds the key's text")
		}
	})
}

func TestSealedKeyMovedToAnotherRowStaysShut(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		key, other := w.Key(models.Playground, models.Secret), w.Key(models.Playground, models.Publishable)
		w.Database.Exec("UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE id = $1) WHERE id = $2", key.ID,
			other.ID)
		if text, err := w.Team(w.Vic, w.Acme).PublishableKey(ctx, models.Playground); err == nil {
			t.Errorf("a viewer got the secret key %q by moving it", text)
		}
	})
}

func TestTheGateHearsOfEveryChangeBeforeItIsDone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		var heard []string
		w.Store.OnKeysChanged(func(_ context.Context, id string, _ models.FeedPosition) { heard = append(heard, id) })
		wantHeard := func(what, environmentID string) {
			t.Helper()
			if len(heard) == 0 || heard[0] != environmentID {
				t.Errorf("%s: heard of %v; want %s", what, heard, environmentID)
			}
			heard = nil
		}
		team, key := w.Team(w.Ade, w.Acme), w.Key(models.Playground, models.Secret)
		production, err := team.Environment(models.Production)
		ok(t, err)

		_, err = team.RevokeKey(ctx, models.Playground, key.ID, after(time.Hour))
		ok(t, err)
		wantHeard("revoking", key.EnvironmentID)
		w.Database.Clock.Add(time.Hour)
		ok(t, w.Store.Sweep(ctx))
		wantHeard("retiring", key.EnvironmentID)
		_, err = w.Desk().RevokeCompromised(ctx, w.Key(models.Playground, models.Secret).ID, false, "")
		ok(t, err)
		wantHeard("a compromise", key.EnvironmentID)
		_, err = team.IssueKey(ctx, models.Playground, models.Secret, "")
		ok(t, err)
		wantHeard("issuing", key.EnvironmentID)
		w.Unlock(models.Production)
		wantHeard("an unlock", production.ID)
		ok(t, changeAgreement(ctx, w, models.Production, func(*models.Terms) {}))
		wantHeard("another agreement", production.ID)
		w.Database.Clock.Add(400 * 24 * time.Hour)
		ok(t, w.Store.Sweep(ctx))
		wantHeard("the agreement's end", production.ID)
	})
}
