package handlers

import (
	"net/http"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// WebhookShow is one webhook: what was delivered to it, and its settings.
func (h *Handlers) WebhookShow(v *WebhookVisit) error {
	page, err := h.webhookPage(v, v.Param("webhook"))
	if err != nil {
		return err
	}
	if v.QueryParams().Has("delete") {
		page.Dialog = pages.DeleteWebhookDialog
	}
	if v.QueryParams().Has("rotate") {
		page.Dialog = pages.RotateWebhookDialog
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) webhookPage(v *WebhookVisit, id string) (pages.Webhook, error) {
	row, err := v.Webhooks.Get(v.ctx(), id)
	if err != nil {
		return pages.Webhook{}, err
	}
	base, err := v.base("Webhook to " + row.Host)
	if err != nil {
		return pages.Webhook{}, err
	}
	page := pages.Webhook{Base: base, Path: v.List, WebhookRow: webhookRow(row),
		Form: pages.WebhookForm{URL: row.URL, Format: row.Format, Events: row.Events}}
	cursor := latestFirst.of(v.QueryParams())
	list, err := v.Webhooks.Deliveries(v.ctx(), id, cursor)
	if err != nil {
		return pages.Webhook{}, err
	}
	for _, delivery := range list.Rows {
		page.Deliveries = append(page.Deliveries, webhookDelivery(delivery))
	}
	link := linkTo(v.Request().URL)
	link.Path = page.Address()
	page.Pager, _ = pager(link.Without("delete", "rotate"), latestFirst, cursor, list)
	return page, nil
}

func webhookDelivery(row models.WebhookDelivery) pages.WebhookDelivery {
	page := pages.WebhookDelivery{ID: row.ID, Event: row.Event, At: row.CreatedAt, Tries: row.Tries, Took: row.Took,
		Status: row.Status, Answer: row.Answer, Failure: row.Failure, Body: row.Body}
	if row.TriedAt != nil {
		page.TriedAt = *row.TriedAt
	}
	switch {
	case row.DeliveredAt != nil:
		page.State = pages.Delivered
	case row.DeadAt != nil:
		page.State = pages.Dead
	case row.TriedAt == nil:
		page.State = pages.Sending
	default:
		page.State, page.NextTry = pages.Retrying, row.NextTryAt
	}
	return page
}

// WebhookDeliveryShow is one delivery, with what was sent and answered.
func (h *Handlers) WebhookDeliveryShow(v *WebhookVisit) error {
	row, err := v.Webhooks.Get(v.ctx(), v.Param("webhook"))
	if err != nil {
		return err
	}
	delivery, err := v.Webhooks.Delivery(v.ctx(), row.ID, v.Param("delivery"))
	if err != nil {
		return err
	}
	base, err := v.base("Delivery to " + row.Host)
	if err != nil {
		return err
	}
	page := pages.WebhookDelivered{Base: base, Path: v.List, WebhookRow: webhookRow(row),
		Delivery: webhookDelivery(delivery)}
	page.GoesOn = page.Delivery.State == pages.Sending
	return render(v, http.StatusOK, page)
}

// WebhookTest has a message about nothing sent, and goes on to how it was answered.
func (h *Handlers) WebhookTest(v *WebhookVisit) error {
	address := v.List + "/" + v.Param("webhook")
	delivery, err := v.Webhooks.Test(v.ctx(), v.Param("webhook"))
	if err == nil {
		address += "/deliveries/" + delivery
	}
	return backToWebhooks(v, address, err, good("A test is on its way", ""))
}

// WebhookSendAgain has a delivery sent anew.
func (h *Handlers) WebhookSendAgain(v *WebhookVisit) error {
	err := v.Webhooks.SendAgain(v.ctx(), v.Param("webhook"), v.Param("delivery"))
	return backToWebhooks(v, v.List+"/"+v.Param("webhook")+"/deliveries/"+v.Param("delivery"), err,
		good("It is sent again", "The receiver can tell by its id that it is the same message."))
}

// WebhookChange saves another address, format or choice of events.
func (h *Handlers) WebhookChange(v *WebhookVisit) error {
	id := v.Param("webhook")
	form, settings, err := h.webhookTyped(v)
	if err == nil {
		err = v.Webhooks.Change(v.ctx(), id, settings)
	}
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.webhookPage(v, id)
		if err != nil {
			return err
		}
		page.Form = form.Wrong(wrong)
		return render(v, http.StatusUnprocessableEntity, page)
	}
	return backToWebhooks(v, v.List+"/"+id, err, good("Saved", "It holds for everything that is sent from now on."))
}

// WebhookRotate makes a new secret and shows it, this once.
func (h *Handlers) WebhookRotate(v *WebhookVisit) error {
	secret, err := v.Webhooks.Rotate(v.ctx(), v.Param("webhook"))
	if err != nil {
		return err
	}
	return h.showWebhookSecret(v, v.Param("webhook"), secret)
}

// WebhookPause stops deliveries.
func (h *Handlers) WebhookPause(v *WebhookVisit) error {
	return backToWebhooks(v, v.List+"/"+v.Param("webhook"), v.Webhooks.Pause(v.ctx(), v.Param("webhook")),
		good("Paused", "Nothing is sent until it is resumed, and what happens meanwhile is not sent later."))
}

// WebhookResume lets deliveries go on.
func (h *Handlers) WebhookResume(v *WebhookVisit) error {
	return backToWebhooks(v, v.List+"/"+v.Param("webhook"), v.Webhooks.Resume(v.ctx(), v.Param("webhook")),
		good("Resumed", "What was given up meanwhile can be sent again from the list."))
}

// WebhookDelete removes the webhook.
func (h *Handlers) WebhookDelete(v *WebhookVisit) error {
	return backToWebhooks(v, v.List, v.Webhooks.Delete(v.ctx(), v.Param("webhook")),
		layout.Flash{Text: "Webhook deleted"})
}
