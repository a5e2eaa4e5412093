package web_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// tracedSite is a site whose spans are recorded.
func tracedSite(t *testing.T) (*webtest.Site, *tracetest.SpanRecorder) {
	recorder := tracetest.NewSpanRecorder()
	tracer := sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder)).Tracer("dojo")
	return webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Tracer = tracer }), recorder
}

// described is what a span says, in one text.
func described(span sdk.ReadOnlySpan) string {
	text := span.Name() + " " + span.Status().Description
	for _, attribute := range span.Attributes() {
		text += fmt.Sprintf(" %s=%s", attribute.Key, attribute.Value.String())
	}
	for _, event := range span.Events() {
		text += fmt.Sprintf(" %s %v", event.Name, event.Attributes)
	}
	return text
}

// ended waits for a span whose description has the texts.
func ended(t *testing.T, recorder *tracetest.SpanRecorder, texts ...string) (found sdk.ReadOnlySpan) {
	t.Helper()
	webtest.WaitUntil(t, "a span "+strings.Join(texts, ", "), func() bool {
		for _, span := range recorder.Ended() {
			all := true
			for _, text := range texts {
				all = all && strings.Contains(described(span), text)
			}
			if all {
				found = span
				return true
			}
		}
		return false
	})
	return found
}

// TestRequestsAndChangesAreTraced: spans are named by routes, a change belongs to its
// request, and none says whose anything is.
func TestRequestsAndChangesAreTraced(t *testing.T) {
	t.Parallel()
	s, recorder := tracedSite(t)
	secret := s.KeyText(models.Development, models.Secret)
	id := s.Key(models.Development, models.Secret).ID
	s.Visitor().Get("/verify?api_key=" + secret).Expect(http.StatusOK)
	s.Visitor().Send("POST", "/v1/products", `{"data":[]}`,
		"X-API-KEY: "+models.NewKey()).Expect(http.StatusUnauthorized)
	s.Visitor().Send("MAKE", "/v1/"+secret, "", "X-API-KEY: "+secret)
	s.Visitor().Get("/reset/" + secret).Expect(http.StatusNotFound)
	s.As(s.Ade).Post(webtest.KeysPath+"/"+id+"/revoke", url.Values{"when": {"now"}, "reason": {"other"}}).
		GoesTo(webtest.KeysPath)

	ended(t, recorder, "GET /verify ", "http.route=/verify", "http.response.status_code=200")
	ended(t, recorder, "POST /v1/products ", "http.response.status_code=401")
	ended(t, recorder, "GET /reset/:token ", "http.response.status_code=404")
	request := ended(t, recorder, "POST /t/:team/:environment/keys/:key/revoke ", "http.response.status_code=303")
	change := ended(t, recorder, "store.change ", string(models.KeyReplaced))
	if change.SpanContext().TraceID() != request.SpanContext().TraceID() ||
		change.Parent().SpanID() != request.SpanContext().SpanID() {
		t.Error("the change is not in its request's trace")
	}
	ended(t, recorder, "feed.apply", "dojo.environments=1")
	for _, span := range recorder.Ended() {
		for _, whose := range []string{secret, id, "acme", "127.0.0.1", "MAKE", s.Acme.ID, s.Ade.UserID, "@"} {
			if text := described(span); strings.Contains(text, whose) {
				t.Errorf("a span says %q: %s", whose, text)
			}
		}
	}
}

// TestJobsAreTraced: the sweep, and mails that are sent.
func TestJobsAreTraced(t *testing.T) {
	t.Parallel()
	s, recorder := tracedSite(t)
	p := s.As(s.Ade).Get(webtest.MembersPath)
	p.Press(p.Root, "Invite", "email", "new@acme.example", "role", "viewer").GoesTo(webtest.MembersPath)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.Ok(err)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Server.Serve(ctx, listener, nil) }()
	ended(t, recorder, "sweep ")
	ended(t, recorder, "mail.send", "dojo.mail="+string(models.InvitationMail))
	stop()
	s.Ok(<-served)
}

// TestAFailedChangeIsMarked with its code and none of its words.
func TestAFailedChangeIsMarked(t *testing.T) {
	t.Parallel()
	s, recorder := tracedSite(t)
	ade := s.As(s.Ade)
	end := s.Database.Outage()
	ade.Post("/account", url.Values{"name": {"Ada"}}).Expect(http.StatusServiceUnavailable)
	end()
	ended(t, recorder, "store.change unavailable")
	ended(t, recorder, "POST /account Service Unavailable", "http.response.status_code=503")
}
