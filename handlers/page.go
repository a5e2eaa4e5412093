package handlers

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// render writes the page in one piece, so that a page that fails half way is an
// error page with its status, and not half a page with 200. The forms of the page say whose it
// is. A part that refreshes itself gets nothing while the page is the same.
func render(c echo.Context, status int, page pages.Page) error {
	var body bytes.Buffer
	if err := page.Page().Render(c.Request().Context(), &body); err != nil {
		return err
	}
	text := body.Bytes()
	if v := visitOf(c); v != nil {
		text, status = marked(text, v.mark), v.status(status)
	}
	if sameBody(c, status, text) {
		return notModified(c)
	}
	if !refreshes(c.Request()) {
		c.Response().Header().Set("Link", layout.Preload)
	}
	return c.HTMLBlob(status, text)
}

// status is that of an answer to the visit. A form that was kept is shown because its person asked for it, and not
// because it was wrong.
func (v *Visit) status(status int) int {
	if status == http.StatusUnprocessableEntity && store.IsOnlyShown(v.ctx()) {
		return http.StatusOK
	}
	return status
}

// base begins the frame of a page for the signed-in person. It takes the status
// message that the last action left; a part that refreshes itself leaves it to
// the page.
func (h *Handlers) base(v *Visit, title string, section layout.Section) (layout.Base, error) {
	base := layout.Base{Title: title, Now: h.Store.Now(), Person: person(v.Actor), Section: section}
	if v.refreshes() {
		return base, nil
	}
	if base.Person != nil {
		var err error
		if base.Unseen, err = h.Store.UnseenNotices(v.ctx(), v.Actor); err != nil {
			return base, err
		}
	}
	flashes := v.session.Flashes()
	if len(flashes) == 0 {
		return base, nil
	}
	if flash, ok := flashes[len(flashes)-1].(layout.Flash); ok {
		base.Flash = &flash
	}
	return base, v.session.Save(v.Request(), v.Response())
}

func person(actor models.Actor) *layout.Person {
	if actor.UserID == "" {
		return nil
	}
	return &layout.Person{Name: actor.Name, Email: actor.Email, Engineer: actor.Engineer}
}

// deskBase begins the frame of a page of the desk, which says when mail does not
// reach people, and when a proxy is not set up.
func (h *Handlers) deskBase(v *DeskVisit, title string, section layout.Section) (layout.Base, error) {
	base, err := h.base(v.Visit, title, section)
	if err != nil {
		return base, err
	}
	base.MailToLog = h.MailToLog
	for _, fault := range h.ProxyFaults() {
		base.ProxyFaults = append(base.ProxyFaults,
			layout.ProxyFault{Says: fault.Says, Times: fault.Times, Last: fault.Last})
	}
	mails, err := v.Desk.TroubledMails(v.ctx())
	base.TroubledMails = len(mails)
	return base, err
}

// teamBase begins the frame of a page of a team.
func (h *Handlers) teamBase(v *TeamVisit, title string, section layout.Section) (layout.Base, error) {
	base, err := h.base(v.Visit, title, section)
	if err != nil {
		return base, err
	}
	team := v.Team.Team
	base.Team = &layout.Team{Slug: team.Slug, Name: team.Name, Environments: h.environments(v.Team.Environments),
		Webhooks: v.Team.May(models.ManageWebhooks)}
	base.Viewing, base.Guest = viewingBanner(v), v.Team.Role == models.Guest
	switcher, err := v.Team.Switcher(v.ctx())
	if err != nil {
		return base, err
	}
	base.Team.LastEnvironment, base.Team.MoreTeams = string(cmp.Or(v.via(), switcher.Last)), switcher.More
	countAlarms(base.Team.Environments, v.Team.Environments, switcher.Alarms)
	for _, m := range switcher.Others {
		other := layout.TeamLink{Slug: m.Team.Slug, Name: m.Team.Name, Environments: h.environments(m.Environments),
			LastEnvironment: string(m.Member.LastEnvironment)}
		countAlarms(other.Environments, m.Environments, switcher.Alarms)
		base.Team.Others = append(base.Team.Others, other)
	}
	return base, nil
}

// via is the environment from which the person came to this page of the team, whatever another tab has looked at
// meanwhile; empty where neither the address says so nor that of the page that led here.
func (v *TeamVisit) via() models.EnvironmentKind {
	via := v.QueryParam(layout.Via)
	if before, err := url.Parse(v.Request().Referer()); err == nil && via == "" {
		via = before.Query().Get(layout.Via)
	}
	if kind := models.EnvironmentKind(via); kind.Valid() {
		return kind
	}
	return ""
}

// countAlarms says of environments which alarms each has, by the rows that they are made of.
func countAlarms(environments []layout.Environment, rows []models.Environment, alarms map[string]models.Alarms) {
	for i, row := range rows {
		environments[i].Alarms, environments[i].AlarmsBad = alarms[row.ID].Count, alarms[row.ID].Bad
	}
}

// environmentBase begins the frame of a page of an environment, and remembers
// that the person viewed it.
func (h *Handlers) environmentBase(v *EnvironmentVisit, title string, section layout.Section) (layout.Base, error) {
	base, err := h.teamBase(v.TeamVisit, title, section)
	if err != nil {
		return base, err
	}
	environment := h.environment(v.Environment)
	for _, e := range base.Team.Environments {
		if e.Slug == environment.Slug {
			environment.Alarms, environment.AlarmsBad = e.Alarms, e.AlarmsBad
		}
	}
	base.Environment, base.MayRequest = &environment, v.Team.May(models.RequestUnlock)
	if base.Lock, err = lockOf(v, base.Now); err != nil {
		return base, err
	}
	if v.refreshes() || base.Guest {
		return base, nil
	}
	if err := v.Team.Seen(v.ctx(), v.Environment.Kind); err != nil {
		// A database that can be read but not written, such as on a full disk,
		// still shows its pages.
		h.Logger.WarnContext(v.ctx(), "it is not noted that the environment was viewed", "error", err)
	}
	return base, nil
}

// lockOf says why the environment is locked again; nil when it is not.
func lockOf(v *EnvironmentVisit, now time.Time) (*layout.Lock, error) {
	e := v.Environment
	if e.Unlocked(now) || !e.Readable(now) {
		return nil, nil
	}
	lock := &layout.Lock{Since: e.LockedSince(now)}
	if cover := e.Cover(now); cover != nil {
		lock.By, lock.Reason = words.By(cover.LockedBy), cover.LockReason
	} else if lapsed := e.Lapsed(now); lapsed != nil {
		lock.Agreement, lock.Trial = lapsed.Agreement.Reference, lapsed.Agreement.Kind == models.Trial
	}
	if next := e.Next(now); next != nil {
		lock.Begins = next.StartsAt
	}
	if !e.RequestPending {
		return lock, nil
	}
	requests, err := v.Team.UnlockRequests(v.ctx(), e.Kind)
	if err == nil && len(requests) > 0 && requests[0].State == models.Pending {
		lock.Request = v.here(layout.Overview) + "/unlock-requests/" + requests[0].ID
		lock.AskedBy, lock.AskedAt = requests[0].CreatedBy.Name, requests[0].CreatedAt
	}
	return lock, err
}

func (h *Handlers) environments(rows []models.Environment) []layout.Environment {
	list := make([]layout.Environment, len(rows))
	for i, row := range rows {
		list[i] = h.environment(row)
	}
	return list
}

func (h *Handlers) environment(row models.Environment) layout.Environment {
	environment := layout.Environment{Slug: string(row.Kind), Name: row.Kind.Name(), State: layout.Locked,
		Pending: row.RequestPending}
	switch now := h.Store.Now(); {
	case row.Kind.ReadOnly():
		environment.State = layout.ReadOnly
	case row.Unlocked(now):
		environment.State = layout.Unlocked
		if cover := row.Ending(now); cover != nil {
			environment.Ends = *cover.EndsAt
		}
	}
	return environment
}

// redirect answers a form that was carried out: POST, 303, GET, so that reloading
// the page does not send the form again. The session carries the status message
// (a flash) to that page.
func (v *Visit) redirect(to string, flash layout.Flash) error {
	v.session.AddFlash(flash)
	if err := v.session.Save(v.Request(), v.Response()); err != nil {
		return err
	}
	return v.Redirect(http.StatusSeeOther, to)
}

// fieldErrors returns what is wrong with the fields of a form, or nil when err
// is not about the form.
func fieldErrors(err error) map[string]string {
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == models.Invalid {
		return e.Fields
	}
	return nil
}

// message returns the words of an error that are meant for people.
func message(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Message
	}
	return ""
}

// wantsJSON reports whether a script asked, rather than the browser itself.
func wantsJSON(c echo.Context) bool {
	return c.Request().Header.Get(echo.HeaderAccept) == echo.MIMEApplicationJSON
}
