package webtest

import (
	"context"
	"regexp"
	"testing"

	"dojo/models"
)

// Mails takes what waits to be sent.
func (s *Site) Mails() (contents []models.MailContent, kinds []models.MailKind, to []string) {
	s.T.Helper()
	due, err := s.Store.ClaimMails(context.Background(), 1000)
	s.Ok(err)
	for _, mail := range due {
		s.Ok(s.Store.MailSent(context.Background(), mail.Mail))
		contents, kinds, to = append(contents, mail.Content), append(kinds, mail.Kind), append(to, mail.Recipient)
	}
	return contents, kinds, to
}

// Mailed is the token in the newest mail of the kind to the address, among those
// that wait.
func (s *Site) Mailed(kind models.MailKind, to string) (token string) {
	s.T.Helper()
	contents, kinds, recipients := s.Mails()
	for i := range contents {
		if kinds[i] == kind && recipients[i] == to {
			token = contents[i].Token
		}
	}
	if token == "" {
		s.T.Fatalf("no mail of the kind %s to %s among %v to %v", kind, to, kinds, recipients)
	}
	return token
}

// Deliver sends mail, as Serve does, until the test ends.
func (s *Site) Deliver() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Server.SendMail(ctx)
	}()
	s.T.Cleanup(func() { cancel(); <-ended })
}

// LoggedLink waits for a link of the kind, such as "reset", in the log, where
// mail goes without a mail server.
func (s *Site) LoggedLink(t *testing.T, kind string) (path string) {
	t.Helper()
	link := regexp.MustCompile(regexp.QuoteMeta(s.Config.PublicURL) + `(/` + kind + `/[A-Z2-7]{26})\b`)
	WaitUntil(t, "a link in the log", func() bool {
		if found := link.FindStringSubmatch(s.Log.String()); found != nil {
			path = found[1]
		}
		return path != ""
	})
	return path
}
