package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// Catalog lists the products of the environment's data set.
func (h *Handlers) Catalog(v *EnvironmentVisit) error {
	base, list, err := h.recordsPage(v, "Catalog", layout.Catalog)
	if err != nil {
		return err
	}
	products, more, err := v.Team.Products(v.ctx(), v.Environment.Kind, recordsQuery(v.QueryParams()))
	if err != nil {
		return err
	}
	for _, p := range products {
		list.Rows = append(list.Rows, pages.Record{ID: p.ID, Title: p.Title, Updated: p.UpdatedAt, JSON: string(p.Body)})
	}
	list.Pager = recordsPager(v, list.Rows, more)
	counts, err := v.Team.Counts(v.ctx(), v.Environment.Kind)
	list.Total = int(counts.Products)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, pages.Catalog{Base: base, Records: list})
}

// EndUsers lists the users of the environment's data set.
func (h *Handlers) EndUsers(v *EnvironmentVisit) error {
	base, list, err := h.recordsPage(v, "Users", layout.Users)
	if err != nil {
		return err
	}
	users, more, err := v.Team.EndUsers(v.ctx(), v.Environment.Kind, recordsQuery(v.QueryParams()))
	if err != nil {
		return err
	}
	for _, u := range users {
		list.Rows = append(list.Rows, pages.Record{ID: u.ID, Title: u.Name, Updated: u.UpdatedAt, JSON: string(u.Body)})
	}
	list.Pager = recordsPager(v, list.Rows, more)
	counts, err := v.Team.Counts(v.ctx(), v.Environment.Kind)
	list.Total = int(counts.EndUsers)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, pages.Users{Base: base, Records: list})
}

func (h *Handlers) recordsPage(v *EnvironmentVisit, title string, section layout.Section) (layout.Base, pages.Records, error) {
	base, err := h.environmentBase(v, title, section)
	return base, pages.Records{Query: v.QueryParam("q"), APIURL: h.apiURL}, err
}

func recordsQuery(query url.Values) store.RecordsQuery {
	return store.RecordsQuery{Search: query.Get("q"), Before: parseCursor(query.Get("before")), After: parseCursor(query.Get("after"))}
}

// A cursor in an address is the moment in microseconds, a hyphen, and the id.

func cursor(record pages.Record) string {
	return momentCursor(record.Updated, record.ID)
}

func parseCursor(text string) store.Cursor {
	moment, id, found := strings.Cut(text, "-")
	micro, err := strconv.ParseInt(moment, 10, 64)
	if !found || err != nil {
		return store.Cursor{}
	}
	return store.Cursor{At: time.UnixMicro(micro).UTC(), ID: id}
}

func recordsPager(v *EnvironmentVisit, rows []pages.Record, more bool) pages.Pager {
	if len(rows) == 0 {
		return pages.Pager{}
	}
	return pager(v.Request().URL, more, cursor(rows[0]), cursor(rows[len(rows)-1]))
}

// Interactions lists the interactions of the environment's data set.
func (h *Handlers) Interactions(v *EnvironmentVisit) error {
	base, err := h.environmentBase(v, "Interactions", layout.Interactions)
	if err != nil {
		return err
	}
	kind := v.Environment.Kind
	page := pages.Interactions{Base: base, Type: v.QueryParam("type"), Query: v.QueryParam("q"), APIURL: h.apiURL}
	rows, more, err := v.Team.Interactions(v.ctx(), kind, store.InteractionsQuery{Type: page.Type, Search: page.Query, Page: listPage(v.QueryParams())})
	if err != nil {
		return err
	}
	page.Rows = interactions(rows)
	if len(rows) > 0 {
		page.Pager = pager(v.Request().URL, more, page.Rows[0].ID, page.Rows[len(rows)-1].ID)
	}
	if page.Types, err = v.Team.InteractionTypes(v.ctx(), kind); err != nil {
		return err
	}
	counts, err := v.Team.Counts(v.ctx(), kind)
	if err != nil {
		return err
	}
	page.Total = int(counts.Interactions)
	page.PublishableText, err = v.Team.PublishableKey(v.ctx(), kind)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return err
	}
	return render(v, http.StatusOK, page)
}

func interactions(rows []models.Interaction) []pages.Interaction {
	list := make([]pages.Interaction, len(rows))
	for i, row := range rows {
		list[i] = pages.Interaction{ID: number(row.ID), At: row.OccurredAt, Type: row.Type, User: row.UserID, JSON: string(row.Body)}
		if row.UserID == "" {
			list[i].User, list[i].Anonymous = row.AnonymousID, row.AnonymousID != ""
		}
		if row.ProductIDs != "" {
			list[i].Products = strings.Split(row.ProductIDs, ", ")
		}
	}
	return list
}
