package store_test

import (
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// settle makes out what waits, sends every mail, and empties the lists, so that a test begins
// with nothing to tell.
func settle(t *testing.T, w *storetest.Fixture) {
	t.Helper()
	ok(t, w.Store.Tell(ctx))
	w.Database.Exec("DELETE FROM mails")
	w.Database.Exec("DELETE FROM notices")
	w.Database.Exec("DELETE FROM notifications")
}

// toldMails makes out what waits and returns what is mailed of it, by recipient.
func toldMails(t *testing.T, w *storetest.Fixture) map[string][]models.MailContent {
	t.Helper()
	ok(t, w.Store.Tell(ctx))
	due, err := w.Store.ClaimMails(ctx, 1000)
	ok(t, err)
	byRecipient := map[string][]models.MailContent{}
	for _, mail := range due {
		if mail.Kind == models.NotificationMail || mail.Kind == models.DigestMail {
			byRecipient[mail.Recipient] = append(byRecipient[mail.Recipient], mail.Content)
		}
		ok(t, w.Store.MailSent(ctx, mail.Mail))
	}
	return byRecipient
}

// notices are a person's list, newest first.
func notices(t *testing.T, w *storetest.Fixture, actor models.Actor) []store.ToldNotice {
	t.Helper()
	list, err := accountOf(t, w, actor).Notices(ctx, 0)
	ok(t, err)
	return list
}

func unseen(t *testing.T, w *storetest.Fixture, actor models.Actor) int {
	t.Helper()
	count, err := w.Store.UnseenNotices(ctx, actor)
	ok(t, err)
	return count
}

// TestToldOnceByManyProcesses: whoever makes it out, each notification reaches each person once.
func TestToldOnceByManyProcesses(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		settle(t, w)
		const requests = 30
		team := w.Team(w.Dev, w.Acme)
		for range requests {
			request, err := team.RequestUnlock(ctx, models.Production, models.UnlockWish{UseCase: "Search."})
			ok(t, err)
			ok(t, team.WithdrawUnlock(ctx, models.Production, request.ID))
		}
		for _, err := range together(racers, func(int) error { return w.Store.Tell(ctx) }) {
			ok(t, err)
		}
		if mails := toldMails(t, w); len(mails) != 1 || len(mails[w.Sol.Email]) != requests {
			t.Errorf("%d people are mailed, Sol %d times; want Sol alone, %d times", len(mails), len(mails[w.Sol.Email]),
				requests)
		}
		for _, who := range []models.Actor{w.Sol, w.Olivia, w.Ade} {
			if n := w.Database.Count("SELECT count(*) FROM notices WHERE user_id = $1", who.UserID); n != 2*requests {
				t.Errorf("%s has %d notices; want %d", who.Name, n, 2*requests)
			}
		}
		if n := w.Database.Count("SELECT count(*) FROM notices WHERE user_id IN ($1, $2)", w.Dev.UserID,
			w.Uma.UserID); n > 0 {
			t.Errorf("whoever did it, or another team, has %d notices", n)
		}
	})
}

// TestSeenOnAllDevices: what is seen is the person's, and nobody else's.
func TestSeenOnAllDevices(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		settle(t, w)
		team := w.Team(w.Dev, w.Acme)
		for range 12 {
			_, err := team.RevokeKey(ctx, models.Playground, w.Key(models.Playground, models.Secret).ID, atOnce)
			ok(t, err)
		}
		ok(t, w.Store.Tell(ctx))
		if n := unseen(t, w, w.Olivia); n != 10 {
			t.Errorf("Olivia has %d unseen; want 10, to which they are counted", n)
		}
		list := notices(t, w, w.Olivia)
		if len(list) != 12 || list[0].ID <= list[11].ID || list[0].Event != models.KeyReplacedEvent {
			t.Fatalf("Olivia's list is %+v", list)
		}
		olivia := accountOf(t, w, w.Olivia)
		told, err := olivia.SeeNotice(ctx, list[3].ID)
		ok(t, err)
		if told.Team != "Acme Books" || told.TeamSlug != "acme" || told.Desk {
			t.Errorf("Olivia is told %+v", told)
		}
		seen := func() (seen []bool) {
			for _, row := range notices(t, w, w.Olivia) {
				seen = append(seen, row.Seen)
			}
			return seen
		}
		want := make([]bool, 12)
		want[3] = true
		same(t, "what Olivia has seen", seen(), want)
		ok(t, olivia.SeeNotices(ctx, list[1].ID)) // one came in between
		for i := 1; i < len(want); i++ {
			want[i] = true
		}
		same(t, "what Olivia has seen then", seen(), want)
		if n := unseen(t, w, w.Ade); n != 10 {
			t.Errorf("Ade has %d unseen; want all of them", n)
		}

		unchanged(t, w.Database, func() {
			for _, id := range []int64{list[0].ID, 0, 1 << 60} {
				_, err := accountOf(t, w, w.Dev).SeeNotice(ctx, id)
				refused(t, err, models.NotFound, "")
			}
			ok(t, accountOf(t, w, w.Dev).SeeNotices(ctx, list[0].ID))
			_, err := olivia.SeeNotice(ctx, list[5].ID)
			ok(t, err)
		})
		// Who has left the team is not told of it any more.
		w.Database.Exec("DELETE FROM members WHERE user_id = $1", w.Ade.UserID)
		if n := unseen(t, w, w.Ade); n != 0 || len(notices(t, w, w.Ade)) != 0 {
			t.Errorf("Ade, who has left, has %d unseen", n)
		}
		_, err = accountOf(t, w, w.Ade).SeeNotice(ctx, list[0].ID)
		refused(t, err, models.NotFound, "")
	})
}

// TestMailIsChosen: a person is not mailed of what they switched off, except owners of what
// concerns security, and has it in the list all the same.
func TestMailIsChosen(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		settle(t, w)
		for _, who := range []models.Actor{w.Olivia, w.Ade} {
			ok(t, accountOf(t, w, who).ChooseMail(ctx, map[models.Event]bool{models.MemberInvitedEvent: true}))
		}
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Development,
			w.Key(models.Development, models.Secret).ID, atOnce)
		ok(t, err)
		_, err = w.Desk().Decline(ctx, w.RequestUnlock(models.Production).ID, "No.")
		ok(t, err)
		mails := toldMails(t, w)
		if len(mails[w.Ade.Email]) != 0 {
			t.Errorf("Ade is mailed %+v; want nothing", mails[w.Ade.Email])
		}
		if got := mails[w.Olivia.Email]; len(got) != 1 || got[0].Told[0].Event != models.KeyReplacedEvent {
			t.Errorf("Olivia, who owns the team, is mailed %+v; want the key alone", got)
		}
		if len(mails[w.Dev.Email]) != 1 { // the requester, who chose nothing
			t.Errorf("Dev is mailed %+v", mails[w.Dev.Email])
		}
		for _, who := range []models.Actor{w.Olivia, w.Ade} {
			if n := len(notices(t, w, who)); n != 3 {
				t.Errorf("%s has %d notices; want 3", who.Name, n)
			}
		}
		choices, err := accountOf(t, w, w.Ade).MailChoices(ctx)
		ok(t, err)
		if choices.Muted[models.MemberInvitedEvent] || !choices.Muted[models.KeyReplacedEvent] || choices.Owner ||
			!choices.Manager || choices.Engineer {
			t.Errorf("Ade's choices are %+v", choices)
		}
		all := map[models.Event]bool{}
		for _, event := range models.Events() {
			all[event] = true
		}
		ok(t, accountOf(t, w, w.Ade).ChooseMail(ctx, all))
		if n := w.Database.Count("SELECT count(*) FROM muted_events WHERE user_id = $1", w.Ade.UserID); n != 0 {
			t.Errorf("Ade still switched off %d events", n)
		}
	})
}

// TestDigestOnceADay: what is not urgent comes in one mail a day, at its hour, whichever
// processes look.
func TestDigestOnceADay(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		settle(t, w)
		sixAM := time.Date(2026, time.March, 3, 6, 0, 0, 0, time.UTC)
		sweep := func() map[string][]models.MailContent {
			t.Helper()
			ok(t, w.Store.Tell(ctx))
			for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
				ok(t, err)
			}
			return toldMails(t, w)
		}
		invite := func(n int) {
			t.Helper()
			for range n {
				ok(t, invite(w.Team(w.Ade, w.Acme), models.NewID()+"@acme.example", models.Viewer))
			}
		}
		invite(35)
		w.Database.Clock.Set(sixAM.Add(-time.Microsecond))
		if mails := sweep(); len(mails) != 0 {
			t.Errorf("before the hour %+v is mailed", mails)
		}
		w.Database.Clock.Set(sixAM)
		invite(1) // for the next day
		mails := sweep()
		got := mails[w.Olivia.Email]
		if len(mails) != 1 || len(got) != 1 || len(got[0].Told) != 30 || got[0].More != 5 {
			t.Fatalf("at the hour %d people are mailed, Olivia %+v; want her alone, with 30 and 5 more", len(mails), got)
		}
		w.Database.Clock.Set(sixAM.Add(24*time.Hour - time.Microsecond))
		if mails := sweep(); len(mails) != 0 {
			t.Errorf("on the same day %+v is mailed", mails)
		}
		w.Database.Clock.Set(sixAM.Add(24 * time.Hour))
		if got := sweep()[w.Olivia.Email]; len(got) != 1 || len(got[0].Told) != 1 || got[0].More != 0 {
			t.Errorf("on the next day Olivia is mailed %+v", got)
		}
		w.Database.Clock.Set(sixAM.Add(48 * time.Hour))
		if mails := sweep(); len(mails) != 0 {
			t.Errorf("of nothing %+v is mailed", mails)
		}
	})
}

// TestNotificationsGo: after 90 days, from people's lists too.
func TestNotificationsGo(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		settle(t, w)
		ok(t, invite(w.Team(w.Olivia, w.Acme), "new@acme.example", models.Viewer))
		ok(t, w.Store.Tell(ctx))
		w.Database.Clock.Add(models.NotificationsKept - time.Microsecond)
		ok(t, w.Store.Sweep(ctx))
		if n := len(notices(t, w, w.Ade)); n != 1 {
			t.Errorf("before the end Ade has %d notices", n)
		}
		w.Database.Clock.Add(time.Microsecond)
		ok(t, w.Store.Sweep(ctx))
		for _, table := range []string{"notifications", "notices"} {
			if n := w.Database.Count("SELECT count(*) FROM " + table); n != 0 {
				t.Errorf("%d rows of %s are left", n, table)
			}
		}
	})
}

// TestNobodyIsToldOfADeletedTeam, nor is somebody whose account is disabled.
func TestNobodyIsToldOfADeletedTeam(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		settle(t, w)
		w.Database.Exec("UPDATE users SET disabled_at = created_at WHERE id = $1", w.Ade.UserID)
		_, err := w.Team(w.Dev, w.Acme).RevokeKey(ctx, models.Playground, w.Key(models.Playground, models.Secret).ID, atOnce)
		ok(t, err)
		ok(t, w.Store.Tell(ctx))
		people := func() (ids []string) {
			for _, who := range []models.Actor{w.Sol, w.Olivia, w.Ade, w.Dev} {
				if w.Database.Count("SELECT count(*) FROM notices WHERE user_id = $1", who.UserID) > 0 {
					ids = append(ids, who.Name)
				}
			}
			return ids
		}
		if got := people(); !slices.Equal(got, []string{w.Olivia.Name}) {
			t.Errorf("%v are told; want Olivia alone", got)
		}
		settle(t, w)
		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, w.Acme.Name))
		ok(t, w.Store.Tell(ctx))
		if got := people(); len(got) > 0 {
			t.Errorf("%v are told of a deleted team's keys", got)
		}
	})
}
