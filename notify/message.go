package notify

import (
	netmail "net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"dojo/models"
)

// message makes the message of a mail, as RFC 5322 has it. Its Message-ID comes
// from the mail's own id, so that every copy has the same. Auto-Submitted, RFC
// 3834, keeps holiday notices from answering it.
func (s *Sender) message(mail models.Mail, subject, text, html string) (*gomail.Msg, error) {
	recipient, err := netmail.ParseAddress(mail.Recipient)
	if err != nil {
		return nil, err
	}
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	message.FromMailAddress(&s.From)
	// Only the address: what stands before it would be somebody's own words.
	message.ToMailAddress(&netmail.Address{Address: recipient.Address})
	_, host, _ := strings.Cut(s.From.Address, "@")
	message.SetMessageIDWithValue(mail.ID + "@" + host)
	message.SetDateWithValue(s.Now())
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.Subject(subject)
	message.SetBodyString(gomail.TypeTextPlain, text)
	message.AddAlternativeString(gomail.TypeTextHTML, html)
	return message, nil
}
