package notify_test

import (
	"flag"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
)

var update = flag.Bool("update", false, "write the golden files again")

// at is when the mails of these tests were caused.
var at = time.Date(2026, time.March, 2, 9, 30, 0, 0, time.UTC)

// deliver sends the mail and returns what arrived.
func deliver(t *testing.T, mail store.DueMail) message {
	t.Helper()
	box, sink := &shelf{mails: []store.DueMail{mail}}, newSink(t)
	round(t, sender(box, sink))
	received := sink.received()
	if len(received) != 1 {
		t.Fatalf("%d mails were delivered, the reasons are %q; want one", len(received), box.reasons)
	}
	return received[0]
}

func subject(t *testing.T, m message) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(m.header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWording(t *testing.T) {
	for kind, test := range map[models.MailKind]struct {
		content models.MailContent
		links   []string // all in it
	}{
		models.InvitationMail: {models.MailContent{Token: "TOKEN", Team: "Acme & Books", By: "Olivia Ortiz",
			Role: models.Admin}, []string{"/invite/TOKEN"}},
		models.ResetMail:           {models.MailContent{Token: "TOKEN"}, []string{"/reset/TOKEN"}},
		models.SignupMail:          {models.MailContent{Token: "TOKEN"}, []string{"/signup/TOKEN"}},
		models.KnownAddressMail:    {models.MailContent{}, []string{"/login"}},
		models.NewDeviceMail:       {models.MailContent{UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}, []string{"/account/security"}},
		models.PasswordChangedMail: {models.MailContent{}, []string{"/account/security"}},
		models.FactorChangedMail:   {models.MailContent{What: "the passkey Laptop was added"}, []string{"/account/security"}},
		models.ExposureMail: {models.MailContent{
			Team: "Acme & Books", TeamSlug: "acme", Environment: models.Production, KeyKind: models.Secret, Exposure: models.SecretInBrowser,
			UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Origin: "https://shop.acme.example",
		}, []string{"/t/acme/production/keys"}},
		models.NotificationMail: {models.MailContent{Told: []models.Told{{
			Team: "Acme & Books", TeamSlug: "acme", Desk: true, Notification: models.Notification{
				Event: models.RequestMadeEvent, At: at, TeamID: "team", Environment: models.Production, SubjectID: "request",
				Actor:  models.Signature{Name: "Dev Patel", Capacity: models.AsMember},
				Detail: models.NotificationDetail{Text: "Search in our shop.\nSee <b>the</b> page."},
			},
		}}}, []string{"/desk/requests/request", "/account/notifications"}},
		models.DigestMail: {models.MailContent{More: 2, Told: []models.Told{
			{Team: "Acme & Books", TeamSlug: "acme", Notification: models.Notification{
				Event: models.MemberJoinedEvent, At: at, TeamID: "team",
				Detail: models.NotificationDetail{Subject: "Vic Lindqvist", Role: models.Viewer},
			}},
			{Team: "Acme & Books", TeamSlug: "acme", Notification: models.Notification{
				Event: models.RequestMadeEvent, At: at, TeamID: "team", Environment: models.Production,
				Actor: models.Signature{Name: "Dev Patel", Capacity: models.AsMember},
			}},
		}}, []string{"/notifications", "/account/notifications", "/t/acme/members", "/t/acme/production"}},
	} {
		t.Run(string(kind), func(t *testing.T) {
			test.content.At, test.content.Address = at, "192.0.2.7"
			got := deliver(t, due(kind, test.content))
			golden(t, string(kind)+".txt", "Subject: "+subject(t, got)+"\n\n"+got.text)
			golden(t, string(kind)+".html", got.html)
			for _, part := range []string{got.text, got.html} {
				rest := part
				for _, link := range slices.Backward(slices.Sorted(slices.Values(test.links))) {
					rest = strings.ReplaceAll(rest, public+link, "")
				}
				if rest = strings.ReplaceAll(rest, "Dojo, "+public, ""); strings.Contains(rest, "://") || rest == part {
					t.Errorf("it holds other links than %s: %s", test.links, part)
				}
			}
		})
	}
}

// golden compares what was made with a file, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, "\r\n", "\n")
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("%s differs (%v); run go test ./notify -update and look at what changed. Got:\n%s", path, err, got)
	}
}

func TestNamesAreWordsAndNothingElse(t *testing.T) {
	got := deliver(t, due(models.InvitationMail, models.MailContent{
		Token: "TOKEN", At: at, Role: models.Viewer,
		Team: "Acme\r\nBcc: everyone@acme.example\r\n\r\n<script>alert(1)</script>" + strings.Repeat("a", 300),
		By:   "\u202eadA\u2066 \u0000Äda \u0645\u062d\u0645\u062f\n--\nTeam",
	}))
	if got.header.Get("Bcc") != "" || len(subject(t, got)) > 200 || !strings.HasPrefix(subject(t, got), "You are invited to Acme Bcc: everyone@acme.example <script>") {
		t.Errorf("Bcc %q, subject %q", got.header.Get("Bcc"), subject(t, got))
	}
	for _, part := range []string{got.text, got.html} {
		if !strings.Contains(part, "\u2068adA Äda \u0645\u062d\u0645\u062f -- Team\u2069 invites you") ||
			strings.ContainsAny(part, "\u202e\u2066\x00") {
			t.Errorf("the name is not one line of words: %s", part)
		}
	}
	if strings.Contains(got.html, "<script>") {
		t.Errorf("the page holds markup of the team's name: %s", got.html)
	}
}

func TestATokenStaysInItsPlace(t *testing.T) {
	got := deliver(t, due(models.ResetMail, models.MailContent{Token: "../a?b#c\"><b>", At: at}))
	want := public + "/reset/..%2Fa%3Fb%23c%22%3E%3Cb%3E"
	if !strings.Contains(got.text, want+"\r\n") || !strings.Contains(got.html, `href="`+want+`"`) {
		t.Errorf("the link is not %s:\n%s\n%s", want, got.text, got.html)
	}
}

func TestWhatCannotBeSentSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*store.DueMail)
		want   string
	}{
		"a kind of a later version": {func(m *store.DueMail) { m.Kind = "greeting" }, `"greeting"`},
		"no address":                {func(m *store.DueMail) { m.Recipient = "nora" }, "cannot be written to"},
		"two addresses":             {func(m *store.DueMail) { m.Recipient = "nora@acme.example, omar@acme.example" }, "cannot be written to"},
		"an address with a header":  {func(m *store.DueMail) { m.Recipient = "nora@acme.example>\r\nRCPT TO:<omar@acme.example" }, "cannot be written to"},
	} {
		t.Run(name, func(t *testing.T) {
			mail := due(models.ResetMail, models.MailContent{Token: "TOKEN"})
			test.change(&mail)
			box, sink := &shelf{mails: []store.DueMail{mail}}, newSink(t)
			round(t, sender(box, sink))
			if len(sink.received()) != 0 || len(box.reasons) != 1 || !strings.Contains(box.reasons[0], test.want) {
				t.Errorf("%d delivered, the reasons are %q; want one with %s", len(sink.received()), box.reasons, test.want)
			}
		})
	}
}
