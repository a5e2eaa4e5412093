package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dojo/models"
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

// TestUndoDeletingARecord: the message says what was deleted and brings it back to the list that was shown, once and for
// an hour.
func TestUndoDeletingARecord(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev := s.As(s.Dev)
		dev.Upload(webtest.CatalogPath, "a.csv", "product_id,title\np-1,Miso\np 2/ü,\n").GoesTo(webtest.CatalogPath)
		dev.Upload(webtest.UsersPath, "a.csv", "user_id,name\nu-1,Aki\n").GoesTo(webtest.UsersPath)
		dev.Upload(webtest.InteractionsPath, "a.csv", "type,user_id\nlike,u-1\n").GoesTo(webtest.InteractionsPath)
		interaction := s.Column("SELECT id FROM interactions WHERE user_id = 'u-1'")
		for _, c := range []struct{ list, query, id, name string }{
			{webtest.CatalogPath, "?q=p&sort=id", "p 2/ü", "p 2/ü"},
			{webtest.UsersPath, "", "u-1", "u-1"},
			{webtest.InteractionsPath, "?user=u-1", interaction, "One interaction"},
		} {
			rows := dev.Get(c.list + c.query).Rows()
			p := dev.Post(c.list+"/delete", url.Values{"record": {c.id}, "back": {c.list + c.query}}).
				GoesTo(c.list+c.query).Says("status", c.name+" is deleted", "You can undo this for 1 hour.")
			if len(p.Rows()) != len(rows)-1 {
				t.Errorf("%s is still in %v", c.name, p.Rows())
			}
			undone := p.Press(p.Root, "Undo").GoesTo(c.list+c.query).Says("status", c.name+" is back")
			if !slices.Equal(undone.Rows(), rows) {
				t.Errorf("the list shows %v; want %v", undone.Rows(), rows)
			}
			p.Press(p.Root, "Undo").GoesTo(c.list+c.query).
				Says("alert", "Nothing was changed", "This deletion was undone already.")
		}

		p := dev.Post(webtest.CatalogPath+"/delete", url.Values{"record": {"p-1"}}).GoesTo(webtest.CatalogPath)
		dev.Upload(webtest.CatalogPath, "a.csv", "product_id,title\np-1,White miso\n").GoesTo(webtest.CatalogPath)
		p.Press(p.Root, "Undo").GoesTo(webtest.CatalogPath).
			Says("alert", "Nothing was changed", "There is a product with the id", "p-1", "again. It stays as it is.").
			Expect(http.StatusOK, "White miso")
		p = dev.Post(webtest.CatalogPath+"/delete", url.Values{"record": {"p-1"}}).GoesTo(webtest.CatalogPath)
		s.Database.Clock.Add(models.DeletedRecordKept)
		p.Press(p.Root, "Undo").GoesTo(webtest.CatalogPath).
			Says("alert", "This cannot be undone any more", "A deleted product is kept for 1 hour")
		dev.Post(webtest.CatalogPath+"/delete/none/undo?back=//evil.example", nil).GoesTo(webtest.CatalogPath).
			Says("alert", "This cannot be undone any more")
		dev.Get("/t/acme/development/activity").Expect(http.StatusOK, "deleted the product p 2/ü",
			"undid the deletion of the product p 2/ü", "undid the deletion of 1 user", "undid the deletion of 1 interaction")
	})
}
