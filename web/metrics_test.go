package web_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

func checks(outcome models.Outcome) string {
	return `dojo_key_checks_total{outcome="` + string(outcome) + `"}`
}

// TestVerdictsAreCounted by what was found, each once.
func TestVerdictsAreCounted(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	publishable := s.KeyText(models.Development, models.Publishable)
	locked := s.KeyText(models.Development, models.Secret)
	for outcome, headers := range map[models.Outcome][]string{
		models.Accepted:     {"X-API-KEY: " + secret},
		models.NoKey:        nil,
		models.MalformedKey: {"X-API-KEY: '" + secret},
		models.UnknownKey:   {"X-API-KEY: " + models.NewKey()},
		models.AmbiguousKey: {"X-API-KEY: " + secret, "Authorization: Bearer " + publishable},
	} {
		grows(t, s, map[string]float64{
			checks(outcome): 1, `dojo_request_duration_seconds_count{face="verify"}`: 1,
		}, func() { s.Visitor().Get("/verify", headers...) })
	}
	grows(t, s, map[string]float64{
		checks(models.Accepted): 1, `dojo_requests_total{face="api",status="4xx"}`: 1,
		`dojo_requests_total{face="verify",status="2xx"}`: 0, `dojo_request_duration_seconds_count{face="api"}`: 1,
	}, func() { s.Visitor().Get("/v1/products/none", "X-API-KEY: "+secret).Expect(http.StatusNotFound) })
	grows(t, s, map[string]float64{
		`dojo_requests_total{face="dashboard",status="4xx"}`:    1,
		`dojo_requests_total{face="dashboard",status="2xx"}`:    1,
		`dojo_request_duration_seconds_count{face="dashboard"}`: 2,
	}, func() { s.Visitor().Get("/nowhere/at/all"); s.Visitor().Get("/login") })

	ade := s.As(s.Ade)
	ade.Post(webtest.KeysPath+"/"+s.Key(models.Development, models.Secret).ID+"/revoke",
		url.Values{"when": {"now"}, "reason": {"other"}}).GoesTo(webtest.KeysPath)
	grows(t, s, map[string]float64{checks(models.KeyIsRevoked): 1, checks(models.Accepted): 0},
		func() { s.Visitor().Get("/verify", "X-API-KEY: "+locked).Expect(http.StatusUnauthorized) })

	all := figuresOf(t, s)
	for _, check := range models.Checks() {
		for _, refusal := range check.Refusals {
			all.of(t, checks(refusal.Outcome))
		}
	}
	var outcomes int
	for name := range all {
		if strings.HasPrefix(name, "dojo_key_checks_total{") {
			outcomes++
		}
	}
	if outcomes > 40 {
		t.Errorf("there are %d outcomes", outcomes)
	}
}

// TestUploadsAreCounted by how they ended, with their records and bytes.
func TestUploadsAreCounted(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	const two = `{"data":[{"product_id":"p-1"},{"product_id":"p-2"}]}`
	send := func(body string, status int) func() {
		return func() { s.Visitor().Send("POST", "/v1/products", body, "X-API-KEY: "+secret).Expect(status) }
	}
	uploads := func(by, outcome string) string {
		return `dojo_uploads_total{by="` + by + `",outcome="` + outcome + `"}`
	}
	grows(t, s, map[string]float64{
		uploads("api", "kept"): 1, "dojo_uploaded_records_total": 2,
		"dojo_uploaded_bytes_total":                           float64(len(`{"product_id":"p-1"}`) * 2),
		`dojo_database_duration_seconds_count{work="upload"}`: 1,
	}, send(two, http.StatusOK))
	grows(t, s, map[string]float64{uploads("api", "rejected"): 1, uploads("api", "kept"): 0,
		"dojo_uploaded_records_total": 0}, send(`{"data":[{"product_id":"a,b"}]}`, http.StatusUnprocessableEntity))
	grows(t, s, map[string]float64{uploads("page", "kept"): 1, "dojo_uploaded_records_total": 1}, func() {
		s.As(s.Dev).Upload(webtest.UsersPath, "users.csv", "user_id;age\nu-1;41\n").GoesTo(webtest.UsersPath)
	})
	grows(t, s, map[string]float64{uploads("page", "rejected"): 1, "dojo_uploaded_records_total": 0}, func() {
		s.As(s.Dev).Upload(webtest.CatalogPath, "a.jsonl", "{}\n").Expect(http.StatusUnprocessableEntity)
	})
	end := s.Database.Outage()
	grows(t, s, map[string]float64{uploads("api", "failed"): 1, uploads("api", "kept"): 0,
		`dojo_database_errors_total{kind="unavailable"}`: 1}, send(two, http.StatusServiceUnavailable))
	var sent sync.WaitGroup
	webtest.WaitUntil(t, "uploads wait for the database", func() bool { // behind those that a transaction has taken
		sent.Go(func() { s.Visitor().Send("POST", "/v1/products", two, "X-API-KEY: "+secret) })
		return figuresOf(t, s).of(t, `dojo_queue_length{queue="ingest"}`) > 0
	})
	end()
	sent.Wait()
	equals(t, s, `dojo_queue_length{queue="ingest"}`, 0)
}

// TestSignInsAreCounted by factor and outcome.
func TestSignInsAreCounted(t *testing.T) {
	s := webtest.OnSQLite(t)
	tries := func(factor, outcome string) string {
		return `dojo_sign_ins_total{factor="` + factor + `",outcome="` + outcome + `"}`
	}
	grows(t, s, map[string]float64{tries("password", "wrong"): 1, tries("password", "right"): 0,
		"dojo_sessions_begun_total": 0}, func() { s.Visitor().SignIn("ade@acme.example", "wrong") })
	ade := s.Visitor()
	grows(t, s, map[string]float64{tries("password", "right"): 1, tries("password", "wrong"): 0,
		"dojo_sessions_begun_total": 1}, func() { ade.SignIn("ade@acme.example", webtest.Password) })
	grows(t, s, map[string]float64{tries("proof", "wrong"): 1}, func() {
		ade.Post("/account/security/password", url.Values{"current": {"wrong"}, "password": {webtest.NewPassword}})
	})
	grows(t, s, map[string]float64{tries("passkey", "wrong"): 1}, func() {
		visitor := s.Visitor()
		visitor.Post("/login/passkey/begin", nil).Expect(http.StatusOK)
		visitor.Post("/login/passkey", url.Values{"credential": {"x"}}).Expect(http.StatusUnprocessableEntity)
	})
	secret, _ := ade.AddApp()
	if secret == "" {
		t.Fatal("no app was added")
	}
	grows(t, s, map[string]float64{tries("password", "right"): 1, tries("code", "wrong"): 1,
		"dojo_sessions_begun_total": 0},
		func() {
			visitor := s.Visitor()
			visitor.SignIn("ade@acme.example", webtest.Password).GoesTo(webtest.SecondPath + "?next=%2F")
			visitor.Post(webtest.SecondPath, url.Values{"code": {"000000"}})
		})
	before := figuresOf(t, s).of(t, tries("password", "limited"))
	for range 200 {
		if s.Visitor().SignIn("vic@acme.example", "wrong").Status == http.StatusTooManyRequests &&
			figuresOf(t, s).of(t, tries("password", "limited")) > before {
			return
		}
		// all turns of the account at the same moment
		for range 50 {
			_, err := s.Store.TakeTry(t.Context(), models.Try{
				Kind: models.PasswordTry, Account: "vic@acme.example", Network: "127.0.0.1",
			})
			s.Ok(err)
		}
	}
	t.Error("no try is counted as limited")
}

// TestTheOutboxIsMeasured, and what is known of requests until it is kept.
func TestTheOutboxIsMeasured(t *testing.T) {
	s := webtest.OnSQLite(t)
	if age := figuresOf(t, s).of(t, "dojo_outbox_oldest_seconds"); age != 0 {
		t.Fatalf("a mail has waited for %v s", age)
	}
	p := s.As(s.Ade).Get(webtest.MembersPath)
	p.Press(p.Root, "Invite", "email", "new@acme.example", "role", "viewer").GoesTo(webtest.MembersPath)
	s.Database.Clock.Add(time.Hour)
	now := figuresOf(t, s)
	if waiting, age := now.of(t, `dojo_queue_length{queue="outbox"}`), now.of(t,
		"dojo_outbox_oldest_seconds"); waiting !=
		1 || age != 3600 {
		t.Errorf("%v mails wait, since %v s", waiting, age)
	}
	s.Database.Exec("UPDATE mails SET failed_at = created_at")
	now = figuresOf(t, s)
	if waiting, given := now.of(t, `dojo_queue_length{queue="outbox"}`), now.of(t,
		"dojo_mails_given_up"); waiting != 0 ||
		given != 1 {
		t.Errorf("%v mails wait, and %v were given up", waiting, given)
	}

	s.Visitor().Get("/verify", "X-API-KEY: "+s.KeyText(models.Development, models.Secret)).Expect(http.StatusOK)
	if waiting := figuresOf(t, s).of(t, `dojo_queue_length{queue="evidence"}`); waiting != 1 {
		t.Errorf("what is known of %v requests waits", waiting)
	}
	s.As(s.Vic).Get(webtest.UsagePath).Expect(http.StatusOK) // which hands over first
	if waiting := figuresOf(t, s).of(t, `dojo_queue_length{queue="evidence"}`); waiting != 0 {
		t.Errorf("what is known of %v requests waits after it was handed over", waiting)
	}
}

// TestTheProgramIsMeasured: what it is, and what it holds.
func TestTheProgramIsMeasured(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Version = "v1.2.3" })
	now := figuresOf(t, s)
	var built bool
	for name, value := range now {
		built = built || strings.HasPrefix(name, `dojo_build_info{go="go1.`) && strings.HasSuffix(name,
			`version="v1.2.3"}`) &&
			value == 1
	}
	if !built {
		t.Error("nothing says which version runs")
	}
	for name, least := range map[string]float64{
		"go_goroutines": 1, "process_resident_memory_bytes": 1, `dojo_database_connections_max{pool="writer"}`: 1,
		`dojo_database_connections_max{pool="reader"}`: 4, `dojo_database_connections{pool="writer",state="idle"}`: 1,
		"dojo_database_up": 1, "dojo_lease_seconds": 10, "dojo_lease_left_seconds": 5, "dojo_listening": 1,
		`dojo_processes{state="live"}`: 1, `dojo_database_duration_seconds_count{work="read"}`: 1,
		`dojo_database_duration_seconds_count{work="change"}`: 1,
	} {
		if got := now.of(t, name); got < least {
			t.Errorf("%s is %v; want at least %v", name, got, least)
		}
	}
	want := float64(s.Database.Count("SELECT count(*) FROM keys"))
	for deadline := time.Now().Add(time.Minute); now.of(t, "dojo_keys") != want; now = figuresOf(t, s) {
		if time.Now().After(deadline) { // they are read in the background
			t.Fatalf("there are %v keys in memory; want %v", now.of(t, "dojo_keys"), want)
		}
	}
	grows(t, s, map[string]float64{`dojo_database_duration_seconds_count{work="change"}`: 1},
		func() {
			_, err := s.Server.Store.ClaimMails(t.Context(), 1)
			s.Ok(err)
		})
}

// TestFiguresNameNobody: labels have few values, whatever clients send.
func TestFiguresNameNobody(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret := s.KeyText(models.Development, models.Secret)
	s.Uploads(secret)
	s.Visitor().Get("/v1/"+secret+"?x=acme", "X-API-KEY: "+secret)
	s.Visitor().Send("MAKE-"+strings.ToUpper("acme"), "/v1/products", "", "X-API-KEY: "+models.NewKey())
	s.Visitor().SignIn("ade@acme.example", "wrong")
	text := scraped(t, s)
	for _, name := range []string{
		secret, "acme", "ACME", s.Acme.ID, s.Key(models.Development, models.Secret).ID, "127.0.0.1", "example",
	} {
		if strings.Contains(text, name) {
			t.Errorf("the figures say %q", name)
		}
	}
	series := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "dojo_") {
			series++
		}
	}
	if series > 500 {
		t.Errorf("there are %d figures", series)
	}
}

// TestFiguresHaveAListenerOfTheirOwn: what is on it is on no other one, and nothing else is
// on it.
func TestFiguresHaveAListenerOfTheirOwn(t *testing.T) {
	var listeners [3]net.Listener
	for i := range listeners {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[i] = listener
	}
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Metrics = listeners[2] })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Server.Serve(ctx, listeners[0], listeners[1]) }()
	get := func(i int, path string) (int, string) {
		answer, err := http.Get("http://" + listeners[i].Addr().String() + path)
		s.Ok(err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		s.Ok(err)
		return answer.StatusCode, string(body)
	}
	for path, says := range map[string]string{
		"/metrics": "dojo_lease_left_seconds", "/debug/pprof/": "goroutine",
		"/debug/pprof/heap?debug=1":      "heap profile",
		"/debug/pprof/goroutine?debug=2": "goroutine ", "/debug/pprof/profile?seconds=1": "",
		"/debug/pprof/trace?seconds=0.1": "", "/debug/pprof/symbol": "num_symbols",
	} {
		if status, body := get(2, path); status != http.StatusOK || !strings.Contains(body, says) {
			t.Errorf("%s is %d %.80s", path, status, body)
		}
		for i := range 2 {
			if status, body := get(i, path); status == http.StatusOK || says != "" && strings.Contains(body, says) {
				t.Errorf("%s is %d on listener %d", path, status, i)
			}
		}
	}
	for _, path := range []string{"/", "/login", "/verify", "/v1/products", "/healthz", "/readyz",
		"/debug/pprof/cmdline",
		"/debug/vars", "/metrics/"} {
		if status, _ := get(2, path); status != http.StatusNotFound {
			t.Errorf("%s is %d among the figures", path, status)
		}
	}
	stop()
	s.Ok(<-ended)
}
