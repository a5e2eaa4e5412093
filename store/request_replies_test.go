package store_test

import (
	"strings"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
)

func TestConversationIsReadByBothSides(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request, team := w.RequestUnlock(models.Production), w.Team(w.Ade, w.Acme)
		ok(t, w.Desk().Reply(ctx, request.ID, "Which site?\r\nhttps://shop.example"))
		ok(t, team.Reply(ctx, models.Production, request.ID, " <b>The new one.</b> "))
		_, err := w.Desk().Decline(ctx, request.ID, "Not yet.")
		ok(t, err)
		ok(t, team.Reply(ctx, models.Production, request.ID, "When, then?")) // after the decision too
		_, replies, err := w.Team(w.Vic, w.Acme).UnlockRequest(ctx, models.Production, request.ID)
		ok(t, err)
		atDesk, err := w.Desk().Replies(ctx, request.ID)
		ok(t, err)
		want := []struct {
			by   models.Signature
			text string
		}{{w.Sol.Sign(models.AsEngineer), "Which site?\nhttps://shop.example"},
			{w.Ade.Sign(models.AsMember), "<b>The new one.</b>"}, {w.Ade.Sign(models.AsMember), "When, then?"}}
		if len(replies) != len(want) || len(atDesk) != len(want) {
			t.Fatalf("%d replies for the team and %d at the desk; want %d", len(replies), len(atDesk), len(want))
		}
		for i := range want {
			if replies[i].By != want[i].by || replies[i].Text != want[i].text || replies[i] != atDesk[i] {
				t.Errorf("reply %d is %+v, and %+v at the desk; want %+v", i, replies[i], atDesk[i], want[i])
			}
		}
	})
}

// TestRepliesTellTheOthers: whoever asked and whoever wrote are named in what others are told.
func TestRepliesTellTheOthers(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		ok(t, w.Desk().Reply(ctx, request.ID, "Which site?"))
		ok(t, w.Team(w.Ade, w.Acme).Reply(ctx, models.Production, request.ID, "The new one."))
		var people string
		ok(t, w.Database.SQL().QueryRow("SELECT detail FROM notifications WHERE event = 'request.replied' "+
			"ORDER BY id DESC LIMIT 1").Scan(&people))
		for _, id := range []string{w.Dev.UserID, w.Sol.UserID, w.Ade.UserID} {
			if !strings.Contains(people, id) {
				t.Errorf("%s lacks %s", people, id)
			}
		}
	})
}

func TestRepliesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request, team := w.RequestUnlock(models.Production), w.Team(w.Ade, w.Acme)
		unchanged(t, w.Database, func() {
			for _, text := range []string{"", " \n", strings.Repeat("x", 20_000), "a\x00b", strings.Repeat("ab12", 10)} {
				refused(t, team.Reply(ctx, models.Production, request.ID, text), models.Invalid, "")
				refused(t, w.Desk().Reply(ctx, request.ID, text), models.Invalid, "")
			}
			refused(t, team.Reply(ctx, models.Development, request.ID, "Hello"), models.NotFound, "")
			refused(t, w.Team(w.Uma, w.Umami).Reply(ctx, models.Production, request.ID, "Hello"), models.NotFound, "")
		})
		w.Database.Exec("INSERT INTO request_replies (request_id, team_id, at, by_id, by_name, by_capacity, text) "+
			"SELECT request.id, request.team_id, request.created_at, '', 'Sol', 'engineer', 'Hello' FROM "+
			"unlock_requests AS request, (SELECT 1 FROM audit_events a, audit_events b LIMIT 200) AS twice "+
			"WHERE request.id = $1", request.ID)
		unchanged(t, w.Database, func() {
			refused(t, team.Reply(ctx, models.Production, request.ID, "One more"), models.Invalid, "takes no more")
		})
		_, replies, err := team.UnlockRequest(ctx, models.Production, request.ID)
		ok(t, err)
		if len(replies) != 200 {
			t.Errorf("%d replies are shown", len(replies))
		}
	})
}

func TestDeletedTeamIsNotWrittenTo(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, w.Acme.Name))
		unchanged(t, w.Database, func() {
			refused(t, w.Desk().Reply(ctx, request.ID, "Hello"), models.NotFound, "")
		})
	})
}
