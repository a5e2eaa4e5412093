package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// list is the address of a collection's list in the environment.
func (v *EnvironmentVisit) list(of models.Collection) string { return v.here(layout.SectionOf(of)) }

// Catalog lists the products of the environment's data set.
func (h *Handlers) Catalog(v *EnvironmentVisit) error {
	return h.showRecords(v, models.Products, http.StatusOK, nil)
}

// EndUsers lists the users of the environment's data set.
func (h *Handlers) EndUsers(v *EnvironmentVisit) error {
	return h.showRecords(v, models.EndUsers, http.StatusOK, nil)
}

func (h *Handlers) showRecords(
	v *EnvironmentVisit, of models.Collection, status int, deleting *pages.DeletingAll,
) error {
	base, err := h.environmentBase(v, of.Heading(), layout.SectionOf(of))
	if err != nil {
		return err
	}
	list, err := h.recordsList(v, of, deleting)
	if err != nil {
		return err
	}
	if of == models.EndUsers {
		return render(v, status, pages.Users{Base: base, Records: list})
	}
	return render(v, status, pages.Catalog{Base: base, Records: list})
}

func (h *Handlers) recordsList(
	v *EnvironmentVisit, of models.Collection, deleting *pages.DeletingAll,
) (pages.Records, error) {
	query := recordsQuery(v.QueryParams())
	page := pages.Records{Query: strings.TrimSpace(query.Search), Sort: string(query.Sorting)}
	page.DataSet = h.dataSet(v, of, page.Query != "", deleting, "q", "sort", "below", "above")
	list, err := v.Team.Records(v.ctx(), v.Environment.Kind, of, query)
	if err != nil {
		return page, err
	}
	page.Rows = each(list.Rows, recordRow)
	page.Pager, page.Further = pager(page.List, recordCursors(query.Sorting), query.Cursor, list)
	if page.Further != "" {
		page.Looked = list.Looked
	}
	if page.Query != "" && query.Cursor.IsZero() {
		if err := exactly(v, of, &page); err != nil {
			return page, err
		}
	}
	if page.Total, err = total(v, of); err != nil {
		return page, err
	}
	page.Open, err = h.openRecord(v, of, page.List)
	return page, err
}

func recordsQuery(query url.Values) models.RecordsQuery {
	sorting := models.Sorting(query.Get("sort"))
	return models.RecordsQuery{Search: query.Get("q"), Sorting: sorting, Cursor: recordCursors(sorting).of(query)}
}

func recordRow(r models.Record) pages.Record {
	return pages.Record{ID: r.ID, Title: r.Label, Updated: r.UpdatedAt}
}

func each[A, B any](list []A, make func(A) B) []B {
	made := []B{}
	for _, one := range list {
		made = append(made, make(one))
	}
	return made
}

// exactly finds the record whose whole id was searched for, wherever it stands.
func exactly(v *EnvironmentVisit, of models.Collection, list *pages.Records) error {
	for _, row := range list.Rows {
		if row.ID == list.Query {
			return nil
		}
	}
	found, err := v.Team.Record(v.ctx(), v.Environment.Kind, of, list.Query)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	row := recordRow(found)
	list.Exact = &row
	return err
}

// total counts the records of the environment, whatever the filters.
func total(v *EnvironmentVisit, of models.Collection) (int, error) {
	counts, err := v.Team.Counts(v.ctx(), v.Environment.Kind)
	return int(counts.Of(of)), err
}

// dataSet begins a list. The named fields of the query are those that say what it
// shows, the last two of them which part.
func (h *Handlers) dataSet(
	v *EnvironmentVisit, of models.Collection, filtered bool, deleting *pages.DeletingAll, names ...string,
) pages.DataSet {
	d := pages.DataSet{
		Filtered: filtered, Deleting: deleting, APIURL: h.APIURL, List: pages.Link{Path: v.list(of)},
		CanManage: v.Team.MayChangeData(v.Environment.Kind) == nil,
	}
	if !v.Environment.Unlocked(h.Store.Now()) {
		d.APIURL = "" // a program that sends to it is refused
	}
	var filters []pages.FormField
	for i, name := range names {
		if value := v.QueryParam(name); value != "" {
			field := pages.FormField{Name: name, Value: value}
			d.List.Query = append(d.List.Query, field)
			if i < len(names)-2 {
				filters = append(filters, field)
			}
		}
	}
	file := func(format string) string {
		return pages.Link{
			Path:  d.List.Path + "/download",
			Query: append([]pages.FormField{{Name: "format", Value: format}}, filters...),
		}.Address()
	}
	d.Downloads = pages.Downloads{JSONLines: file("jsonl"), CSV: file("csv")}
	if v.QueryParams().Has("delete-all") && d.CanManage && deleting == nil {
		d.Deleting = &pages.DeletingAll{}
	}
	return d
}
