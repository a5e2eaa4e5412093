package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// by is that the key stood in a URL that the program asked for.
func (u usage) by(program string, at time.Time) models.Exposure {
	e := u.exposure(models.SecretInURL, at)
	e.Program = program
	return e
}

// TestAcceptedProgramIsNoAlarm: what a team accepts of a program alarms nowhere, with this key and the next one,
// while other programs go on to.
func TestAcceptedProgramIsNoAlarm(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		ok(t, w.Store.Tell(ctx))
		w.Database.Exec("DELETE FROM mails")
		team, u := w.Team(w.Dev, w.Acme), usageOf(t, w, models.Development, models.Secret)
		see := func(exposures ...models.Exposure) {
			t.Helper()
			w.Database.Clock.Add(time.Second)
			for i := range exposures {
				exposures[i].FirstSeenAt, exposures[i].LastSeenAt = w.Store.Now(), w.Store.Now()
			}
			ok(t, w.Store.AddUse(ctx, models.Use{Exposures: exposures}))
		}
		alarms := func(when string, want ...string) {
			t.Helper()
			rows, err := team.Exposures(ctx, models.Development)
			ok(t, err)
			var programs []string
			for _, row := range rows {
				programs = append(programs, row.Program)
			}
			slices.Sort(programs)
			marks := 0
			if len(want) > 0 {
				marks = 1
			}
			switcher, err := team.Switcher(ctx)
			ok(t, err)
			morning, err := w.Desk().Morning(ctx)
			ok(t, err)
			if !slices.Equal(programs, want) || switcher.Alarms[u.environment.ID] != (models.Alarms{Count: marks}) ||
				len(morning.Exposures) != marks {
				t.Errorf("%s the alarms are of %v, the switcher's %v and the desk's %d; want %v", when, programs,
					switcher.Alarms, len(morning.Exposures), want)
			}
		}
		refused(t, team.AcceptProgram(ctx, models.Development, "curl"), models.NotFound, "")
		see(u.by("curl", u.at), u.by("shop-sync", u.at), u.by("", u.at))
		alarms("at first", "", "curl", "shop-sync")
		refused(t, team.AcceptProgram(ctx, models.Development, ""), models.NotFound, "")
		refused(t, team.AcceptProgram(ctx, models.Production, "curl"), models.NotFound, "")

		ok(t, team.AcceptProgram(ctx, models.Development, "curl"))
		ok(t, team.AcceptProgram(ctx, models.Development, "curl")) // which somebody else may have done
		if n := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = $1", models.ProgramAccepted); n != 1 {
			t.Errorf("accepting twice is %d lines in the activity", n)
		}
		alarms("with curl accepted", "", "shop-sync")
		ok(t, team.ResolveExposure(ctx, models.Development, models.SecretInURL, u.key.ID))
		_, _ = exposureMails(t, w)
		w.Database.Clock.Add(25 * time.Hour)
		see(u.by("curl", u.at))
		alarms("after the others were resolved")
		if _, to := exposureMails(t, w); len(to) > 0 {
			t.Errorf("%v are told of what they accept", to)
		}
		accepted, err := team.AcceptedPrograms(ctx, models.Development)
		ok(t, err)
		if len(accepted) != 1 || accepted[0].Program != "curl" || accepted[0].By.Name != w.Dev.Name ||
			accepted[0].Requests != 4 || !accepted[0].LastSeenAt.Equal(w.Store.Now()) {
			t.Errorf("accepted is %+v", accepted)
		}

		_, err = team.RevokeKey(ctx, models.Development, u.key.ID, atOnce)
		ok(t, err)
		ok(t, w.Store.Tell(ctx)) // which tells of the key
		w.Database.Exec("DELETE FROM mails")
		next := usageOf(t, w, models.Development, models.Secret)
		see(next.by("curl", u.at))
		alarms("with the next key")
		see(next.by("wget", u.at))
		alarms("when another program does", "wget")
		if _, to := exposureMails(t, w); len(to) == 0 {
			t.Error("nobody is told of another program")
		}
		ok(t, team.UnacceptProgram(ctx, models.Development, "curl"))
		alarms("when curl is accepted no more", "curl", "wget")

		see(next.exposure(models.SecretInBrowser, u.at))
		switcher, err := team.Switcher(ctx)
		ok(t, err)
		same(t, "the alarms with a secret in a browser", switcher.Alarms[u.environment.ID],
			models.Alarms{Count: 2, Bad: true})
	})
}

// TestMadeUpProgramsAreFew: whoever has a key can make up names of programs, and pushes out no other alarm with them.
func TestMadeUpProgramsAreFew(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		ok(t, w.Store.AddUse(ctx, models.Use{Exposures: []models.Exposure{u.exposure(models.SecretInBrowser, u.at)}}))
		for batch := range 10 {
			var use models.Use
			for i := range 20 {
				at := u.at.Add(time.Duration(batch) * time.Hour)
				use.Exposures = append(use.Exposures, u.by(fmt.Sprintf("%d-%d", batch, i), at))
			}
			ok(t, w.Store.AddUse(ctx, use))
		}
		if n, last := w.Database.Count("SELECT count(*) FROM key_exposures"),
			w.Database.Count("SELECT count(*) FROM key_exposures WHERE program LIKE '9-%'"); n != 51 || last != 20 {
			t.Errorf("%d exposures are kept, %d of the last 20 programs", n, last)
		}
		open, err := w.Team(w.Dev, w.Acme).Exposures(ctx, models.Playground)
		ok(t, err)
		if open[0].Kind != models.SecretInBrowser {
			t.Errorf("the worst is %s", open[0].Kind)
		}
	})
}
