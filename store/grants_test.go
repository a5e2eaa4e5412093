package store_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

func TestGrantsHoldAllThatTheGateNeeds(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Production)
		team, old := w.Team(w.Dev, w.Acme), w.Key(models.Production, models.Secret)
		text, err := team.ViewKey(ctx, models.Production, old.ID)
		ok(t, err)
		done, err := team.RevokeKey(ctx, models.Production, old.ID, after(time.Hour))
		ok(t, err)
		production, err := team.Environment(models.Production)
		ok(t, err)
		production, err = w.Team(w.Dev, w.Acme).Environment(models.Production)
		ok(t, err)
		byKey := grants(t, w.Store)
		want := models.Grant{
			Digest: w.Database.Vault.Digest(text), KeyID: old.ID, Kind: models.Secret, TeamID: w.Acme.ID,
			TeamSlug:      "acme",
			EnvironmentID: production.ID, Environment: models.Production, DataSetID: production.DataSetID,
			RetiresAt: w.Store.Now().Add(time.Hour),
			Periods:   []models.Period{{From: w.Store.Now(), Until: w.Agreement().EndsAt}},
		}
		if got := byKey[old.ID]; !reflect.DeepEqual(got, want) {
			t.Errorf("grant = %+v\nwant %+v", got, want)
		}
		if len(byKey) != 2+2+3 { // two Playgrounds, and Production's publishable, retiring and new key
			t.Errorf("there are %d grants; want 7", len(byKey))
		}
		list, err := w.Store.EnvironmentGrants(ctx, production.ID)
		ok(t, err)
		if len(list) != 3 {
			t.Errorf("Production has %d grants; want 3", len(list))
		}
		for _, grant := range list {
			if !reflect.DeepEqual(grant, byKey[grant.KeyID]) {
				t.Errorf("grant %+v differs from the one in the whole list", grant)
			}
		}
		playground := byKey[w.Key(models.Playground, models.Secret).ID]
		if playground.DataSetID != models.PlaygroundDataSet || !reflect.DeepEqual(playground.Periods, models.Always()) || !byKey[done.New.ID].RetiresAt.IsZero() {
			t.Errorf("Playground's grant is %+v", playground)
		}
		for _, grant := range byKey {
			alone, found, err := w.Store.GrantByDigest(ctx, grant.Digest)
			if err != nil || !found || !reflect.DeepEqual(alone, grant) {
				t.Errorf("grant %+v differs from the one by its digest, %+v, %v, %v", grant, alone, found, err)
			}
		}
		if grant, found, err := w.Store.GrantByDigest(ctx, [32]byte{1}); err != nil || found {
			t.Errorf("a digest that no key has: %+v, %v, %v", grant, found, err)
		}
		full := errors.New("full")
		if err := w.Store.Grants(ctx, func(*models.Grant) error { return full }); !errors.Is(err, full) {
			t.Errorf("a reader that has enough gets %v", err)
		}
		none, err := w.Store.EnvironmentGrants(ctx, "nothing")
		if err != nil || len(none) != 0 {
			t.Errorf("grants of nothing: %v, %v", none, err)
		}
	})
}

// A revoked key opens nothing, but its team can be told who goes on using it,
// also after the team is deleted.
func TestRevokedKeysStayKnown(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		known := func(keyID string) models.Grant {
			list, err := w.Store.EnvironmentGrants(ctx, environmentID(w, w.Acme, models.Playground))
			ok(t, err)
			for _, grant := range list {
				if grant.KeyID == keyID {
					return grant
				}
			}
			return models.Grant{}
		}
		old, secret := w.Key(models.Playground, models.Publishable), w.Key(models.Playground, models.Secret)
		_, err := w.Team(w.Ade, w.Acme).RevokeKey(ctx, models.Playground, old.ID, atOnce)
		ok(t, err)
		if grant := known(old.ID); !grant.Revoked || grant.TeamID != w.Acme.ID {
			t.Errorf("the revoked key's grant is %+v", grant)
		}
		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, "Acme Books"))
		if grant := known(secret.ID); !grant.Revoked {
			t.Errorf("the deleted team's key has the grant %+v", grant)
		}
	})
}
