package store_test

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

func TestApprovalUnlocksAndIssuesKeysOnce(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request, agreement := w.RequestUnlock(models.Production), w.Agreement()
		decided, err := w.Desk().Approve(ctx, request.ID, agreement)
		ok(t, err)
		if decided.Request.State != models.Approved || decided.Request.DecidedBy != w.Sol.Sign(models.AsEngineer) ||
			decided.Request.Agreement != agreement.Reference || decided.Team.ID != w.Acme.ID {
			t.Errorf("decided = %+v", decided)
		}
		sameTime(t, "EndsAt", decided.Request.EndsAt, agreement.EndsAt)
		production, err := w.Team(w.Vic, w.Acme).Environment(models.Production)
		ok(t, err)
		if !production.Unlocked(w.Store.Now()) || production.Covers[0].Agreement.Reference != agreement.Reference ||
			production.Covers[0].Agreement.EngineerID != w.Sol.UserID {
			t.Errorf("production = %+v; want it unlocked by Sol under the agreement", production)
		}
		secret, publishable := w.Key(models.Production, models.Secret), w.Key(models.Production, models.Publishable)
		if grant := grants(t, w.Store)[secret.ID]; len(grant.Periods) != 1 || !grant.Periods[0].Until.Equal(agreement.EndsAt) {
			t.Errorf("grant = %+v; want it unlocked until the agreement's end", grant)
		}

		w.Database.Clock.Set(agreement.EndsAt)
		w.Unlock(models.Production)
		if w.Key(models.Production, models.Secret).ID != secret.ID ||
			w.Key(models.Production, models.Publishable).ID != publishable.ID {
			t.Error("the second unlock issued other keys")
		}
	})
}

func TestRequestIsRefusedWhenThereIsNothingToAsk(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Ade, w.Acme)
		w.RequestUnlock(models.Production)
		unchanged(t, w.Database, func() {
			_, err := team.RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Me too."})
			refused(t, err, models.Conflict, "Dev Developer already requested this on 2 March 2026")
			_, err = team.RequestUnlock(ctx, models.Playground, models.UnlockWish{UseCase: "Please."})
			refused(t, err, models.Conflict, "Playground is unlocked already")
			_, err = team.RequestUnlock(ctx, "staging", models.UnlockWish{UseCase: "Please."})
			refused(t, err, models.NotFound, "")
			for _, text := range []string{"", " \n ", strings.Repeat("x", 2001), "a\x00b"} {
				_, err = team.RequestUnlock(ctx, models.Development, models.UnlockWish{UseCase: text})
				refused(t, err, models.Invalid, "")
			}
		})
	})
}

func TestFiftyRequestsOneIsPending(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		people := []*store.TeamScope{w.Team(w.Olivia, w.Acme), w.Team(w.Ade, w.Acme), w.Team(w.Dev, w.Acme)}
		errs := together(racers, func(i int) error {
			_, err := people[i%3].RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Search."})
			return err
		})
		oneWins(t, errs, models.Conflict, "already requested this")
	})
}

func TestWithdrawAndAskAgain(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team, first := w.Team(w.Ade, w.Acme), w.RequestUnlock(models.Production)
		ok(t, team.WithdrawUnlock(ctx, models.Production, first.ID))
		refused(t, team.WithdrawUnlock(ctx, models.Production, first.ID), models.Conflict,
			"Ade Admin withdrew this request on 2 March 2026")
		w.Database.Clock.Add(time.Minute)
		second := w.RequestUnlock(models.Production)
		list, err := team.UnlockRequests(ctx, models.Production)
		ok(t, err)
		if len(list) != 2 || list[0].ID != second.ID || list[1].State != models.Withdrawn {
			t.Errorf("requests = %+v; want the second, pending, before the first, withdrawn", list)
		}
	})
}

func TestDeclineTellsTheTeamWhy(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request := w.RequestUnlock(models.Production)
		unchanged(t, w.Database, func() {
			_, err := w.Desk().Decline(ctx, request.ID, " ")
			refused(t, err, models.Invalid, "Say why")
		})
		_, err := w.Desk().Decline(ctx, request.ID, "The agreement is not signed yet.")
		ok(t, err)
		list, err := w.Team(w.Vic, w.Acme).UnlockRequests(ctx, models.Production)
		ok(t, err)
		if list[0].State != models.Declined || list[0].Answer != "The agreement is not signed yet." ||
			list[0].DecidedBy.Name != w.Sol.Name {
			t.Errorf("the team reads %+v", list[0])
		}
		if production, _ := w.Team(w.Vic, w.Acme).Environment(models.Production); production.Unlocked(w.Store.Now()) {
			t.Error("declining unlocked it")
		}
	})
}

// A request that was decided stays as it is, whoever comes second and whatever
// they want.
func TestFirstDecisionStands(t *testing.T) {
	type decision struct {
		verb string
		make func(w *storetest.Fixture, id string) error
	}
	decisions := []decision{
		{"Sol Engineer already approved", func(w *storetest.Fixture, id string) error {
			_, err := w.Desk().Approve(ctx, id, w.Agreement())
			return err
		}},
		{"Sol Engineer already declined", func(w *storetest.Fixture, id string) error {
			_, err := w.Desk().Decline(ctx, id, "Not now.")
			return err
		}},
		{"Dev Developer withdrew", func(w *storetest.Fixture, id string) error {
			return w.Team(w.Dev, w.Acme).WithdrawUnlock(ctx, models.Production, id)
		}},
	}
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for _, first := range decisions {
			request := w.RequestUnlock(models.Production)
			ok(t, first.make(w, request.ID))
			unchanged(t, w.Database, func() {
				for _, second := range decisions {
					refused(t, second.make(w, request.ID), models.Conflict, first.verb+" this request on")
				}
			})
			w.Database.Clock.Add(2 * 366 * 24 * time.Hour) // past any agreement
		}
	})
}

func TestFiftyDecisionsOneWins(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request, agreement, desk, team := w.RequestUnlock(models.Production), w.Agreement(), w.Desk(),
			w.Team(w.Dev, w.Acme)
		errs := together(racers, func(i int) error {
			switch i % 3 {
			case 0:
				_, err := desk.Approve(ctx, request.ID, agreement)
				return err
			case 1:
				_, err := desk.Decline(ctx, request.ID, "Not now.")
				return err
			}
			return team.WithdrawUnlock(ctx, models.Production, request.ID)
		})
		verbs := []string{"Sol Engineer already approved", "Sol Engineer already declined", "Dev Developer withdrew"}
		winner := oneWins(t, errs, models.Conflict, "this request on")
		for i, err := range errs {
			if i != winner {
				refused(t, err, models.Conflict, verbs[winner%3])
			}
		}
		lines := w.Database.Count(
			"SELECT count(*) FROM audit_events WHERE action IN ('unlock.approved', 'unlock.declined', " +
				"'unlock.withdrawn')")
		keys := w.Database.Count("SELECT count(*) FROM keys WHERE environment_id = $1", request.EnvironmentID)
		if want := map[bool]int{true: 2, false: 0}[winner%3 == 0]; lines != 1 || keys != want {
			t.Errorf("%d lines and %d keys; want 1 and %d", lines, keys, want)
		}
	})
}

func TestDeskSeesWhatWaitsAndWhatWasDecided(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		desk := w.Desk()
		first := w.RequestUnlock(models.Production)
		w.Database.Clock.Add(time.Minute)
		second := w.RequestUnlock(models.Development)
		w.Database.Clock.Add(time.Minute)
		umami, err := w.Team(w.Uma, w.Umami).RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Recipes."})
		ok(t, err)
		count, err := desk.PendingCount(ctx)
		if err != nil || count != 3 {
			t.Errorf("PendingCount = %d, %v; want 3", count, err)
		}
		list, err := desk.Requests(ctx, store.UnlockRequestsQuery{})
		ok(t, err)
		waiting := list.Rows
		if len(waiting) != 3 || waiting[0].Request.ID != first.ID || waiting[1].Request.ID != second.ID ||
			waiting[2].Team.ID != w.Umami.ID {
			t.Errorf("waiting = %+v; want the longest waiting first", waiting)
		}
		if waiting[1].Environment.Kind != models.Development {
			t.Errorf("the second is for %s; want Development", waiting[1].Environment.Kind)
		}
		_, err = desk.Decline(ctx, first.ID, "No.")
		ok(t, err)
		w.Database.Clock.Add(time.Minute)
		_, err = desk.Decline(ctx, umami.ID, "No.")
		ok(t, err)
		list, err = desk.Requests(ctx, store.UnlockRequestsQuery{Decided: true})
		ok(t, err)
		decided := list.Rows
		if len(decided) != 2 || decided[0].Request.ID != umami.ID {
			t.Errorf("decided = %+v; want the latest decision first", decided)
		}
		got, err := desk.Request(ctx, second.ID)
		ok(t, err)
		if got.Request.ID != second.ID || got.Environment.Kind != models.Development || got.Team.ID != w.Acme.ID {
			t.Errorf("Request = %+v", got)
		}
		_, err = desk.Request(ctx, "nothing")
		refused(t, err, models.NotFound, "")
		_, err = desk.Approve(ctx, "nothing", w.Agreement())
		refused(t, err, models.NotFound, "")
	})
}

// TestAWithdrawalIsTakenBack: for ten minutes, unless another request waits; the engineers are told of it again.
func TestAWithdrawalIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		request, dev := w.RequestUnlock(models.Production), w.Team(w.Dev, w.Acme)
		refused(t, dev.UndoWithdrawUnlock(ctx, models.Production, request.ID), models.Conflict, "is not withdrawn")
		ok(t, dev.WithdrawUnlock(ctx, models.Production, request.ID))
		w.Database.Clock.Add(models.UndoLife - time.Microsecond)
		ok(t, dev.UndoWithdrawUnlock(ctx, models.Production, request.ID))
		list, err := dev.UnlockRequests(ctx, models.Production)
		ok(t, err)
		if len(list) != 1 || list[0].State != models.Pending || list[0].UseCase != request.UseCase ||
			list[0].DecidedAt != nil || list[0].DecidedBy.ID != "" {
			t.Errorf("after it was taken back: %+v", list)
		}
		if told := w.Database.Count("SELECT count(*) FROM notifications WHERE event = 'request.made'"); told != 2 {
			t.Errorf("%d notifications of the request; want 2", told)
		}
		ok(t, dev.WithdrawUnlock(ctx, models.Production, request.ID))
		other := w.RequestUnlock(models.Production)
		refused(t, dev.UndoWithdrawUnlock(ctx, models.Production, request.ID), models.Conflict, "already requested this")
		ok(t, dev.WithdrawUnlock(ctx, models.Production, other.ID))
		w.Database.Clock.Add(models.UndoLife)
		unchanged(t, w.Database, func() {
			refused(t, dev.UndoWithdrawUnlock(ctx, models.Production, other.ID), models.Conflict, "for 10 minutes")
		})
	})
}
