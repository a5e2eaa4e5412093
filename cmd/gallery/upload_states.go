package main

import (
	"fmt"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

var productFields = strings.Fields("product_id title availability brand categories color condition created_at " +
	"custom_attributes description original_price sale_price tags url")

func uploadStates() []state {
	upload := func(collection models.Collection, change func(p *pages.Upload)) pages.Upload {
		page := pages.Upload{
			Base: inside("Upload", layout.SectionOf(collection), "development"), Collection: collection,
			MaxBytes: 256 << 20, Columns: productFields,
		}
		change(&page)
		return page
	}
	return append([]state{
		{"upload", upload(models.Products, func(p *pages.Upload) {})},
		{"upload-interactions", upload(models.Interactions, func(p *pages.Upload) {})},
		{"upload-unread", upload(models.Products, func(p *pages.Upload) {
			p.Error = "The ZIP file holds 2 files: “products.csv”, “prices.csv”. Upload one of them."
		})},
		{"upload-stopped", upload(models.Products, func(p *pages.Upload) {
			p.Kept = "The first 4,000 products of 12,100 are kept, and the rest is not. Dojo cannot reach its " +
				"database just now, or cannot write to it."
		})},
	}, uploadPreviewStates()...)
}

func uploadPreviewStates() []state {
	preview := func(change func(p *pages.UploadPreview)) pages.UploadPreview {
		page := pages.UploadPreview{
			Base: inside("Upload", layout.Catalog, "development"), Collection: models.Products, ID: "f1",
			FileName: "products-november.csv", Size: 3_400_000, Fields: productFields,
			Reading: pages.UploadReading{Format: "csv", Unit: "line", Encoding: "UTF-8", Separator: ";", Header: 1,
				Separators: []string{",", ";"}, Encodings: []string{"UTF-8", "Windows-1252", "UTF-16LE"}},
			Columns: shopColumns(), Good: 12_100, Kept: 12_100, Rows: shopRows(),
		}
		change(&page)
		return page
	}
	return []state{
		{"upload-preview", preview(func(p *pages.UploadPreview) {})},
		{"upload-preview-partial", preview(func(p *pages.UploadPreview) {
			p.Partial, p.Good, p.Kept, p.Size = true, 20, 20, 104_000_000
		})},
		{"upload-preview-long", preview(func(p *pages.UploadPreview) { p.Good, p.Kept = 1_000_000, 1_000_000 })},
		{"upload-preview-faults", preview(uploadFaults)},
		{"upload-preview-refused", preview(func(p *pages.UploadPreview) {
			uploadFaults(p)
			p.Refused = "112 lines would be left out. Mend them, or say that they may be."
		})},
		{"upload-preview-doubt", preview(func(p *pages.UploadPreview) {
			p.Reading.Encoding, p.Reading.Doubt = "Windows-1252", true
			p.Columns[2].Doubt = "“1,299” can be read in two ways. Choose one: numbers such as 1,234.50, or numbers such as " +
				"1.234,50."
			p.Columns[2].Example = ""
		})},
		{"upload-preview-no-header", preview(func(p *pages.UploadPreview) {
			p.Reading.Header, p.Problem, p.Rows = 0, "No column is product_id, which is required.", nil
			for i := range p.Columns {
				p.Columns[i] = pages.UploadColumn{Name: fmt.Sprintf("Column %d", i+1), Samples: p.Columns[i].Samples,
					Own: fmt.Sprintf("custom_attributes.Column %d", i+1)}
			}
		})},
		{"upload-preview-workbook", preview(func(p *pages.UploadPreview) {
			p.FileName = "products.xlsx"
			p.Reading = pages.UploadReading{Format: "xlsx", Unit: "line", Sheet: "Products", Header: 3,
				Sheets: []string{"Products", "Prices"}}
		})},
		{"upload-preview-json", preview(func(p *pages.UploadPreview) {
			p.FileName, p.Columns, p.Good, p.Bad = "products.json", nil, 12_098, 2
			p.Reading = pages.UploadReading{Format: "json", Unit: "record", Encoding: "UTF-8", Encodings: p.Reading.Encodings}
			p.Faults = []pages.UploadFound{{Text: "product_id: The attribute is required.", Lines: 2, First: []int{17, 26}}}
		})},
		{"upload-preview-interactions", preview(func(p *pages.UploadPreview) {
			p.Base, p.Collection = inside("Upload", layout.Interactions, "development"), models.Interactions
			p.FileName, p.Problem, p.Rows = "ratings.csv", "No column is type, which is required.", nil
			p.Types = []string{"add_to_cart", "like", "product_detail_page_view"}
			p.Columns = []pages.UploadColumn{{Name: "timestamp", Field: "timestamp", Samples: []string{"964982703"},
				Recognized: "Unix seconds", Conversions: []pages.Option{{Value: "unix-seconds", Label: "Unix seconds"}},
				Example: "964982703", Read: "2000-07-30T18:45:03Z"}}
			p.Fields = []string{"type", "timestamp", "user_id", "product_ids"}
		})},
	}
}

func uploadFaults(p *pages.UploadPreview) {
	p.Good, p.Bad, p.Kept, p.Replaced, p.MoreFaults = 11_988, 112, 11_986, 2, 3
	p.Faults = []pages.UploadFound{
		{Text: "created_at is not a date-time", Yours: "964982703",
			Write: "2000-07-30T18:45:03Z, or map it as Unix seconds", Lines: 100, First: []int{3, 4, 5, 6, 7}},
		{Text: "custom_attributes." + strings.Repeat("very-long-", 9) +
			": Its data type is not consistent with other records",
			Lines: 12, First: []int{17, 26}},
	}
	p.Repeated = []pages.UploadFound{{Text: "shirt-1", Lines: 3, First: []int{2, 3, 4}}}
	p.Warnings = []pages.UploadFound{{Text: "brand looks like a number that a spreadsheet has rounded",
		Yours: "1.23457E+12",
		Lines: 1, First: []int{9}}}
	p.Rows[1].Wrong = []string{"created_at is not a date-time; yours: 964982703; write 2000-07-30T18:45:03Z, or map it " +
		"as Unix seconds"}
}

func shopColumns() []pages.UploadColumn {
	numbers := []pages.Option{{Value: "written", Label: "as written"},
		{Value: "decimal-point", Label: "numbers such as 1,234.50"},
		{Value: "decimal-comma", Label: "numbers such as 1.234,50"}}
	own := func(name string) string { return "custom_attributes." + name }
	return []pages.UploadColumn{
		{Name: "Product ID", Field: "product_id", Own: own("Product ID"), Samples: []string{"miso-aka-500", "kombu-rishiri"}},
		{Name: "Title", Field: "title", Own: own("Title"), Samples: []string{"Aka miso, aged 18 months", "Rishiri kombu"}},
		{Name: "Preis", Field: "sale_price", Own: own("Preis"), Samples: []string{"1.234,50 €", "9,80 €"},
			Conversions: numbers, Recognized: "numbers such as 1.234,50", Example: "1.234,50 €", Read: "1234.50"},
		{Name: "Lagerort", Own: own("Lagerort"), Samples: []string{"A-12", "B-03"}},
	}
}

func shopRows() []pages.UploadRow {
	return []pages.UploadRow{
		{Number: 2, Record: `{"product_id":"miso-aka-500","title":"Aka miso, aged 18 months","sale_price":1234.50}`},
		{Number: 3, Record: `{"product_id":"kombu-rishiri","title":"Rishiri kombu","sale_price":9.80}`},
		{Number: 4, Record: `{"product_id":"shoyu","title":"` + strings.Repeat("Usukuchi shoyu, ", 12) + `"}`},
	}
}
