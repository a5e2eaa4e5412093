package notify_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"dojo/models"
	"dojo/notify"
	"dojo/store"
)

// three is a shelf of three mails.
func three() *shelf {
	return &shelf{mails: []store.DueMail{
		due(models.ResetMail, models.MailContent{Token: "TOKEN1"}),
		due(models.SignupMail, models.MailContent{Token: "TOKEN2"}),
		due(models.InvitationMail, models.MailContent{Token: "TOKEN3"}),
	}}
}

func TestMailsShareAConnection(t *testing.T) {
	box, sink := three(), newSink(t)
	round(t, sender(box, sink))
	if len(sink.received()) != 3 || sink.connected() != 1 {
		t.Errorf("%d mails over %d connections; want 3 over one", len(sink.received()), sink.connected())
	}
}

func TestAServerMayHangUp(t *testing.T) {
	for name, prepare := range map[string]func(*shelf, *sink) notify.Outbox{
		"as soon as it has a mail": func(box *shelf, sink *sink) notify.Outbox {
			sink.hangUpAfter = func(string) bool { return true }
			return box
		},
		"between two mails": func(box *shelf, sink *sink) notify.Outbox { return interrupted{box, sink.hangUp} },
	} {
		t.Run(name, func(t *testing.T) {
			box, sink := three(), newSink(t)
			round(t, sender(prepare(box, sink), sink))
			if len(box.sent) != 3 || len(sink.received()) != 3 || len(box.reasons) != 0 {
				t.Errorf("%d mails are marked as sent and %d were delivered, failures %q; want three and none",
					len(box.sent), len(sink.received()), box.reasons)
			}
		})
	}
}

func TestOneRefusedMailDoesNotStopTheOthers(t *testing.T) {
	box, sink := three(), newSink(t)
	sink.refuseMessage = func(text string) error {
		if strings.Contains(text, "TOKEN2") {
			return refusal(554, "Not this one")
		}
		return nil
	}
	round(t, sender(box, sink))
	if len(sink.received()) != 2 || len(box.sent) != 2 || len(box.reasons) != 1 || sink.connected() != 1 {
		t.Errorf("%d mails were delivered over %d connections, %q failed; want two over one, and one failed",
			len(sink.received()), sink.connected(), box.reasons)
	}
}

func TestWaysToTheServer(t *testing.T) {
	for name, adjust := range map[string]func(server *smtp.Server, options *notify.Server){
		"STARTTLS":           func(*smtp.Server, *notify.Server) {},
		"TLS from the start": func(_ *smtp.Server, o *notify.Server) { o.ImplicitTLS = true },
		"no TLS": func(s *smtp.Server, o *notify.Server) {
			s.TLSConfig, s.AllowInsecureAuth, o.NoTLS = nil,
				true, true
		},
		"no password": func(_ *smtp.Server, o *notify.Server) { o.Username, o.Password = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			box, sink := three(), newSink(t, adjust)
			round(t, sender(box, sink))
			received := sink.received()
			if len(received) != 3 {
				t.Fatalf("%d mails were delivered, the others for %q; want three", len(received), box.reasons)
			}
			if got := received[0]; got.encrypted == sink.server.NoTLS || got.user != sink.server.Username {
				t.Errorf("encrypted %v, signed in as %q", got.encrypted, got.user)
			}
		})
	}
}

func TestNothingIsSentToAServerThatCannotBeTrusted(t *testing.T) {
	for name, test := range map[string]struct {
		adjust func(server *smtp.Server, options *notify.Server)
		want   string
	}{
		"no STARTTLS": {func(s *smtp.Server, _ *notify.Server) { s.TLSConfig, s.AllowInsecureAuth = nil, true },
			"STARTTLS"},
		"unknown issuer": {func(_ *smtp.Server, o *notify.Server) { o.Roots = nil }, "certificate"},
		"another host":   {func(_ *smtp.Server, o *notify.Server) { o.Host = "localhost" }, "localhost"},
		"a wrong password": {func(_ *smtp.Server, o *notify.Server) { o.Password = "wrong-" + password },
			"DOJO_SMTP_URL"},
		"nobody there": {func(_ *smtp.Server, o *notify.Server) { o.Port = 1 }, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			box, sink := three(), newSink(t, test.adjust)
			round(t, sender(box, sink))
			if len(sink.received()) != 0 || len(box.sent) != 0 {
				t.Errorf("%d mails were delivered", len(sink.received()))
			}
			// The others are not tried: they would fare no better.
			if len(box.reasons) != 3 || !strings.Contains(box.reasons[2], "not tried") ||
				!strings.Contains(box.reasons[0], test.want) ||
				strings.Contains(box.reasons[0], password) {
				t.Errorf("the reasons are %q; want a first one that names %s and no password", box.reasons, test.want)
			}
		})
	}
}

func TestReasonsHoldNoSecret(t *testing.T) {
	for name, hook := range map[string]func(*sink){
		"the message quoted": func(s *sink) {
			s.refuseMessage = func(text string) error {
				return refusal(554,
					"Spam: "+text[:100])
			}
		},
		"the token to its owner": func(s *sink) {
			s.refuseRecipient = func(string) error {
				return refusal(550,
					"No TOKEN1 here")
			}
		},
		"the password": func(s *sink) {
			s.refuseRecipient = func(string) error {
				return refusal(550, "Not with "+
					password)
			}
		},
		"the link": func(s *sink) {
			s.refuseMessage = func(string) error { return refusal(554, "Bad link "+public+"/reset/TOKEN1") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			box, sink := three(), newSink(t)
			box.mails = box.mails[:1]
			hook(sink)
			var log bytes.Buffer
			round(t, sender(box, sink, func(o *notify.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) }))
			if len(box.reasons) != 1 || !strings.Contains(box.reasons[0], "55") {
				t.Fatalf("the reasons are %q; want one with the server's code", box.reasons)
			}
			for _, secret := range []string{"TOKEN", password, "Somebody"} {
				if strings.Contains(box.reasons[0]+log.String(), secret) {
					t.Errorf("%q and the log %s hold %s", box.reasons[0], log.String(), secret)
				}
			}
		})
	}
}
