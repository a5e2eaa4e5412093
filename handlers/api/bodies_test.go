package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// umamiKeys unlocks the Development of Umami, and returns its keys.
func umamiKeys(w *webtest.API) (publishable, secret string) {
	w.T.Helper()
	ctx := context.Background()
	scope := w.Team(w.Uma, w.Umami)
	request, err := scope.RequestUnlock(ctx, models.Development, models.UnlockWish{UseCase: "Search on our shop."})
	if err == nil {
		_, err = w.Desk().Approve(ctx, request.ID, w.Agreement())
	}
	if err != nil {
		w.T.Fatal(err)
	}
	keys, err := w.Team(w.Uma, w.Umami).Keys(ctx, models.Development)
	if err != nil {
		w.T.Fatal(err)
	}
	for _, key := range keys {
		text, err := w.Team(w.Uma, w.Umami).ViewKey(ctx, models.Development, key.ID)
		if err != nil {
			w.T.Fatal(err)
		}
		if key.Kind == models.Secret {
			secret = text
		} else {
			publishable = text
		}
	}
	return publishable, secret
}

// promise opens a connection that promises a body and sends a beginning of it.
func promise(t testing.TB, server *httptest.Server, key, headers, beginning string) net.Conn {
	t.Helper()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(connection, "POST /v1/interactions?api_key=%s HTTP/1.1\r\nHost: dojo\r\n%s\r\n\r\n", key, headers)
	go io.WriteString(connection, beginning) // which may be taken slowly, or never
	return connection
}

// Bodies that are promised, or half sent, with publishable keys refuse no other team's
// uploads with its secret key; and none of their own.
func TestAPIPromisesTakeNoRoom(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Unlock(models.Production)
	_, umami := umamiKeys(w)
	w.Options.MaxHeld = 16 << 20 // an eighth of it all, as are the attackers
	w.Reopen()
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	keys := []string{w.Publishable(), w.KeyText(models.Production, models.Publishable)}
	half := `{"data":[` + strings.Repeat(" ", 1<<20)
	bomb := packed(t, half)
	for name, attack := range map[string][2]string{
		"one byte":           {"Content-Length: 16000000", "{"},
		"a megabyte of many": {"Content-Length: 16000000", half},
		"a bomb":             {"Content-Encoding: gzip\r\nContent-Length: 16000000", bomb},
	} {
		for i := range 40 {
			defer promise(t, server, keys[i%2], attack[0], attack[1]).Close()
		}
		var uploads sync.WaitGroup
		for i := range 48 {
			key := umami
			if i%2 == 0 {
				key = w.Secret()
			}
			uploads.Go(func() {
				body := fmt.Sprintf(`{"data":[{"user_id":"u%d","custom_attributes":{"x":"%s"}}]}`, i,
					strings.Repeat("x", 100<<10))
				answer, err := http.Post(server.URL+"/v1/users?api_key="+key, "application/json",
					strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				defer answer.Body.Close()
				if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 {
					t.Errorf("%s: an upload of others got %d %s", name, answer.StatusCode, text)
				}
			})
		}
		uploads.Wait()
	}
}

// Memory is taken for what has come and not for what is promised: many more bodies than
// there is room for may be on their way, and each is taken when the rest of it comes.
func TestAPITakesRoomForWhatHasCome(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Options.MaxHeld = 16 << 20 // so that a team's secret keys have 6 MiB
	w.Reopen()
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	body := `{"data":[]` + strings.Repeat(" ", 1<<20) + `}`
	var begun []net.Conn
	for range 20 {
		connection := promise(t, server, w.Secret(), fmt.Sprint("Content-Length: ", len(body)), "")
		defer connection.Close()
		begun = append(begun, connection)
	}
	for i, connection := range begun {
		connection.SetDeadline(time.Now().Add(time.Minute))
		go io.WriteString(connection, body)
		answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 {
			t.Errorf("upload %d got %d %s", i, answer.StatusCode, text)
		}
	}
}

// A body that makes room for others is told so while its client still sends.
func TestAPIGivesUpTheSlowest(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Options.MaxHeld = 1 << 20 // so that a team's publishable keys have 128 KiB
	w.Reopen()
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	silent := promise(t, server, w.Publishable(), "Content-Length: 16000000", `{"data":[`+strings.Repeat(" ", 70<<10))
	defer silent.Close()
	told := make(chan string, 1)
	go func() {
		answer, err := http.ReadResponse(bufio.NewReader(silent), nil)
		if err != nil {
			told <- err.Error()
			return
		}
		text, _ := io.ReadAll(answer.Body)
		told <- fmt.Sprint(answer.StatusCode, " ", answer.Header.Get("Retry-After"), " ", string(text))
	}()
	body := `{"data":[]` + strings.Repeat(" ", 60<<10) + `}`
	for deadline := time.Now().Add(time.Minute); ; {
		if time.Now().After(deadline) {
			t.Fatal("who is silent is not told")
		}
		answer, err := http.Post(server.URL+"/v1/interactions?api_key="+w.Publishable(), "", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 {
			t.Fatalf("who sends got %d %s", answer.StatusCode, text)
		}
		answer.Body.Close()
		select {
		case got := <-told:
			if !strings.HasPrefix(got, "503 2 {") || !strings.HasSuffix(got, `"code":"unavailable","errors":true}`) {
				t.Errorf("who is silent got %s", got)
			}
			return
		default:
		}
	}
}

// What was half sent when its key was revoked is not accepted when the rest comes.
func TestAPIRefusesWhatEndsAfterTheRevocation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, database *storetest.Database) {
		w := webtest.NewAPI(t, database)
		for _, request := range []string{"POST /v1/users", "POST /v1/users/_delete", "DELETE /v1/users/u",
			"DELETE /v1/interactions"} {
			method, path, _ := strings.Cut(request, " ")
			key := w.Key(models.Development, models.Secret)
			read, write := io.Pipe()
			r := httptest.NewRequest(method, path+"?api_key="+w.Secret(), read)
			answered := make(chan *httptest.ResponseRecorder)
			go func() {
				got := httptest.NewRecorder()
				w.Echo.ServeHTTP(got, r)
				answered <- got
			}()
			io.WriteString(write, "{")
			revocation := models.Revocation{Reason: models.Compromised}
			if _, err := w.Team(w.Olivia, w.Acme).
				RevokeKey(t.Context(), models.Development, key.ID, revocation); err != nil {
				t.Fatal(err)
			}
			io.WriteString(write, `"data":[{"user_id":"u"}]}`)
			write.Close()
			if got := <-answered; got.Code != 401 || got.Body.String() != invalidKey {
				t.Errorf("%s: got %d %s", request, got.Code, got.Body)
			}
		}
		if w.Counts() != (models.Counts{}) {
			t.Error("something was kept")
		}
	})
}
