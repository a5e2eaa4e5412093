package handlers_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

// TestTheReceiptOfAKeyThatRetires: a key that works for now is not said to be refused, by no
// page and no file; nor after its time, before its end is written down.
func TestTheReceiptOfAKeyThatRetires(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		key := s.Key(models.Development, models.Secret)
		ade, id := s.As(s.Ade), key.ID
		p := ade.Get(webtest.KeysPath + "?revoke=secret")
		p.Press(p.Dialog(), "Revoke and get a new key", "when", "grace", "grace", "1h").GoesTo(webtest.KeysPath)
		unproven := func(when string) {
			t.Helper()
			for _, path := range []string{"/" + id + "/receipt", "?refused=" + id} {
				p := ade.Get(webtest.KeysPath + path).Expect(http.StatusOK)
				said := p.Told("status")
				if !strings.Contains(said, "In force everywhere") || strings.Contains(said, "Refused everywhere") {
					t.Errorf("%s, %s says %s", when, path, said)
				}
			}
			file := ade.Get(webtest.KeysPath + "/" + id + "/receipt.json").Body
			if !strings.Contains(file, `"refused_everywhere_at": null`) ||
				strings.Contains(file, `"in_force_everywhere_at": null`) {
				t.Errorf("%s, the file says %s", when, file)
			}
		}
		unproven("while it works")
		s.Database.Clock.Add(time.Hour)
		unproven("after its time")
		if err := s.Server.Store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Server.Store.AwaitSettled(t.Context(), key.EnvironmentID, time.Minute); err != nil {
			t.Fatal(err)
		}
		ade.Get(webtest.KeysPath+"/"+id+"/receipt").Says("status", "Refused everywhere")
		ade.Get(webtest.KeysPath+"?refused="+id).Says("status", "Refused everywhere")
		for sequence := range int64(20) { // the receipts of keys are at the keys' addresses
			path := "/t/acme/development/receipts/" + strconv.FormatInt(sequence, 10)
			ade.Get(path).Expect(http.StatusNotFound)
			ade.Get(path + ".json").Expect(http.StatusNotFound)
		}
	})
}

// TestAWaitingPageGoesOnWithoutScripts: it is loaded again by itself until the change is
// settled, and no longer.
func TestAWaitingPageGoesOnWithoutScripts(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		const reload = `<noscript><meta http-equiv="refresh"`
		s.Database.Exec("INSERT INTO processes (id, run, host, machine, version, started_at, lease_ms, renewals, " +
			"renewed_at, applied, stats) VALUES ('silent', 'r', 'far', '', '0.1', '2026-01-01 00:00:00+00:00', 3600000, 7, " +
			"'2026-01-01 00:00:00+00:00', 0, '{}')")
		ade, id := s.As(s.Ade), s.Key(models.Development, models.Secret).ID
		p := ade.Get(webtest.KeysPath + "?revoke=secret")
		p.Press(p.Dialog(), "Revoke and get a new key", "when", "grace", "grace", "1h").
			GoesTo(webtest.KeysPath+"?refused="+id).Says("status", "Not in force everywhere yet")
		pages := []string{webtest.KeysPath + "?refused=" + id, webtest.KeysPath + "/" + id + "/receipt"}
		for _, path := range pages {
			if !strings.Contains(ade.Get(path).Body, reload) {
				t.Errorf("%s does not go on without scripts", path)
			}
		}
		for _, path := range []string{webtest.KeysPath, webtest.KeysPath + "?refused=unknown"} {
			if strings.Contains(ade.Get(path).Body, reload) {
				t.Errorf("%s is loaded again although nothing is waited for", path)
			}
		}
		if err := s.Server.Store.Leave(t.Context(), "silent"); err != nil {
			t.Fatal(err)
		}
		for _, path := range pages {
			if strings.Contains(ade.Get(path).Body, reload) {
				t.Errorf("%s goes on for ever", path)
			}
		}
	})
}
