package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// changeAgreement changes the agreement that covers Acme's environment.
func changeAgreement(
	ctx context.Context, w *storetest.Fixture, kind models.EnvironmentKind, change func(*models.Terms),
) error {
	team, err := w.Store.Team(ctx, w.Olivia, w.Acme.Slug)
	if err != nil {
		return err
	}
	environment, err := team.Environment(kind)
	if err != nil {
		return err
	}
	desk, err := w.Store.Desk(ctx, w.Sol)
	if err != nil {
		return err
	}
	for {
		file, err := desk.Agreement(ctx, environment.Cover(w.Store.Now()).AgreementID)
		if err != nil {
			return err
		}
		change(&file.Terms)
		_, err = desk.ChangeAgreement(ctx, file.Agreement.ID, file.Agreement.Version, file.Terms, "Because.")
		if models.CodeOf(err) != models.Conflict { // somebody else was first
			return err
		}
	}
}

// standing is what the gate would say of a key.
func standing(t *testing.T, w *storetest.Fixture, keyID string) models.Outcome {
	t.Helper()
	grant := grants(t, w.Store)[keyID]
	return grant.Standing(w.Store.Now())
}

// TestTeamsAreToldWhatAChangeOfAnAgreementLocks: at once, of each environment; and what it unlocks.
func TestTeamsAreToldWhatAChangeOfAnAgreementLocks(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		terms := w.Agreement()
		terms.Reference, terms.Covers = "MSA-9", []models.EnvironmentKind{models.Development, models.Production}
		agreement, err := w.Desk().CreateAgreement(ctx, w.Acme.Slug, terms, "")
		ok(t, err)
		settle(t, w)
		tells := func(what string, covers []models.EnvironmentKind, want ...string) {
			t.Helper()
			w.Database.Clock.Add(time.Minute)
			file, err := w.Desk().Agreement(ctx, agreement.ID)
			ok(t, err)
			file.Terms.Covers = covers
			_, err = w.Desk().ChangeAgreement(ctx, agreement.ID, file.Agreement.Version, file.Terms, "Because.")
			ok(t, err)
			ok(t, w.Store.Tell(ctx))
			for _, who := range []models.Actor{w.Olivia, w.Ade} {
				var told []string
				for _, row := range notices(t, w, who) {
					told = append(told, string(row.Event)+" "+string(row.Environment))
				}
				slices.Sort(told)
				same(t, what+": what "+who.Name+" is told", told, want)
			}
			settle(t, w)
		}
		tells("what covers nothing more", nil, "agreement.changed ",
			"environment.locked development", "environment.locked production")
		tells("what covers one again", lockable[1:], "agreement.changed ", "environment.unlocked production")
		ok(t, w.Desk().LockEnvironment(ctx, w.Acme.Slug, models.Production, "Because."))
		settle(t, w)
		tells("what an engineer has locked before", nil, "agreement.changed ")
	})
}
