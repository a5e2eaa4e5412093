package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dojo/store/storetest"
	"dojo/web/webtest"
)

const shopTable = "Artikel;Title;Preis;Lager\nteapot;Teapot;1.234,50 €;A\nteapot;Teapot, blue;9,80 €;B\n"

// chosen is the page of a file after it was chosen.
func chosen(b *webtest.Browser, list, name, text string) *webtest.Page {
	p := b.Choose(list, name, text).Expect(http.StatusSeeOther)
	return b.Get(p.Header.Get("Location")).Expect(http.StatusOK)
}

// TestMapping: choose, map, look, upload; the columns are known the next time, to the whole team.
func TestMapping(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev := s.As(s.Dev)
		var p *webtest.Page
		s.Unchanged(t, "a file that is not uploaded", func() {
			p = chosen(dev, webtest.CatalogPath, "shop.csv", shopTable).
				Expect(http.StatusOK, "Map columns", "Preview", "No column is product_id, which is required.",
					"2 columns left out", "1.234,50 € read as 1234.50")
			p = p.Press(p.Root, "Update preview", "field.0", "product_id", "field.3", "custom_attributes.Lager").
				GoesTo(p.Path+"#preview").
				Expect(http.StatusOK, "2 good lines. 1 product in all, since ids repeat.", "The same id twice",
					"1 line is replaced by a later one with the same id.", "teapot Line 2, 3",
					`{"product_id":"teapot","title":"Teapot","original_price":1234.50,"custom_attributes":{"Lager":"A"}}`)
		})
		here, _, _ := strings.Cut(p.Path, "#")
		s.As(s.Ade).Get(here).GoesTo(webtest.CatalogPath+"/upload").Says("alert", "That file is not here any more")
		dev.Send(http.MethodPost, here, "do=upload").GoesTo(webtest.CatalogPath).
			Says("status", "Uploaded 1 product", "1 line replaced by a later one with the same id.")
		dev.Get(webtest.CatalogPath+"?record=teapot").Expect(http.StatusOK, "Teapot, blue", `"Lager"`)
		dev.Get(here).GoesTo(webtest.CatalogPath+"/upload").Says("alert", "That file is not here any more")

		chosen(s.As(s.Ade), webtest.CatalogPath, "shop.csv", strings.ReplaceAll(shopTable, "teapot", "cup")).
			Expect(http.StatusOK, "2 good lines. 1 product in all", `{"product_id":"cup"`)
	})
}

// TestUploadLooksAgain: columns that were changed and not looked at are not uploaded.
func TestUploadLooksAgain(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	p := chosen(dev, webtest.CatalogPath, "a.csv", "sku,name,1\nc-1,Cup,x\n")
	s.Unchanged(t, "an upload of other columns", func() {
		dev.Send(http.MethodPost, p.Path, "do=upload&field.1=brand").GoesTo(p.Path).
			Expect(http.StatusOK, "Look at the preview once more", `{"product_id":"c-1","brand":"Cup"}`)
		dev.Send(http.MethodPost, p.Path, "field.0=title&field.1=title").GoesTo(p.Path+"#preview").
			Expect(http.StatusOK, "“sku” and “name” are both title. Choose one of them.")
		dev.Send(http.MethodPost, p.Path, "do=upload").
			Expect(http.StatusUnprocessableEntity, "“sku” and “name” are both title.")
		dev.Send(http.MethodPost, p.Path, "field.0=no_field").GoesTo(p.Path+"#preview").
			Expect(http.StatusOK, "“no_field” is no field of a product.")
	})
	dev.Send(http.MethodPost, p.Path, "do=discard").GoesTo(webtest.CatalogPath + "/upload").Expect(http.StatusOK)
	dev.Get(p.Path).Expect(http.StatusSeeOther)
}

// TestReadingIsChosen: encoding, separator and header, where they were recognized otherwise.
func TestReadingIsChosen(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	p := chosen(dev, webtest.CatalogPath, "a.csv", "Export\nproduct_id;title\nk-1;K\x8ase\n").
		Expect(http.StatusOK, "KŠse", "The file does not say which it is")
	p = p.Press(p.Root, "Update preview", "encoding", "Mac Roman").GoesTo(p.Path+"#preview").
		Expect(http.StatusOK, `{"product_id":"k-1","title":"Käse"}`)
	here, _, _ := strings.Cut(p.Path, "#")
	p = p.Press(p.Root, "Update preview", "separator", ",").GoesTo(here+"#preview").
		Expect(http.StatusOK, "No column is product_id")
	p = p.Press(p.Root, "Update preview", "separator", ";").GoesTo(here+"#preview").Expect(http.StatusOK, "Käse")
	p = p.Press(p.Root, "Update preview", "header", "0").GoesTo(here+"#preview").
		Expect(http.StatusOK, "The first line does not look like a header", "Column 2")
	p.Press(p.Root, "Update preview", "header", "2").GoesTo(here+"#preview").
		Expect(http.StatusOK, `{"product_id":"k-1","title":"Käse"}`)

	p = chosen(dev, webtest.InteractionsPath, "ratings.csv", "userId,movieId,rating,timestamp\n1,2,4.0,964982703\n").
		Expect(http.StatusOK, "No column is type, which is required.", "964982703 read as 2000-07-30T18:45:03Z")
	p.Press(p.Root, "Update preview", "type", "rate").GoesTo(p.Path+"#preview").
		Expect(http.StatusOK,
			`{"user_id":"1","product_ids":["2"],"rating":4.0,"timestamp":"2000-07-30T18:45:03Z","type":"rate"}`)
}

// TestRejectedLines can be had as a table with the same header, mended and uploaded.
func TestRejectedLines(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	p := chosen(dev, webtest.CatalogPath, "lamps.csv",
		"product_id,Title,sale_price\nlamp-1,Lamp,5\nlamp-2,=Lamp,cheap\nlamp-4,\"Lamp, old\",dear\n").
		Expect(http.StatusOK, "1 good line, 2 rejected.")
	file := dev.Get(p.Link("Download the rejected lines")).Expect(http.StatusOK)
	want := "product_id,Title,sale_price,what is wrong\n" +
		"lamp-2,'=Lamp,cheap,sale_price is not a number; yours: cheap; write 12.50\n" +
		"lamp-4,\"Lamp, old\",dear,sale_price is not a number; yours: dear; write 12.50\n"
	if file.Body != want || !strings.Contains(file.Header.Get("Content-Disposition"), "products-rejected.csv") {
		t.Errorf("%s\n%s", file.Header.Get("Content-Disposition"), file.Body)
	}
	mended := strings.NewReplacer(",cheap", ",1", ",dear", ",2").Replace(file.Body)
	p = dev.Upload(webtest.CatalogPath, "mended.csv", mended).GoesTo(webtest.CatalogPath).
		Says("status", "Uploaded 2 products")
	if rows := p.Rows(); !slices.Equal(rows, []string{"lamp-4", "lamp-2"}) {
		t.Errorf("the catalog lists %v", rows)
	}
	dev.Get(webtest.CatalogPath+"?record=lamp-2").Expect(http.StatusOK, `"=Lamp"`)

	p = chosen(dev, webtest.CatalogPath, "a.jsonl", "{\"product_id\":\"a\"}\n{\"title\":\"=b\"}\n").
		Expect(http.StatusOK, "Records in JSON name their fields themselves")
	file = dev.Get(p.Link("Download the rejected lines")).Expect(http.StatusOK)
	if want := `{"title":"=b", "what is wrong": "product_id: The attribute is required."}` + "\n"; file.Body != want ||
		!strings.Contains(file.Header.Get("Content-Disposition"), "products-rejected.jsonl") {
		t.Errorf("%s\n%s", file.Header.Get("Content-Disposition"), file.Body)
	}
	mended = strings.Replace(file.Body, `{"title"`, `{"product_id":"b","title"`, 1)
	dev.Upload(webtest.CatalogPath, "mended.jsonl", mended).GoesTo(webtest.CatalogPath).
		Says("status", "Uploaded 1 product")
	dev.Get(webtest.CatalogPath+"?record=b").Expect(http.StatusOK, `"=b"`)

	chosen(dev, webtest.CatalogPath, "a.json", `[{"product_id":"c"},{"title":"no id"},{}]`).Expect(http.StatusOK,
		"1 good record, 2 rejected.", "2 records: product_id: The attribute is required.", "Record 2, 3",
		`{"title":"no id"}`, "Leave out 2 rejected records")
}

// TestLongFileIsLookedAtBeforeItIsRead: its first records are shown at once, and what is said of the whole is said once
// it was read, before anything is written.
func TestLongFileIsLookedAtBeforeItIsRead(t *testing.T) {
	var table strings.Builder
	table.WriteString("product_id,title,sale_price\n")
	for i := range 12_000 {
		fmt.Fprintf(&table, "lamp-%d,%s,%d\n", i, strings.Repeat("A lamp of brass. ", 5), i)
	}
	clean, faulty := table.String(), table.String()+"lamp-last,Lamp,cheap\n"
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	unread := "How many lines are good is known once the whole file is read."

	p := chosen(dev, webtest.CatalogPath, "lamps.csv", faulty).Expect(http.StatusOK, unread, `"product_id":"lamp-19"`)
	if webtest.HasButton(p.Root, "Upload") || strings.Contains(p.Body, `"product_id":"lamp-20"`) {
		t.Error("more is offered than is known")
	}
	checked := dev.Post(p.Path, url.Values{"do": {"check"}}).GoesTo(p.Path+"#preview").
		Expect(http.StatusOK, "12,000 good lines, 1 rejected.", "sale_price is not a number; yours: cheap")
	if !webtest.HasButton(checked.Root, "Upload") {
		t.Error("it cannot be uploaded")
	}

	p = chosen(dev, webtest.CatalogPath, "lamps.csv", faulty).Expect(http.StatusOK, unread)
	s.Unchanged(t, "uploading what was not read", func() {
		dev.Post(p.Path, url.Values{"do": {"upload"}, "skip": {"yes"}}).GoesTo(p.Path).
			Says("status", "The whole file is read now.").Expect(http.StatusOK, "12,000 good lines, 1 rejected.")
	})
	p = chosen(dev, webtest.CatalogPath, "lamps.csv", clean).Expect(http.StatusOK, unread)
	dev.Post(p.Path, url.Values{"do": {"upload"}}).GoesTo(webtest.CatalogPath).Says("status", "Uploaded 12,000 products")
}

// TestLongFileWithQuotationMarks: a line break within a cell may lie where the beginning of a file is cut, and that
// marks are not doubled may be seen far below.
func TestLongFileWithQuotationMarks(t *testing.T) {
	var broken, inches strings.Builder
	broken.WriteString("product_id,title,brand\n")
	inches.WriteString("product_id,title,brand\n")
	for i := range 6000 {
		fmt.Fprintf(&broken, "lamp-%d,\"Lamp%s\",Kiln\n", i, strings.Repeat("\na \"\"small\"\" one", 20))
		fmt.Fprintf(&inches, "lamp-%d,\"Lamp, %s\",Kiln\n", i, strings.Repeat("a \"\"small\"\" one ", 20))
	}
	inches.WriteString("screen-12,12\" screen,Kiln\n")
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	for text, says := range map[string]string{broken.String(): "6,000 good lines.", inches.String(): "6,001 good lines."} {
		p := chosen(dev, webtest.CatalogPath, "lamps.csv", text).Expect(http.StatusOK,
			"How many lines are good is known once the whole file is read.", `"product_id":"lamp-19"`, "small")
		dev.Post(p.Path, url.Values{"do": {"check"}}).GoesTo(p.Path+"#preview").Expect(http.StatusOK, says)
	}
}

// TestStepsAtAnotherProcess: each step may reach another one.
func TestStepsAtAnotherProcess(t *testing.T) {
	if !storetest.Takes(storetest.Postgres) {
		return
	}
	t.Parallel()
	s := webtest.New(t, storetest.OpenPostgres(t))
	dev, beside := s.As(s.Dev), s.Beside().As(s.Dev)
	host := "Host: " + strings.TrimPrefix(s.Url, "http://") // as behind a balancer
	p := dev.Choose(webtest.CatalogPath, "a.csv", "sku,name\n"+strings.Repeat("x", 300)+",Cup\n")
	here := p.Header.Get("Location")
	beside.Get(here, host).Expect(http.StatusOK, "1 good line.")
	beside.Send(http.MethodPost, here, "field.1=brand", host).Expect(http.StatusSeeOther)
	dev.Get(here).Expect(http.StatusOK, `"brand":"Cup"`)
	beside.Send(http.MethodPost, here, "do=upload", host).Expect(http.StatusSeeOther)
	dev.Get(webtest.CatalogPath).Expect(http.StatusOK, strings.Repeat("x", 100))
	dev.Get(here).Expect(http.StatusSeeOther)
}
