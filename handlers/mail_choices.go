package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// MailChoicesShow is the table of who is told what, with what the person is mailed.
func (h *Handlers) MailChoicesShow(v *AccountVisit) error {
	base, err := h.base(v.Visit, "Notifications", layout.MailChoices)
	if err != nil {
		return err
	}
	choices, err := v.Account.MailChoices(v.ctx())
	if err != nil {
		return err
	}
	page := pages.MailChoices{Base: base, MailToLog: h.MailToLog}
	for _, group := range words.EventGroups() {
		part := pages.MailGroup{Name: group.Name}
		for _, event := range group.Events {
			rule := event.Rule()
			part.Rows = append(part.Rows, pages.MailRow{Event: event, Urgencies: rule.Urgencies(), Told: choices.Told(rule),
				Fixed: choices.Fixed(rule), Mailed: !choices.Muted[event]})
		}
		page.Groups = append(page.Groups, part)
	}
	return render(v, http.StatusOK, page)
}

// MailChoose changes what the person is mailed.
func (h *Handlers) MailChoose(v *AccountVisit) error {
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	wanted := map[models.Event]bool{}
	for _, event := range form["mail"] {
		wanted[models.Event(event)] = true
	}
	if err := v.Account.ChooseMail(v.ctx(), wanted); err != nil {
		return err
	}
	return v.redirect("/account/notifications", good("Saved", "This is what you get by mail from now on."))
}
