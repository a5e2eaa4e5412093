package main

import (
	"strings"
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

func recordStates() []state {
	states := append(catalogStates(), userStates()...)
	states = append(states, interactionStates()...)
	return append(states, uploadStates()...)
}

// dataSet is a list of so many records in an environment.
func dataSet(base pages.Base, total int, query ...pages.FormField) pages.DataSet {
	return pages.DataSet{
		Total: total, CanManage: base.Environment.State == layout.Unlocked, APIURL: apiURL,
		List: pages.Link{Path: base.Here(base.Section), Query: query},
		Downloads: pages.Downloads{JSONLines: base.Here(base.Section) + "/download?format=jsonl",
			CSV: base.Here(base.Section) + "/download?format=csv"},
	}
}

var misoRows = []pages.Record{
	{ID: "miso-aka-500", Title: "Aka miso, aged 18 months, 500 g", Updated: ago(time.Minute)},
	{ID: "kombu-rishiri", Title: "Rishiri kombu, first harvest", Updated: ago(3 * day)},
	{ID: strings.Repeat("a-very-long-id-", 8), Updated: ago(90 * day)},
	{ID: "shoyu-usukuchi", Title: "Usukuchi shoyu <b>750 ml</b>", Updated: ago(120 * day)},
}

const misoJSON = `{"product_id":"miso-aka-500","title":"Aka miso, aged 18 months, 500 g","categories":[["Pantry","Miso"]],"original_price":9.8,"availability":"IN_STOCK","enable_question_answering":true,"url":"https://shop.example/miso-aka-500?colour=red&weight=500","description":"` +
	`Deep, salty and a little sweet: soy beans and rice koji, aged in cedar barrels for eighteen months.","custom_attributes":{"origin":"Aichi","margin":-0.5,"batch":null}}`

func miso() *pages.OpenRecord {
	return &pages.OpenRecord{
		ID: "miso-aka-500", Title: "Aka miso, aged 18 months, 500 g", JSON: misoJSON, Close: "?",
		Facts: []pages.Fact{{Name: "Id", Text: "miso-aka-500", Code: true},
			{Name: "Title", Text: "Aka miso, aged 18 months, 500 g"}, {Name: "Last updated", At: ago(time.Minute)}},
		Links: []pages.Option{{Value: "/t/acme/development/interactions?product=miso-aka-500",
			Label: "Interactions with it"}},
	}
}

func catalogStates() []state {
	playground, development := inside("Catalog", layout.Catalog, "playground"),
		inside("Catalog", layout.Catalog, "development")
	catalog := func(base pages.Base, change func(r *pages.Records)) pages.Catalog {
		list := pages.Records{DataSet: dataSet(base, 152), Rows: misoRows}
		list.Pager = pages.Pager{Newer: "?above=1-a", Older: "?below=1-a"}
		change(&list)
		return pages.Catalog{Base: base, Records: list}
	}
	none := func(r *pages.Records) { r.Rows, r.Pager = nil, pages.Pager{} }
	deleted := func(flash layout.Flash) pages.Catalog {
		base := development
		base.Flash = &flash
		return catalog(base, func(r *pages.Records) { r.Rows, r.Total = misoRows[1:], 151 })
	}
	return []state{
		{"catalog", catalog(development, func(r *pages.Records) {})},
		{"catalog-playground", catalog(playground, func(r *pages.Records) {})},
		{"catalog-playground-record", catalog(playground, func(r *pages.Records) { r.Open = miso() })},
		{"catalog-record", catalog(development, func(r *pages.Records) { r.Open = miso() })},
		{"catalog-record-gone", catalog(development, func(r *pages.Records) {
			r.Open = &pages.OpenRecord{ID: "nori", Title: "nori", Close: "?", Missing: true}
		})},
		{"catalog-record-delete",
			catalog(development, func(r *pages.Records) { r.Open = miso(); r.Open.Deleting = true })},
		{"catalog-record-deleted", deleted(layout.Flash{Text: strings.Repeat("long", 30) + " is deleted",
			Detail: "It is gone from Development. You can undo this for 1 hour.",
			Undo:   "/t/acme/development/catalog/delete/d1/undo"})},
		{"catalog-record-kept", deleted(layout.Flash{Bad: true, Text: "This cannot be undone any more",
			Detail: "A deleted product is kept for 1 hour, unless all products are deleted before."})},
		{"catalog-delete-all", catalog(development, func(r *pages.Records) { r.Deleting = &pages.DeletingAll{} })},
		{"catalog-delete-all-wrong", catalog(development, func(r *pages.Records) {
			r.Deleting = &pages.DeletingAll{Confirm: "Developmen",
				ConfirmError: "Type development to confirm that you mean Development."}
		})},
		{"catalog-search", catalog(development, func(r *pages.Records) {
			r.Query, r.Filtered, r.Sort, r.Rows, r.Total = "miso", true, "title", misoRows[:1], 1_200_000
			r.Exact = &pages.Record{ID: "miso", Title: "Miso, of no kind", Updated: ago(day)}
			r.Looked, r.Further, r.Pager = 75_000, "?below=1-a", pages.Pager{}
		})},
		{"catalog-search-looked", catalog(development, func(r *pages.Records) {
			none(r)
			r.Query, r.Filtered, r.Total, r.Looked, r.Further = "mirin", true, 1_200_000, 75_000, "?below=1-a"
		})},
		{"catalog-search-none",
			catalog(development, func(r *pages.Records) { none(r); r.Query, r.Filtered = "mirin", true })},
		{"catalog-beyond", catalog(development, func(r *pages.Records) { none(r); r.Pager.Newer = "?above=1-a" })},
		{"catalog-none", catalog(development, func(r *pages.Records) { none(r); r.Total = 0 })},
		{"catalog-none-viewer",
			catalog(development, func(r *pages.Records) { none(r); r.Total, r.CanManage = 0, false })},
	}
}

func userStates() []state {
	rows := []pages.Record{
		{ID: "u-1042", Title: "Aiko Mori", Updated: ago(10 * time.Minute)},
		{ID: "u-1041", Updated: ago(4 * time.Hour)},
	}
	base := inside("Users", layout.Users, "production")
	list := pages.Records{DataSet: dataSet(base, 1840), Rows: rows}
	list.Pager.Older = "?below=1-a"
	return []state{
		{"users", pages.Users{Base: base, Records: list}},
		{"users-none", pages.Users{Base: base, Records: pages.Records{DataSet: dataSet(base, 0)}}},
	}
}

func interactionStates() []state {
	rows := []pages.Interaction{
		{ID: "3", Received: ago(20 * time.Second), Occurred: ago(21 * time.Second), Type: "product_detail_page_view",
			User: "u-1042", Products: []string{"miso-aka-500"}},
		{ID: "2", Received: ago(time.Minute), Occurred: ago(time.Minute), Type: "add_to_cart",
			User: "4f9c1f2e-anonymous", Anonymous: true,
			Products: []string{"kombu-rishiri", "shoyu-usukuchi", "miso-aka-500", "nori"}},
		{ID: "1", Received: ago(3 * time.Hour), Occurred: ago(40 * day), Type: "search", User: "u-7"},
		{ID: "0", Received: ago(5 * time.Hour), Occurred: ago(5 * time.Hour), Type: "home_page_view"},
	}
	types := []string{"add_to_cart", "product_detail_page_view", "search"}
	production := inside("Interactions", layout.Interactions, "production")
	list := func(slug string, change func(p *pages.Interactions)) pages.Interactions {
		base := inside("Interactions", layout.Interactions, slug)
		page := pages.Interactions{Base: base, DataSet: dataSet(base, 1204331), Types: types, Rows: rows}
		change(&page)
		return page
	}
	ofUser := func(p *pages.Interactions) {
		p.User, p.Filtered, p.Rows = "u-1042", true, rows[:1]
		p.List.Query = []pages.FormField{{Name: "user", Value: "u-1042"}}
	}
	return []state{
		{"interactions", list("production", func(p *pages.Interactions) { p.Pager.Older = "?before=1" })},
		{"interactions-playground",
			list("playground",
				func(p *pages.Interactions) { p.Total, p.Type, p.Filtered, p.Rows = 3000, "search", true, rows[2:3] })},
		{"interactions-record", list("production", func(p *pages.Interactions) {
			p.Open = &pages.OpenRecord{
				ID: "2", Title: "add_to_cart", Close: "?",
				JSON: `{"type":"add_to_cart","anonymous_id":"4f9c1f2e-anonymous","product_ids":["kombu-rishiri","shoyu-usukuchi","miso-aka-500","nori"],"quantities":[1,2,1,10]}`,
				Facts: []pages.Fact{{Name: "Type", Text: "add_to_cart", Code: true},
					{Name: "Anonymous id", Text: "4f9c1f2e-anonymous", Code: true},
					{Name: "Occurred", At: ago(time.Minute)}, {Name: "Received", At: ago(time.Minute)}},
				Links: []pages.Option{{Value: "?user=4f9c1f2e-anonymous", Label: "All of this visitor"},
					{Value: "?record=kombu-rishiri", Label: "The product"}},
			}
		})},
		{"interactions-user", list("production", ofUser)},
		{"interactions-delete-user",
			list("production",
				func(p *pages.Interactions) { ofUser(p); p.Deleting = &pages.DeletingAll{User: "u-1042"} })},
		{"interactions-looked", list("production", func(p *pages.Interactions) {
			p.Product, p.Filtered, p.Rows, p.Looked, p.Further = "nori", true, rows[1:2], 40_000, "?before=1"
		})},
		{"interactions-none", pages.Interactions{Base: production, DataSet: dataSet(production, 0),
			PublishableText: publishableText}},
		{"interactions-days-wrong", list("production", func(p *pages.Interactions) {
			p.From, p.To, p.DayError = "2026-11-25", "2026-11-20", "The first day comes after the last one."
			p.Filtered, p.Rows = true, nil
		})},
		{"interactions-filtered-none",
			list("production", func(p *pages.Interactions) { p.User, p.Filtered, p.Rows = "u-9", true, nil })},
	}
}
