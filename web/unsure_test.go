package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// TestAnotherProcessTookOver: from then on the process that served a SQLite file answers no
// check from its memory, changes nothing, and is not ready. It does not pass that off as a
// refusal of the key.
func TestAnotherProcessTookOver(t *testing.T) {
	s := webtest.OnSQLite(t)
	key := s.As(s.Ade).View(webtest.KeysPath)
	changesNothing(t, s, "UPDATE serving SET holder = 'another', process = '', released = false")
	s.Visitor().Get("/readyz").Expect(http.StatusServiceUnavailable)
	s.Visitor().Get("/verify", "X-API-KEY: "+key).Expect(http.StatusServiceUnavailable)
	s.Visitor().Get("/healthz").Expect(http.StatusOK)
}

// TestTheLeaseWasLost: a change of a process whose lease others have seen end is refused,
// and then the process joins again.
func TestTheLeaseWasLost(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	s := webtest.New(t, storetest.OpenPostgres(t))
	key := s.As(s.Ade).View(webtest.KeysPath)
	changesNothing(t, s, "UPDATE processes SET out_at = now()")
	for deadline := time.Now().Add(time.Minute); !s.Accepted(key); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not join again")
		}
	}
	s.Visitor().Get("/readyz").Expect(http.StatusOK)
}

// TestNotRefusedEverywhereYet: what a page says of a key is what is known of all
// processes. One of them does not confirm, until its lease has ended.
func TestNotRefusedEverywhereYet(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		s.Database.Exec("INSERT INTO processes (id, run, host, machine, version, started_at, lease_ms, renewals, " +
			"renewed_at, applied, stats) VALUES ('silent', 'r', 'far', '', '0.1', '2026-01-01 00:00:00+00:00', 3600000, 7, " +
			"'2026-01-01 00:00:00+00:00', 0, '{}')")
		secret, publishable := s.Key(models.Development, models.Secret).ID, s.Key(models.Development, models.Publishable).ID
		revoked := url.Values{"when": {"now"}, "reason": {"other"}}
		keys := s.As(s.Ade).Post(webtest.KeysPath+"/"+secret+"/revoke", revoked).
			GoesTo(webtest.KeysPath + "?refused=" + secret)
		keys.Says("status", "not refused everywhere yet")
		desk := s.As(s.Sol).Post(webtest.CompromisePath+"/"+publishable+"/revoke",
			url.Values{"replace": {"no"}, "reason": {"Seen in a log."}}).
			GoesTo(webtest.CompromisePath + "?found=" + publishable)
		desk.Says("status", "not refused everywhere yet")
		receipt := s.As(s.Ade).Get(webtest.KeysPath + "/" + secret + "/receipt")
		receipt.Says("status", "of 2 processes so far. The other one at the latest at")
		for what, p := range map[string]*webtest.Page{"keys": keys, "desk": desk, "receipt": receipt} {
			if said := p.Told("alert") + p.Told("status"); strings.Contains(said, "Refused everywhere") {
				t.Errorf("%s says that a key is refused everywhere", what)
			}
		}
		file := s.As(s.Ade).Get(webtest.KeysPath + "/" + secret + "/receipt.json")
		if !strings.Contains(file.Body, `"refused_everywhere_at": null`) || !strings.Contains(file.Body, `"id": "silent"`) {
			t.Errorf("the file says %s", file.Body)
		}
		if err := s.Server.Store.Leave(t.Context(), "silent"); err != nil {
			t.Fatal(err)
		}
		s.As(s.Ade).Get(webtest.KeysPath+"?refused="+secret).Says("status", "Refused everywhere")
		s.As(s.Ade).Get(webtest.KeysPath+"/"+secret+"/receipt").Says("status", "Refused everywhere")
		file = s.As(s.Ade).Get(webtest.KeysPath + "/" + secret + "/receipt.json")
		for _, part := range []string{`"key_id": "` + secret + `"`, `"lease_ended_at": "`, `"confirmed_at": "`,
			`"refused_everywhere_at": "`, `"sequence": `, `"committed_at": "`} {
			if !strings.Contains(file.Body, part) {
				t.Errorf("%s is not in the file %s", part, file.Body)
			}
		}
		activity := s.As(s.Ade).Get("/t/acme/development/activity")
		if !strings.Contains(activity.Body, "/keys/"+secret+"/receipt") {
			t.Error("the activity does not lead to the receipt")
		}
		s.As(s.Sol).Get("/desk/processes").Expect(http.StatusOK, "Processes")
		s.As(s.Ade).Get("/desk/processes").Expect(http.StatusNotFound, "")
	})
}

// changesNothing takes the right to serve from the process, which then refuses to revoke
// a key.
func changesNothing(t *testing.T, s *webtest.Site, takeOver string) {
	t.Helper()
	ade, id := s.As(s.Ade), s.Key(models.Development, models.Secret).ID
	s.Visitor().Get("/readyz").Expect(http.StatusOK)
	s.Database.Exec(takeOver)
	p := ade.Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}})
	p.Expect(http.StatusServiceUnavailable, "Nothing was changed.")
	if strings.Contains(p.Body, "efused everywhere") {
		t.Error("the page says that the key is refused everywhere")
	}
	if strings.Contains(p.Body, "cannot reach its database") {
		t.Error("the page says that the database cannot be reached")
	}
	if n := s.Database.Count("SELECT count(*) FROM keys WHERE id = $1 AND state = 'active'", id); n != 1 {
		t.Error("the key is revoked all the same")
	}
}
