package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// WebhookVisit is a request about the webhooks of a team or of the desk.
type WebhookVisit struct {
	*Visit
	Webhooks *store.Webhooks
	List     string // the address of the list

	base func(title string) (layout.Base, error)
}

// InTeamWebhooks makes an endpoint about a team's webhooks, for those who may manage them.
func (h *Handlers) InTeamWebhooks(serve func(v *WebhookVisit) error) Endpoint {
	return h.InTeam(func(v *TeamVisit) error {
		webhooks, err := v.Team.Webhooks()
		if err != nil {
			return err
		}
		return serve(&WebhookVisit{Visit: v.Visit, Webhooks: webhooks, List: "/t/" + v.Team.Team.Slug + "/webhooks",
			base: func(title string) (layout.Base, error) { return h.teamBase(v, title, layout.TeamWebhooks) }})
	})
}

// AtDeskWebhooks makes an endpoint about the desk's webhooks.
func (h *Handlers) AtDeskWebhooks(serve func(v *WebhookVisit) error) Endpoint {
	return h.AtDesk(func(v *DeskVisit) error {
		return serve(&WebhookVisit{Visit: v.Visit, Webhooks: v.Desk.Webhooks(), List: "/desk/webhooks",
			base: func(title string) (layout.Base, error) { return h.deskBase(v, title, layout.DeskWebhooks) }})
	})
}

// WebhooksShow lists the webhooks.
func (h *Handlers) WebhooksShow(v *WebhookVisit) error {
	base, err := v.base("Webhooks")
	if err != nil {
		return err
	}
	list, err := v.Webhooks.List(v.ctx())
	if err != nil {
		return err
	}
	page := pages.Webhooks{Base: base, Path: v.List, CanAdd: len(list) < models.MaxWebhooks}
	for _, row := range list {
		page.Rows = append(page.Rows, webhookRow(row))
	}
	return render(v, http.StatusOK, page)
}

func webhookRow(row store.WebhookWithURL) pages.WebhookRow {
	page := pages.WebhookRow{ID: row.ID, URL: row.URL, Host: row.Host, Format: row.Format, Events: row.Events,
		CreatedAt: row.CreatedAt, CreatedBy: row.CreatedBy.Name}
	if row.FailingSince != nil {
		page.FailingSince = *row.FailingSince
	}
	if row.PausedAt != nil {
		page.PausedAt, page.PausedBy = *row.PausedAt, row.PausedBy.Name
		page.PausedByDojo = row.PausedBy.Capacity == models.AsSystem
	}
	if row.FormerUntil != nil {
		page.FormerUntil = *row.FormerUntil
	}
	return page
}

// WebhookNew asks for a new webhook.
func (h *Handlers) WebhookNew(v *WebhookVisit) error {
	return h.webhookForm(v, http.StatusOK, pages.WebhookForm{Format: models.StandardFormat})
}

func (h *Handlers) webhookForm(v *WebhookVisit, status int, form pages.WebhookForm) error {
	base, err := v.base("New webhook")
	if err != nil {
		return err
	}
	return render(v, status, pages.WebhookNew{Base: base, Path: v.List, Form: form})
}

// WebhookCreate makes a webhook and shows its secret, this once.
func (h *Handlers) WebhookCreate(v *WebhookVisit) error {
	form, settings, err := h.webhookTyped(v)
	if err == nil {
		var row models.Webhook
		var secret string
		if row, secret, err = v.Webhooks.Create(v.ctx(), settings); err == nil {
			return h.showWebhookSecret(v, row.ID, secret)
		}
	}
	if models.CodeOf(err) == models.Conflict {
		return backToWebhooks(v, v.List, err, layout.Flash{})
	}
	wrong := fieldErrors(err)
	if wrong == nil {
		return err
	}
	return h.webhookForm(v, http.StatusUnprocessableEntity, form.Wrong(wrong))
}

// webhookTyped reads the form of a webhook.
func (h *Handlers) webhookTyped(v *WebhookVisit) (form pages.WebhookForm, settings store.WebhookSettings, err error) {
	form = pages.WebhookForm{URL: v.FormValue("url"), Format: models.WebhookFormat(v.FormValue("format"))}
	for _, event := range v.Request().PostForm["events"] {
		form.Events = append(form.Events, models.Event(event))
	}
	u, err := h.WebhookTargets.CheckURL(form.URL)
	if err != nil {
		return form, settings, err
	}
	return form, store.WebhookSettings{URL: u.String(), Host: u.Hostname(), Format: form.Format,
		Events: form.Events}, nil
}

// showWebhookSecret shows a new secret, this once.
func (h *Handlers) showWebhookSecret(v *WebhookVisit, id, secret string) error {
	page, err := h.webhookPage(v, id)
	if err != nil {
		return err
	}
	page.Secret = secret
	return render(v, http.StatusOK, page)
}

// backToWebhooks goes on to a page of the webhooks, with the change done or with why it
// cannot be.
func backToWebhooks(v *WebhookVisit, to string, err error, done layout.Flash) error {
	if models.CodeOf(err) == models.Conflict {
		err, done = nil, bad("Nothing was changed", message(err))
	}
	if err != nil {
		return err
	}
	return v.redirect(to, done)
}
