package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

const (
	refusedRecords = "None of the records are inserted, because at least one of them contain schema errors. Please " +
		"see `data` field for details."
	statusDone = `{"took":0,"errors":false,"data":[],"code":200}`
)

// taskOf is the id of the task in an answer.
func taskOf(t *testing.T, got *httptest.ResponseRecorder) string {
	t.Helper()
	var answer struct {
		Data struct {
			ID string `json:"task_id"`
		}
	}
	if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil || len(answer.Data.ID) != 26 {
		t.Fatalf("no task in %d %s", got.Code, got.Body)
	}
	return answer.Data.ID
}

func TestAPIDeletesLists(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		w.Request("POST", "/v1/products", `{"data":[{"product_id":"p1"},{"product_id":"p 2/ü"},{"product_id":"p3"}]}`,
			secret)
		w.Request("POST", "/v1/users", `{"data":[{"user_id":"u1"},{"user_id":"u2"}]}`, secret)
		w.Request("POST", "/v1/interactions",
			`{"data":[{"type":"like","user_id":"u1"},{"type":"like","user_id":"u1"},{"type":"like","user_id":"u2"},{"type":"like"}]}`, secret)

		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/products/_delete?dry_run=1", `{"data":{"product_ids":["p1"]}}`, secret), 200,
			deleted)
		webtest.ExpectMatch(t, w.Request("DELETE", "/v1/products/p1?dry_run=1", "", secret), 200, deleted)
		webtest.Expect(t, w.Request("DELETE", "/v1/interactions?dry_run=1", `{"user_ids":["u1"]}`, secret), 200,
			success)
		if got := w.Counts(); got != (models.Counts{Products: 3, EndUsers: 2, Interactions: 4}) {
			t.Errorf("after dry runs, the data set has %+v", got)
		}
		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/products/_delete", `{"data":{"product_ids":["p1","p 2/ü","never was"]}}`, secret),
			200, deleted)
		webtest.ExpectMatch(t, w.Request("POST", "/v1/users/_delete", `{"data":{"user_ids":["u2","u2"]}}`, secret), 200,
			deleted)
		webtest.Expect(t, w.Request("DELETE", "/v1/interactions", `{"user_ids":["u1","u9"]}`, secret), 200, success)
		if got := w.Counts(); got != (models.Counts{Products: 1, EndUsers: 1, Interactions: 2}) {
			t.Errorf("after deleting, the data set has %+v", got)
		}
		webtest.Expect(t, w.Request("POST", "/v1/users/_delete", `{"data":{"user_ids":["u1",7]}}`, secret), 422,
			`{"errors":true,"message":"None of the records were deleted because at least one of the ids is invalid. Please see the `+"`data`"+` field for details.",`+
				`"data":["data.1 is invalid. The attribute was expected to be of type 'string' but type 'number' was given."]}`)
		for path, form := range map[string]string{
			"POST /v1/products/_delete": `{"data":{"product_ids":["…"]}}`,
			"POST /v1/users/_delete":    `{"data":{"user_ids":["…"]}}`, "DELETE /v1/interactions": `{"user_ids":["…"]}`,
		} {
			method, path, _ := strings.Cut(path, " ")
			got := w.Request(method, path, `{}`, secret)
			if encoded, _ := json.Marshal(form); got.Code != 422 ||
				!strings.Contains(got.Body.String(), strings.Trim(string(encoded), `"`)) {
				t.Errorf("%s %s: got %d %s", method, path, got.Code, got.Body)
			}
			if got := w.Request(method, path, `{}`, "X-API-KEY: "+w.Publishable()); got.Code != 403 {
				t.Errorf("%s %s with the publishable key: got %d", method, path, got.Code)
			}
			if got := w.Request(method, path, `{}`, "X-API-KEY: "+
				w.KeyText(models.Playground, models.Secret)); got.Code != 400 {
				t.Errorf("%s %s in the Playground: got %d", method, path, got.Code)
			}
		}
	})
}

func TestAPITellsOfTasks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		w.Unlock(models.Production)
		secret, other := "X-API-KEY: "+w.Secret(), "X-API-KEY: "+w.KeyText(models.Production, models.Secret)
		for _, c := range []struct{ method, path, body, collection string }{
			{"POST", "/v1/products", `{"data":[{"product_id":"p"}]}`, "products"},
			{"POST", "/v1/products", `{"data":[]}`, "products"},
			{"POST", "/v1/users", `{"data":[{"user_id":"u"}]}`, "users"},
			{"DELETE", "/v1/products/p", `{}`, "products"},
			{"POST", "/v1/users/_delete", `{"data":{"user_ids":["u"]}}`, "users"},
		} {
			id := taskOf(t, w.Request(c.method, c.path, c.body, secret))
			webtest.Expect(t, w.Request("GET", "/v1/"+c.collection+"/_status/"+id, "{}", secret), 200, statusDone)
			webtest.Expect(t, w.Request("GET", "/v1/"+c.collection+"/_status/"+id, "", other), 404, notFound)
			webtest.Expect(t, w.Request("GET",
				"/v1/"+map[string]string{"products": "users", "users": "products"}[c.collection]+"/_status/"+id, "",
				secret), 404, notFound)
		}
		dry := taskOf(t, w.Request("POST", "/v1/products?dry_run=1", `{"data":[{"product_id":"p"}]}`, secret))
		for _, id := range []string{dry, "nonsense", "%00", "%ff", "a%2Fb"} {
			webtest.Expect(t, w.Request("GET", "/v1/products/_status/"+id, "", secret), 404, notFound)
		}
	})
}

func TestAPIAttributesKeepTheirType(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		w.Request("POST", "/v1/products",
			`{"data":[{"product_id":"p1","custom_attributes":{"designer":"Sori","size":1}}]}`, secret)
		bad := `{"data":[{"product_id":"p2","custom_attributes":{"color":"red"}},{"product_id":"p3","custom_attributes":{"size":"L","designer":["Sori"]}}]}`
		const rejected = `{"errors":true,"message":"` + refusedRecords +
			`","data":["data.1.custom_attributes.designer is invalid. Its data type is not consistent with other records",` +
			`"data.1.custom_attributes.size is invalid. Its data type is not consistent with other records"]}`
		webtest.Expect(t, w.Request("POST", "/v1/products", bad, secret), 422, rejected)
		webtest.Expect(t, w.Request("POST", "/v1/products?dry_run=1", bad, secret), 422, rejected)
		webtest.ExpectMatch(t, w.Request("POST", "/v1/users", strings.ReplaceAll(bad, "product_id", "user_id"), secret),
			200, task)
		if got := w.Counts(); got != (models.Counts{Products: 1, EndUsers: 2}) {
			t.Errorf("the data set has %+v", got)
		}

		id := taskOf(t, w.Request("POST", "/v1/products?async=1", bad, secret))
		webtest.Expect(t, w.Request("GET", "/v1/products/_status/"+id, "", secret), 200,
			`{"took":0,"errors":true,"data":["data.1.custom_attributes.designer is invalid. Its data type is not consistent with other records",`+
				`"data.1.custom_attributes.size is invalid. Its data type is not consistent with other records"],"code":422}`)
	})
}

// With async=1 nothing is answered that is not on disk: an upload waits for the database
// as any other, and another process tells of its task.
func TestAPIAnswersAsyncFromTheDisk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		add := func(path, body string) *httptest.ResponseRecorder { return w.Request("POST", path, body, secret) }
		webtest.ExpectMatch(t, add("/v1/users", `{"data":[{"user_id":"u","custom_attributes":{"size":1}}]}`), 200, task)
		good := taskOf(t, add("/v1/users?async=1", `{"data":[{"user_id":"v"}]}`))
		bad := taskOf(t, add("/v1/users?async=1", `{"data":[{"user_id":"w","custom_attributes":{"size":"L"}}]}`))
		gone := taskOf(t, add("/v1/users/_delete?async=1", `{"data":{"user_ids":["u"]}}`))
		if rows := database.Count("SELECT count(*) FROM tasks"); rows != 4 {
			t.Errorf("%d tasks are on disk after four answers", rows)
		}
		w.Reopen() // as another process, which shares nothing but the database
		for id, status := range map[string]string{good: statusDone, gone: statusDone,
			bad: `{"took":0,"errors":true,"data":["data.0.custom_attributes.size is invalid. ` +
				`Its data type is not consistent with other records"],"code":422}`} {
			webtest.Expect(t, w.Request("GET", "/v1/users/_status/"+id, "", secret), 200, status)
			webtest.Expect(t, w.Request("GET", "/v1/products/_status/"+id, "", secret), 404, notFound)
		}
		if got := w.Counts(); got.EndUsers != 1 {
			t.Errorf("%d users; want 1", got.EndUsers)
		}
		webtest.Expect(t, add("/v1/users?async=perhaps", `{"data":[]}`), 422,
			`{"errors":true,"message":"The parameter async is 1 or 0, and is given once.","data":[]}`)
	})
}

// What could not be kept is not accepted, with async=1 either.
func TestAPIAcceptsNothingInAnOutage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		end := w.Database.Outage()
		got := w.Request("POST", "/v1/users?async=1", `{"data":[{"user_id":"u"}]}`, secret)
		end()
		webtest.ExpectMatch(t, got, 503, `{"message":"Dojo *","code":"unavailable","errors":true}`)
		if w.Counts() != (models.Counts{}) || database.Count("SELECT count(*) FROM tasks") != 0 {
			t.Error("it was written after all")
		}
	})
}

func packed(t testing.TB, body string) string {
	t.Helper()
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := io.WriteString(writer, body); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPIPackedBodies(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	secret := "X-API-KEY: " + w.Secret()
	body := `{"data":[{"product_id":"p1","title":"` + strings.Repeat("x", 100_000) + `"}]}`
	good := packed(t, body)
	for _, encoding := range []string{"gzip", "x-gzip", " GZIP "} {
		webtest.ExpectMatch(t, w.Request("POST", "/v1/products", good, secret, "Content-Encoding: "+encoding), 200,
			task)
	}
	webtest.ExpectMatch(t, w.Request("POST", "/v1/products", body, secret, "Content-Encoding: identity"), 200, task)
	webtest.Expect(t, w.Request("GET", "/v1/products/p1", "", secret), 200, `{"message":"success","data":`+
		body[len(`{"data":[`):len(body)-2]+`}`)

	const broken = `{"message":"The request body is not the gzip data that its Content-Encoding says it is, or not all of it.","code":"invalid","errors":true}`
	for name, bad := range map[string]string{
		"empty": "", "plain": body, "cut": good[:len(good)-20], "no trailer": good[:len(good)-8],
		"header only": good[:10],
		"wrong sum":   good[:len(good)-8] + "\x00\x00\x00\x00" + good[len(good)-4:], "more behind it": good + "garbage",
	} {
		got := w.Request("POST", "/v1/products", bad, secret, "Content-Encoding: gzip")
		if got.Code != 400 || got.Body.String() != broken {
			t.Errorf("%s: got %d %s", name, got.Code, got.Body)
		}
	}
	const tooLarge = `{"message":"The request body is larger than 16 MiB. Send the records in several requests.","code":"too_large","errors":true}`
	padding := strings.Repeat(" ", records.MaxBody-len(`{"data":[]}`))
	webtest.ExpectMatch(t, w.Request("POST", "/v1/products", packed(t, `{"data":[]}`+padding), secret,
		"Content-Encoding: gzip"), 200, task)
	webtest.Expect(t, w.Request("POST", "/v1/products", packed(t, `{"data":[]}`+padding+" "), secret,
		"Content-Encoding: gzip"), 413, tooLarge)
	for _, encoding := range []string{"br", "deflate", "zstd", "gzip, gzip", "nonsense"} {
		got := w.Request("POST", "/v1/products", good, secret, "Content-Encoding: "+encoding)
		webtest.Expect(t, got, 415,
			`{"message":"The request body is packed in a way that Dojo does not read. Send it as it is, or with Content-Encoding: gzip.","code":"invalid","errors":true}`)
		if got.Header().Get("Accept-Encoding") != "gzip" {
			t.Errorf("%s: Accept-Encoding is %q", encoding, got.Header().Get("Accept-Encoding"))
		}
	}
	if got := w.Counts(); got != (models.Counts{Products: 1}) {
		t.Errorf("the data set has %+v", got)
	}
}

// A small body that unpacks to a quarter of a gigabyte costs no more memory than the largest that
// is taken. The test is not parallel, since memory is counted for the whole process.
func TestAPIBombs(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	var bomb bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&bomb, gzip.BestSpeed) // which is a level
	zeros := make([]byte, 1<<20)
	for range 256 {
		writer.Write(zeros)
	}
	writer.Close()
	secret := w.Secret()
	send := func() { // past what checks every answer, which would unpack all of it
		got, r := httptest.NewRecorder(),
			httptest.NewRequest("POST", "/v1/users?api_key="+secret, bytes.NewReader(bomb.Bytes()))
		r.Header.Set("Content-Encoding", "gzip")
		if w.Echo.ServeHTTP(got, r); got.Code != 413 {
			t.Errorf("got %d %s", got.Code, got.Body)
		}
	}
	send() // what is read once for all requests is not counted
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send()
	runtime.ReadMemStats(&after)
	allocated := after.TotalAlloc - before.TotalAlloc
	if allocated > 4*records.MaxBody {
		t.Errorf("a bomb took %d MiB", allocated>>20)
	}
}

// Each of these is the sender's fault, and is told so in JSON.
func TestAPIBadInput(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
		for name, c := range map[string]struct {
			body   string
			status int
			says   string
		}{
			"nothing":          {"", 422, "is not JSON"},
			"not JSON":         {"data=1", 422, "is not JSON"},
			"an array":         {"[]", 422, "is not an object"},
			"null":             {"null", 422, "is not an object"},
			"half":             {`{"data":[{"user_id":"u"}]`, 422, "is not JSON"},
			"two":              {`{"data":[]}{"data":[]}`, 422, "is not JSON"},
			"a BOM":            {"\uFEFF" + `{"data":[]}`, 422, "byte order mark"},
			"a NUL outside":    {`{"data":[]}` + "\x00", 422, "is not JSON"},
			"a raw NUL":        {`{"data":[{"user_id":"a` + "\x00" + `"}]}`, 422, "is not JSON"},
			"a NUL":            {`{"data":[{"user_id":"a\u0000"}]}`, 422, "NUL character"},
			"a NUL in a name":  {`{"data":[{"user_id":"a","a\u0000":1}]}`, 422, "NUL character"},
			"invalid UTF-8":    {`{"data":[{"user_id":"a` + "\xff" + `"}]}`, 422, "valid UTF-8"},
			"half a surrogate": {`{"data":[{"user_id":"a\ud800"}]}`, 422, "surrogate"},
			"data twice":       {`{"data":[],"data":[]}`, 422, "more than once"},
			"a name twice": {`{"data":[{"user_id":"a","user_id":"b"}]}`, 422,
				"data.0.user_id is invalid. The attribute is given more than once."},
			"a name twice, deep": {`{"data":[{"user_id":"a","custom_attributes":{"x":1,"x":1}}]}`, 422,
				"data.0.custom_attributes.x is invalid."},
			"a huge number": {`{"data":[{"user_id":"a","age":1e400}]}`, 422, "64-bit floating point"},
			"a tiny number": {`{"data":[{"user_id":"a","custom_attributes":{"x":1e-400}}]}`, 422,
				"64-bit floating point"},
			"a long number": {`{"data":[{"user_id":"a","age":1` + strings.Repeat("0", 2000) + `}]}`, 422,
				"64-bit floating point"},
			"65 levels": {`{"data":[` + deep(65) + `]}`, 422, "more than 64 levels"},
			"a million levels": {`{"data":[` + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000) +
				`]}`, 422, ""},
			"a million unclosed": {`{"data":[` + strings.Repeat("[", 1_000_000), 422, "is not JSON"},
			"10,001 records": {`{"data":[` + strings.Repeat(`{"user_id":"u"},`, 10_000) + `{"user_id":"u"}]}`, 413,
				"more than 10000 records"},
			"no records in there": {`{"data":[null,1,"x",[],true]}`, 422, "data.4 is invalid."},
			"20,001 values": {`{"data":[{"user_id":"u","custom_attributes":{"x":[` +
				strings.Repeat("1,", 20_000) + `1]}}]}`, 422, "more than 20000 names"},
		} {
			got := w.Request("POST", "/v1/users", c.body, secret)
			if got.Code != c.status || !strings.Contains(got.Body.String(), c.says) || !json.Valid(got.Body.Bytes()) {
				t.Errorf("%s: got %d %.300s; want %d with %q", name, got.Code, got.Body, c.status, c.says)
			}
		}
		if w.Counts() != (models.Counts{}) {
			t.Error("something of it was kept")
		}
		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/users", `{"data":[`+strings.Repeat(`{"user_id":"u"},`, 9_999)+`{"user_id":"u"}]}`,
				secret), 200, task)
		webtest.ExpectMatch(t,
			w.Request("POST", "/v1/users", `{"data":[{"user_id":"v","custom_attributes":{"`+strings.Repeat("長", 5000)+
				`":1}}]}`, secret), 200, task)
		webtest.Expect(t, w.Request("POST", "/v1/interactions", `{"data":[{"type":"custom","custom_action_name":"`+
			strings.Repeat("長", 5000)+`"}]}`, secret), 200, success)
		if got := w.Counts(); got != (models.Counts{EndUsers: 2, Interactions: 1}) {
			t.Errorf("the data set has %+v", got)
		}
	})
}

// Clients that hang up at any byte of their request leave all of it or nothing.
func TestAPIClientHangsUp(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	address := server.Listener.Addr().String()
	body := `{"data":[{"user_id":"u1"},{"user_id":"u2"},{"user_id":"u3"}]}`
	request := "POST /v1/users?api_key=" + w.Secret() + " HTTP/1.1\r\nHost: " + address + "\r\n"
	whole := request + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
	chunked := request + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for _, text := range []string{whole, chunked} {
		for cut := range len(text) - 1 {
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(connection, text[:cut])
			connection.(*net.TCPConn).SetLinger(0) // hangs up with a reset
			connection.Close()
		}
	}
	server.Close() // waits for those that are being answered
	if got := w.Counts(); got != (models.Counts{}) && got != (models.Counts{EndUsers: 3}) {
		t.Errorf("the data set has %+v of half an upload", got)
	}
}

// FuzzAPIUpload sends bodies as they are and as gzip, with parameters, to every
// endpoint that reads one. Whatever it is, it is no fault of ours.
func FuzzAPIUpload(f *testing.F) {
	good := `{"data":[{"user_id":"u","custom_attributes":{"a":[1]}}]}`
	f.Add(uint8(0), "dry_run=1", []byte(good), false)
	f.Add(uint8(1), "async=1&async=0", []byte(packed(f, good)), true)
	f.Add(uint8(2), "dry_run=%zz&=;", []byte(`{"user_ids":["u"]}`), false)
	f.Add(uint8(3), "dry_run=TRUE&async=%00", []byte("\x1f\x8b\x08\x00"), true)
	f.Add(uint8(4), "api_key=%ff", []byte(`{"data":{"user_ids":[1e999,"\ud800"]}}`), false)
	endpoints := []string{"POST /v1/users", "POST /v1/products", "POST /v1/interactions", "DELETE /v1/interactions",
		"POST /v1/users/_delete", "POST /v1/products/_delete"}
	w := webtest.NewAPI(f, storetest.OpenSQLite(f))
	secret := w.Secret()
	f.Fuzz(func(t *testing.T, endpoint uint8, query string, body []byte, gzipped bool) {
		method, path, _ := strings.Cut(endpoints[int(endpoint)%len(endpoints)], " ")
		r := httptest.NewRequest(method, path, bytes.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("X-Api-Key", secret)
		if gzipped {
			r.Header.Set("Content-Encoding", "gzip")
		}
		got := httptest.NewRecorder()
		w.Echo.ServeHTTP(got, r)
		if got.Code >= 500 || !json.Valid(got.Body.Bytes()) {
			t.Errorf("%s %s?%s with %q: %d %s", method, path, query, body, got.Code, got.Body)
		}
	})
}
