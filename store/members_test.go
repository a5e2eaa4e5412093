package store_test

import (
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

const needsOwner = "A team needs an owner"

// roleOf is the user's role in Acme, empty for none.
func roleOf(w *storetest.Fixture, userID string) (role models.Role) {
	w.Database.SQL().QueryRow("SELECT role FROM members WHERE team_id = $1 AND user_id = $2", w.Acme.ID,
		userID).Scan(&role)
	return role
}

func owners(w *storetest.Fixture) int {
	return w.Database.Count("SELECT count(*) FROM members WHERE team_id = $1 AND role = 'owner'", w.Acme.ID)
}

func TestOwnersAreManagedByOwners(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		second := joined(t, w, w.Acme, models.Owner)
		admin, owner := w.Team(w.Ade, w.Acme), w.Team(w.Olivia, w.Acme)
		unchanged(t, w.Database, func() {
			const only = "Only an owner may"
			refused(t, admin.ChangeRole(ctx, second, models.Viewer), models.Forbidden, only)
			refused(t, admin.ChangeRole(ctx, w.Vic.UserID, models.Owner), models.Forbidden, only)
			refused(t, admin.ChangeRole(ctx, w.Ade.UserID, models.Owner), models.Forbidden, only)
			refused(t, admin.RemoveMember(ctx, second), models.Forbidden, only)
			refused(t, invite(admin, "new@acme.example", models.Owner), models.Forbidden, only)
			refused(t, owner.ChangeRole(ctx, w.Vic.UserID, models.Viewer), models.Conflict, "has this role already")
			for _, role := range []models.Role{models.Nobody, models.Guest, models.Engineer, "root"} {
				refused(t, owner.ChangeRole(ctx, w.Vic.UserID, role), models.Invalid, "Choose a role")
				refused(t, invite(owner, "new@acme.example", role), models.Invalid, "Choose a role")
			}
			refused(t, owner.ChangeRole(ctx, w.Uma.UserID, models.Viewer), models.NotFound, "")
			refused(t, owner.RemoveMember(ctx, w.Uma.UserID), models.NotFound, "")
		})
		ok(t, admin.ChangeRole(ctx, w.Vic.UserID, models.Admin))
		ok(t, admin.RemoveMember(ctx, w.Dev.UserID))
		ok(t, owner.ChangeRole(ctx, second, models.Viewer))
		if roleOf(w, w.Vic.UserID) != models.Admin || roleOf(w, w.Dev.UserID) != models.Nobody ||
			roleOf(w, second) != models.Viewer {
			t.Error("the roles are not what they were changed to")
		}
		_, err := w.Store.Team(ctx, w.Dev, w.Acme.Slug)
		refused(t, err, models.NotFound, "")
	})
}

func TestTheLastOwnerStays(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Olivia, w.Acme)
		unchanged(t, w.Database, func() {
			refused(t, team.Leave(ctx), models.Conflict, needsOwner)
			refused(t, team.RemoveMember(ctx, w.Olivia.UserID), models.Conflict, needsOwner)
			refused(t, team.ChangeRole(ctx, w.Olivia.UserID, models.Admin), models.Conflict, needsOwner)
			refused(t, team.HandOver(ctx, w.Olivia.UserID), models.Conflict, "is an owner already")
			refused(t, team.HandOver(ctx, w.Uma.UserID), models.NotFound, "")
		})
		ok(t, w.Team(w.Vic, w.Acme).Leave(ctx))
		ok(t, team.HandOver(ctx, w.Dev.UserID))
		if roleOf(w, w.Dev.UserID) != models.Owner || roleOf(w, w.Olivia.UserID) != models.Admin || owners(w) != 1 {
			t.Errorf("after the hand-over Dev is %s, Olivia %s", roleOf(w, w.Dev.UserID), roleOf(w, w.Olivia.UserID))
		}
		refused(t, team.HandOver(ctx, w.Ade.UserID), models.Forbidden, "admin") // the page was open before
		ok(t, team.Leave(ctx))
		refused(t, team.Leave(ctx), models.NotFound, "")
	})
}

// Two owners take each other out, step down, hand over and leave, all at once.
func TestOneOfTheLastOwnersRemains(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for range 5 {
			reinstate(t, w, w.Acme)
			ok(t, w.Team(w.Olivia, w.Acme).ChangeRole(ctx, w.Ade.UserID, models.Owner))
			teams := []*store.TeamScope{w.Team(w.Olivia, w.Acme), w.Team(w.Ade, w.Acme)}
			ids := []string{w.Olivia.UserID, w.Ade.UserID}
			errs := together(racers, func(i int) error {
				team, self, other := teams[i%2], ids[i%2], ids[(i+1)%2]
				switch i / 2 % 4 {
				case 0:
					return team.Leave(ctx)
				case 1:
					return team.RemoveMember(ctx, other)
				case 2:
					return team.RemoveMember(ctx, self)
				}
				return team.ChangeRole(ctx, other, models.Viewer)
			})
			oneOwnerLeft(t, w, errs)
		}
	})
}

func oneOwnerLeft(t *testing.T, w *storetest.Fixture, errs []error) {
	t.Helper()
	won := 0
	for i, err := range errs {
		switch models.CodeOf(err) {
		case models.Conflict, models.Forbidden, models.NotFound:
		default:
			if err != nil {
				t.Errorf("call %d lost with %v; want a plain refusal", i, err)
			}
			won++
		}
	}
	// Whoever stepped down may still be removed or leave.
	if owners(w) != 1 || won < 1 || won > 2 {
		t.Errorf("%d calls won and %d owners are left; want 1 owner", won, owners(w))
	}
}

// A role that is taken away, and a membership that ends, hold for pages that
// were open before, whatever they do next.
func TestRoleTakenAwayHoldsForOpenPages(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, id := w.Team(w.Ade, w.Acme), newMember(t, w, w.Acme)
		changes := []func() error{
			func() error { return invite(team, "new@acme.example", models.Viewer) },
			func() error { return team.ChangeRole(ctx, id, models.Admin) },
			func() error { return team.RemoveMember(ctx, id) },
			func() error { return team.SetProductionSecretRole(ctx, models.Admin) },
			func() error { _, err := team.Rename(ctx, "Mine", "mine"); return err },
			func() error { _, err := team.ViewKey(ctx, models.Playground, secretKey(t, w, w.Acme)); return err },
		}
		ok(t, w.Team(w.Olivia, w.Acme).ChangeRole(ctx, w.Ade.UserID, models.Viewer))
		unchanged(t, w.Database, func() {
			for _, change := range changes {
				refused(t, change(), models.Forbidden, "viewer")
			}
		})
		ok(t, w.Team(w.Olivia, w.Acme).RemoveMember(ctx, w.Ade.UserID))
		unchanged(t, w.Database, func() {
			for _, change := range append(changes, func() error { return team.Leave(ctx) }) {
				refused(t, change(), models.NotFound, "")
			}
		})
	})
}
