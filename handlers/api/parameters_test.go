package api_test

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"dojo/gate"
	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// writes is every request that changes records, with a good body.
var writes = []struct{ method, path, body string }{
	{"POST", "/v1/interactions", `{"data":[{"type":"home_page_view"}]}`},
	{"DELETE", "/v1/interactions", `{"user_ids":["u1"]}`},
	{"POST", "/v1/products", `{"data":[{"product_id":"p2"}]}`},
	{"POST", "/v1/products/_delete", `{"data":{"product_ids":["p1"]}}`},
	{"DELETE", "/v1/products/p1", `{}`},
	{"POST", "/v1/users", `{"data":[{"user_id":"u2"}]}`},
	{"POST", "/v1/users/_delete", `{"data":{"user_ids":["u1"]}}`},
	{"DELETE", "/v1/users/u1", ``},
}

// newWritesWorld has a record of each collection, which every write would change.
func newWritesWorld(t testing.TB, database *storetest.Database) (w *webtest.API, unchanged func() bool) {
	w = webtest.NewAPI(t, database)
	secret := "X-API-KEY: " + w.Secret()
	webtest.ExpectMatch(t, w.Request("POST", "/v1/products", `{"data":[{"product_id":"p1"}]}`, secret), 200, task)
	webtest.ExpectMatch(t, w.Request("POST", "/v1/users", `{"data":[{"user_id":"u1"}]}`, secret), 200, task)
	webtest.Expect(t, w.Request("POST", "/v1/interactions", `{"data":[{"type":"like","user_id":"u1"}]}`, secret), 200,
		success)
	return w, func() bool { return w.Counts() == models.Counts{Products: 1, EndUsers: 1, Interactions: 1} }
}

// What was perhaps meant for a parameter is refused by its name, and nothing is done.
func TestAPIRefusesNearParameters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w, unchanged := newWritesWorld(t, database)
		secret := "X-API-KEY: " + w.Secret()
		for _, c := range writes {
			for _, query := range []string{
				"dryRun=1", "dry-run=1", "DRY_RUN=1", "dry_runs=1", "dryrun", "dry_run%5B%5D=1", "dry%255Frun=1",
				"a=1;dry_run=1",
				"dry_run=%zz", "dry_run=1;", "dry_run%=1", "mode=dry-run", "Async=1", "a-sync=1", "asnyc=1",
				"validate_only=true",
				"environment=playground", "upsert=0", "dry_run=1&dryRun=0",
			} {
				got := w.Request(c.method, c.path+"?"+query, c.body, secret)
				if got.Code != 422 || !strings.Contains(got.Body.String(), `"data":[]`) || !unchanged() {
					t.Fatalf("%s %s?%s: %d %s, %+v", c.method, c.path, query, got.Code, got.Body, w.Counts())
				}
			}
			for _, member := range []string{
				`"dry_run":true`, `"dryRun":1`, `"dry-run":{}`, `"DRY_RUN":false`, `"async":true`, `"validate_only":1`,
				`"d\u0072y_run":1`,
				`"options":{"a":[{"dry_run":true}]}`, `"mode":"dry run"`, `"modes":["x","dryRun"]`,
			} {
				for _, body := range []string{"{" + member + "," + strings.TrimPrefix(c.body, "{"),
					strings.TrimSuffix(c.body, "}") + "," + member + "}"} {
					if body = strings.NewReplacer(",}", "}", "{,", "{").Replace(body); c.body == "" {
						body = "{" + member + "}"
					}
					got := w.Request(c.method, c.path, body, secret)
					if got.Code != 422 || !unchanged() {
						t.Fatalf("%s %s with %s: %d %s, %+v", c.method, c.path, body, got.Code, got.Body, w.Counts())
					}
				}
			}
			for _, header := range []string{"X-Dry-Run: 1", "Dry_run: 1", "Prefer: handling=strict, dry-run"} {
				if got := w.Request(c.method, c.path, c.body, secret, header); got.Code != 422 || !unchanged() {
					t.Fatalf("%s %s with %s: %d %s", c.method, c.path, header, got.Code, got.Body)
				}
			}
			for _, query := range []string{"dry_run=1", "dry_run=true&utm_source=x", "dry%5Frun=1"} {
				if got := w.Request(c.method, c.path+"?"+query, c.body, secret); got.Code != 200 || !unchanged() {
					t.Fatalf("%s %s?%s: %d %s, %+v", c.method, c.path, query, got.Code, got.Body, w.Counts())
				}
			}
		}
		webtest.Expect(t, w.Request("POST", "/v1/products?dryRun=1", writes[2].body, secret), 422,
			`{"errors":true,"message":"Dojo has no parameter \"dryRun\". The one that is like it is written dry_run, in the URL. Nothing was done.","data":[]}`)
	})
}

// A filter that does not exist is not passed over, neither when reading nor when
// deleting.
func TestAPIRefusesFiltersThatItDoesNotHave(t *testing.T) {
	w, unchanged := newWritesWorld(t, storetest.OpenSQLite(t))
	secret := "X-API-KEY: " + w.Secret()
	for _, query := range []string{"type=x", "limit=10", "offset=5", "filter=a", "filter%5Btype%5D=x", "page_size=2",
		"cursor=x", "Type=x", "ids=1"} {
		for _, request := range []string{
			"GET /v1/products/_ids", "GET /v1/users/_ids", "HEAD /v1/users/_ids", "GET /v1/products/p1",
			"GET /v1/users/u1",
			"DELETE /v1/interactions", "POST /v1/products/_delete", "DELETE /v1/users/u1",
		} {
			method, path, _ := strings.Cut(request, " ")
			got := w.Request(method, path+"?"+query, `{"user_ids":["u1"],"data":{"product_ids":["p1"]}}`, secret)
			if got.Code != 422 || !unchanged() {
				t.Errorf("%s?%s: %d %s", request, query, got.Code, got.Body)
			}
		}
	}
	webtest.Expect(t, w.Request("GET", "/v1/products/_ids?type=x", "", secret), 422,
		`{"errors":true,"message":"Dojo has no parameter \"type\" here, and to go on without it could be wrong. Nothing was done.","data":[]}`)
}

// What trackers, caches and clients add means nothing, and changes nothing.
func TestAPIIgnoresOtherParameters(t *testing.T) {
	w, _ := newWritesWorld(t, storetest.OpenSQLite(t))
	secret := "X-API-KEY: " + w.Secret()
	const query = "?utm_source=mail&gclid=1&_=1700000000&v=2&ref=100%&lang=de&sdk_version=1.3.0&x;y&=&&"
	webtest.Expect(t, w.Request("POST", "/v1/interactions"+query,
		`{"data":[{"type":"like"}],"sdk":{"name":"x"},"sent_at":"now"}`, secret), 200, success)
	webtest.ExpectMatch(t, w.Request("POST", "/v1/products"+query,
		`{"data":[{"product_id":"p2","custom_attributes":{"dry_run":true}}]}`, secret), 200, task)
	webtest.Expect(t, w.Request("GET", "/v1/products/_ids"+query, "", secret), 200,
		`{"message":"success","data":{"ids":["p1","p2"]}}`)
	webtest.ExpectMatch(t, w.Request("DELETE", "/v1/products/p1"+query, `{"reason":"sold"}`, secret), 200, deleted)
	for _, body := range []string{"dry_run=1", "[]", "1", `{"a":`} {
		if got := w.Request("DELETE", "/v1/products/p2", body, secret); got.Code != 422 {
			t.Errorf("a body %s: %d %s", body, got.Code, got.Body)
		}
	}
}

// FuzzNearDryRun spells dry_run in every way, in every place: nothing is ever written.
func FuzzNearDryRun(f *testing.F) {
	f.Add(uint8(0), uint8(0), uint16(0), "_", "", "", "1")
	f.Add(uint8(1), uint8(1), uint16(1<<3), "", "x-", "", "true")
	f.Add(uint8(2), uint8(2), uint16(0xff), "-", "", "s", "")
	f.Add(uint8(4), uint8(3), uint16(5), "%5F", "is_", "[]", "yes")
	f.Add(uint8(7), uint8(4), uint16(0), " ", ";", "%", "null")
	f.Add(uint8(3), uint8(0), uint16(0), "%255f", "a=1;", "=", "1;")
	f.Add(uint8(7), uint8(2), uint16(0), "0", "0", " ", "1")
	f.Add(uint8(7), uint8(2), uint16(0), "=", "\x00\x04", "0", "!!*")
	f.Add(uint8(7), uint8(1), uint16(57), "", "%0", "", "G")
	f.Add(uint8(1), uint8(0), uint16(8), "\xc1;\x03", "f", "", "1")
	w, _ := newWritesWorld(f, storetest.OpenSQLite(f))
	secret := w.Secret()
	f.Fuzz(func(t *testing.T, write, place uint8, upper uint16, between, before, after, value string) {
		w.T = t
		if set, err := strconv.ParseBool(value); err == nil && !set {
			return // written right, it asks for the write
		}
		for _, part := range []string{between, before, after} {
			if strings.ContainsFunc(part, func(r rune) bool { return r == '&' || r == '=' }) && place%3 == 0 {
				return // another parameter, or its value
			}
			if models.NearParameter(before+"dry"+between+"run"+after) != models.DryRun {
				return // letters in between make another word of it
			}
		}
		letters := []byte("dryrun")
		for i := range letters {
			if upper>>i&1 == 1 {
				letters[i] -= 'a' - 'A'
			}
		}
		name := before + string(letters[:3]) + between + string(letters[3:]) + after
		c := writes[int(write)%len(writes)]
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("X-Api-Key", secret)
		switch place % 3 {
		case 0:
			if models.NearParameter(gate.Decode(name)) != models.DryRun {
				return // a letter of it is part of something encoded
			}
			r.URL.RawQuery = name + "=" + value
		case 1:
			r.URL.RawQuery = url.Values{name: {value}}.Encode()
		case 2:
			member, _ := json.Marshal(map[string]string{name: value})
			body := string(member)
			if len(c.body) > len("{}") {
				body = strings.TrimSuffix(c.body, "}") + "," + body[1:]
			}
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		}
		got := httptest.NewRecorder()
		w.Echo.ServeHTTP(got, r)
		asked, _ := url.ParseQuery(r.URL.RawQuery)
		if dry := asked.Has(models.DryRun) && got.Code == 200; got.Code != 422 && !dry {
			t.Errorf("%s %s with %q: %d %s", c.method, r.URL, name, got.Code, got.Body)
		}
		webtest.Expect(t, w.Request("GET", "/v1/products/_ids", "", "X-API-KEY: "+secret), 200,
			`{"message":"success","data":{"ids":["p1"]}}`)
		webtest.Expect(t, w.Request("GET", "/v1/users/_ids", "", "X-API-KEY: "+secret), 200,
			`{"message":"success","data":{"ids":["u1"]}}`)
	})
}
