package handlers

import (
	"net/http"
	"net/url"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// RequestShow shows the team one of its requests, with what was written about it.
func (h *Handlers) RequestShow(v *EnvironmentVisit) error {
	page, err := h.requestPage(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) requestPage(v *EnvironmentVisit) (pages.Request, error) {
	request, replies, err := v.Team.UnlockRequest(v.ctx(), v.Environment.Kind, v.Param("request"))
	if err != nil {
		return pages.Request{}, err
	}
	base, err := h.environmentBase(v, "Unlock request", layout.Overview)
	if request.State == models.Pending {
		base.Lock = nil // it is what this page is about
	}
	page := pages.Request{Base: base, Request: unlockRequest(request), Conversation: conversation(replies),
		CanRequest: v.Team.May(models.RequestUnlock)}
	if page.CanRequest {
		page.ResumableUntil = request.ResumableUntil()
		page.Conversation.Action = v.requestAddress() + "/replies"
		page.Conversation.Hint = "Your team and the solutions engineers read it, and are told by mail."
	}
	return page, err
}

// RequestReply writes about a request to the solutions engineers.
func (h *Handlers) RequestReply(v *EnvironmentVisit) error {
	err := v.Team.Reply(v.ctx(), v.Environment.Kind, v.Param("request"), v.FormValue("reply"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.requestPage(v)
		if err != nil {
			return err
		}
		page.Conversation.Text, page.Conversation.Error = v.FormValue("reply"), wrong["reply"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect(v.requestAddress(), good("Reply sent", "The solutions engineers are told."))
}

// requestAddress is that of the request in the visit's address.
func (v *EnvironmentVisit) requestAddress() string {
	return v.here(layout.Overview) + "/unlock-requests/" + url.PathEscape(v.Param("request"))
}

// DeskReply writes about a request to the team.
func (h *Handlers) DeskReply(v *DeskVisit) error {
	err := v.Desk.Reply(v.ctx(), v.Param("request"), v.FormValue("reply"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.deskRequestPage(v)
		if err != nil {
			return err
		}
		page.Conversation.Text, page.Conversation.Error = v.FormValue("reply"), wrong["reply"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.redirect("/desk/requests/"+url.PathEscape(v.Param("request")), good("Reply sent", "The team is told."))
}

func conversation(replies []models.RequestReply) pages.Conversation {
	page := pages.Conversation{Replies: make([]pages.Reply, len(replies))}
	for i, reply := range replies {
		page.Replies[i] = pages.Reply{At: reply.At, By: reply.By.Name, ByKind: reply.By.Capacity, Text: reply.Text}
	}
	return page
}

// lastReply is the last one to a request, nil when there is none.
func (h *Handlers) lastReply(v *EnvironmentVisit, requestID string) (*pages.Reply, error) {
	_, replies, err := v.Team.UnlockRequest(v.ctx(), v.Environment.Kind, requestID)
	if err != nil || len(replies) == 0 {
		return nil, err
	}
	list := conversation(replies).Replies
	return &list[len(list)-1], nil
}
