package main

import (
	"strings"
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

func recordStates() []state {
	return append(append(catalogStates(), userStates()...), interactionStates()...)
}

func catalogStates() []state {
	rows := []pages.Record{
		{ID: "miso-aka-500", Title: "Aka miso, aged 18 months, 500 g", Updated: ago(time.Minute), JSON: `{"product_id":"miso-aka-500","title":"Aka miso, aged 18 months, 500 g","categories":[["Pantry","Miso"]],"original_price":9.8,"availability":"IN_STOCK","custom_attributes":{"origin":"Aichi"}}`},
		{ID: "kombu-rishiri", Title: "Rishiri kombu, first harvest", Updated: ago(3 * day), JSON: `{"product_id":"kombu-rishiri","title":"Rishiri kombu, first harvest"}`},
		{ID: strings.Repeat("a-very-long-id-", 8), Updated: ago(90 * day), JSON: `{"product_id":"x"}`},
		{ID: "shoyu-usukuchi", Title: "Usukuchi shoyu <b>750 ml</b>", Updated: ago(120 * day), JSON: `{"product_id":"shoyu-usukuchi"}`},
	}
	playground, development := inside("Catalog", layout.Catalog, "playground"), inside("Catalog", layout.Catalog, "development")
	return []state{
		{"catalog-playground", pages.Catalog{Base: playground, Records: pages.Records{Total: 150, Rows: rows, Pager: pages.Pager{Newer: "?after=1", Older: "?before=1"}}}},
		{"catalog-none", pages.Catalog{Base: development, Records: pages.Records{APIURL: apiURL}}},
		{"catalog-search-none", pages.Catalog{Base: development, Records: pages.Records{Total: 152, Query: "mirin"}}},
	}
}

func userStates() []state {
	rows := []pages.Record{
		{ID: "u-1042", Title: "Aiko Mori", Updated: ago(10 * time.Minute), JSON: `{"user_id":"u-1042","name":"Aiko Mori","country":"JP"}`},
		{ID: "u-1041", Updated: ago(4 * time.Hour), JSON: `{"user_id":"u-1041"}`},
	}
	base := inside("Users", layout.Users, "production")
	return []state{
		{"users", pages.Users{Base: base, Records: pages.Records{Total: 1840, Rows: rows, Pager: pages.Pager{Older: "?before=1"}}}},
		{"users-none", pages.Users{Base: base, Records: pages.Records{APIURL: apiURL}}},
	}
}

func interactionStates() []state {
	rows := []pages.Interaction{
		{ID: "3", At: ago(20 * time.Second), Type: "product_detail_page_view", User: "u-1042", Products: []string{"miso-aka-500"}, JSON: `{"type":"product_detail_page_view","user_id":"u-1042","product_ids":["miso-aka-500"],"timestamp":"2026-11-23T14:04:40Z"}`},
		{ID: "2", At: ago(time.Minute), Type: "add_to_cart", User: "4f9c1f2e-anonymous", Anonymous: true, Products: []string{"kombu-rishiri", "shoyu-usukuchi", "miso-aka-500", "nori"}, JSON: `{"type":"add_to_cart"}`},
		{ID: "1", At: ago(3 * time.Hour), Type: "search", User: "u-7", JSON: `{"type":"search","search":{"keywords":"miso"}}`},
		{ID: "0", At: ago(5 * time.Hour), Type: "home_page_view", JSON: `{"type":"home_page_view"}`},
	}
	types := []string{"add_to_cart", "product_detail_page_view", "search"}
	base := inside("Interactions", layout.Interactions, "production")
	return []state{
		{"interactions", pages.Interactions{Base: base, Total: 1204331, Types: types, Rows: rows, Pager: pages.Pager{Older: "?before=1"}}},
		{"interactions-playground", pages.Interactions{Base: inside("Interactions", layout.Interactions, "playground"), Total: 3000, Types: types, Type: "search", Rows: rows[2:3]}},
		{"interactions-none", pages.Interactions{Base: base, PublishableText: publishableText, APIURL: apiURL}},
		{"interactions-filtered-none", pages.Interactions{Base: base, Total: 12, Types: types, Query: "u-9"}},
	}
}
