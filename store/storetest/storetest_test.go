package storetest_test

import (
	"testing"

	"dojo/store/storetest"
)

func TestWorld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := storetest.NewWorld(t, db)
		if w.Acme.ID == "" || w.Acme.ID == w.Umami.ID {
			t.Error("there are no two teams")
		}
	})
}
