package store_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestEveryMethodHasACase(t *testing.T) {
	listed := map[string]bool{}
	for _, d := range methodCases() {
		if listed[d.name] {
			t.Errorf("%s is listed twice", d.name)
		}
		listed[d.name] = true
	}
	for _, room := range []any{&store.Store{}, &store.TeamScope{}, &store.Desk{}, &store.Account{},
		&store.Webhooks{}} {
		kind := reflect.TypeOf(room)
		for i := range kind.NumMethod() {
			name := kind.Elem().Name() + "." + kind.Method(i).Name
			if !listed[name] {
				t.Errorf("nothing tests who may call %s: add a case to methodCases", name)
			}
			delete(listed, name)
		}
	}
	for name := range listed {
		t.Errorf("%s is listed and does not exist", name)
	}
}

// somebody is an actor with the role they have in each team.
type somebody struct {
	actor       models.Actor
	acme, umami models.Role
}

func everybody(w *storetest.Fixture) map[string]somebody {
	return map[string]somebody{
		"owner": {w.Olivia, models.Owner, models.Nobody}, "admin": {w.Ade, models.Admin, models.Nobody},
		"developer": {w.Dev, models.Developer, models.Nobody}, "viewer": {w.Vic, models.Viewer, models.Nobody},
		"former member":      {w.Fay, models.Nobody, models.Nobody},
		"other team's owner": {w.Uma, models.Nobody, models.Owner},
		"engineer":           {w.Sol, models.Nobody, models.Nobody}, "nobody": {w.Nina, models.Nobody, models.Nobody},
		"not signed in": {models.Actor{Address: "192.0.2.7"}, models.Nobody, models.Nobody},
		"Dojo":          {storetest.System, models.Nobody, models.Nobody},
	}
}

// target is what an actor reaches for.
type target struct {
	slug string
	id   string
	role func(s somebody) models.Role // in the team with the slug
	real bool                         // the id exists, and where the method looks for it
}

// targets brings both teams into the state that the method is for, and returns what
// an actor may reach for.
func (d methodCase) targets(t *testing.T, w *storetest.Fixture) map[string]target {
	t.Helper()
	reinstate(t, w, w.Acme)
	reinstate(t, w, w.Umami)
	var acmeID, umamiID string
	if d.prepare != nil {
		acmeID, umamiID = d.prepare(t, w, w.Acme), d.prepare(t, w, w.Umami)
	}
	return d.targetsWith(w, acmeID, umamiID)
}

// targetsWith are what belongs to the own team, to another team, and to no team. Who is let in
// does not depend on the ids.
func (d methodCase) targetsWith(w *storetest.Fixture, acmeID, umamiID string) map[string]target {
	inAcme := func(s somebody) models.Role { return s.acme }
	inUmami := func(s somebody) models.Role { return s.umami }
	inNone := func(somebody) models.Role { return models.Nobody }
	acrossTeams := !d.inTeam() // the desk and the store find ids of any team
	random := "0123456789abcdef0123456789abcdef01234567"
	all := map[string]target{
		"own":          {w.Acme.Slug, acmeID, inAcme, true},
		"another team": {w.Umami.Slug, umamiID, inUmami, true},
		"random team":  {"no-such-team", random, inNone, false},
	}
	if acmeID != "" {
		all["another team's id"] = target{w.Acme.Slug, umamiID, inAcme, acrossTeams}
		all["random id"] = target{w.Acme.Slug, random, inAcme, false}
	}
	return all
}

// inTeam reports whether the method is reached through a team.
func (d methodCase) inTeam() bool {
	return strings.HasPrefix(d.name, "TeamScope.") || strings.HasPrefix(d.name, "Webhooks.")
}

// wants is the code that the method answers the actor with; empty for success.
func (d methodCase) wants(who somebody, at target) models.Code {
	role := at.role(who)
	switch {
	case !d.may(who.actor, role) && role != models.Nobody && d.inTeam():
		return models.Forbidden
	case !d.may(who.actor, role):
		return models.NotFound
	case !at.real && (d.prepare != nil || d.name == "Desk.Team"):
		return models.NotFound
	}
	return ""
}

func TestWhoMayCallWhichMethod(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for _, d := range methodCases() {
			if d.open == "" {
				d.refuses(t, w)
				d.letsIn(t, w)
			}
		}
	})
}

// refuses walks everybody who has no business there against the method.
func (d methodCase) refuses(t *testing.T, w *storetest.Fixture) {
	t.Helper()
	targets := d.targets(t, w)
	unchanged(t, w.Database, func() {
		for name, who := range everybody(w) {
			answers := map[string]error{}
			for what, at := range targets {
				want := d.wants(who, at)
				if want == "" {
					continue
				}
				answers[what] = d.call(w, who.actor, at.slug, at.id)
				if got := answers[what]; got == nil || models.CodeOf(got) != want {
					t.Errorf("%s by %s at %s: got %v; want %s", d.name, name, what, got, want)
				}
			}
			alike(t, d.name+" by "+name, answers["another team"], answers["random team"])
			alike(t, d.name+" by "+name, answers["another team's id"], answers["random id"])
		}
	})
}

// alike checks that two answers cannot be told apart.
func alike(t *testing.T, what string, a, b error) {
	t.Helper()
	if a == nil || b == nil {
		return
	}
	one, _ := errors.AsType[*models.Error](a)
	other, _ := errors.AsType[*models.Error](b)
	if !reflect.DeepEqual(one, other) {
		t.Errorf("%s: what exists answers %v, what does not %v", what, a, b)
	}
}

// letsIn walks everybody else through it.
func (d methodCase) letsIn(t *testing.T, w *storetest.Fixture) {
	t.Helper()
	for name, who := range everybody(w) {
		for _, what := range []string{"own", "another team", "another team's id"} {
			if d.wants(who, d.targetsWith(w, "any", "any")[what]) != "" {
				continue
			}
			at, exists := d.targets(t, w)[what]
			if !exists {
				continue
			}
			if err := d.call(w, who.actor, at.slug, at.id); err != nil {
				t.Errorf("%s by %s at %s: %v", d.name, name, what, err)
			}
		}
	}
}

func TestMembershipsAreOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Store.AddMember(ctx, storetest.System, "umami", w.Dev.UserID, models.Developer))
		want := map[string][]string{"developer": {"acme", "umami"}, "viewer": {"acme"}, "other team's owner": {"umami"}}
		for name, who := range everybody(w) {
			list, err := w.Store.Memberships(ctx, who.actor)
			ok(t, err)
			var slugs []string
			for _, m := range list {
				slugs = append(slugs, m.Team.Slug)
				if len(m.Environments) != 3 || m.Member.UserID != who.actor.UserID {
					t.Errorf("%s: membership %+v", name, m)
				}
			}
			if expected, named := want[name]; named && !reflect.DeepEqual(slugs, expected) {
				t.Errorf("%s is in %v; want %v", name, slugs, expected)
			}
			if who.acme == models.Nobody && who.umami == models.Nobody && len(list) > 0 {
				t.Errorf("%s is in %v; want none", name, slugs)
			}
		}
	})
}

// A role that is taken away is gone for pages that were open before.
func TestRoleIsReadAgainAtTheChange(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, desk, key := w.Team(w.Ade, w.Acme), w.Desk(), w.Key(models.Playground, models.Secret)
		w.Database.Exec("UPDATE members SET role = 'viewer' WHERE user_id = '" + w.Ade.UserID + "'")
		w.Database.Exec("UPDATE users SET engineer = false")
		unchanged(t, w.Database, func() {
			_, err := team.RevokeKey(ctx, models.Playground, key.ID, atOnce)
			refused(t, err, models.Forbidden, "viewer")
			_, err = desk.RevokeCompromised(ctx, key.ID, true, "")
			refused(t, err, models.NotFound, "")
		})
		w.Database.Exec("DELETE FROM members WHERE user_id = '" + w.Ade.UserID + "'")
		_, err := team.ViewKey(ctx, models.Playground, key.ID)
		refused(t, err, models.NotFound, "")
	})
}
