package store_test

import (
	"context"
	"testing"

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
