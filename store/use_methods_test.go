package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func useMethods() []methodCase {
	const playground = models.Playground
	return []methodCase{
		inTeam("Callers", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.Callers(ctx, playground, store.CallersQuery{})
			return err
		}),
		inTeam("Exposures", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.Exposures(ctx, playground)
			return err
		}),
		inTeam("KeyRequestsByHour", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.KeyRequestsByHour(ctx, playground, time.Time{})
			return err
		}),
		inTeam("KeyUses", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.KeyUses(ctx, playground)
			return err
		}),
		inTeam("Request", models.ViewPeople, func(t *store.TeamScope, id string) error {
			_, err := t.Request(ctx, id)
			return err
		}).leaving("", loggedRequest),
		inTeam("Requests", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.Requests(ctx, playground, store.RequestsQuery{})
			return err
		}),
		inTeam("RequestsByEndpoint", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.RequestsByEndpoint(ctx, playground, store.UseQuery{})
			return err
		}),
		inTeam("RequestsByHour", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.RequestsByHour(ctx, playground, store.UseQuery{})
			return err
		}),
		inTeam("RequestsKept", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.RequestsKept(ctx, playground, store.UseQuery{})
			return err
		}),
		inTeam("ResolveExposure", models.ManageData, func(t *store.TeamScope, id string) error {
			return t.ResolveExposure(ctx, playground, models.SecretInURL, id)
		}).leaving(models.AsMember, exposedSecret, models.ExposureResolved),
		inTeam("AcceptProgram", models.ManageData, func(t *store.TeamScope, _ string) error {
			return t.AcceptProgram(ctx, playground, "curl")
		}).leaving(models.AsMember, exposedSecret, models.ProgramAccepted),
		inTeam("AcceptedPrograms", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.AcceptedPrograms(ctx, playground)
			return err
		}),
		inTeam("UnacceptProgram", models.ManageData, func(t *store.TeamScope, _ string) error {
			return t.UnacceptProgram(ctx, playground, "curl")
		}).leaving(models.AsMember, acceptedProgram, models.ProgramUnaccepted),
		inTeam("UseMark", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.UseMark(ctx, playground)
			return err
		}),
	}
}

// loggedRequest is one that showed a key of the team.
func loggedRequest(t *testing.T, w *storetest.Fixture, team models.Team) string {
	request := models.Request{ID: models.NewID(), EnvironmentID: environmentID(w, team, models.Playground),
		At: w.Store.Now(), Outcome: models.Succeeded}
	ok(t, w.Store.AddUse(ctx, models.Use{Requests: []models.Request{request}}))
	return request.ID
}

// exposedSecret is a secret key that was seen where it should not be.
func exposedSecret(t *testing.T, w *storetest.Fixture, team models.Team) string {
	id := secretKey(t, w, team)
	w.Database.Clock.Add(time.Second)
	now := w.Store.Now()
	ok(t, w.Store.AddUse(ctx, models.Use{Exposures: []models.Exposure{{
		EnvironmentID: environmentID(w, team, models.Playground), Kind: models.SecretInURL, KeyID: id,
		Program: "curl", FirstSeenAt: now, LastSeenAt: now, Requests: 1,
	}}}))
	return id
}

// acceptedProgram has a program that the team accepts.
func acceptedProgram(t *testing.T, w *storetest.Fixture, team models.Team) string {
	id := exposedSecret(t, w, team)
	w.Database.Exec("INSERT INTO accepted_programs VALUES ($1, 'curl', $2, '', '', '') ON CONFLICT DO NOTHING",
		environmentID(w, team, models.Playground), w.Store.Now())
	return id
}
