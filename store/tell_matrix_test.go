package store_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files again")

// notification writes one as a change by nobody would, about Acme's Production, with Dev as whom it
// concerns by name.
func notification(w *storetest.Fixture, event models.Event) {
	team, environment, kind := w.Acme.ID, environmentID(w, w.Acme, models.Production), string(models.Production)
	if strings.HasPrefix(string(event), "member.") || event == models.WebhookPausedEvent {
		environment, kind = "", ""
	}
	w.Database.Exec("INSERT INTO notifications (at, event, team_id, environment_id, environment, subject_id, actor_id, "+
		"actor_name, actor_capacity, detail) VALUES ($1, $2, $3, $4, $5, 'subject', '', 'Dojo', 'system', $6)",
		w.Store.Now(), string(event), team, environment, kind, `{"people": ["`+w.Dev.UserID+`"]}`)
}

// TestWhoIsToldWhat prints, for every event, who is told through which channel, and compares it
// with testdata/told.txt: run it with -update and look at what changed.
func TestWhoIsToldWhat(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Database.Exec("INSERT INTO members (team_id, user_id, role, last_environment, created_at) "+
			"VALUES ($1, $2, 'admin', 'playground', $3)", w.Acme.ID, w.Fay.UserID, w.Acme.CreatedAt)
		ok(t, accountOf(t, w, w.Fay).ChooseMail(ctx, nil))    // an admin who wants no mail
		ok(t, accountOf(t, w, w.Olivia).ChooseMail(ctx, nil)) // an owner who wants none
		people := []struct {
			name  string
			actor models.Actor
		}{{"engineer", w.Sol}, {"owner without mail", w.Olivia}, {"admin", w.Ade}, {"admin without mail", w.Fay},
			{"concerned", w.Dev}, {"viewer", w.Vic}, {"another team's owner", w.Uma}, {"nobody's", w.Nina}}
		settings := someWebhook
		settings.Events = models.Events()
		_, _, err := webhooksOf(t, w, w.Olivia, w.Acme).Create(ctx, settings)
		ok(t, err)
		_, _, err = w.Desk().Webhooks().Create(ctx, settings)
		ok(t, err)
		var table strings.Builder
		fmt.Fprintf(&table, "%-24s", "event")
		for _, p := range people {
			fmt.Fprintf(&table, " | %-20s", p.name)
		}
		fmt.Fprintf(&table, " | %-14s | %-14s", "team's webhook", "desk's webhook")
		for _, event := range models.Events() {
			settle(t, w)
			w.Database.Exec("DELETE FROM digests")
			notification(w, event)
			mailed := toldMails(t, w)
			w.Database.Clock.Add(48 * time.Hour)
			ok(t, w.Store.Sweep(ctx))
			digested := toldMails(t, w)
			fmt.Fprintf(&table, "\n%-24s", event)
			for _, p := range people {
				var channels []string
				if len(notices(t, w, p.actor)) == 1 {
					channels = append(channels, "list")
				}
				if n := len(mailed[p.actor.Email]); n == 1 {
					channels = append(channels, "mail")
				} else if n > 1 {
					t.Errorf("%s: %s is mailed %d times", event, p.name, n)
				}
				if len(digested[p.actor.Email]) == 1 {
					channels = append(channels, "daily")
				}
				fmt.Fprintf(&table, " | %-20s", strings.Join(channels, ", "))
			}
			for _, of := range []string{"<> ''", "= ''"} {
				sent := []string{"", "sent"}[w.Database.Count("SELECT count(*) FROM webhook_deliveries WHERE event = $1 AND "+
					"webhook_id IN (SELECT id FROM webhooks WHERE team_id "+of+")", string(event))]
				fmt.Fprintf(&table, " | %-14s", sent)
			}
		}
		lines := strings.Split(table.String(), "\n")
		for i, line := range lines {
			lines[i] = strings.TrimRight(line, " ")
		}
		got := strings.Join(lines, "\n") + "\n"
		if *update {
			ok(t, os.WriteFile("testdata/told.txt", []byte(got), 0o644))
		}
		want, err := os.ReadFile("testdata/told.txt")
		if err != nil || got != string(want) {
			t.Errorf("who is told what differs (%v). Got:\n%s", err, got)
		}
	})
}

// TestWhoeverDidItIsNotTold: whichever part they have in it.
func TestWhoeverDidItIsNotTold(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		for _, event := range models.Events() {
			for _, who := range []models.Actor{w.Sol, w.Olivia, w.Ade, w.Dev} {
				settle(t, w)
				notification(w, event)
				w.Database.Exec("UPDATE notifications SET actor_id = $1", who.UserID)
				ok(t, w.Store.Tell(ctx))
				if len(notices(t, w, who)) != 0 {
					t.Errorf("%s, who did it, is told of %s", who.Name, event)
				}
			}
		}
	})
}

// TestWhoLooksAfterTheAgreementHearsOfIt, and no other engineer does; when that is none any more,
// all do.
func TestWhoLooksAfterTheAgreementHearsOfIt(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Database.Exec("UPDATE users SET engineer = true WHERE id IN ($1, $2)", w.Nina.UserID, w.Fay.UserID)
		told := func() (ids []string) {
			settle(t, w)
			notification(w, models.AgreementEndingEvent)
			w.Database.Exec("UPDATE notifications SET detail = $1", `{"engineer_id": "`+w.Nina.UserID+`"}`)
			ok(t, w.Store.Tell(ctx))
			for _, who := range []models.Actor{w.Sol, w.Nina, w.Fay} {
				for _, row := range notices(t, w, who) {
					if !row.Desk {
						t.Errorf("%s is not told as an engineer", who.Name)
					}
					ids = append(ids, who.Name)
				}
			}
			return ids
		}
		if got := told(); !slices.Equal(got, []string{w.Nina.Name}) {
			t.Errorf("%v are told; want Nina", got)
		}
		w.Database.Exec("UPDATE users SET engineer = false WHERE id = $1", w.Nina.UserID)
		if got := told(); !slices.Equal(got, []string{w.Sol.Name, w.Fay.Name}) {
			t.Errorf("%v are told; want all engineers", got)
		}
	})
}
