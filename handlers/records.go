package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/records"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
)

// Collection is one of the kinds of records, as pages and files have it.
type Collection struct {
	name    models.Collection
	kind    records.Kind
	section layout.Section // also the last part of the list's address
}

// The collections.
var (
	CatalogRecords     = Collection{models.Products, records.Product, layout.Catalog}
	UserRecords        = Collection{models.EndUsers, records.User, layout.Users}
	InteractionRecords = Collection{models.Interactions, records.Interaction, layout.Interactions}
)

// address is that of the list.
func (of Collection) address(v *EnvironmentVisit) string {
	return layout.Href(v.Team.Team.Slug, string(v.Environment.Kind), of.section)
}

// Catalog lists the products of the environment's data set.
func (h *Handlers) Catalog(v *EnvironmentVisit) error {
	return h.showCatalog(v, http.StatusOK, nil)
}

func (h *Handlers) showCatalog(v *EnvironmentVisit, status int, deleting *pages.DeletingAll) error {
	base, err := h.environmentBase(v, "Catalog", layout.Catalog)
	if err != nil {
		return err
	}
	list, err := h.recordsList(v, CatalogRecords, deleting)
	if err != nil {
		return err
	}
	return render(v, status, pages.Catalog{Base: base, Records: list})
}

// EndUsers lists the users of the environment's data set.
func (h *Handlers) EndUsers(v *EnvironmentVisit) error {
	return h.showEndUsers(v, http.StatusOK, nil)
}

func (h *Handlers) showEndUsers(v *EnvironmentVisit, status int, deleting *pages.DeletingAll) error {
	base, err := h.environmentBase(v, "Users", layout.Users)
	if err != nil {
		return err
	}
	list, err := h.recordsList(v, UserRecords, deleting)
	if err != nil {
		return err
	}
	return render(v, status, pages.Users{Base: base, Records: list})
}

// shelved is a product or an end user.
type shelved struct {
	id, label string
	updated   time.Time
	body      []byte
}

func (r *shelved) row() pages.Record {
	return pages.Record{ID: r.id, Title: r.label, Updated: r.updated}
}

func (r *shelved) place() store.Place {
	return store.Place{UpdatedAt: r.updated, Label: r.label, ID: r.id}
}

func shelvedProduct(p models.Product) shelved { return shelved{p.ID, p.Title, p.UpdatedAt, p.Body} }

func shelvedEndUser(u models.EndUser) shelved { return shelved{u.ID, u.Name, u.UpdatedAt, u.Body} }

// list reads products or end users.
func (of Collection) list(v *EnvironmentVisit, query store.RecordsQuery) ([]shelved, store.Reach, error) {
	if of.name == models.EndUsers {
		users, reach, err := v.Team.EndUsers(v.ctx(), v.Environment.Kind, query)
		return each(users, shelvedEndUser), reach, err
	}
	products, reach, err := v.Team.Products(v.ctx(), v.Environment.Kind, query)
	return each(products, shelvedProduct), reach, err
}

// one reads one product or end user.
func (of Collection) one(v *EnvironmentVisit, id string) (shelved, error) {
	if of.name == models.EndUsers {
		user, err := v.Team.EndUser(v.ctx(), v.Environment.Kind, id)
		return shelvedEndUser(user), err
	}
	product, err := v.Team.Product(v.ctx(), v.Environment.Kind, id)
	return shelvedProduct(product), err
}

func each[A, B any](list []A, make func(A) B) []B {
	made := []B{}
	for _, one := range list {
		made = append(made, make(one))
	}
	return made
}

func (h *Handlers) recordsList(v *EnvironmentVisit, of Collection, deleting *pages.DeletingAll) (pages.Records, error) {
	query := recordsQuery(v.QueryParams())
	list := pages.Records{Query: strings.TrimSpace(query.Search), Sort: string(query.Sort)}
	list.DataSet = h.dataSet(v, of, list.Query != "", deleting, "q", "sort", "below", "above")
	rows, reach, err := of.list(v, query)
	if err != nil {
		return list, err
	}
	list.Rows = each(rows, func(r shelved) pages.Record { return r.row() })
	pageRecords(&list, query, rows, reach)
	if list.Query != "" && query.Below == (store.Place{}) && query.Above == (store.Place{}) {
		if err := exactly(v, of, &list); err != nil {
			return list, err
		}
	}
	if list.Total, err = of.total(v); err != nil {
		return list, err
	}
	list.Open, err = h.openRecord(v, of, list.List)
	return list, err
}

// exactly finds the record whose whole id was searched for, wherever it stands.
func exactly(v *EnvironmentVisit, of Collection, list *pages.Records) error {
	for _, row := range list.Rows {
		if row.ID == list.Query {
			return nil
		}
	}
	found, err := of.one(v, list.Query)
	if models.CodeOf(err) == models.NotFound {
		return nil
	}
	row := found.row()
	list.Exact = &row
	return err
}

// total counts the records of the environment, whatever the filters.
func (of Collection) total(v *EnvironmentVisit) (int, error) {
	counts, err := v.Team.Counts(v.ctx(), v.Environment.Kind)
	switch of.name {
	case models.Products:
		return int(counts.Products), err
	case models.EndUsers:
		return int(counts.EndUsers), err
	}
	return int(counts.Interactions), err
}

// dataSet begins a list. The named fields of the query are those that say what it
// shows, the last two of them which part.
func (h *Handlers) dataSet(v *EnvironmentVisit, of Collection, filtered bool, deleting *pages.DeletingAll, names ...string) pages.DataSet {
	d := pages.DataSet{
		Filtered: filtered, Deleting: deleting, APIURL: h.APIURL, List: pages.Link{Path: of.address(v)},
		CanManage: v.Team.May(models.ManageData) && !v.Environment.Kind.ReadOnly(),
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
		return pages.Address(d.List.Path+"/download", append([]pages.FormField{{Name: "format", Value: format}}, filters...))
	}
	d.Downloads = pages.Downloads{JSONLines: file("jsonl"), CSV: file("csv")}
	if v.QueryParams().Has("delete-all") && d.CanManage && deleting == nil {
		d.Deleting = &pages.DeletingAll{}
	}
	return d
}

func recordsQuery(query url.Values) store.RecordsQuery {
	sort := store.RecordsSort(query.Get("sort"))
	return store.RecordsQuery{
		Search: query.Get("q"), Sort: sort, Below: parsePlace(sort, query.Get("below")), Above: parsePlace(sort, query.Get("above")),
	}
}

// A place in an address is a number, a hyphen, and the id. The number is the
// moment of the update in microseconds; in a list by title it is the length of the
// title, which then stands before the id.

func placeText(sort store.RecordsSort, place store.Place) string {
	switch sort {
	case store.ByID:
		return "0-" + place.ID
	case store.ByLabel:
		return strconv.Itoa(len(place.Label)) + "-" + place.Label + place.ID
	}
	return strconv.FormatInt(place.UpdatedAt.UnixMicro(), 10) + "-" + place.ID
}

func parsePlace(sort store.RecordsSort, text string) store.Place {
	first, rest, found := strings.Cut(text, "-")
	number, err := strconv.ParseInt(first, 10, 64)
	if !found || err != nil {
		return store.Place{}
	}
	switch {
	case sort != store.ByLabel:
		return store.Place{UpdatedAt: time.UnixMicro(number).UTC(), ID: rest}
	case number < 0 || number > int64(len(rest)):
		return store.Place{}
	}
	return store.Place{Label: rest[:number], ID: rest[number:]}
}

// pageRecords links to the parts of the list beside the one that was read.
func pageRecords(list *pages.Records, query store.RecordsQuery, rows []shelved, reach store.Reach) {
	up := query.Above != (store.Place{})
	first, last := query.Below, query.Above
	if len(rows) > 0 {
		first, last = rows[0].place(), rows[len(rows)-1].place()
	}
	to := func(direction string, place store.Place) string {
		return neighbouring(list.List, direction, placeText(query.Sort, place))
	}
	if reach.Looked > 0 && up {
		first = reach.Place
	}
	if up && reach.More || query.Below != (store.Place{}) {
		list.Pager.Newer = to("above", first)
	}
	switch {
	case reach.Looked > 0 && !up:
		list.Looked, list.Further = reach.Looked, to("below", reach.Place)
	case up, reach.More:
		list.Pager.Older = to("below", last)
	}
}

// neighbouring is the address of another part of a list.
func neighbouring(list pages.Link, direction, place string) string {
	var fields []pages.FormField
	for _, f := range list.Query {
		if f.Name != "below" && f.Name != "above" {
			fields = append(fields, f)
		}
	}
	return pages.Address(list.Path, append(fields, pages.FormField{Name: direction, Value: place}))
}
