package api_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// evidenceWorld has keys in every state, by what they are called in the tests, and
// their ids; nobody's have none.
func evidenceFixture(t *testing.T, database *storetest.Database) (w *webtest.API, keys, ids map[string]string) {
	w = webtest.NewAPI(t, database)
	w.Unlock(models.Production)
	keys, ids = map[string]string{"none": "", "malformed": "xyz", "unknown": models.NewKey()}, map[string]string{}
	take := func(name string, environment models.EnvironmentKind, kind models.KeyKind) {
		keys[name], ids[name] = w.KeyText(environment, kind), w.Key(environment, kind).ID
	}
	take("revoked", models.Development, models.Secret)
	w.Revoke(w.Key(models.Development, models.Secret), models.Revocation{Reason: models.Rotation})
	take("retired", models.Development, models.Secret)
	w.Revoke(w.Key(models.Development, models.Secret), models.Revocation{Reason: models.Rotation, Grace: time.Hour})
	w.Database.Clock.Add(2 * time.Hour)
	take("retiring", models.Development, models.Secret)
	w.Revoke(w.Key(models.Development, models.Secret), models.Revocation{Reason: models.Rotation, Grace: time.Hour})
	take("secret", models.Development, models.Secret)
	take("publishable", models.Development, models.Publishable)
	take("playground", models.Playground, models.Secret)
	take("locked", models.Production, models.Secret)
	w.Database.Exec("UPDATE environments SET allowed_origins = 'https://acme.example', refuses_browser_secrets = "+
		"true WHERE id = $1",
		w.EnvironmentID(models.Development))
	w.Lock(models.Production)
	return w, keys, ids
}

func TestEveryUseOfAKeyIsSeen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w, keys, ids := evidenceFixture(t, database)
		for _, c := range []struct {
			key, method, path string
			headers           []string
			endpoint          string
			status            int
			outcome           models.Outcome
		}{
			{"secret", "POST", "/v1/interactions?dry_run=1", nil, "POST /v1/interactions", 422, models.Rejected},
			{"secret", "GET", "/v1/products/_ids", nil, "GET /v1/products/_ids", 200, models.Succeeded},
			{"secret", "HEAD", "/v1/products/_ids", nil, "HEAD /v1/products/_ids", 200, models.Succeeded},
			{"secret", "GET", "/v1/products/a%2Fb", nil, "GET /v1/products/:id", 404, models.Missed},
			{"secret", "GET", "/v1/nothing", nil, "GET /v1/*", 404, models.Missed},
			{"secret", "BREW", "/v1/nothing", nil, "/v1/*", 404, models.Missed},
			{"secret", "GET", "/verify", nil, "/verify", 200, models.Succeeded},
			{"retiring", "GET", "/verify", nil, "/verify", 200, models.Succeeded},
			{"none", "GET", "/verify", nil, "/verify", 401, models.NoKey},
			{"malformed", "GET", "/v1/nothing", nil, "GET /v1/*", 401, models.MalformedKey},
			{"unknown", "POST", "/v1/users", nil, "POST /v1/users", 401, models.UnknownKey},
			{"secret", "GET", "/verify?api_key=" + models.NewKey(), nil, "/verify", 400, models.AmbiguousKey},
			{"secret", "GET", "/v1/users/_ids?api_key=" + models.NewKey(), nil, "GET /v1/users/_ids", 400,
				models.AmbiguousKey},
			{"revoked", "GET", "/v1/users/_ids", nil, "GET /v1/users/_ids", 401, models.KeyIsRevoked},
			{"revoked", "GET", "/verify", nil, "/verify", 401, models.KeyIsRevoked},
			{"retired", "GET", "/verify", nil, "/verify", 401, models.KeyIsRetired},
			{"locked", "GET", "/v1/users/_ids", nil, "GET /v1/users/_ids", 403, models.NeverUnlocked},
			{"publishable", "GET", "/v1/users/_ids", nil, "GET /v1/users/_ids", 403, models.SecretKeyNeeded},
			{"publishable", "POST", "/v1/interactions", []string{"Origin: https://evil.example"},
				"POST /v1/interactions", 403, models.OriginNotAllowed},
			{"publishable", "POST", "/v1/interactions", []string{"Origin: https://acme.example"},
				"POST /v1/interactions", 422, models.Rejected},
			{"secret", "GET", "/v1/users/_ids", []string{"Sec-Fetch-Site: cross-site"}, "GET /v1/users/_ids", 403,
				models.SecretFromBrowser},
			{"playground", "DELETE", "/v1/users/u", nil, "DELETE /v1/users/:id", 400, models.PlaygroundReadOnly},
		} {
			name := c.key + " key, " + c.method + " " + c.path
			answer := w.Request(c.method, c.path, "not JSON",
				append(c.headers, "X-API-KEY: "+keys[c.key], "User-Agent: agent/1", "From: 192.0.2.9:4711")...)
			got, err := w.Seen(answer)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got.Outcome != c.outcome || got.Endpoint != c.endpoint || got.Method != c.method ||
				got.Status != c.status || answer.Code != c.status ||
				got.ID != answer.Header().Get("X-Request-Id") || w.Store.Now().Sub(got.At).Abs() > time.Minute {
				t.Errorf("%s: answered %d, seen as %+v", name, answer.Code, got)
			}
			path, _, _ := strings.Cut(c.path, "?")
			whole := models.Request{KeyID: ids[c.key], Path: path, Address: "192.0.2.9", UserAgent: "agent/1"}
			if ids[c.key] == "" || c.outcome == models.AmbiguousKey {
				whole = models.Request{} // nobody's, of which no more is told
			}
			if got.KeyID != whole.KeyID || got.Path != whole.Path || got.Address != whole.Address ||
				got.UserAgent != whole.UserAgent || (got.EnvironmentID == "") != (whole.KeyID == "") {
				t.Errorf("%s: seen as %+v; want %+v", name, got, whole)
			}
		}
		w.Gate.Suspend()
		got, err := w.Seen(w.Request("GET", "/verify", "", "X-API-KEY: "+keys["secret"]))
		if err != nil || got.Outcome != models.GateUnavailable || got.EnvironmentID != "" {
			t.Errorf("without a gate: seen as %+v, %v", got, err)
		}
		w.Sums(ids)
	})
}

// What a proxy asks about is seen as its client's request.
func TestAProxysClientsAreSeen(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	answer := w.Request("GET", "/verify", "", "From: "+webtest.Proxy, "X-Forwarded-For: 203.0.113.5",
		"X-Forwarded-Method: POST",
		"X-Forwarded-Uri: /v1/search/search?api_key="+w.Secret(), "User-Agent: client/1",
		"Origin: https://acme.example")
	got, err := w.Seen(answer)
	if err != nil || got.Method != "POST" || got.Path != "/v1/search/search" || got.Endpoint != "/verify" ||
		got.Address != "203.0.113.5" ||
		got.UserAgent != "client/1" || got.Origin != "https://acme.example" || got.Outcome != models.Succeeded {
		t.Errorf("seen as %+v, %v", got, err)
	}
	contradictory := w.Request("GET", "/verify", "", "From: "+webtest.Proxy, "X-Forwarded-Method: GET",
		"X-Forwarded-Method: POST")
	if got, err := w.Seen(contradictory); err != nil || got.Outcome != models.Rejected || got.Status != 400 {
		t.Errorf("a contradictory one is seen as %+v, %v", got, err)
	}
	exposures, err := w.Team(w.Vic, w.Acme).Exposures(context.Background(), models.Development)
	if err != nil || len(exposures) != 2 || exposures[0].Kind != models.SecretInBrowser ||
		exposures[1].Kind != models.SecretInURL {
		t.Errorf("the exposures are %+v, %v", exposures, err)
	}
}

func TestWhatNeedsNoKeyIsNotSeen(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	for _, request := range []string{"OPTIONS /v1/interactions", "POST /verify", "GET /elsewhere"} {
		method, path, _ := strings.Cut(request, " ")
		if got, err := w.Seen(w.Request(method, path, "", "X-API-KEY: "+w.Secret())); models.CodeOf(
			err) != models.NotFound {
			t.Errorf("%s is seen as %+v, %v", request, got, err)
		}
	}
}

// A team learns of the use of its revoked key; whoever uses it learns no more than
// of one that never was.
func TestRevokedKeysAnswerLikeUnknownOnes(t *testing.T) {
	w, keys, _ := evidenceFixture(t, storetest.OpenSQLite(t))
	for _, path := range []string{"/verify", "/v1/products/p"} {
		answers := map[string]string{}
		for _, key := range []string{"unknown", "revoked", "retired"} {
			answer := w.Request("GET", path, "", "X-API-KEY: "+keys[key])
			answer.Header().Del("X-Request-Id")
			answers[key] = fmt.Sprint(answer.Code, answer.Header(), answer.Body)
		}
		if answers["revoked"] != answers["unknown"] || answers["retired"] != answers["unknown"] {
			t.Errorf("%s answers %v", path, answers)
		}
	}
}

// TestNoKeyIsInTheEvidence sends keys in every place that a request has, good and
// bad, whole and encoded, and looks for them in what was kept.
func TestNoKeyIsInTheEvidence(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w, keys, _ := evidenceFixture(t, database)
		var texts []string
		for _, key := range keys {
			if len(key) == models.KeyLength {
				texts = append(texts, key, strings.ToUpper(key), "%"+fmt.Sprintf("%x", key[0])+key[1:], key+key,
					strings.Repeat("x", 190)+key)
			}
		}
		random := rand.New(rand.NewPCG(1, 2))
		some := func() string { return texts[random.IntN(len(texts))] }
		for range 400 {
			headers := []string{
				"X-API-KEY: " + some(), "User-Agent: agent " + some(), "Origin: https://" + some() + ".example",
				"Referer: https://acme.example/" + some(),
				"From: " + []string{webtest.Proxy, "192.0.2.9:4711"}[random.IntN(2)], "X-Forwarded-Method: " +
					some()[:40], "X-Forwarded-Uri: /" + some() + "?api_key=" + some(),
				"X-Forwarded-For: " + some(), "Cookie: " + some(),
			}
			random.Shuffle(len(headers), func(i, j int) { headers[i], headers[j] = headers[j], headers[i] })
			target := []string{"/verify", "/v1/products/" + some(), "/v1/" + some() + "/" + some(),
				"/v1/users/_ids"}[random.IntN(4)]
			method := []string{"GET", "POST", "DELETE", some()[:20]}[random.IntN(4)]
			w.Request(strings.ReplaceAll(method, "%", ""), target+"?api_key="+some()+"&q="+some(), some(),
				headers[:random.IntN(len(headers)+1)]...)
		}
		if err := w.Evidence.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := w.Database.Count("SELECT count(*) FROM requests"); n < 100 {
			t.Fatalf("only %d requests are kept", n)
		}
		likeKey, searched := regexp.MustCompile(`(?i)[0-9a-f]{39}`), 0
		for _, table := range strings.Split("\n"+w.Database.Dump(), "\n== ") {
			name, rows, _ := strings.Cut(table, "\n")
			if !slices.Contains([]string{"callers", "key_exposures", "key_uses", "request_counts", "requests"}, name) {
				continue
			}
			if searched++; likeKey.MatchString(rows) || rows == "" {
				t.Errorf("in %s is %s", name, likeKey.FindString(rows))
			}
		}
		if searched != 5 {
			t.Errorf("%d tables were searched; want 5", searched)
		}
		for _, text := range texts {
			if strings.Contains(w.Log.String(), text) {
				t.Errorf("%s is in the log", text)
			}
		}
	})
}

func TestEvidenceOutlastsAnOutage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		verify := func(n int) {
			for range n {
				w.Request("GET", "/verify", "", "X-API-KEY: "+w.Secret())
			}
		}
		secret := w.Secret()
		verify(2)
		end := database.Outage()
		answer := w.Request("GET", "/verify", "", "X-API-KEY: "+secret)
		if err := w.Evidence.Flush(t.Context()); err == nil || answer.Code != 200 {
			t.Errorf("during the outage: %d, %v", answer.Code, err)
		}
		end()
		verify(3)
		got, err := w.Seen(answer)
		if err != nil {
			_, err = w.Seen(answer) // a connection that was idle all the while may fail once
		}
		uses, _ := w.Team(w.Vic, w.Acme).KeyUses(t.Context(), models.Development)
		if err != nil || got.Outcome != models.Succeeded || uses[got.KeyID].Accepted != 6 {
			t.Errorf("after it: %+v, %v, used %+v", got, err, uses)
		}
	})
}
