package store_test

import (
	"fmt"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

func TestSetupLinkMakesAnEngineerOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		token, err := w.Store.CreateSetupLink(ctx, storetest.System, "")
		ok(t, err)
		link, err := w.Store.Link(ctx, models.SetupLink, token)
		if err != nil || link.Email != "" {
			t.Fatalf("SetupLink = %+v, %v", link, err)
		}
		errs := together(racers, func(i int) error {
			_, err := w.Store.UseSetupLink(ctx, models.Actor{}, token, fmt.Sprintf("new%d@dojo.example", i),
				"New Engineer", "hash")
			return err
		})
		winner := oneWins(t, errs, models.Conflict, "already used")
		user, err := w.Store.UserByEmail(ctx, fmt.Sprintf("new%d@dojo.example", winner))
		if err != nil || !user.Engineer {
			t.Errorf("the winner is %+v, %v; want an engineer", user, err)
		}
		if engineers := w.Database.Count("SELECT count(*) FROM users WHERE engineer"); engineers != 2 {
			t.Errorf("there are %d engineers; want Sol and the new one", engineers)
		}
		_, err = w.Store.Link(ctx, models.SetupLink, token)
		refused(t, err, models.Conflict, "already used")
	})
}

func TestSetupLinkForAnAddressGivesTheAccountBack(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		token, err := w.Store.CreateSetupLink(ctx, storetest.System, w.Ade.Email)
		ok(t, err)
		ok(t, w.Store.CreateSession(ctx, session("ade's browser", w.Ade.UserID, w.Store.Now())))
		user, err := w.Store.UseSetupLink(ctx, models.Actor{}, token, "somebody@else.example", "Ade the Engineer",
			"new hash")
		ok(t, err)
		if user.ID != w.Ade.UserID || user.Email != w.Ade.Email || !user.Engineer || user.PasswordHash != "new hash" {
			t.Errorf("user = %+v; want Ade's account, an engineer's now", user)
		}
		_, err = w.Store.Session(ctx, models.TokenDigest("ade's browser"))
		refused(t, err, models.NotFound, "")
		if _, err := w.Store.Desk(ctx, w.Ade); err != nil {
			t.Errorf("Ade's desk is closed: %v", err)
		}
		if _, err := w.Store.Team(ctx, w.Ade, "acme"); err != nil {
			t.Errorf("Ade's team is closed: %v", err)
		}
	})
}

func TestSetupLinkRefuses(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		open, err := w.Store.CreateSetupLink(ctx, storetest.System, "")
		ok(t, err)
		unchanged(t, w.Database, func() {
			_, err := w.Store.UseSetupLink(ctx, models.Actor{}, open, w.Olivia.Email, "Thief", "hash")
			refused(t, err, models.Invalid, "There is an account with this address")
			_, err = w.Store.UseSetupLink(ctx, models.Actor{}, open, "new@dojo.example", "", "hash")
			refused(t, err, models.Invalid, "Enter your name")
			_, err = w.Store.UseSetupLink(ctx, models.Actor{}, "guess", "new@dojo.example", "New", "hash")
			refused(t, err, models.NotFound, "")
			_, err = w.Store.Link(ctx, models.SetupLink, "guess")
			refused(t, err, models.NotFound, "")
			_, err = w.Store.CreateSetupLink(ctx, w.Olivia, w.Olivia.Email)
			refused(t, err, models.NotFound, "")
			w.Database.Clock.Add(models.SetupLink.Life())
			_, err = w.Store.Link(ctx, models.SetupLink, open)
			refused(t, err, models.Conflict, "lapsed on 2 March 2026 at 10:30 UTC")
			_, err = w.Store.UseSetupLink(ctx, models.Actor{}, open, "new@dojo.example", "New", "hash")
			refused(t, err, models.Conflict, "lapsed on")
		})
	})
}
