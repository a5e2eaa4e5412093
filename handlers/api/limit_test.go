package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

func TestAPILimitsRequests(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Gate.SetLimit(1)
	const limited = `{"message":"This environment has made too many requests. Try again in a moment.","code":"rate_limited","errors":true}`
	secret, public := "X-API-KEY: "+w.Secret(), "X-API-KEY: "+w.Publishable()
	upload := func(key string) (status int, wait string) {
		got := w.Request("POST", "/v1/interactions", `{"data":[]}`, key, "Origin: https://shop.example")
		if got.Code == 429 {
			webtest.Expect(t, got, 429, limited)
		}
		if got.Header().Get("Access-Control-Allow-Origin") != "https://shop.example" {
			t.Error("a page cannot read the answer")
		}
		return got.Code, got.Header().Get("Retry-After")
	}
	for i, want := range []string{"200 ", "200 ", "429 1", "429 1"} {
		if status, wait := upload(public); fmt.Sprint(status, " ", wait) != want {
			t.Errorf("request %d: got %d, to wait %q, want %s", i, status, wait, want)
		}
	}
	webtest.Expect(t, w.Request("GET", "/verify", "", secret), 429, limited)
	webtest.Expect(t, w.Request("GET", "/v1/users/1", "", secret), 429, limited)
	webtest.Expect(t, w.Request("GET", "/v1/users/1", "", public), 403, secretNeeded)
	webtest.Expect(t, w.Request("GET", "/verify", ""), 401, invalidKey)
	w.Database.Clock.Add(time.Second)
	webtest.Expect(t, w.Request("GET", "/verify", "", secret), 200, "")
	webtest.Expect(t, w.Request("GET", "/verify", "", secret), 429, limited)
}

// TestAPILimitsTheRequestsOfADay: what an agreement allows, with the pause until the day ends, in UTC;
// also after a restart, until the limit is raised or the next day begins.
func TestAPILimitsTheRequestsOfADay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w := webtest.NewAPI(t, db)
		allow := func(perDay int) {
			t.Helper()
			db.Exec("UPDATE agreement_covers SET per_day = $1", perDay)
			if err := w.Gate.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		secret := "X-API-KEY: " + w.Secret()
		passes := func(when string, want ...int) {
			t.Helper()
			for i, status := range want {
				got := w.Request("GET", "/verify", "", secret)
				if got.Code != status {
					t.Fatalf("%s request %d is answered with %d; want %d", when, i, got.Code, status)
				}
				left := models.DayOf(w.Store.Now()).AddDate(0, 0, 1).Sub(w.Store.Now())
				wait := fmt.Sprint(int64((left + time.Second - 1) / time.Second))
				if got.Code == 429 && (got.Header().Get("Retry-After") != wait ||
					!strings.Contains(got.Body.String(), `"code":"day_limit_reached"`)) {
					t.Fatalf("%s it is refused with %s, again after %s seconds; want %s", when, got.Body,
						got.Header().Get("Retry-After"), wait)
				}
			}
		}
		allow(3)
		passes("at first", 200, 200, 200, 429, 429)
		w.Gate.FlushDays(t.Context(), w.Store)
		w.Reopen()
		passes("after a restart", 429)
		allow(5)
		passes("with a higher limit", 200, 200, 429)
		db.Clock.Set(models.DayOf(w.Store.Now()).AddDate(0, 0, 1).Add(-time.Millisecond))
		passes("just before midnight", 429)
		db.Clock.Add(time.Millisecond)
		passes("at midnight", 200, 200, 200, 200, 200, 429)
	})
}
