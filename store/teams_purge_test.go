package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// TestDeletedTeamIsPurged: when nobody can restore a deleted team any more,
// nothing is left of it but the activity list.
func TestDeletedTeamIsPurged(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		w.RequestUnlock(models.Production)
		invitationToken(t, w, w.Nina.Email)
		ok(t, rename(w, "acme-two"))
		w.Acme.Slug = "acme-two"
		ids := []string{w.Acme.ID}
		for _, environment := range w.Team(w.Vic, w.Acme).Environments {
			ids = append(ids, environment.ID)
			if environment.Kind != models.Playground {
				ids = append(ids, environment.DataSetID)
			}
		}
		secret := w.Key(models.Development, models.Secret)
		ids = append(ids, secret.ID)
		add(t, w, grants(t, w.Store)[secret.ID], oddBatch(w, models.Products), oddBatch(w, models.EndUsers),
			oddBatch(w, models.Interactions))
		for of, id := range map[models.Collection]string{models.Products: "p 2/ü,味", models.EndUsers: "u-2",
			models.Interactions: fmt.Sprint(w.Database.Count("SELECT max(id) FROM interactions"))} {
			_, err := w.Team(w.Dev, w.Acme).DeleteRecord(ctx, models.Development, of, id)
			ok(t, err)
			w.Database.Exec("UPDATE "+copiesOf[of]+" SET deleted_at = $1", w.Store.Now().Add(2*models.TeamKept)) // not swept
		}
		fillDataSet(t, w, w.Acme, models.Development, 7_000)
		evidence(w, environmentID(w, w.Acme, models.Development), secret.ID)

		ok(t, w.Team(w.Olivia, w.Acme).Delete(ctx, "Acme Books"))
		w.Database.Clock.Add(models.TeamKept - time.Microsecond)
		ok(t, w.Store.Sweep(ctx))
		if rows := w.Database.Count("SELECT count(*) FROM interactions"); rows < 7_000 {
			t.Fatalf("%d interactions are left while the team can be restored", rows)
		}
		w.Database.Clock.Add(time.Microsecond)
		for _, err := range together(4, func(int) error { return w.Store.Sweep(ctx) }) {
			ok(t, err)
		}
		if receipts := w.Database.Count("SELECT count(*) FROM changes WHERE narrows"); receipts > 0 {
			t.Errorf("%d receipts are left", receipts)
		}
		w.Database.Clock.Set(time.Now().Add(25 * time.Hour)) // the feed has them for a day, by the database's clock
		ok(t, w.Store.Sweep(ctx))
		for _, trace := range traces(w.Database.Dump(), ids) {
			t.Errorf("left of the team: %s", trace)
		}
		if lines := w.Database.Count("SELECT count(*) FROM audit_events WHERE action = 'team.purged' AND team_id = $1",
			w.Acme.ID); lines != 1 {
			t.Errorf("%d lines say that the team was removed; want 1", lines)
		}
		if len(grants(t, w.Store)) != 2 {
			t.Error("Umami's keys went with it")
		}
		unchanged(t, w.Database, func() { ok(t, w.Store.Sweep(ctx)) })
	})
}

// fillDataSet writes interactions into an environment's data set.
func fillDataSet(t *testing.T, w *storetest.Fixture, team models.Team, kind models.EnvironmentKind, count int) {
	t.Helper()
	for _, environment := range w.Team(w.Vic, team).Environments {
		if environment.Kind != kind {
			continue
		}
		tx, err := w.Database.SQL().Begin()
		ok(t, err)
		for range count {
			_, err := tx.Exec(
				"INSERT INTO interactions (data_set_id, type, user_id, anonymous_id, product_ids, occurred_at, "+
					"received_at, body) VALUES ($1, 'search', 'u', '', '', $2, $2, '{}')",
				environment.DataSetID, w.Store.Now())
			ok(t, err)
		}
		ok(t, tx.Commit())
	}
}

// evidence writes a row about the key into every table of uses.
func evidence(w *storetest.Fixture, environmentID, keyID string) {
	now := w.Store.Now()
	w.Database.Exec("INSERT INTO key_uses VALUES ($1, 1, 0, $2, '', '', NULL)", keyID, now)
	w.Database.Exec("INSERT INTO request_counts VALUES ($1, $2, $3, '', 'succeeded', 1)", environmentID, now, keyID)
	w.Database.Exec("INSERT INTO callers VALUES ($1, '', '', '', $2, $3, $3, 1, 0)", keyID, environmentID, now)
	w.Database.Exec("INSERT INTO requests VALUES ($1, $2, $3, $4, 'GET', '/', '', 200, 'succeeded', '', '', '', 1)",
		models.NewID(), environmentID, keyID, now)
	w.Database.Exec("INSERT INTO key_exposures VALUES ($1, 'secret_in_url', $2, 'curl', $3, $3, 1, '', '', '', NULL)",
		environmentID, keyID, now)
	w.Database.Exec("INSERT INTO exposures VALUES ($1, 'secret_in_url', $2, $3, $3, 1, '', '', '', NULL)",
		environmentID, keyID, now)
	w.Database.Exec("INSERT INTO accepted_programs VALUES ($1, 'curl', $2, '', '', '')", environmentID, now)
}

// traces returns the lines of a dump, but for those of the activity list, that
// hold one of the ids.
func traces(dump string, ids []string) (found []string) {
	table := ""
	for line := range strings.Lines(dump) {
		if name, is := strings.CutPrefix(line, "== "); is {
			table = strings.TrimSpace(name)
		}
		for _, id := range ids {
			if table != "audit_events" && strings.Contains(line, id) {
				found = append(found, table+": "+line)
			}
		}
	}
	return found
}
