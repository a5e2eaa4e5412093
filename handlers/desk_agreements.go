package handlers

import (
	"net/http"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// DeskAgreements lists agreements.
func (h *Handlers) DeskAgreements(v *DeskVisit) error {
	base, err := h.deskBase(v, "Agreements", layout.DeskAgreements)
	if err != nil {
		return err
	}
	page := pages.DeskAgreements{Base: base, Bar: listBar(v.Visit, pages.ListBar{
		Label: "Search agreements", Hint: "Reference, team, member, signatory",
		Filters: []pages.ListFilter{{Name: "state", Label: "State", All: "All", Options: []pages.Option{
			{Value: string(store.AgreementsInForce), Label: "In force"},
			{Value: string(store.AgreementsEnding), Label: "End within 30 days"},
			{Value: string(store.AgreementsComing), Label: "Coming"},
			{Value: string(store.AgreementsEnded), Label: "Ended"},
		}}},
		Sorts: []pages.Option{{Label: "Newest"}, {Value: string(store.AgreementsByEnd), Label: "Last day"},
			{Value: string(store.AgreementsByTeam), Label: "Team"}},
	})}
	query := store.AgreementsQuery{Search: page.Bar.Query, State: store.AgreementState(page.Bar.Value("state")),
		Sorting: store.AgreementSorting(page.Bar.Sort)}
	if asTable(v.Visit) {
		return h.agreementsTable(v, query)
	}
	in := latestFirst
	if query.Sorting == store.AgreementsByTeam {
		in = cursors{"after", "before", labelText, parseLabel}
	}
	query.Cursor = in.of(v.QueryParams())
	list, err := v.Desk.Agreements(v.ctx(), query)
	if err != nil {
		return err
	}
	for _, row := range list.Rows {
		page.Rows = append(page.Rows, agreementRow(row))
	}
	page.Pager, _ = pager(linkTo(v.Request().URL), in, query.Cursor, list)
	return render(v, http.StatusOK, page)
}

func agreementRow(row store.DeskAgreement) pages.DeskAgreementRow {
	a := row.Agreement
	page := pages.DeskAgreementRow{
		ID: a.ID, Reference: a.Reference, TeamSlug: row.Team.Slug, TeamName: row.Team.Name, Signatory: a.Signatory,
		Engineer: row.Engineer, Trial: a.Kind == models.Trial, First: a.FirstAt, Covers: row.Covers, Locked: row.Locked,
	}
	if a.EndsAt != nil {
		page.Ends = *a.EndsAt
	}
	return page
}

func (h *Handlers) agreementsTable(v *DeskVisit, query store.AgreementsQuery) error {
	header := []string{"reference", "team", "team_slug", "kind", "covers", "first_day", "last_day", "signatory",
		"looked_after_by", "locked"}
	return sendTable(h, v.Visit, "agreements", header,
		func(from models.Cursor, limit int) (models.List[store.DeskAgreement], error) {
			query.Cursor, query.Limit = from, limit
			return readAtDesk(h, v, func() (models.List[store.DeskAgreement], error) {
				return v.Desk.Agreements(v.ctx(), query)
			})
		},
		func(row store.DeskAgreement) []any {
			var covers []string
			for _, kind := range row.Covers {
				covers = append(covers, string(kind))
			}
			a, last := row.Agreement, ""
			if a.EndsAt != nil {
				last = models.LastDay(*a.EndsAt).Format(time.DateOnly)
			}
			return []any{a.Reference, row.Team.Name, row.Team.Slug, string(a.Kind), strings.Join(covers, " "),
				a.FirstAt.Format(time.DateOnly), last, a.Signatory, row.Engineer, row.Locked}
		})
}
