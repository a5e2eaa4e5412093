package handlers

import (
	"net/http"
	"net/url"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// DeskAgreement shows one agreement.
func (h *Handlers) DeskAgreement(v *DeskVisit) error {
	page, err := h.agreementPage(v, v.Param("agreement"))
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

func (h *Handlers) agreementPage(v *DeskVisit, id string) (pages.DeskAgreement, error) {
	file, err := v.Desk.Agreement(v.ctx(), id)
	if err != nil {
		return pages.DeskAgreement{}, err
	}
	a := file.Agreement
	base, err := h.deskBase(v, models.Isolated(a.Reference), layout.DeskAgreements)
	if err != nil {
		return pages.DeskAgreement{}, err
	}
	page := pages.DeskAgreement{
		Base: base, CreatedAt: a.CreatedAt, CreatedBy: words.By(a.CreatedBy), PerSecond: file.Terms.PerSecond,
		PerDay: file.Terms.PerDay, CanEnd: !a.Ended(base.Now) && a.FirstAt.Before(base.Now), Alike: teamNames(file.Alike),
	}
	if a.EndsAt != nil && a.EndsAt.Equal(models.DayOf(base.Now).AddDate(0, 0, 1)) {
		page.CanEnd = false // it does
	}
	if until, err := a.Renewed(base.Now); err == nil {
		page.RenewedUntil = until
	}
	row := store.DeskAgreement{Agreement: a, Team: file.Team, Engineer: file.Engineers[a.EngineerID]}
	for _, environment := range file.Environments {
		if covered, ok := h.agreementEnvironment(file, environment); ok {
			page.Environments = append(page.Environments, covered)
			row.Covers = append(row.Covers, environment.Kind)
			if !covered.LockedAt.IsZero() {
				row.Locked++
			}
		}
	}
	page.DeskAgreementRow = agreementRow(row)
	for _, version := range file.Versions {
		page.Versions = append(page.Versions, agreementVersion(file, version))
	}
	for _, note := range file.Notes {
		page.Notes = append(page.Notes, pages.Reply{At: note.At, By: words.By(note.By), ByKind: note.By.Capacity,
			Text: note.Text})
	}
	return page, nil
}

func (h *Handlers) agreementEnvironment(
	file store.AgreementFile, environment models.Environment,
) (page pages.AgreementEnvironment, ok bool) {
	for _, cover := range environment.Covers {
		if cover.AgreementID != file.Agreement.ID {
			continue
		}
		page = pages.AgreementEnvironment{
			Slug: string(environment.Kind), Name: environment.Kind.Name(), Starts: cover.StartsAt,
			InForce: cover.InForce(h.Store.Now()),
			Use:     pages.DayUse{Used: file.Today[environment.ID], Limit: int64(cover.PerDay)},
		}
		if cover.EndsAt != nil {
			page.Ends = *cover.EndsAt
		}
		if cover.LockedAt != nil {
			page.LockedAt, page.LockedBy, page.LockReason = *cover.LockedAt, words.By(cover.LockedBy), cover.LockReason
		}
		return page, true
	}
	return page, false
}

// agreementVersion says what an agreement said from a change on.
func agreementVersion(file store.AgreementFile, version models.AgreementVersion) pages.AgreementVersion {
	page := pages.AgreementVersion{At: version.At, By: words.By(version.By), Note: version.Note,
		First: version.Before == nil}
	page.Says = words.TermsChanged(version.Before, version.After, func(id string) string {
		if name := file.Engineers[id]; name != "" {
			return models.Isolated(name)
		}
		return "nobody"
	})
	return page
}

func teamNames(teams []models.Team) (names []string) {
	for _, team := range teams {
		names = append(names, team.Name)
	}
	return names
}

// DeskAgreementRenew lengthens an agreement.
func (h *Handlers) DeskAgreementRenew(v *DeskVisit) error {
	renewed, err := v.Desk.RenewAgreement(v.ctx(), v.Param("agreement"))
	return h.agreementDone(v, err, func() (string, string) {
		return "Agreement renewed", "It lasts until " + words.Until(*renewed.EndsAt) + "."
	})
}

// DeskAgreementEnd makes today an agreement's last day.
func (h *Handlers) DeskAgreementEnd(v *DeskVisit) error {
	ended, err := v.Desk.EndAgreement(v.ctx(), v.Param("agreement"))
	return h.agreementDone(v, err, func() (string, string) {
		return "The agreement ends today", "What it covers locks on " + words.Until(*ended.EndsAt) + "."
	})
}

// agreementDone goes back to the agreement, with what was done or why nothing was.
func (h *Handlers) agreementDone(v *DeskVisit, err error, done func() (text, detail string)) error {
	here := "/desk/agreements/" + url.PathEscape(v.Param("agreement"))
	if request := v.FormValue("request"); request != "" { // whose page the form was on
		here = local("/desk/requests/" + url.PathEscape(request))
	}
	if models.CodeOf(err) == models.Conflict || fieldErrors(err) != nil {
		return v.redirect(here, bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	return v.redirect(here, good(done()))
}

// DeskAgreementNote keeps a note among engineers.
func (h *Handlers) DeskAgreementNote(v *DeskVisit) error {
	err := v.Desk.NoteAgreement(v.ctx(), v.Param("agreement"), v.FormValue("note"))
	if wrong := fieldErrors(err); wrong != nil {
		page, err := h.agreementPage(v, v.Param("agreement"))
		if err != nil {
			return err
		}
		page.Note, page.NoteError = v.FormValue("note"), wrong["note"]
		return render(v, http.StatusUnprocessableEntity, page)
	}
	return h.agreementDone(v, err, func() (string, string) { return "Note added", "Engineers see it, the team does not." })
}

// DeskLock refuses an environment's keys at once.
func (h *Handlers) DeskLock(v *DeskVisit) error {
	kind := models.EnvironmentKind(v.Param("environment"))
	err := v.Desk.LockEnvironment(v.ctx(), v.Param("team"), kind, v.FormValue("reason"))
	wrong := fieldErrors(err)
	if wrong == nil {
		return h.lockDone(v, err, good(kind.Name()+" is locked", "The team reads the reason. Its keys are not revoked."))
	}
	if id := v.FormValue("agreement"); id != "" {
		page, err := h.agreementPage(v, id)
		if err != nil {
			return err
		}
		for i := range page.Environments {
			if e := &page.Environments[i]; e.Slug == string(kind) {
				e.Reason, e.ReasonError = v.FormValue("reason"), wrong["reason"]
			}
		}
		return render(v, http.StatusUnprocessableEntity, page)
	}
	page, err := h.deskTeamPage(v)
	if err != nil {
		return err
	}
	for i := range page.Environments {
		if e := &page.Environments[i]; e.Slug == string(kind) {
			e.Reason, e.ReasonError = v.FormValue("reason"), wrong["reason"]
		}
	}
	return render(v, http.StatusUnprocessableEntity, page)
}

// DeskUnlock accepts an environment's keys again after DeskLock.
func (h *Handlers) DeskUnlock(v *DeskVisit) error {
	kind := models.EnvironmentKind(v.Param("environment"))
	err := v.Desk.UnlockEnvironment(v.ctx(), v.Param("team"), kind)
	return h.lockDone(v, err, good(kind.Name()+" is unlocked again", "The same keys work."))
}

// lockDone goes back to the page that the form was on.
func (h *Handlers) lockDone(v *DeskVisit, err error, done layout.Flash) error {
	if models.CodeOf(err) == models.Conflict {
		err, done = nil, bad("Nothing was changed", message(err))
	}
	if err != nil {
		return err
	}
	if id := v.FormValue("agreement"); id != "" {
		return v.redirect("/desk/agreements/"+url.PathEscape(id), done)
	}
	return v.redirect("/desk/teams/"+url.PathEscape(v.Param("team")), done)
}
