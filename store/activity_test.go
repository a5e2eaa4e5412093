package store_test

import (
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// views makes n lines in the activity list of Acme's Playground.
func views(t *testing.T, w *storetest.Fixture, n int) {
	t.Helper()
	team, key := w.Team(w.Dev, w.Acme), w.Key(models.Playground, models.Secret)
	for range n {
		w.Database.Clock.Add(time.Second)
		_, err := team.ViewKey(ctx, models.Playground, key.ID)
		ok(t, err)
	}
}

func TestActivityPages(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		views(t, w, 110)
		team := w.Team(w.Vic, w.Acme)
		total := w.Database.Count("SELECT count(*) FROM audit_events WHERE team_id = $1", w.Acme.ID)

		var seen []int64
		var query store.ActivityQuery
		for more := true; more; {
			list, err := team.Activity(ctx, query)
			ok(t, err)
			for _, e := range list.Rows {
				if len(seen) > 0 && e.ID >= seen[len(seen)-1] {
					t.Fatalf("line %d comes after %d; want newest first, each once", e.ID, seen[len(seen)-1])
				}
				if e.TeamID != w.Acme.ID {
					t.Fatalf("a line of team %s is in Acme's list", e.TeamID)
				}
				seen = append(seen, e.ID)
			}
			query.Cursor, more = list.Next, list.More
		}
		if len(seen) != total {
			t.Errorf("the pages show %d lines; want %d", len(seen), total)
		}
		after := func(id int64) store.ActivityQuery {
			return store.ActivityQuery{Cursor: models.AuditEvent{ID: id}.Cursor().Backwards()}
		}
		newer, err := team.Activity(ctx, after(seen[60]))
		ok(t, err)
		if rows := newer.Rows; len(rows) != 50 || !newer.More || rows[49].ID != seen[59] || rows[0].ID != seen[10] {
			t.Errorf("after line %d come %d lines from %d to %d, more: %v", seen[60], len(rows), rows[0].ID,
				rows[len(rows)-1].ID, newer.More)
		}
		newest, err := team.Activity(ctx, after(seen[5]))
		if err != nil || len(newest.Rows) != 5 || newest.More || newest.Rows[0].ID != seen[0] {
			t.Errorf("after line %d come %d lines, more: %v, %v; want the newest 5", seen[5], len(newest.Rows),
				newest.More, err)
		}
		few, err := team.Activity(ctx, store.ActivityQuery{Limit: 3})
		if err != nil || len(few.Rows) != 3 || !few.More {
			t.Errorf("a page of 3 has %d lines, more: %v, %v", len(few.Rows), few.More, err)
		}
	})
}

func TestActivityFilters(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		views(t, w, 2)
		w.RequestUnlock(models.Production)
		team := w.Team(w.Vic, w.Acme)
		cases := map[string]struct {
			query store.ActivityQuery
			want  int
		}{
			"an environment":         {store.ActivityQuery{Environment: models.Production}, 1},
			"another environment":    {store.ActivityQuery{Environment: models.Development}, 0},
			"a subject":              {store.ActivityQuery{Subject: "unlock"}, 1},
			"an actor":               {store.ActivityQuery{ActorID: w.Dev.UserID}, 3},
			"both":                   {store.ActivityQuery{Subject: "key", ActorID: w.Dev.UserID}, 2},
			"somebody else's":        {store.ActivityQuery{ActorID: w.Uma.UserID}, 0},
			"a subject that is none": {store.ActivityQuery{Subject: "%"}, 0},
			"part of a subject":      {store.ActivityQuery{Subject: "unl"}, 0},
		}
		for name, c := range cases {
			list, err := team.Activity(ctx, c.query)
			if err != nil || len(list.Rows) != c.want {
				t.Errorf("%s: %d lines, %v; want %d", name, len(list.Rows), err, c.want)
			}
		}
		_, err := team.Activity(ctx, store.ActivityQuery{Environment: "staging"})
		refused(t, err, models.NotFound, "")
	})
}

func TestActivityLineSaysWhoWhatAndWhere(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		key := w.Key(models.Playground, models.Secret)
		order := models.Revocation{Grace: time.Hour, Reason: models.Compromised, Note: "<b>In a log.</b>"}
		done, err := w.Team(w.Ade, w.Acme).RevokeKey(ctx, models.Playground, key.ID, order)
		ok(t, err)
		list, err := w.Team(w.Vic, w.Acme).Activity(ctx, store.ActivityQuery{})
		ok(t, err)
		line := list.Rows[0]
		if line.Action != models.KeyReplaced || line.Actor != w.Ade.Sign(models.AsMember) ||
			line.Address != w.Ade.Address ||
			line.RequestID != w.Ade.RequestID || line.Environment != models.Playground || line.SubjectID != key.ID {
			t.Errorf("line = %+v", line)
		}
		sameTime(t, "the line's RetiresAt", line.Detail.RetiresAt, w.Store.Now().Add(time.Hour))
		line.Detail.RetiresAt = nil
		want := models.AuditDetail{KeyKind: models.Secret, Reason: models.Compromised, Note: order.Note,
			NewKeyID: done.New.ID, KeyEnding: key.Ending, NewKeyEnding: done.New.Ending}
		if line.Detail != want {
			t.Errorf("detail = %+v; want %+v", line.Detail, want)
		}
	})
}

func TestActivityActorsAreTheTeamsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		views(t, w, 2)
		actors, err := w.Team(w.Vic, w.Acme).ActivityActors(ctx)
		ok(t, err)
		if len(actors) != 2 || actors[0].Name != w.Dev.Name || actors[1].Name != w.Sol.Name {
			t.Errorf("actors = %+v; want Dev and Sol", actors)
		}
	})
}

// TestLinesHoldNoKey: whatever a line names, it is read by many, and stays.
func TestLinesHoldNoKey(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		grant, key := unlocked(t, w, models.Production), models.NewKey()
		ok(t, w.Store.AddRecords(ctx, grant, productsOf(product(key, "Miso"))))
		_, err := w.Team(w.Dev, w.Acme).DeleteRecord(ctx, models.Production, models.Products, key)
		ok(t, err)
		if got := lines(t, w, models.DataDeleted); len(got) != 1 || got[0].Subject != "[key]" {
			t.Errorf("the activity says %+v", got)
		}
	})
}
