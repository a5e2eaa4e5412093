package store_test

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// view has Sol view Acme's pages, and returns how the pages' handlers see the team.
func view(t *testing.T, w *storetest.Fixture) *store.TeamScope {
	t.Helper()
	_, err := w.Desk().View(ctx, "acme", "They asked about a 403.")
	ok(t, err)
	return w.Team(w.Sol, w.Acme)
}

func TestViewingIsAsAViewer(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		_, err := w.Store.Team(ctx, w.Sol, "acme")
		refused(t, err, models.NotFound, "")
		scope := view(t, w)
		if scope.Role != models.Viewer || scope.Viewing == nil || scope.May(models.ViewSecretKey) {
			t.Errorf("Sol sees it as %s, %+v", scope.Role, scope.Viewing)
		}
		_, err = scope.Keys(ctx, models.Playground)
		ok(t, err)
		_, err = w.Store.Team(ctx, w.Sol, "umami") // for this team only
		refused(t, err, models.NotFound, "")
		w.Database.Clock.Add(models.ViewingLife - time.Microsecond)
		w.Team(w.Sol, w.Acme)
		w.Database.Clock.Add(time.Microsecond)
		_, err = w.Store.Team(ctx, w.Sol, "acme")
		refused(t, err, models.NotFound, "")
		unchanged(t, w.Database, func() {
			refused(t, scope.PageSeen(ctx, "/playground", false), models.NotFound, "")
		})
	})
}

func TestViewingEnds(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for what, end := range map[string]func(){
			"leaving":              func() { ok(t, w.Desk().Leave(ctx, "acme")) },
			"the owner's no":       func() { ok(t, w.Team(w.Olivia, w.Acme).RefuseViewing(ctx, true)) },
			"engineer no more":     func() { w.Database.Exec("UPDATE users SET engineer = false WHERE id = $1", w.Sol.UserID) },
			"the team's end":       func() { w.Database.Exec("UPDATE teams SET deleted_at = created_at WHERE slug = 'acme'") },
			"the account's":        func() { w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Sol.UserID) },
			"a viewing after that": func() { view(t, w); ok(t, w.Desk().Leave(ctx, "acme")) },
		} {
			scope := view(t, w)
			end()
			if _, err := w.Store.Team(ctx, w.Sol, "acme"); models.CodeOf(err) != models.NotFound {
				t.Errorf("after %s Sol still sees it: %v", what, err)
			}
			if err := scope.PageSeen(ctx, "/playground", false); models.CodeOf(err) != models.NotFound {
				t.Errorf("after %s a page that was asked for before is shown: %v", what, err)
			}
			w.Database.Exec("UPDATE users SET engineer = true, disabled_at = NULL WHERE id = $1", w.Sol.UserID)
			w.Database.Exec("UPDATE teams SET refuses_viewing = false, deleted_at = NULL")
		}
		ok(t, w.Desk().Leave(ctx, "acme")) // there is none: nothing to do
	})
}

func TestViewingIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		unchanged(t, w.Database, func() {
			for _, reason := range []string{"", " ", strings.Repeat("x", 501), strings.Repeat("ab", 20)} {
				_, err := w.Desk().View(ctx, "acme", reason)
				refused(t, err, models.Invalid, "")
			}
			_, err := w.Desk().View(ctx, models.ExploreSlug, "Why not?")
			refused(t, err, models.NotFound, "")
		})
		ok(t, w.Team(w.Olivia, w.Acme).RefuseViewing(ctx, true))
		ok(t, w.Store.AddMember(ctx, storetest.System, "umami", w.Sol.UserID, models.Viewer))
		unchanged(t, w.Database, func() {
			_, err := w.Desk().View(ctx, "acme", "They asked.")
			refused(t, err, models.Conflict, "do not let solutions engineers view its pages")
			_, err = w.Desk().View(ctx, "umami", "They asked.")
			refused(t, err, models.Conflict, "You are a member of Umami Foods")
		})
		ok(t, w.Team(w.Olivia, w.Acme).RefuseViewing(ctx, false))
		view(t, w)
	})
}

// TestPagesAreWrittenDown: each page that was opened, once however often it refreshes itself.
func TestPagesAreWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		view(t, w)
		open := func(page string, again bool) {
			ok(t, w.Team(w.Sol, w.Acme).PageSeen(ctx, page, again))
		}
		open("/production", false)
		open("/production", true)
		open("/production", true)
		open("/members", true)
		open("/production", false)
		ok(t, w.Team(w.Vic, w.Acme).PageSeen(ctx, "/members", false)) // a member's page is no news
		list, err := w.Team(w.Vic, w.Acme).Activity(ctx, store.ActivityQuery{Subject: "viewing"})
		ok(t, err)
		var pages []string
		for _, line := range list.Rows {
			if line.Action == models.PageViewed {
				pages = append(pages, line.Detail.Text)
			}
			if line.Actor != w.Sol.Sign(models.AsEngineer) {
				t.Errorf("%s is by %+v", line.Action, line.Actor)
			}
		}
		if got := strings.Join(pages, " "); got != "/production /members /production" {
			t.Errorf("the team reads of %s", got)
		}
		if begun := list.Rows[len(list.Rows)-1]; begun.Action != models.ViewingBegun ||
			begun.Detail.Note != "They asked about a 403." {
			t.Errorf("it began with %+v", begun)
		}
	})
}

// TestViewingChangesNothing walks through every method of the store: whoever only views a team's
// pages is refused by each that would change something, and leaves the database as it was with all
// others, whatever their role would allow.
func TestViewingChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for _, d := range methodCases() {
			if d.open != "" {
				continue
			}
			own := d.targets(t, w)["own"]
			engineer := w.Sol
			if strings.HasPrefix(d.name, "TeamScope.") {
				_, err := w.Desk().View(ctx, own.slug, "They asked.")
				ok(t, err)
			} else {
				engineer.Viewing = "viewing"
			}
			owner, program := w.Olivia, storetest.System
			owner.Viewing, program.Viewing = "viewing", "viewing"
			before := w.Database.Dump()
			for who, actor := range map[string]models.Actor{"a viewing engineer": engineer, "an owner": owner,
				"the program": program} {
				if d.name == "TeamScope.PageSeen" && who == "a viewing engineer" {
					continue // it writes that the page was seen, and nothing else
				}
				err := d.call(w, actor, own.slug, own.id)
				if len(d.lines) > 0 && models.CodeOf(err) != models.Forbidden && models.CodeOf(err) != models.NotFound {
					t.Errorf("%s by %s: %v; want a refusal", d.name, who, err)
				}
				if w.Database.Dump() != before {
					t.Fatalf("%s by %s changed the database", d.name, who)
				}
			}
		}
	})
}
