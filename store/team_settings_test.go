package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func rename(w *storetest.Fixture, slug string) error {
	_, err := w.Team(w.Ade, w.Acme).Rename(ctx, "Acme Books", slug)
	return err
}

func TestFormerSlugsLeadOn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		lead := func(slugs ...string) {
			t.Helper()
			for _, slug := range slugs {
				scope, err := w.Store.Team(ctx, w.Vic, slug)
				if err != nil || scope.Team.ID != w.Acme.ID {
					t.Errorf("%s leads to %+v, %v; want Acme", slug, scope, err)
				}
			}
		}
		key := w.Key(models.Playground, models.Secret)
		told := map[string]bool{}
		w.Store.OnKeysChanged(func(_ context.Context, id string, _ models.FeedPosition) { told[id] = true })
		ok(t, rename(w, "acme-two"))
		if id := environmentID(w, w.Acme, models.Playground); !told[id] ||
			grants(t, w.Store)[key.ID].TeamSlug != "acme-two" {
			t.Error("the gate has not heard of the new name")
		}
		w.Acme.Slug = "acme-two"
		ok(t, rename(w, "acme-three"))
		w.Acme.Slug = "acme-three"
		lead("acme", "acme-two", "acme-three")
		unchanged(t, w.Database, func() {
			for _, slug := range []string{"acme", "acme-two", "acme-three", "explore", "new", "A", ""} {
				_, err := w.Team(w.Uma, w.Umami).Rename(ctx, "Umami Foods", slug)
				refused(t, err, models.Invalid, "")
				_, err = w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: slug, Name: "New", OwnerID: w.Nina.UserID})
				refused(t, err, models.Invalid, "")
			}
			_, err := w.Team(w.Uma, w.Umami).Rename(ctx, " ", "umami")
			refused(t, err, models.Invalid, "")
			_, err = w.Store.Team(ctx, w.Uma, "acme")
			refused(t, err, models.NotFound, "")
		})
		ok(t, rename(w, "acme"))
		w.Acme.Slug = "acme"
		ok(t, rename(w, "acme-two"))
		w.Acme.Slug = "acme-two"
		lead("acme", "acme-two", "acme-three")
	})
}

func TestTwoTeamsTakeOneSlug(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for i := range 10 {
			slug := fmt.Sprint("wanted-", i)
			errs := together(2, func(call int) error {
				if call == 0 {
					_, err := w.Team(w.Olivia, w.Acme).Rename(ctx, "Acme Books", slug)
					return err
				}
				_, err := w.Team(w.Uma, w.Umami).Rename(ctx, "Umami Foods", slug)
				return err
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("two teams took %s: %v", slug, errs)
			}
			for _, err := range errs {
				if code := models.CodeOf(err); err != nil && code != models.Conflict && code != models.Invalid {
					t.Errorf("the later one got %v", err)
				}
			}
		}
	})
}

func TestTeamSaysWhoViewsProductionsSecret(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Production)
		team, key := w.Team(w.Dev, w.Acme), w.Key(models.Production, models.Secret)
		view := func(team *store.TeamScope) error { _, err := team.ViewKey(ctx, models.Production, key.ID); return err }
		ok(t, view(team))
		settings := w.Team(w.Ade, w.Acme)
		ok(t, settings.SetProductionSecretRole(ctx, models.Admin))
		unchanged(t, w.Database, func() {
			const forAdmins = "Production's secret key is for admins and owners"
			refused(t, view(team), models.Forbidden, forAdmins) // a page that was open before
			refused(t, view(w.Team(w.Dev, w.Acme)), models.Forbidden, forAdmins)
			for _, role := range []models.Role{models.Viewer, models.Owner, models.Guest, models.Nobody, "root"} {
				refused(t, settings.SetProductionSecretRole(ctx, role), models.Invalid, "")
			}
		})
		_, err := team.ViewKey(ctx, models.Playground, w.Key(models.Playground, models.Secret).ID)
		ok(t, err)
		ok(t, view(w.Team(w.Ade, w.Acme)))
		ok(t, settings.SetProductionSecretRole(ctx, models.Developer))
		ok(t, view(team))
	})
}

func TestDeletedTeamIsGone(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Production)
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Production, w.Key(models.Production, models.Secret).ID,
			after(time.Hour))
		ok(t, err)
		w.RequestUnlock(models.Development)
		token := invitationToken(t, w, w.Nina.Email)
		ok(t, rename(w, "acme-two"))
		w.Acme.Slug = "acme-two"
		open, umamis := w.Team(w.Olivia, w.Acme), len(grants(t, w.Store))-5
		told := map[string]bool{}
		w.Store.OnKeysChanged(func(_ context.Context, id string, _ models.FeedPosition) { told[id] = true })
		unchanged(t, w.Database,
			func() { refused(t, open.Delete(ctx, "acme books"), models.Invalid, "Type the team's name, Acme Books") })
		ok(t, open.Delete(ctx, "Acme Books"))

		if left := grants(t, w.Store); len(left) != umamis || umamis != 2 ||
			!told[environmentID(w, w.Acme, models.Playground)] || !told[environmentID(w, w.Acme, models.Production)] {
			t.Errorf("%d grants are left, %v was told; want Umami's 2", len(left), told)
		}
		if working := w.Database.Count("SELECT count(*) FROM keys WHERE state <> 'revoked' AND team_id = $1",
			w.Acme.ID); working != 0 {
			t.Errorf("%d keys of the team are not revoked", working)
		}
		if waiting, err := w.Desk().PendingCount(ctx); err != nil || waiting != 0 {
			t.Errorf("%d requests wait, %v; want none", waiting, err)
		}
		if list, err := w.Store.Memberships(ctx, w.Dev); err != nil || len(list) != 0 {
			t.Errorf("Dev is in %+v, %v; want no team", list, err)
		}
		unchanged(t, w.Database, func() {
			for _, slug := range []string{"acme", "acme-two"} {
				_, err := w.Store.Team(ctx, w.Olivia, slug)
				refused(t, err, models.NotFound, "")
			}
			refused(t, accept(w, w.Nina, token), models.NotFound, "")
			_, err := w.Store.Invitation(ctx, token)
			refused(t, err, models.NotFound, "")
			// Pages that were open before.
			refused(t, open.Delete(ctx, "Acme Books"), models.NotFound, "")
			refused(t, invite(open, "new@acme.example", models.Viewer), models.NotFound, "")
			refused(t, open.Leave(ctx), models.NotFound, "")
			_, err = open.IssueKey(ctx, models.Playground, models.Secret, "")
			refused(t, err, models.NotFound, "")
			_, err = open.RequestUnlock(ctx, models.Development, models.UnlockWish{UseCase: "Search."})
			refused(t, err, models.NotFound, "")
			_, err = w.Team(w.Uma, w.Umami).Rename(ctx, "Umami Foods", "acme-two")
			refused(t, err, models.Invalid, "")
		})
	})
}

// No key is issued while the team ends: neither by a member nor at the desk.
func TestNoKeySurvivesTheDeletion(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for range 20 {
			reinstate(t, w, w.Acme)
			keyID, request := secretKey(t, w, w.Acme), pendingRequest(t, w, w.Acme)
			owner, dev, desk := w.Team(w.Olivia, w.Acme), w.Team(w.Dev, w.Acme), w.Desk()
			errs := together(6, func(call int) (err error) {
				switch call {
				case 0:
					return owner.Delete(ctx, "Acme Books")
				case 1:
					_, err = desk.Approve(ctx, request, soon)
				case 2:
					_, err = dev.IssueKey(ctx, models.Playground, models.Secret, "")
				case 3:
					_, err = desk.RevokeCompromised(ctx, keyID, true, "")
				default:
					_, err = dev.RevokeKey(ctx, models.Playground, keyID, atOnce)
				}
				return err
			})
			ok(t, errs[0])
			for call, err := range errs[1:] {
				if code := models.CodeOf(err); err != nil && code != models.Conflict && code != models.NotFound {
					t.Errorf("call %d: %v", call+1, err)
				}
			}
			if working := w.Database.Count("SELECT count(*) FROM keys WHERE state <> 'revoked' AND team_id = $1",
				w.Acme.ID); working != 0 {
				t.Fatalf("%d keys survive the deletion", working)
			}
		}
	})
}

func TestDeletedTeamIsRestoredWithoutItsKeys(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Production)
		desk, team := w.Desk(), w.Team(w.Olivia, w.Acme)
		_, err := desk.RestoreTeam(ctx, "acme")
		refused(t, err, models.Conflict, "is not deleted")
		ok(t, team.Delete(ctx, "Acme Books"))
		file, err := desk.Team(ctx, "acme")
		ok(t, err)
		sameTime(t, "DeletedAt", file.Team.DeletedAt, w.Store.Now())
		if file.Team.DeletedBy.Name != w.Olivia.Name {
			t.Errorf("the team was deleted by %+v; want Olivia", file.Team.DeletedBy)
		}
		w.Database.Clock.Add(models.TeamKept - time.Microsecond)
		restored, err := desk.RestoreTeam(ctx, "acme")
		if err != nil || restored.DeletedAt != nil {
			t.Fatalf("RestoreTeam = %+v, %v", restored, err)
		}
		team = w.Team(w.Olivia, w.Acme)
		if len(grants(t, w.Store)) != 2 {
			t.Error("keys came back with the team")
		}
		for _, kind := range models.KeyKinds() {
			_, err := team.IssueKey(ctx, models.Playground, kind, "")
			ok(t, err)
		}
		w.Key(models.Playground, models.Secret)
		if people, err := team.People(ctx); err != nil || len(people) != 4 {
			t.Errorf("the restored team has %d members, %v; want 4", len(people), err)
		}
		ok(t, team.Delete(ctx, "Acme Books"))
		w.Database.Clock.Add(models.TeamKept)
		unchanged(t, w.Database, func() {
			_, err := desk.RestoreTeam(ctx, "acme")
			refused(t, err, models.Conflict, "more than 30 days ago")
		})
	})
}

// In the team that is open to guests whoever is no member looks, and does
// nothing else.
func TestGuestsLookAround(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		_, err := w.Store.Team(ctx, w.Nina, models.ExploreSlug)
		refused(t, err, models.NotFound, "")
		ok(t, w.Store.EnsureExplore(ctx))
		unchanged(t, w.Database, func() { ok(t, w.Store.EnsureExplore(ctx)) })
		absent := map[string]bool{
			"TeamScope.Environment": true, "TeamScope.UnlockRequests": true, "TeamScope.UnlockRequest": true, // of Production
			"TeamScope.Record": true, "TeamScope.Interaction": true, // and these for a person's id
			"TeamScope.Receipt": true, "TeamScope.ReceiptOf": true, "TeamScope.Receipts": true, // and for Development
			"TeamScope.EnvironmentReceipt": true,
		}
		for name, actor := range map[string]models.Actor{"somebody": w.Nina, "not signed in": {}, "engineer": w.Sol,
			"member elsewhere": w.Olivia} {
			scope, err := w.Store.Team(ctx, actor, models.ExploreSlug)
			ok(t, err)
			if scope.Role != models.Guest || len(scope.Environments) != 1 ||
				scope.Environments[0].Kind != models.Playground {
				t.Errorf("%s is %s of %+v", name, scope.Role, scope.Environments)
			}
			unchanged(t, w.Database, func() {
				for _, d := range append(teamMethods(), peopleMethods()...) {
					err := d.call(w, actor, models.ExploreSlug, w.Olivia.UserID)
					switch may := d.may(actor, models.Guest); {
					case may && err != nil && !absent[d.name]:
						t.Errorf("%s by %s: %v", d.name, name, err)
					case !may && models.CodeOf(err) != models.Forbidden && models.CodeOf(err) != models.NotFound:
						t.Errorf("%s by %s: %v; want a refusal", d.name, name, err)
					}
				}
			})
			if list, err := w.Store.Memberships(ctx, actor); err != nil ||
				(actor.UserID == w.Nina.UserID && len(list) > 0) {
				t.Errorf("%s is in %+v, %v", name, list, err)
			}
		}
		if teams, err := w.Desk().Teams(ctx, store.TeamsQuery{}); err != nil || len(teams.Rows) != 2 {
			t.Errorf("the desk lists %d teams, %v; want 2", len(teams.Rows), err)
		}
	})
}
