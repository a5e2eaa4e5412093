package web

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
)

// What the last requests did is kept before the process ends, and the mail that it
// causes is sent when the next one begins.
func TestTheLastRequestsAreSeen(t *testing.T) {
	each(t, func(t *testing.T, s *site) {
		key := s.Key(models.Development, models.Secret)
		text, err := s.Team(s.Olivia, s.Acme).ViewKey(t.Context(), models.Development, key.ID)
		s.ok(err)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		s.ok(err)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.server.Serve(ctx, listener, nil) }()
		for range 20 {
			answer, err := http.Get("http://" + listener.Addr().String() + "/verify?api_key=" + text)
			s.ok(err)
			answer.Body.Close()
		}
		stop()
		s.ok(<-ended)
		uses, err := s.Team(s.Vic, s.Acme).KeyUses(t.Context(), models.Development)
		if s.ok(err); uses[key.ID].Accepted != 20 {
			t.Errorf("the key's use is %+v; want 20 requests", uses[key.ID])
		}
		callers, err := s.Team(s.Vic, s.Acme).Callers(t.Context(), models.Development, store.CallersQuery{})
		if s.ok(err); len(callers) != 1 || !strings.HasPrefix(callers[0].UserAgent, "Go-http-client") {
			t.Errorf("the callers are %+v", callers)
		}

		s.deliver()
		waitUntil(t, "a mail about the key in the address", func() bool {
			return strings.Contains(s.log.String(), "was sent in a URL") && strings.Contains(s.log.String(), s.server.config.PublicURL+"/t/acme/development/keys")
		})
		if strings.Contains(s.log.String(), text) {
			t.Error("the key is in the log")
		}
	})
}
