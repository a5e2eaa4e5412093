package api_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dojo/store/storetest"
	"dojo/web/webtest"
)

// A body takes room for what has come of it: one that is promised does not lose its place to
// another of its team, although there is no room for the promise beside it.
func TestAPIGivesRoomForWhatHasCome(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	w.Options.MaxHeld = 16 << 20 // of which a team's secret keys have 6 MiB
	w.Reopen()
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	body := `{"data":[]` + strings.Repeat(" ", 4<<20-11) + `}`
	promised := promise(t, server, w.Secret(), "Content-Length: 4194304", body[:1])
	defer promised.Close()
	answer, err := http.Post(server.URL+"/v1/interactions?api_key="+w.Secret(), "", strings.NewReader(body))
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("who sends all at once got %v %v", answer, err)
	}
	answer.Body.Close()
	go io.WriteString(promised, body[1:])
	answer, err = http.ReadResponse(bufio.NewReader(promised), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 {
		t.Errorf("who sent the rest later got %d %s", answer.StatusCode, text)
	}
}
