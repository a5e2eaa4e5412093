package handlers

import (
	"net/http"
	"strconv"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// NotificationsShow is the list that the bell leads to.
func (h *Handlers) NotificationsShow(v *AccountVisit) error {
	base, err := h.base(v.Visit, "Notifications", layout.Notifications)
	if err != nil {
		return err
	}
	from, err := strconv.ParseInt(v.QueryParam("from"), 10, 64)
	if err != nil {
		from = 0 // the newest
	}
	list, err := v.Account.Notices(v.ctx(), from)
	if err != nil {
		return err
	}
	page := pages.Notifications{Base: base, First: from == 0}
	if len(list) > store.NoticesPage {
		page.Older = "/notifications?from=" + strconv.FormatInt(list[store.NoticesPage].ID, 10)
		list = list[:store.NoticesPage]
	}
	for i := range list {
		page.Rows = append(page.Rows, notificationRow(list[i]))
	}
	if len(list) > 0 {
		page.UpTo = strconv.FormatInt(list[0].ID, 10)
	}
	return render(v, http.StatusOK, page)
}

func notificationRow(notice store.ToldNotice) pages.NotificationRow {
	said := words.NotificationOf(notice.Told)
	return pages.NotificationRow{
		Href: "/notifications/" + strconv.FormatInt(notice.ID, 10), Title: said.Title, Happened: said.Happened,
		Quote: said.Quote, At: notice.At, New: !notice.Seen, Environment: notice.Environment,
	}
}

// NotificationOpen marks a notification as seen, and leads to the page where one does
// something about it.
func (h *Handlers) NotificationOpen(v *AccountVisit) error {
	id, err := strconv.ParseInt(v.Param("id"), 10, 64)
	if err != nil {
		return models.ErrNotFound()
	}
	told, err := v.Account.SeeNotice(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, words.NotificationOf(told).Path)
}

// NotificationsSeen marks all notifications up to one as seen.
func (h *Handlers) NotificationsSeen(v *AccountVisit) error {
	upTo, err := strconv.ParseInt(v.FormValue("up_to"), 10, 64)
	if err != nil {
		return models.Errorf(models.Invalid, "Say up to which notification all are seen.")
	}
	if err := v.Account.SeeNotices(v.ctx(), upTo); err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, "/notifications")
}
