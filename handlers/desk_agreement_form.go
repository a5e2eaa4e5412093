package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// DeskAgreementNew is the form for a new agreement of the team that ?team names.
func (h *Handlers) DeskAgreementNew(v *DeskVisit) error {
	page, err := h.newAgreementForm(v, v.QueryParam("team"))
	if err != nil {
		return err
	}
	page.EngineerID = v.Actor.UserID
	return render(v, http.StatusOK, page)
}

func (h *Handlers) newAgreementForm(v *DeskVisit, team string) (pages.AgreementForm, error) {
	file, err := v.Desk.Team(v.ctx(), team)
	if err != nil {
		return pages.AgreementForm{}, err
	}
	return h.agreementForm(v, file.Team, "New agreement")
}

func (h *Handlers) agreementForm(v *DeskVisit, team models.Team, title string) (pages.AgreementForm, error) {
	base, err := h.deskBase(v, title, layout.DeskAgreements)
	if err != nil {
		return pages.AgreementForm{}, err
	}
	engineers, err := v.Desk.Engineers(v.ctx())
	page := pages.AgreementForm{Base: base, TeamSlug: team.Slug, TeamName: team.Name}
	for _, id := range slices.SortedFunc(maps.Keys(engineers), func(a, b string) int {
		return slices.Compare([]string{engineers[a], a}, []string{engineers[b], b})
	}) {
		page.Engineers = append(page.Engineers, pages.Option{Value: id, Label: engineers[id]})
	}
	return page, err
}

// DeskAgreementEdit is the form that changes an agreement.
func (h *Handlers) DeskAgreementEdit(v *DeskVisit) error {
	page, terms, err := h.changeAgreementForm(v)
	if err != nil {
		return err
	}
	page.Reference, page.Signatory, page.EngineerID = terms.Reference, terms.Signatory, terms.EngineerID
	page.FirstDay = terms.FirstAt.Format(time.DateOnly)
	if !terms.EndsAt.IsZero() {
		page.LastDay = models.LastDay(terms.EndsAt).Format(time.DateOnly)
	}
	page.Development = slices.Contains(terms.Covers, models.Development)
	page.Production = slices.Contains(terms.Covers, models.Production)
	page.PerDay, page.PerSecond = limitText(terms.PerDay), limitText(terms.PerSecond)
	return render(v, http.StatusOK, page)
}

func limitText(limit int) string {
	if limit == 0 {
		return ""
	}
	return strconv.Itoa(limit)
}

func (h *Handlers) changeAgreementForm(v *DeskVisit) (page pages.AgreementForm, terms models.Terms, err error) {
	file, err := v.Desk.Agreement(v.ctx(), v.Param("agreement"))
	if err != nil {
		return page, terms, err
	}
	page, err = h.agreementForm(v, file.Team, "Change the agreement")
	page.ID, page.Version = file.Agreement.ID, file.Agreement.Version
	page.Begun = !file.Agreement.FirstAt.After(page.Now)
	return page, file.Terms, err
}

// DeskAgreementCreate previews or makes a new agreement.
func (h *Handlers) DeskAgreementCreate(v *DeskVisit) error {
	page, err := h.newAgreementForm(v, v.FormValue("team"))
	if err != nil {
		return err
	}
	return h.saveAgreement(v, page, nil,
		func(terms models.Terms) ([]store.Effect, error) {
			return v.Desk.PreviewCreate(v.ctx(), page.TeamSlug, terms)
		},
		func(terms models.Terms) (models.Agreement, error) {
			return v.Desk.CreateAgreement(v.ctx(), page.TeamSlug, terms, v.FormValue("note"))
		})
}

// DeskAgreementChange previews or makes a change of an agreement.
func (h *Handlers) DeskAgreementChange(v *DeskVisit) error {
	page, before, err := h.changeAgreementForm(v)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(v.FormValue("version")) // another one is refused
	return h.saveAgreement(v, page, &before,
		func(terms models.Terms) ([]store.Effect, error) { return v.Desk.PreviewChange(v.ctx(), page.ID, terms) },
		func(terms models.Terms) (models.Agreement, error) {
			return v.Desk.ChangeAgreement(v.ctx(), page.ID, version, terms, v.FormValue("note"))
		})
}

// saveAgreement saves what was typed, once it was previewed and would still do what was
// shown; otherwise it shows what it would do.
func (h *Handlers) saveAgreement(
	v *DeskVisit, page pages.AgreementForm, before *models.Terms,
	preview func(models.Terms) ([]store.Effect, error), save func(models.Terms) (models.Agreement, error),
) error {
	form := typedTerms(v, &page)
	terms, err := form.Parse(page.Now, before)
	var effects []store.Effect
	if err == nil {
		effects, err = preview(terms)
	}
	if wrong := fieldErrors(err); wrong != nil {
		page.Wrong = wrong
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(agreementHome(page), bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	for _, e := range effects {
		if said := words.CoverEffect(e.Before, e.After, e.RequestsYesterday, e.Keys, page.Now); said != "" {
			page.Effects = append(page.Effects, said)
		}
	}
	seen := seenEffects(form, page.Effects)
	if v.FormValue("preview") != "" || v.FormValue("seen") != seen {
		page.Stale = v.FormValue("preview") == "" && v.FormValue("seen") != ""
		page.Previewed, page.Seen = true, seen
		teams, err := v.Desk.Alike(v.ctx(), terms.Reference, page.TeamSlug)
		if err != nil {
			return err
		}
		page.Alike = teamNames(teams)
		return render(v, http.StatusOK, page)
	}
	return h.agreementSaved(v, page, terms, save)
}

func (h *Handlers) agreementSaved(v *DeskVisit, page pages.AgreementForm, terms models.Terms,
	save func(models.Terms) (models.Agreement, error)) error {
	proved, err := h.proved(v.visit(), "save an agreement")
	if err != nil || !proved {
		return err
	}
	saved, err := save(terms)
	if wrong := fieldErrors(err); wrong != nil {
		page.Wrong = wrong
		return render(v, http.StatusUnprocessableEntity, page)
	}
	if models.CodeOf(err) == models.Conflict {
		return v.redirect(agreementHome(page), bad("Nothing was changed", message(err)))
	}
	if err != nil {
		return err
	}
	detail := "It holds from now on."
	if saved.FirstAt.After(page.Now) {
		detail = "It begins on " + words.Day(saved.FirstAt) + ", 00:00 UTC."
	}
	return v.redirect("/desk/agreements/"+saved.ID, good("Agreement saved", detail))
}

func agreementHome(page pages.AgreementForm) string {
	if page.ID != "" {
		return "/desk/agreements/" + page.ID
	}
	return "/desk/teams/" + url.PathEscape(page.TeamSlug)
}

// typedTerms reads what was typed, and keeps it in the page.
func typedTerms(v *DeskVisit, page *pages.AgreementForm) models.TermsForm {
	form, _ := v.FormParams() // what cannot be read is empty
	covers := form["covers"]
	page.Reference, page.Signatory, page.EngineerID = v.FormValue("reference"), v.FormValue("signatory"),
		v.FormValue("engineer")
	page.FirstDay, page.LastDay = v.FormValue("first_day"), v.FormValue("last_day")
	page.PerDay, page.PerSecond, page.Note = v.FormValue("per_day"), v.FormValue("per_second"), v.FormValue("note")
	page.Development = slices.Contains(covers, string(models.Development))
	page.Production = slices.Contains(covers, string(models.Production))
	typed := models.TermsForm{
		Reference: page.Reference, Signatory: page.Signatory, EngineerID: page.EngineerID, FirstDay: page.FirstDay,
		LastDay: page.LastDay, PerDay: page.PerDay, PerSecond: page.PerSecond,
	}
	for _, kind := range covers {
		typed.Covers = append(typed.Covers, models.EnvironmentKind(kind))
	}
	return typed
}

// seenEffects stands for what was typed and what it was said to do, so that it can be told
// whether one of them is another one when it is saved.
func seenEffects(form models.TermsForm, effects []string) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%q %q", form, effects)))
	return hex.EncodeToString(sum[:8])
}
