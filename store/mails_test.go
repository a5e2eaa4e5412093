package store_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// mailsTo writes a mail to each address, at the same moment.
func mailsTo(t *testing.T, w *storetest.Fixture, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		ok(t, w.Store.RequestSignup(ctx, visitor, address))
	}
}

func claim(t *testing.T, w *storetest.Fixture, limit int) []store.DueMail {
	t.Helper()
	due, err := w.Store.ClaimMails(ctx, limit)
	ok(t, err)
	return due
}

func TestMailIsClaimedByOne(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		var want []string
		for i := range 40 {
			want = append(want, string(rune('a'+i%26))+models.NewID()+"@new.example")
		}
		mailsTo(t, w, want...)
		claims := make([][]store.DueMail, 8)
		for _, err := range together(8,
			func(i int) (err error) { claims[i], err = w.Store.ClaimMails(ctx, 7); return err }) {
			ok(t, err)
		}
		var got []string
		for _, due := range append(claims, claim(t, w, 100)) {
			for _, mail := range due {
				if mail.Tries != 1 {
					t.Errorf("the mail to %s is tried for the %dth time", mail.Recipient, mail.Tries)
				}
				got = append(got, mail.Recipient)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("claimed were %d mails to %v; want each once", len(got), got)
		}
	})
}

func TestMailOfADeadSenderIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		mailsTo(t, w, "new@up.example")
		first := claim(t, w, 10)[0]
		w.Database.Clock.Add(5*time.Minute - time.Microsecond)
		if due := claim(t, w, 10); len(due) != 0 {
			t.Errorf("the mail was claimed from under its sender: %+v", due)
		}
		w.Database.Clock.Add(time.Microsecond)
		second := claim(t, w, 10)[0]
		if second.ID != first.ID || !reflect.DeepEqual(second.Content, first.Content) || second.Tries != 2 {
			t.Errorf("the second sender has %+v; want what the first had, %+v", second, first)
		}
		// The first one was only slow. The mail is the second one's now.
		unchanged(t, w.Database, func() { ok(t, w.Store.MailFailed(ctx, first.Mail, "timed out")) })
		ok(t, w.Store.MailSent(ctx, second.Mail))
		unchanged(t, w.Database, func() { ok(t, w.Store.MailFailed(ctx, second.Mail, "timed out")) })
		w.Database.Clock.Add(100 * time.Hour)
		if due := claim(t, w, 10); len(due) != 0 {
			t.Errorf("a mail that was sent is sent again: %+v", due)
		}
	})
}

func TestMailThatFailsIsTriedAgainAndGivenUp(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		mailsTo(t, w, "new@up.example")
		pauses := []time.Duration{0, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour,
			24 * time.Hour}
		for i, pause := range pauses {
			if pause > 0 {
				w.Database.Clock.Add(pause - time.Microsecond)
				if due := claim(t, w, 10); len(due) != 0 {
					t.Fatalf("try %d came too early", i+1)
				}
				w.Database.Clock.Add(time.Microsecond)
			}
			due := claim(t, w, 10)
			if len(due) != 1 || due[0].Content.Token == "" {
				t.Fatalf("try %d: %+v", i+1, due)
			}
			ok(t, w.Store.MailFailed(ctx, due[0].Mail, "no route to host"))
			troubled, err := w.Desk().TroubledMails(ctx)
			if err != nil || len(troubled) != 1 || troubled[0].LastError != "no route to host" ||
				troubled[0].Sealed != nil || troubled[0].Tries != i+1 {
				t.Errorf("after try %d the desk shows %+v, %v", i+1, troubled, err)
			}
			if last := i == len(pauses)-1; (troubled[0].FailedAt != nil) != last {
				t.Errorf("after try %d the mail is given up: %v", i+1, !last)
			}
		}
		w.Database.Clock.Add(1000 * time.Hour)
		if due := claim(t, w, 10); len(due) != 0 {
			t.Errorf("a mail that was given up is tried again: %+v", due)
		}
	})
}

func TestSentMailIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		mailsTo(t, w, "new@up.example")
		due := claim(t, w, 10)[0]
		ok(t, w.Store.MailFailed(ctx, due.Mail, "busy"))
		w.Database.Clock.Add(time.Minute)
		ok(t, w.Store.MailSent(ctx, claim(t, w, 10)[0].Mail))
		if kept := w.Database.Count(
			"SELECT count(*) FROM mails WHERE sealed IS NOT NULL OR sent_at IS NULL OR last_error <> ''"); kept != 0 {
			t.Error("what a sent mail said is kept")
		}
		if troubled, err := w.Desk().TroubledMails(ctx); err != nil || len(troubled) != 0 {
			t.Errorf("the desk shows %+v, %v; want nothing", troubled, err)
		}
	})
}

func TestBadMailHoldsNobodyUp(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		mailsTo(t, w, "bad@up.example")
		w.Database.Clock.Add(time.Second)
		mailsTo(t, w, "good@up.example", "moved@up.example")
		w.Database.Exec("UPDATE mails SET sealed = $1 WHERE recipient = 'bad@up.example'", []byte("damaged"))
		// One mail's content does not open as another's.
		w.Database.Exec("UPDATE mails SET sealed = (SELECT sealed FROM mails WHERE recipient = 'good@up.example') " +
			"WHERE recipient = 'moved@up.example'")
		if due := claim(t, w, 10); len(due) != 1 || due[0].Recipient != "good@up.example" {
			t.Errorf("due are %+v; want the good one", due)
		}
		troubled, err := w.Desk().TroubledMails(ctx)
		if err != nil || len(troubled) != 2 || troubled[0].FailedAt == nil || troubled[1].FailedAt == nil {
			t.Errorf("the desk shows %+v, %v; want the two that do not open, given up", troubled, err)
		}
	})
}

// A change that does not happen mails nothing.
func TestMailIsWrittenWithItsCause(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		team := w.Team(w.Ade, w.Acme)
		allow := refuseAudit(w.Database, models.MemberInvited)
		if err := invite(team, "new@acme.example", models.Viewer); err == nil {
			t.Error("an invitation succeeded without its line")
		}
		allow()
		if due := claim(t, w, 10); len(due) != 0 {
			t.Errorf("a change that was not made mails %+v", due)
		}
		ok(t, invite(team, "new@acme.example", models.Viewer))
		due := claim(t, w, 10)
		if len(due) != 1 || due[0].Kind != models.InvitationMail || due[0].Recipient != "new@acme.example" {
			t.Fatalf("due are %+v; want the invitation", due)
		}
		got := due[0].Content
		want := models.MailContent{
			Token: got.Token, Team: "Acme Books", By: w.Ade.Name, Role: models.Viewer, Address: w.Ade.Address,
			At: w.Store.Now(),
		}
		same(t, "what the mail is made from", got, want)
	})
}
