package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"dojo/web/webtest"
)

func TestDeleteRecords(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev := s.As(s.Dev)
		dev.Upload(webtest.CatalogPath, "a.csv", "product_id\np-1\np 2/ü\np-3\n").GoesTo(webtest.CatalogPath)
		dev.Upload(webtest.InteractionsPath, "a.csv", "type,user_id,anonymous_id\nlike,u-1,\nlike,,u-1\nlike,u-2,\n").
			GoesTo(webtest.InteractionsPath)
		page := dev.Get(webtest.CatalogPath + "?q=p&sort=id&record=p+2%2F%C3%BC&delete=1").Expect(http.StatusOK)
		if page.Dialog() == nil {
			t.Fatal("the dialog is not open")
		}
		dev.Post(webtest.CatalogPath+"/delete",
			url.Values{"record": {"p 2/ü"}, "back": {webtest.CatalogPath + "?q=p&sort=id"}}).
			GoesTo(webtest.CatalogPath+"?q=p&sort=id").Says("status", "p 2/ü is deleted")
		dev.Post(webtest.CatalogPath+"/delete", url.Values{"record": {"p-3"}, "back": {"//evil.example"}}).
			GoesTo(webtest.CatalogPath)
		dev.Post(webtest.CatalogPath+"/delete", url.Values{"record": {"p-3"}}).Expect(http.StatusNotFound)

		if address := dev.Get(webtest.CatalogPath + "?q=p-3&delete-all=1").
			Link("Download a copy"); address != webtest.CatalogPath+"/download?format=jsonl" {
			t.Errorf("the copy of all that is deleted is at %s", address)
		}
		wrong := dev.Post(webtest.CatalogPath+"/delete-all", url.Values{"confirm": {"production"}}).
			Expect(http.StatusUnprocessableEntity, "Type development to confirm")
		if wrong.Dialog() == nil || wrong.Rows()[0] != "p-1" {
			t.Error("the dialog is not open over the list")
		}
		list := dev.Get(webtest.InteractionsPath+"?user=u-1").Expect(http.StatusOK, "Delete this user’s interactions")
		if len(list.Rows()) != 2 {
			t.Errorf("u-1 has %v", list.Rows())
		}
		dev.Post(webtest.InteractionsPath+"/delete-user", url.Values{"user": {"u-1"}}).GoesTo(webtest.InteractionsPath).
			Says("status", "Deleted 2 interactions")
		dev.Post(webtest.InteractionsPath+"/delete-all", url.Values{"confirm": {"development"}}).
			GoesTo(webtest.InteractionsPath).Says("status", "Deleted 1 interaction")
		dev.Get("/t/acme/development/activity").
			Expect(http.StatusOK, "deleted the product p 2/ü", "deleted 2 interactions of one user",
				"deleted 1 interaction")
		vic := s.As(s.Vic).Get(webtest.CatalogPath + "?record=p-1").Expect(http.StatusOK)
		for _, word := range []string{"Delete", "Upload products"} {
			if strings.Contains(webtest.Words(vic.Root), word) {
				t.Errorf("a viewer is offered %s", word)
			}
		}
	})
}
