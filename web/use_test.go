package web_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/web/webtest"
)

// What the last requests did is kept before the process ends, and the mail that it
// causes is sent when the next one begins.
func TestTheLastRequestsAreSeen(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		key := s.Key(models.Development, models.Secret)
		text, err := s.Team(s.Olivia, s.Acme).ViewKey(t.Context(), models.Development, key.ID)
		s.Ok(err)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		s.Ok(err)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Server.Serve(ctx, listener, nil) }()
		for range 20 {
			answer, err := http.Get("http://" + listener.Addr().String() + "/verify?api_key=" + text)
			s.Ok(err)
			answer.Body.Close()
		}
		stop()
		s.Ok(<-ended)
		uses, err := s.Team(s.Vic, s.Acme).KeyUses(t.Context(), models.Development)
		if s.Ok(err); uses[key.ID].Accepted != 20 {
			t.Errorf("the key's use is %+v; want 20 requests", uses[key.ID])
		}
		callers, err := s.Team(s.Vic, s.Acme).Callers(t.Context(), models.Development, store.CallersQuery{})
		if s.Ok(err); len(callers) != 1 || !strings.HasPrefix(callers[0].UserAgent, "Go-http-client") {
			t.Errorf("the callers are %+v", callers)
		}

		s.Deliver()
		webtest.WaitUntil(t, "a mail about the key in the address", func() bool {
			return strings.Contains(s.Log.String(), "was sent in a URL") &&
				strings.Contains(s.Log.String(), s.Config.PublicURL+"/t/acme/development/keys")
		})
		if strings.Contains(s.Log.String(), text) {
			t.Error("the key is in the log")
		}
	})
}
