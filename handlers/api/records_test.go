package api_test

import (
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

const (
	success = `{"message":"success"}`
	task    = `{"message":"success","data":{"task_id":"*"}}`
	deleted = `{"message":"deleted","data":{"task_id":"*"}}`
)

func TestAPIKeepsRecords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/products", `{"data":[{"product_id":"p1","title":"First"}, {"product_id":"p2"}]}`,
				secret), 200, task)
		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/products", `{"data":[{"product_id":"p1","title":"Second"}]}`, secret), 200, task)
		webtest.ExpectMatch(t, w.Request("POST", "/v1/users", `{"data":[{"user_id":"u1","name":"Uma"}]}`, secret), 200,
			task)
		webtest.Expect(t, w.Request("POST", "/v1/interactions?api_key="+w.Publishable(),
			`{"data":[{"type":"custom","custom_action_name":"wave","user_id":"u1"},{"type":"product_detail_page_view","product_ids":["p1","p2"],"timestamp":"2026-01-02T03:04:05Z"}]}`,
			"Content-Type: text/plain;charset=UTF-8"), 200, success)
		if got := w.Counts(); got != (models.Counts{Products: 2, EndUsers: 1, Interactions: 2}) {
			t.Errorf("the data set has %+v", got)
		}
		webtest.Expect(t, w.Request("GET", "/v1/products/p1", "{}", secret), 200,
			`{"message":"success","data":{"product_id":"p1","title":"Second"}}`)
		webtest.Expect(t, w.Request("GET", "/v1/users/u1", "", secret), 200,
			`{"message":"success","data":{"user_id":"u1","name":"Uma"}}`)
		webtest.Expect(t, w.Request("GET", "/v1/users/p1", "", secret), 404, notFound)
		webtest.Expect(t, w.Request("GET", "/v1/products/_ids", "", secret), 200,
			`{"message":"success","data":{"ids":["p1","p2"]}}`)
		webtest.Expect(t, w.Request("GET", "/v1/users/_ids", "", secret), 200,
			`{"message":"success","data":{"ids":["u1"]}}`)

		list, err := w.Team(w.Olivia, w.Acme).Interactions(t.Context(), models.Development, models.InteractionsQuery{})
		if err != nil || len(list.Rows) != 2 {
			t.Fatal(list, err)
		}
		view, wave := list.Rows[0], list.Rows[1]
		if view.ProductIDs != "p1, p2" || !view.OccurredAt.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
			t.Errorf("kept %+v", view)
		}
		if wave.Type != "custom:wave" || wave.UserID != "u1" || !wave.OccurredAt.Equal(w.Store.Now()) {
			t.Errorf("kept %+v", wave)
		}

		webtest.ExpectMatch(t, w.Request("DELETE", "/v1/products/p1", "{}", secret), 200, deleted)
		webtest.ExpectMatch(t, w.Request("DELETE", "/v1/users/u1", "", secret), 200, deleted)
		webtest.ExpectMatch(t, w.Request("DELETE", "/v1/users/u1", "", secret), 200, deleted)
		webtest.Expect(t, w.Request("GET", "/v1/products/p1", "", secret), 404, notFound)
		if got := w.Counts(); got != (models.Counts{Products: 1, Interactions: 2}) {
			t.Errorf("after deleting, the data set has %+v", got)
		}
	})
}

func TestAPIOddIDs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		for _, c := range []struct{ id, path string }{
			{"p 2/ü", "p%202%2F%C3%BC"},
			{"p 2/ü", "p%202%2f%c3%bc"},
			{"a b", "a%20b"},
			{"100%", "100%25"},
			{"50%/2", "50%25%2F2"},
			{"%2F", "%252F"},
			{"a+b", "a+b"},
			{"..", "%2E%2E"},
			{"a?b#c", "a%3Fb%23c"},
			{":id", ":id"},
			{"*", "*"},
			{"日本", "%E6%97%A5%E6%9C%AC"},
			{strings.Repeat("ü", 512), strings.Repeat("%C3%BC", 512)},
		} {
			webtest.ExpectMatch(t, w.Request("POST", "/v1/users", `{"data":[{"user_id":"`+c.id+`"}]}`, secret), 200,
				task)
			webtest.Expect(t, w.Request("GET", "/v1/users/"+c.path, "", secret), 200,
				`{"message":"success","data":{"user_id":"`+c.id+`"}}`)
			webtest.ExpectMatch(t, w.Request("DELETE", "/v1/users/"+c.path, "", secret), 200, deleted)
			webtest.Expect(t, w.Request("GET", "/v1/users/"+c.path, "", secret), 404, notFound)
		}
		for _, path := range []string{"%00", "%ff", "a%2F%00", strings.Repeat("x", 513), "_delete", "_status/x", "_x",
			"%5Fx"} {
			webtest.Expect(t, w.Request("GET", "/v1/products/"+path, "", secret), 404, notFound)
			webtest.Expect(t, w.Request("DELETE", "/v1/products/"+path, "", secret), 422,
				`{"errors":true,"message":"The id in the path is not one: it is 1 to 512 characters of percent-encoded UTF-8, and does not start with '_'.","data":[]}`)
		}
	})
}

func TestAPIRejectsBatchesWhole(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := "X-API-KEY: " + w.Secret()
	webtest.Expect(t, w.Request("POST", "/v1/interactions",
		`{"data":[{"type":"home_page_view"},{"type":"home_page_view","user_id":5}]}`, secret), 422,
		`{"errors":true,"message":"None of the records were inserted because at least one of them contained schema errors. Please see the `+"`data`"+` field for details.",`+
			`"data":["data.1.user_id is invalid. The attribute was expected to be of type 'string' but type 'number' was given."]}`)
	for _, body := range []string{"", "{", "[]", "null", `{"data":{}}`, `{"date":[]}`, `{"data":[]} x`, "\xff",
		`{"data":["x"]}`} {
		got := w.Request("POST", "/v1/products", body, secret)
		if got.Code != 422 || !strings.HasPrefix(got.Body.String(), `{"errors":true,"message":"`) ||
			!strings.Contains(got.Body.String(), `,"data":[`) {
			t.Errorf("body %q: got %d %s", body, got.Code, got.Body)
		}
	}
	many := `{"data":[` + strings.Repeat("{},", 10_000) + `{}]}`
	got := w.Request("POST", "/v1/users", many, secret)
	if got.Code != 413 || !strings.HasSuffix(got.Body.String(), `"code":"too_large","errors":true}`) {
		t.Errorf("10,001 records: got %d %s", got.Code, got.Body)
	}
	if w.Counts() != (models.Counts{}) {
		t.Error("something of a rejected batch was kept")
	}
}

func TestAPIDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := "X-API-KEY: " + w.Secret()
	for _, value := range []string{"1", "true"} {
		webtest.Expect(t, w.Request("POST", "/v1/interactions?dry_run="+value, `{"data":[{"type":"home_page_view"}]}`,
			secret), 200, success)
		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/products?dry_run="+value, `{"data":[{"product_id":"p"}]}`, secret), 200, task)
		webtest.ExpectMatch(t, w.Request("POST", "/v1/users?dry_run="+value, `{"data":[{"user_id":"u"}]}`, secret), 200,
			task)
	}
	for _, query := range []string{"dry_run=perhaps", "dry_run", "dry_run=", "dry_run=0&dry_run=1",
		"dry_run=1&dry_run=0"} {
		got := w.Request("POST", "/v1/users?"+query, `{"data":[{"user_id":"u"}]}`, secret)
		webtest.Expect(t, got, 422,
			`{"errors":true,"message":"The parameter dry_run is 1 or 0, and is given once.","data":[]}`)
	}
	if got := w.Request("POST", "/v1/users?dry_run=1", `{"data":[{"user_id":""}]}`, secret); got.Code != 422 {
		t.Errorf("a dry run accepted a bad record: %d %s", got.Code, got.Body)
	}
	if w.Counts() != (models.Counts{}) {
		t.Error("a dry run wrote something")
	}
	webtest.ExpectMatch(t, w.Request("POST", "/v1/users?dry_run=0", `{"data":[{"user_id":"u"}]}`, secret), 200, task)
	if w.Counts().EndUsers != 1 {
		t.Error("dry_run=0 wrote nothing")
	}
}

func TestAPILimitsBodies(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	const tooLarge = `{"message":"The request body is larger than 16 MiB. Send the records in several requests.","code":"too_large","errors":true}`
	send := func(body io.Reader, length int64) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/v1/products?api_key="+w.Secret(), body)
		r.ContentLength = length
		return w.Serve(r)
	}
	webtest.Expect(t, send(webtest.BrokenOff{}, records.MaxBody+1), 413, tooLarge) // not even read
	webtest.Expect(t, send(webtest.Endless{}, -1), 413, tooLarge)
	webtest.Expect(t, send(webtest.BrokenOff{}, 100), 400,
		`{"message":"The request body broke off before its end.","code":"invalid","errors":true}`)
	padding := strings.Repeat(" ", records.MaxBody-len(`{"data":[]}`))
	webtest.ExpectMatch(t, send(strings.NewReader(`{"data":[]}`+padding), records.MaxBody), 200, task)
}

// A body that stops coming is given up when the server's time for it is over.
func TestAPIGivesUpASlowBody(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewUnstartedServer(w.Echo)
	server.Config.ReadHeaderTimeout, server.Config.ReadTimeout = time.Minute, 200*time.Millisecond
	server.Start()
	defer server.Close()
	body, sender := io.Pipe()
	defer sender.Close()
	go io.WriteString(sender, `{"data":[{"user_id":"u"}]`)
	answer, err := server.Client().Post(server.URL+"/v1/users?api_key="+w.Secret(), "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 408 || !strings.HasSuffix(string(text), `"code":"timeout","errors":true}`) {
		t.Errorf("got %s %s %v", answer.Status, text, err)
	}
	if w.Counts() != (models.Counts{}) {
		t.Error("something of half a body was kept")
	}
}

func TestAPIOnlyInteractionsHaveCORS(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	const origin = "Origin: https://shop.example"
	preflight := w.Request("OPTIONS", "/v1/interactions?api_key=whatever", "", origin,
		"Access-Control-Request-Method: POST")
	webtest.Expect(t, preflight, 204, "")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://shop.example", "Access-Control-Allow-Methods": "POST",
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Allow-Headers":     "Content-Type, X-API-KEY, Authorization",
	} {
		if got := preflight.Header().Get(name); got != want {
			t.Errorf("preflight: %s is %q", name, got)
		}
	}
	for _, key := range []string{w.Publishable(), w.Secret(), w.KeyText(models.Playground, models.Publishable), "bad"} {
		got := w.Request("POST", "/v1/interactions?api_key="+key, `{"data":[]}`, origin)
		if got.Header().Get("Access-Control-Allow-Origin") != "https://shop.example" {
			t.Errorf("status %d cannot be read by a page", got.Code)
		}
	}
	for _, c := range [][2]string{
		{"OPTIONS", "/v1/products"}, {"POST", "/v1/products"}, {"GET", "/v1/products/1"},
		{"DELETE", "/v1/interactions"}, {"GET", "/verify"},
	} {
		got := w.Request(c[0], c[1]+"?api_key="+w.Secret(), "", origin, "Access-Control-Request-Method: POST")
		for name := range got.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s: %s", c[0], c[1], name)
			}
		}
	}
}

func TestAPIWithoutItsDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		end := database.Outage()
		for _, c := range [][3]string{
			{"POST", "/v1/products", `{"data":[{"product_id":"p"}]}`},
			{"DELETE", "/v1/users/u", ""},
		} {
			got := w.Request(c[0], c[1], c[2], secret)
			webtest.Expect(t, got, 503,
				`{"message":"Dojo cannot reach its database just now, or cannot write to it. Try again in a few seconds.","code":"unavailable","errors":true}`)
			if got.Header().Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
		}
		webtest.Expect(t, w.Request("GET", "/verify", "", secret), 200, "")
		end()
		if w.Counts() != (models.Counts{}) {
			t.Error("something was kept of what was answered with 503")
		}
		webtest.ExpectMatch(t, w.Request("POST", "/v1/products", `{"data":[{"product_id":"p"}]}`, secret), 200, task)
	})
}

func TestAPIFaultsShowNothing(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Echo.GET("/v1/panic", func(echo.Context) error { panic("a secret detail") })
	w.Echo.GET("/v1/fault", func(echo.Context) error { return errors.New("a secret detail") })
	for _, path := range []string{"/v1/panic", "/v1/fault"} {
		got := w.Request("GET", path, "", "X-API-KEY: "+w.Secret())
		webtest.Expect(t, got, 500,
			`{"message":"Something is wrong inside Dojo. It is in the log, under the id in the header X-Request-Id.","code":"internal","errors":true}`)
		if id := got.Header().Get("X-Request-Id"); !strings.Contains(w.Log.String(), id) {
			t.Errorf("%s: the log has no line with the id", path)
		}
	}
	if strings.Count(w.Log.String(), "a secret detail") != 2 {
		t.Error("the log does not have the causes")
	}
}

func TestAPIHead(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	w.Request("POST", "/v1/products", `{"data":[{"product_id":"p"}]}`, "X-API-KEY: "+w.Secret())
	for path, want := range map[string]int{"/v1/products/p": 200, "/v1/products/q": 404, "/verify": 200} {
		answer, err := server.Client().Head(server.URL + path + "?api_key=" + w.Secret())
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("HEAD %s: %s", path, answer.Status)
		}
	}
}
