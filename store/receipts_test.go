package store_test

import (
	"reflect"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// TestReceiptsOfAllKeys: the list of keys shows of each key what the key's own receipt says,
// settled or waiting for a process.
func TestReceiptsOfAllKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewFixture(t, db)
		w.Unlock(models.Development)
		scope := w.Team(w.Olivia, w.Acme)
		var ids []string
		revoke := func(kind models.KeyKind) {
			key := w.Key(models.Development, kind)
			_, err := scope.RevokeKey(ctx, models.Development, key.ID, models.Revocation{Reason: models.Rotation})
			ok(t, err)
			ids = append(ids, key.ID)
			_, err = w.Store.AwaitSettled(ctx, key.EnvironmentID, time.Millisecond)
			ok(t, err)
		}
		revoke(models.Secret)
		first, end, err := w.Store.Join(ctx, time.Hour)
		ok(t, err)
		_, err = w.Store.Confirm(ctx, first, end, models.ProcessStats{})
		ok(t, err)
		revoke(models.Publishable)
		revoke(models.Secret)

		all, err := scope.Receipts(ctx, models.Development)
		ok(t, err)
		for i, id := range ids {
			one, err := scope.Receipt(ctx, models.Development, id)
			ok(t, err)
			if !reflect.DeepEqual(all[id], one) {
				t.Errorf("of key %d the list says %+v, and its receipt %+v", i, all[id], one)
			}
			if settled := i == 0; one.Settled() != settled || len(one.Waiting) == 0 == !settled {
				t.Errorf("the receipt of key %d is settled: %v, and waits for %v", i, one.Settled(), one.Waiting)
			}
		}
		if len(all) != len(ids) {
			t.Errorf("there are %d receipts, want %d", len(all), len(ids))
		}
	})
}
