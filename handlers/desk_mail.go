package handlers

import (
	"net/http"

	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// DeskMail lists mail that could not be sent so far.
func (h *Handlers) DeskMail(v *DeskVisit) error {
	base, err := h.deskBase(v, "Mail", layout.DeskMail)
	if err != nil {
		return err
	}
	mails, err := v.Desk.TroubledMails(v.ctx())
	if err != nil {
		return err
	}
	page := pages.DeskMail{Base: base}
	for _, mail := range mails {
		row := pages.TroubledMail{
			ID: mail.ID, Recipient: mail.Recipient, Kind: words.MailKind(mail.Kind), CreatedAt: mail.CreatedAt,
			Tries: mail.Tries, LastError: mail.LastError,
		}
		if mail.FailedAt != nil {
			row.GivenUp = *mail.FailedAt
		} else {
			row.NextTry = mail.NextTryAt
		}
		page.Rows = append(page.Rows, row)
	}
	return render(v, http.StatusOK, page)
}
