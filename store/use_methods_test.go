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
		inTeam("AcceptProgram", models.ManageData, func(t *store.TeamScope, program string) error {
			return t.AcceptProgram(ctx, playground, program)
		}).leaving(models.AsMember, exposedProgram, models.ProgramAccepted),
		inTeam("AcceptedPrograms", models.ViewPeople, func(t *store.TeamScope, _ string) error {
			_, err := t.AcceptedPrograms(ctx, playground)
			return err
		}),
		inTeam("UnacceptProgram", models.ManageData, func(t *store.TeamScope, program string) error {
			return t.UnacceptProgram(ctx, playground, program)
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
	return expose(t, w, team, models.NewID()).KeyID
}

// exposedProgram is a program that was seen with a secret key in a URL.
func exposedProgram(t *testing.T, w *storetest.Fixture, team models.Team) string {
	return expose(t, w, team, models.NewID()).Program
}

// acceptedProgram is one that the team accepts.
func acceptedProgram(t *testing.T, w *storetest.Fixture, team models.Team) string {
	program := exposedProgram(t, w, team)
	w.Database.Exec("INSERT INTO accepted_programs VALUES ($1, $2, $3, '', '', '')",
		environmentID(w, team, models.Playground), program, w.Store.Now())
	return program
}

// expose has a program send the secret key of the team's Playground in a URL.
func expose(t *testing.T, w *storetest.Fixture, team models.Team, program string) models.Exposure {
	t.Helper()
	w.Database.Clock.Add(time.Second)
	now := w.Store.Now()
	exposure := models.Exposure{
		EnvironmentID: environmentID(w, team, models.Playground), Kind: models.SecretInURL,
		KeyID: secretKey(t, w, team), Program: program, FirstSeenAt: now, LastSeenAt: now, Requests: 1,
	}
	ok(t, w.Store.AddUse(ctx, models.Use{Exposures: []models.Exposure{exposure}}))
	return exposure
}
