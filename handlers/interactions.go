package handlers

import (
	"net/http"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// Interactions lists the interactions of the environment's data set.
func (h *Handlers) Interactions(v *EnvironmentVisit) error {
	return h.showInteractions(v, http.StatusOK, nil)
}

func (h *Handlers) showInteractions(v *EnvironmentVisit, status int, deleting *pages.DeletingAll) error {
	base, err := h.environmentBase(v, "Interactions", layout.Interactions)
	if err != nil {
		return err
	}
	query, filter := interactionsQuery(v, base.Now)
	page := pages.Interactions{Base: base, Filter: filter}
	page.DataSet = h.dataSet(v, models.Interactions, query.narrows(), deleting,
		"user", "product", "type", "from", "to", "sort", "before", "after")
	if v.QueryParams().Has("delete-user") && page.CanManage && filter.User != "" {
		page.Deleting = &pages.DeletingAll{User: filter.User}
	}
	var list models.List[models.Interaction]
	if filter.DayError == "" {
		if list, err = v.Team.Interactions(v.ctx(), v.Environment.Kind, query.InteractionsQuery); err != nil {
			return err
		}
	}
	page.Rows = each(list.Rows, interactionRow)
	page.Pager, page.Further = pager(page.List, interactionCursors(query.Oldest), query.Cursor, list)
	if page.Further != "" {
		page.Looked = list.Looked
	}
	if page.Types, err = v.Team.InteractionTypes(v.ctx(), v.Environment.Kind); err != nil {
		return err
	}
	if page.Total, err = total(v, models.Interactions); err != nil {
		return err
	}
	if page.Open, err = h.openRecord(v, models.Interactions, page.List); err != nil {
		return err
	}
	page.PublishableText, err = v.Team.PublishableKey(v.ctx(), v.Environment.Kind)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return err
	}
	return render(v, status, page)
}

type interactionsFilter struct{ models.InteractionsQuery }

// narrows reports whether the list leaves anything out.
func (q interactionsFilter) narrows() bool {
	return q.Type != "" || q.User != "" || q.Product != "" || !q.From.IsZero() || !q.Until.IsZero()
}

// interactionsQuery reads the filters. Days are those of UTC, the last one
// included.
func interactionsQuery(v *EnvironmentVisit, now time.Time) (interactionsFilter, pages.Filter) {
	filter := pages.Filter{
		Type: v.QueryParam("type"), User: strings.TrimSpace(v.QueryParam("user")),
		Product: strings.TrimSpace(v.QueryParam("product")),
		From:    v.QueryParam("from"), To: v.QueryParam("to"), Oldest: v.QueryParam("sort") == "oldest",
	}
	query := interactionsFilter{models.InteractionsQuery{
		Type: filter.Type, User: filter.User, Product: filter.Product, Oldest: filter.Oldest,
		Cursor: interactionCursors(filter.Oldest).of(v.QueryParams()),
	}}
	dates, from, until := days(v.Visit, now, false)
	query.From, query.Until, filter.DayError = from, until, dates.Error
	return query, filter
}

func interactionRow(row models.Interaction) pages.Interaction {
	shown := pages.Interaction{
		ID: row.Cursor().ID, Received: row.ReceivedAt, Occurred: row.OccurredAt, Type: row.Type, User: row.UserID,
	}
	if row.UserID == "" {
		shown.User, shown.Anonymous = row.AnonymousID, row.AnonymousID != ""
	}
	if row.ProductIDs != "" {
		shown.Products = strings.Split(row.ProductIDs, ", ")
	}
	return shown
}

// interactionCursors are those of the list of interactions.
func interactionCursors(oldest bool) cursors {
	if oldest {
		return oldestFirst
	}
	return newestFirst
}
