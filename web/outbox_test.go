package web

import (
	"context"
	"regexp"
	"testing"

	"dojo/models"
)

// mails takes what waits to be sent.
func (s *site) mails() (contents []models.MailContent, kinds []models.MailKind, to []string) {
	s.t.Helper()
	due, err := s.Store.ClaimMails(context.Background(), 1000)
	s.ok(err)
	for _, mail := range due {
		s.ok(s.Store.MailSent(context.Background(), mail.Mail))
		contents, kinds, to = append(contents, mail.Content), append(kinds, mail.Kind), append(to, mail.Recipient)
	}
	return contents, kinds, to
}

// mailed is the token in the newest mail of the kind to the address, among those
// that wait.
func (s *site) mailed(kind models.MailKind, to string) (token string) {
	s.t.Helper()
	contents, kinds, recipients := s.mails()
	for i := range contents {
		if kinds[i] == kind && recipients[i] == to {
			token = contents[i].Token
		}
	}
	if token == "" {
		s.t.Fatalf("no mail of the kind %s to %s among %v to %v", kind, to, kinds, recipients)
	}
	return token
}

// deliver sends mail, as Serve does, until the test ends.
func (s *site) deliver() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.server.mail.Run(ctx)
	}()
	s.t.Cleanup(func() { cancel(); <-ended })
}

// loggedLink waits for a link of the kind, such as "reset", in the log, where
// mail goes without a mail server.
func (s *site) loggedLink(t *testing.T, kind string) (path string) {
	t.Helper()
	link := regexp.MustCompile(regexp.QuoteMeta(s.server.config.PublicURL) + `(/` + kind + `/[A-Z2-7]{26})\b`)
	waitUntil(t, "a link in the log", func() bool {
		if found := link.FindStringSubmatch(s.log.String()); found != nil {
			path = found[1]
		}
		return path != ""
	})
	return path
}
