package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// addUsers adds users with odd ids, and returns the ids.
func addUsers(w *webtest.API, count int) (ids []string) {
	w.T.Helper()
	var list []map[string]string
	for i := range count {
		id := fmt.Sprintf(`u%05d "<é,]}`, i)
		ids, list = append(ids, id), append(list, map[string]string{"user_id": id})
	}
	body, _ := json.Marshal(map[string]any{"data": list})
	webtest.ExpectMatch(w.T, w.Request("POST", "/v1/users", string(body), "X-API-KEY: "+w.Secret()), 200, task)
	return ids
}

// However many ids there are, the answer has each of them once.
func TestAPIListsManyIDs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		secret := "X-API-KEY: " + w.Secret()
		webtest.Expect(t, w.Request("GET", "/v1/users/_ids", "", secret), 200,
			`{"message":"success","data":{"ids":[]}}`)
		for _, count := range []int{1, 99, 100, 101, 500, 1203} {
			want := addUsers(w, count)
			var got struct {
				Message string
				Data    struct{ IDs []string }
			}
			answer := w.Request("GET", "/v1/users/_ids", "", secret)
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || got.Message != "success" {
				t.Fatalf("%d: %v %.200s", count, err, answer.Body)
			}
			if slices.Sort(got.Data.IDs); !slices.Equal(got.Data.IDs, want) {
				t.Errorf("of %d ids came %d", count, len(got.Data.IDs))
			}
			if head := w.Request("HEAD", "/v1/users/_ids", "", secret); head.Code != 200 || head.Body.Len() > 0 {
				t.Errorf("HEAD: %d %.100s", head.Code, head.Body)
			}
		}
	})
}

// writer is an answer whose first write tells, and then goes on when it may.
type writer struct {
	*httptest.ResponseRecorder
	first func()
}

func (w *writer) Write(p []byte) (int, error) {
	if w.first != nil {
		w.first()
		w.first = nil
	}
	return w.ResponseRecorder.Write(p)
}

func idsRequest(w *webtest.API) *http.Request {
	r := httptest.NewRequest("GET", "/v1/users/_ids", nil)
	r.Header.Set("X-Api-Key", w.Secret())
	return r
}

// When the database fails in the middle, the connection breaks off, and nobody takes
// half of the ids for all of them.
func TestAPIBreaksOffAnAnswerThatIsNotWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		addUsers(w, 1203)
		answer := &writer{httptest.NewRecorder(), func() { w.Database.Exec("ALTER TABLE end_users RENAME TO gone") }}
		defer func() {
			if cause := recover(); cause != http.ErrAbortHandler {
				t.Errorf("the connection goes on: %v", cause)
			}
			if text := answer.Body.String(); json.Valid([]byte(text)) || strings.HasSuffix(text, "}") {
				t.Errorf("it looks whole: …%.50s", text[max(0, len(text)-50):])
			}
		}()
		w.Echo.ServeHTTP(answer, idsRequest(w))
	})
}

// Clients that do not take their answers hold nothing that others need: neither a
// connection to the database, nor a place among those that read.
func TestAPIWaitsForNoSlowReader(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		addUsers(w, 1203)
		const readers = 40 // more than there are connections
		var begun, ended sync.WaitGroup
		goOn := make(chan struct{})
		begun.Add(readers)
		for range readers {
			r := idsRequest(w)
			ended.Go(func() {
				w.Echo.ServeHTTP(&writer{httptest.NewRecorder(), func() { begun.Done(); <-goOn }}, r)
			})
		}
		begun.Wait()
		if got := w.Request("GET", "/v1/users/_ids", "", "X-API-KEY: "+w.Secret()); got.Code != 200 {
			t.Errorf("%d %.100s", got.Code, got.Body)
		}
		close(goOn)
		ended.Wait()
	})
}

// A key that is revoked gets no more parts of an answer that it has begun to take, and the
// answer does not look whole.
func TestAPIListStopsWhenItsKeyIsRevoked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		addUsers(w, 1203)
		key := w.Key(models.Development, models.Secret)
		answer := &writer{httptest.NewRecorder(), func() { w.Revoke(key, models.Revocation{Reason: models.Compromised}) }}
		defer func() {
			if cause := recover(); cause != http.ErrAbortHandler {
				t.Errorf("the connection goes on: %v", cause)
			}
			if ids := strings.Count(answer.Body.String(), `"u`); ids == 0 || ids > 100 {
				t.Errorf("%d ids came after the revocation", ids)
			}
		}()
		w.Echo.ServeHTTP(answer, idsRequest(w))
	})
}

// timed is an answer that notes when it may not be written any more, and whether it was
// written without that having been put off since the write before.
type timed struct {
	*httptest.ResponseRecorder
	until         time.Time
	writes, stale int
}

// SetWriteDeadline is what an http.ResponseController calls.
func (w *timed) SetWriteDeadline(until time.Time) error { w.until = until; return nil }

func (w *timed) Write(p []byte) (int, error) {
	w.writes++
	if left := time.Until(w.until); left <= 0 || left > time.Minute {
		w.stale++
	}
	w.until = time.Time{}
	return w.ResponseRecorder.Write(p)
}

// A long answer has its time anew for each part: the limit on a whole answer would cut it
// off, and without any limit a client that takes nothing would keep it for ever.
func TestAPIListHasItsTimeForEachPart(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	addUsers(w, 501)
	answer := &timed{ResponseRecorder: httptest.NewRecorder()}
	w.Echo.ServeHTTP(answer, idsRequest(w))
	if answer.Code != 200 || !json.Valid(answer.Body.Bytes()) {
		t.Fatalf("%d %.100s", answer.Code, answer.Body)
	}
	if answer.stale > 0 || answer.writes < 6 {
		t.Errorf("%d of %d parts were written under no deadline of their own", answer.stale, answer.writes)
	}
}
