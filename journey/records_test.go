package journey

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"dojo/demo"
)

const (
	catalog = "/t/acme/development/catalog"
	mixed   = "product_id,title,sale_price\nj-1,Journey miso,9.5\nj-2,Journey kombu,\nj-3,Journey " +
		"nori,cheap\n\"j,4\",,\n"
)

// TestRecords: a file with rejected lines is uploaded without them; a record is
// looked at beside the list, and deleted.
func TestRecords(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.signIn(t, "dev@acme.example")
	dev.open(catalog)
	dev.find("link", "Upload products").follow()
	dev.attaches("products.csv", mixed)
	dev.find("button", "Continue").follow()
	dev.find("heading", "Map columns").text()
	dev.find("region", "Preview").says("2 good lines, 2 rejected.",
		`{"product_id":"j-1","title":"Journey miso","sale_price":9.5}`,
		"sale_price is not a number; yours: cheap", "product_id: The attribute should not contain a comma; yours: j,4")
	dev.examines("upload-preview")
	dev.find("button", "Upload").followTo(422)
	dev.find("alert", "").says("2 lines would be left out")
	dev.find("link", "Download the rejected lines").text()
	dev.examines("upload-rejected")
	dev.find("checkbox", "Leave out 2 rejected lines").press()
	dev.find("button", "Upload").follow()
	dev.isAt(catalog)
	dev.find("status", "").says("Uploaded 2 products", "2 rejected lines left out.")

	dev.find("searchbox", "Product id or title").fill("journey")
	dev.find("button", "Search").follow()
	const list = catalog + "?q=journey" // what a list does not need is not in its links
	dev.find("link", "j-1").press()
	dev.isOn("heading", "Journey miso")
	dev.find("region", "Journey miso").says(`"sale_price": 9.5`)
	dev.isAt(list + "&record=j-1")
	dev.keys(kb.Escape)
	dev.find("region", "Journey miso").isGone()
	dev.isOn("link", "j-1")
	dev.isAt(list)

	dev.find("link", "j-1").press()
	panel, dialog := dev.find("region", "Journey miso"), dev.find("dialog", "Delete this product")
	panel.find("button", "Delete").press()
	dialog.find("button", "Cancel").press()
	dialog.isGone()
	panel.find("button", "Delete").press()
	dialog.find("button", "Delete product").follow()
	dev.isAt(list)
	dev.find("status", "").says("j-1 is deleted")
	dev.find("link", "j-1").isGone()
	dev.examines("catalog-record-deleted")
	dev.find("button", "Undo").follow()
	dev.isAt(list)
	dev.find("status", "").says("j-1 is back")
	dev.find("link", "j-1").press()
	dev.find("region", "Journey miso").says(`"sale_price": 9.5`)
	panel.find("button", "Delete").press()
	dialog.find("button", "Delete product").follow()
	dev.find("status", "").says("j-1 is deleted")
	dev.find("link", "j-1").isGone()
	if file := dev.downloads("jsonl"); !strings.Contains(file, `{"product_id":"j-2","title":"Journey kombu"}`) {
		t.Errorf("the download is %.500s", file)
	}
}

// TestLongUpload: the first records of a long file are shown at once, and the rest is read meanwhile.
func TestLongUpload(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.signIn(t, "dev@acme.example")
	var table strings.Builder
	table.WriteString("product_id,title\n")
	for i := range 60_000 {
		fmt.Fprintf(&table, "long-%d,A cup of clay for tea\n", i)
	}
	dev.open(catalog + "/upload")
	dev.attaches("products.csv", table.String())
	dev.find("button", "Continue").follow()
	dev.find("region", "Preview").says("60,000 good lines.", `{"product_id":"long-0","title":"A cup of clay for tea"}`)
	dev.find("button", "Upload").follow()
	dev.find("status", "").says("Uploaded 60,000 products")
	dev.isAt(catalog)
}

// TestRecordsWithoutJavaScript is the same in a browser that runs no script.
func TestRecordsWithoutJavaScript(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.visitor(t)
	call(dev, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	dev.open("/login")
	dev.submitSignIn("dev@acme.example", demo.Password)
	dev.open(catalog + "/upload")
	dev.attaches("products.csv", mixed)
	dev.find("button", "Continue").follow()
	dev.find("region", "Preview").says("product_id: The attribute should not contain a comma; yours: j,4")
	dev.find("button", "Upload").followTo(422)
	dev.find("alert", "").says("2 lines would be left out")
	dev.find("checkbox", "Leave out 2 rejected lines").press()
	dev.find("button", "Upload").follow()
	dev.find("status", "").says("Uploaded 2 products")
	dev.find("link", "j-1").follow()
	panel, dialog := dev.find("region", "Journey miso"), dev.find("dialog", "Delete this product")
	panel.find("link", "Close").follow()
	panel.isGone()
	dev.isAt(catalog)
	dev.find("link", "j-1").follow()
	panel.find("button", "Delete").follow()
	dialog.find("button", "Delete product").follow()
	dev.find("status", "").says("j-1 is deleted")
	dev.isAt(catalog)
	dev.find("button", "Undo").follow()
	dev.find("status", "").says("j-1 is back")
	dev.isAt(catalog)
	dev.find("link", "j-1").isThere()
}

// TestMapping: a table of another program is uploaded after its columns were looked at, and the next one like it is
// understood at once.
func TestMapping(t *testing.T) {
	t.Parallel()
	s := openSite(t)
	dev := s.signIn(t, "dev@acme.example")
	for _, id := range []string{"map-1", "map-2"} {
		dev.open(catalog + "/upload")
		dev.attaches("shop.csv", "Artikel;Title;Preis;Lager\n"+id+";Tea cup;1.234,50 €;A\n")
		dev.find("button", "Continue").follow()
		if id == "map-1" {
			dev.find("alert", "").says("No column is product_id, which is required.")
			dev.examines("upload-no-id")
			dev.find("combobox", "Field of Artikel").choose("product_id")
			dev.find("button", "Update preview").follow()
		}
		dev.find("heading", "Map columns").text()
		dev.find("region", "Preview").says("1 good line.",
			`{"product_id":"`+id+`","title":"Tea cup","original_price":1234.50}`)
		dev.find("button", "Upload").follow()
		dev.find("status", "").says("Uploaded 1 product")
	}
}

// attaches chooses a file in the form of an upload.
func (p *person) attaches(name, content string) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	field := eventually(p, "the field for the file", func(ctx context.Context) (node, error) {
		return p.resolve(ctx, `document.getElementById("file")`)
	})
	call(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: field.id})
}

// downloads is the list that is looked at as a file.
func (p *person) downloads(format string) string {
	p.t.Helper()
	return evaluate[string](p,
		`fetch(document.querySelector('a[download][href*="format=`+format+`"]').href).then((answer) => answer.text())`)
}
