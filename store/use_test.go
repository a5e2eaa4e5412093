package store_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// usage makes batches about one key of an environment of Acme's.
type usage struct {
	environment models.Environment
	key         models.Key
	at          time.Time
}

func usageOf(t *testing.T, w *storetest.Fixture, environment models.EnvironmentKind, kind models.KeyKind) usage {
	t.Helper()
	e, err := w.Team(w.Olivia, w.Acme).Environment(environment)
	ok(t, err)
	return usage{e, w.Key(environment, kind), w.Store.Now()}
}

func (u usage) count(hours int, endpoint string, outcome models.Outcome, n int64) models.RequestCount {
	hour := u.at.Truncate(time.Hour).Add(time.Duration(hours) * time.Hour)
	return models.RequestCount{EnvironmentID: u.environment.ID, Hour: hour, KeyID: u.key.ID, Endpoint: endpoint,
		Outcome: outcome, Requests: n}
}

func (u usage) caller(address string, at time.Time, accepted, refused int64) models.Caller {
	return models.Caller{
		KeyID: u.key.ID, EnvironmentID: u.environment.ID, Address: address, UserAgent: "agent",
		Origin:      "https://acme.example",
		FirstSeenAt: at, LastSeenAt: at, Accepted: accepted, Refused: refused,
	}
}

func (u usage) request(id string, at time.Time, outcome models.Outcome) models.Request {
	return models.Request{
		ID: id, EnvironmentID: u.environment.ID, KeyID: u.key.ID, At: at, Method: "GET", Path: "/v1/products/p",
		Endpoint: "GET /v1/products/:id",
		Status:   200, Outcome: outcome, Origin: "https://acme.example", Address: "192.0.2.7", UserAgent: "agent",
		Duration: 1234 * time.Microsecond,
	}
}

func (u usage) exposure(kind models.ExposureKind, at time.Time) models.Exposure {
	return models.Exposure{
		EnvironmentID: u.environment.ID, Kind: kind, KeyID: u.key.ID, FirstSeenAt: at, LastSeenAt: at, Requests: 2,
		Address: "192.0.2.7", UserAgent: "agent", Origin: "https://acme.example",
	}
}

func TestUseAddsUp(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		w.Unlock(models.Development)
		u, other := usageOf(t, w, models.Development, models.Secret),
			usageOf(t, w, models.Development, models.Publishable)
		team, later := w.Team(w.Vic, w.Acme), u.at.Add(time.Minute)
		ok(t, w.Store.AddUse(ctx, models.Use{
			Counts: []models.RequestCount{u.count(0, "/verify", models.Succeeded, 3),
				u.count(-1, "/verify", models.Succeeded, 1),
				other.count(0, "GET /v1/products/:id", models.SecretKeyNeeded, 2)},
			Keys: []models.KeyUse{{KeyID: u.key.ID, Accepted: 3, LastAt: &u.at, LastAddress: "192.0.2.1",
				LastUserAgent: "one"}},
			Callers: []models.Caller{u.caller("192.0.2.1", u.at, 3, 0)},
		}))
		ok(t, w.Store.AddUse(ctx, models.Use{
			Counts: []models.RequestCount{u.count(0, "/verify", models.Succeeded, 4),
				u.count(0, "GET /v1/users/:id", models.Missed, 5)},
			Keys: []models.KeyUse{{KeyID: u.key.ID, Refused: 7, LastRefusedAt: &later},
				{KeyID: other.key.ID, Accepted: 1, LastAt: &later, LastAddress: "192.0.2.2"}},
			Callers: []models.Caller{u.caller("192.0.2.1", later, 4, 1), u.caller("192.0.2.2", later, 1, 0)},
		}))

		hour := u.at.Truncate(time.Hour)
		byHour, err := team.RequestsByHour(ctx, models.Development, store.UseQuery{From: u.at.Add(-time.Hour)})
		ok(t, err)
		same(t, "the requests by hour", byHour, []store.HourCount{
			{Hour: hour.Add(-time.Hour), Outcome: models.Succeeded, Requests: 1},
			{Hour: hour, Outcome: models.Missed, Requests: 5},
			{Hour: hour, Outcome: models.SecretKeyNeeded, Requests: 2},
			{Hour: hour, Outcome: models.Succeeded, Requests: 7},
		})
		byKey, err := team.KeyRequestsByHour(ctx, models.Development, u.at)
		ok(t, err)
		perKey := map[string]int64{}
		for _, count := range byKey {
			perKey[count.KeyID] += count.Requests
		}
		same(t, "the requests by key", perKey, map[string]int64{u.key.ID: 12, other.key.ID: 2})
		byEndpoint, err := team.RequestsByEndpoint(ctx, models.Development, store.UseQuery{From: u.at})
		ok(t, err)
		same(t, "the requests by endpoint", byEndpoint, []store.EndpointCount{
			{Endpoint: "/verify", Outcome: models.Succeeded, Requests: 7},
			{Endpoint: "GET /v1/products/:id", Outcome: models.SecretKeyNeeded, Requests: 2},
			{Endpoint: "GET /v1/users/:id", Outcome: models.Missed, Requests: 5},
		})
		uses, err := team.KeyUses(ctx, models.Development)
		ok(t, err)
		used := models.KeyUse{KeyID: u.key.ID, Accepted: 3, Refused: 7, LastAt: &u.at, LastAddress: "192.0.2.1",
			LastUserAgent: "one", LastRefusedAt: &later}
		same(t, "the keys' use", uses, map[string]models.KeyUse{
			u.key.ID: used, other.key.ID: {KeyID: other.key.ID, Accepted: 1, LastAt: &later, LastAddress: "192.0.2.2"},
		})
		first := u.caller("192.0.2.1", u.at, 7, 1)
		first.LastSeenAt = later
		want := []models.Caller{first, u.caller("192.0.2.2", later, 1, 0)}
		callers, err := team.Callers(ctx, models.Development,
			store.CallersQuery{UseQuery: store.UseQuery{KeyID: u.key.ID}})
		ok(t, err)
		same(t, "the callers", callers, want)
		callers, err = team.Callers(ctx, models.Development,
			store.CallersQuery{UseQuery: store.UseQuery{From: later}, Limit: 1})
		ok(t, err)
		same(t, "the first of them", callers, want[:1])
		use, callers, err := w.Desk().KeyUse(ctx, u.key.ID)
		ok(t, err)
		same(t, "the key's use at the desk", use, used)
		same(t, "its callers at the desk", callers, want)
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestUseIsKeptWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		w.Database.Exec("DROP TABLE key_exposures")
		unchanged(t, w.Database, func() {
			err := w.Store.AddUse(ctx, models.Use{
				Counts:    []models.RequestCount{u.count(0, "/verify", models.Succeeded, 3)},
				Keys:      []models.KeyUse{{KeyID: u.key.ID, Accepted: 3, LastAt: &u.at}},
				Exposures: []models.Exposure{u.exposure(models.SecretInURL, u.at)},
			})
			if err == nil {
				t.Error("an exposure was kept nowhere")
			}
		})
	})
}

// A team may be removed for good while what was seen of its keys still waits.
func TestUseOfKeysThatAreGoneIsLeftOut(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		gone := u
		gone.key.ID, gone.environment.ID = "gone", "gone"
		use := models.Use{Exposures: []models.Exposure{gone.exposure(models.SecretInURL, u.at)}}
		for _, of := range []usage{u, gone} {
			use.Counts = append(use.Counts, of.count(0, "/verify", models.Succeeded, 3))
			use.Keys = append(use.Keys, models.KeyUse{KeyID: of.key.ID, Accepted: 3, LastAt: &u.at})
			use.Callers = append(use.Callers, of.caller("192.0.2.1", u.at, 3, 0))
			use.Requests = append(use.Requests, of.request("of "+of.key.ID, u.at, models.Succeeded))
		}
		ok(t, w.Store.AddUse(ctx, use))
		for _, table := range []string{"request_counts", "key_uses", "callers", "requests"} {
			if n, own := w.Database.Count("SELECT count(*) FROM "+table),
				w.Database.Count("SELECT count(*) FROM "+table+" WHERE key_id = $1", u.key.ID); n != 1 || own != 1 {
				t.Errorf("%s has %d rows, %d of them of the key that is there", table, n, own)
			}
		}
		if n := w.Database.Count("SELECT count(*) FROM key_exposures"); n != 0 {
			t.Errorf("there are %d exposures", n)
		}
	})
}

func TestRequestsArePaged(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		var use models.Use
		for i := range 60 {
			outcome := models.Succeeded
			if i%3 == 0 {
				outcome = models.PlaygroundReadOnly
			}
			use.Requests = append(use.Requests,
				u.request(fmt.Sprintf("%02d", i), u.at.Add(time.Duration(i/2)*time.Second), outcome))
		}
		ok(t, w.Store.AddUse(ctx, use))
		ok(t, w.Store.AddUse(ctx, use)) // a commit that reported an error may have happened
		ofKey := store.UseQuery{KeyID: u.key.ID}
		list := func(query store.RequestsQuery) (ids []string, more bool) {
			list, err := w.Team(w.Vic, w.Acme).Requests(ctx, models.Playground, query)
			ok(t, err)
			for _, row := range list.Rows {
				ids = append(ids, row.ID)
			}
			return ids, list.More
		}
		for name, test := range map[string]struct {
			query       store.RequestsQuery
			first, last string
			length      int
			more        bool
		}{
			"the latest":   {store.RequestsQuery{}, "59", "10", 50, true},
			"those before": {store.RequestsQuery{Cursor: use.Requests[10].Cursor()}, "09", "00", 10, false},
			"the nearest after": {store.RequestsQuery{Cursor: use.Requests[10].Cursor().Backwards(), Limit: 5},
				"15", "11", 5, true},
			"the refused": {store.RequestsQuery{UseQuery: store.UseQuery{Outcomes: models.Refusals()}},
				"57", "00", 20, false},
			"of the key":            {store.RequestsQuery{UseQuery: ofKey, Limit: 3}, "59", "57", 3, true},
			"of another":            {store.RequestsQuery{UseQuery: store.UseQuery{KeyID: "another"}}, "", "", 0, false},
			"no more than is shown": {store.RequestsQuery{Limit: 5000}, "59", "00", 60, false},
		} {
			ids, more := list(test.query)
			if len(ids) != test.length || more != test.more || len(ids) > 0 &&
				(ids[0] != test.first || ids[len(ids)-1] != test.last) {
				t.Errorf("%s are %v, and more: %v", name, ids, more)
			}
		}
		newest, err := w.Team(w.Vic, w.Acme).Requests(ctx, models.Playground, store.RequestsQuery{Limit: 1})
		ok(t, err)
		same(t, "a request", newest.Rows[0], use.Requests[59])
		one, err := w.Team(w.Vic, w.Acme).Request(ctx, "59")
		ok(t, err)
		same(t, "the same by its id", one, use.Requests[59])
	})
}

func TestEvidenceIsTheTeamsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		nobodys := u.request("nobody's", u.at, models.UnknownKey)
		nobodys.EnvironmentID, nobodys.KeyID = "", ""
		ok(t, w.Store.AddUse(ctx, models.Use{
			Counts:    []models.RequestCount{u.count(0, "/verify", models.Succeeded, 3)},
			Keys:      []models.KeyUse{{KeyID: u.key.ID, Accepted: 3, LastAt: &u.at}},
			Callers:   []models.Caller{u.caller("192.0.2.1", u.at, 3, 0)},
			Requests:  []models.Request{u.request("acme's", u.at, models.Succeeded), nobodys},
			Exposures: []models.Exposure{u.exposure(models.WrongEnvironment, u.at)},
		}))
		umami, ofKey := w.Team(w.Uma, w.Umami), store.UseQuery{KeyID: u.key.ID}
		counts, err := umami.RequestsByHour(ctx, models.Playground, store.UseQuery{})
		ok(t, err)
		uses, err := umami.KeyUses(ctx, models.Playground)
		ok(t, err)
		callers, err := umami.Callers(ctx, models.Playground, store.CallersQuery{UseQuery: ofKey})
		ok(t, err)
		requests, err := umami.Requests(ctx, models.Playground, store.RequestsQuery{UseQuery: ofKey})
		ok(t, err)
		exposures, err := umami.Exposures(ctx, models.Playground)
		ok(t, err)
		if len(counts)+len(uses)+len(callers)+len(requests.Rows)+len(exposures) > 0 {
			t.Errorf("Umami sees of Acme's: %v %v %v %v %v", counts, uses, callers, requests, exposures)
		}
		_, acmes := umami.Request(ctx, "acme's")
		_, unknown := umami.Request(ctx, "unknown")
		if refused(t, acmes, models.NotFound, ""); !reflect.DeepEqual(acmes, unknown) {
			t.Errorf("another team's request answers %v, an unknown one %v", acmes, unknown)
		}
		refused(t, umami.ResolveExposure(ctx, models.Playground, models.WrongEnvironment, u.key.ID), models.NotFound,
			"")
		for _, team := range []*store.TeamScope{umami, w.Team(w.Vic, w.Acme)} {
			got, err := team.Request(ctx, "nobody's")
			ok(t, err)
			same(t, "what is told of a request with nobody's key", got, models.Request{
				ID: "nobody's", At: u.at, Method: "GET", Endpoint: "GET /v1/products/:id", Status: 200,
				Outcome: models.UnknownKey,
			})
		}
		// The past of a locked environment can be read, by members.
		w.Database.Exec("DELETE FROM agreement_covers")
		callers, err = w.Team(w.Vic, w.Acme).Callers(ctx, models.Playground, store.CallersQuery{})
		if ok(t, err); len(callers) != 1 {
			t.Errorf("in the locked environment there are %d callers; want 1", len(callers))
		}
		_, _, err = w.Desk().KeyUse(ctx, "no such key")
		refused(t, err, models.NotFound, "")
	})
}

func TestGuestsSeeNoEvidence(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		ok(t, w.Store.EnsureExplore(ctx))
		guest, err := w.Store.Team(ctx, models.Actor{}, models.ExploreSlug)
		ok(t, err)
		_, err = guest.RequestsByHour(ctx, models.Playground, store.UseQuery{})
		refused(t, err, models.Forbidden, "Guests")
		_, err = guest.KeyUses(ctx, models.Playground)
		refused(t, err, models.Forbidden, "Guests")
		_, err = guest.Request(ctx, "any")
		refused(t, err, models.Forbidden, "Guests")
	})
}

func TestOnlyTheLatestUseIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		batch := func(n int, outcome models.Outcome, environmentID string) (use models.Use) {
			for i := range n {
				request := u.request(models.NewID(), u.at.Add(time.Duration(i)*time.Microsecond), outcome)
				request.EnvironmentID = environmentID
				use.Requests = append(use.Requests, request)
			}
			u.at = u.at.Add(time.Second)
			return use
		}
		refusedOne := u.request("refused", u.at, models.KeyIsRevoked)
		ok(t, w.Store.AddUse(ctx, models.Use{Requests: []models.Request{refusedOne}}))
		for range 30 {
			ok(t, w.Store.AddUse(ctx, batch(500, models.Succeeded, u.environment.ID)))
			ok(t, w.Store.AddUse(ctx, batch(500, models.UnknownKey, "")))
			for _, id := range []string{u.environment.ID, ""} {
				if n := w.Database.Count("SELECT count(*) FROM requests WHERE environment_id = $1", id); n > 10_000 {
					t.Fatalf("%d requests of %q are kept", n, id)
				}
			}
		}
		kept := w.Database.Count("SELECT count(*) FROM requests WHERE outcome = 'succeeded'")
		latest := w.Database.Count("SELECT count(*) FROM requests WHERE outcome = 'succeeded' AND at >= $1",
			u.at.Add(-4*time.Second))
		if kept < 3000 || latest != 1000 {
			t.Errorf("%d requests are kept, %d of the latest 1,000", kept, latest)
		}
		if _, err := w.Team(w.Vic, w.Acme).Request(ctx, "refused"); err != nil {
			t.Errorf("a flood of good requests pushed the refused one out: %v", err)
		}

		for i := range 30 {
			var use models.Use
			for j := range 50 {
				use.Callers = append(use.Callers,
					u.caller(fmt.Sprintf("192.0.%d.%d", i, j), u.at.Add(time.Duration(i*50+j)*time.Second), 1, 0))
			}
			ok(t, w.Store.AddUse(ctx, use))
		}
		if n := w.Database.Count("SELECT count(*) FROM callers"); n != 200 {
			t.Errorf("%d callers are kept; want 200", n)
		}
		if n := w.Database.Count("SELECT count(*) FROM callers WHERE last_seen_at >= $1",
			u.at.Add(1300*time.Second)); n != 200 {
			t.Errorf("%d of the latest 200 callers are kept", n)
		}
	})
}

// What an earlier process has left almost full is trimmed at the start.
func TestFullLogsAreTrimmedAfterAStart(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		for range 12 {
			var use models.Use
			for i := range 300 {
				use.Requests = append(use.Requests,
					u.request(models.NewID(), u.at.Add(time.Duration(i)), models.Succeeded))
			}
			ok(t, w.Database.Open().AddUse(ctx, use)) // each is another process
		}
		ok(t, w.Store.Sweep(ctx))
		if n := w.Database.Count("SELECT count(*) FROM requests"); n != 3000 {
			t.Errorf("%d requests are kept; want 3000", n)
		}
	})
}

func TestOldUseIsSwept(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		u := usageOf(t, w, models.Playground, models.Secret)
		ok(t, w.Store.AddUse(ctx, models.Use{
			Counts:   []models.RequestCount{u.count(0, "/verify", models.Succeeded, 1)},
			Callers:  []models.Caller{u.caller("192.0.2.1", u.at, 1, 0)},
			Requests: []models.Request{u.request("one", u.at, models.Succeeded)},
		}))
		left := func(days int) string {
			w.Database.Clock.Set(u.at.AddDate(0, 0, days))
			ok(t, w.Store.Sweep(ctx))
			var left []string
			for _, table := range []string{"requests", "callers", "request_counts"} {
				if w.Database.Count("SELECT count(*) FROM "+table) > 0 {
					left = append(left, table)
				}
			}
			return strings.Join(left, " ")
		}
		for _, test := range []struct {
			days int
			want string
		}{{30, "requests callers request_counts"}, {31, "callers request_counts"}, {90, "callers request_counts"},
			{91, "request_counts"}, {399, "request_counts"}, {401, ""}} {
			if got := left(test.days); got != test.want {
				t.Errorf("after %d days there are %q; want %q", test.days, got, test.want)
			}
		}
	})
}
