package records_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

func check(t *testing.T, of models.Collection, text string) records.Findings {
	t.Helper()
	file, err := open(of, nil, text)
	if err != nil {
		t.Fatal(err)
	}
	found, err := file.Check(func(*records.Line) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestRepeatedIDs are told with their lines, and the last line of each counts.
func TestRepeatedIDs(t *testing.T) {
	for _, text := range []string{
		"product_id,title,sale_price\nshirt-1,Blue shirt,5\nshirt-1,,7\nshirt-1,,9\nhat-1,Straw hat,3\n",
		"\n" + strings.Repeat("{\"product_id\":\"shirt-1\"}\n", 3) + `{"product_id":"hat-1"}`,
	} {
		found := check(t, models.Products, text)
		if found.Good != 4 || found.Replaced != 2 || found.Kept() != 2 {
			t.Errorf("%+v", found)
		}
		if r := found.Repeated; len(r) != 1 || r[0].Text != "shirt-1" || !slices.Equal(r[0].First, []int{2, 3, 4}) {
			t.Errorf("%+v", r)
		}
	}
	if found := check(t, models.Interactions, strings.Repeat(`{"type":"search"}`+"\n", 3)); found.Replaced != 0 {
		t.Errorf("interactions have no ids: %+v", found)
	}
}

// TestFaultsAreGrouped: each kind once, the commonest first, with the cell that has it and what would be taken.
func TestFaultsAreGrouped(t *testing.T) {
	text := "product_id,sale_price,availability,created_at\n"
	for i := range 60 {
		text += fmt.Sprintf("lamp-%d,cheap,maybe,\n", i)
	}
	text += "lamp-61,5,IN_STOCK,yesterday\n"
	found := check(t, models.Products, text)
	var told []string
	for _, f := range found.Faults {
		told = append(told, fmt.Sprintf("%d %s; yours: %s; write %s; %v", f.Lines, f.Text, f.Yours, f.Write, f.First))
	}
	want := []string{
		"60 availability is none of IN_STOCK, OUT_OF_STOCK, PRE_ORDER; yours: maybe; write IN_STOCK; [2 3 4 5 6]",
		"60 sale_price is not a number; yours: cheap; write 12.50; [2 3 4 5 6]",
		"1 created_at is not a date-time; yours: yesterday; write 2000-07-30T18:45:03Z; [62]",
	}
	if !slices.Equal(told, want) || found.Bad != 61 {
		t.Errorf("%d bad:\n%s", found.Bad, strings.Join(told, "\n"))
	}
}

// TestFaultsSayHowToMap: what is chosen is kept to, and said to be wrong where another way would do.
func TestFaultsSayHowToMap(t *testing.T) {
	file, err := open(models.Products, nil, "product_id,created_at\na,964982703\n")
	if err != nil {
		t.Fatal(err)
	}
	file.Mapping.Columns[1].As = records.AsWritten
	if file, err = file.Settle(); err != nil {
		t.Fatal(err)
	}
	for line := range file.Lines() {
		want := "created_at is not a date-time; yours: 964982703; write 2000-07-30T18:45:03Z, or map it as Unix seconds"
		if got := line.Wrong(); len(got) != 1 || got[0] != want {
			t.Errorf("%q", got)
		}
	}
}

// TestWhatSpreadsheetsDid: rounded ids are no ids, and what was rounded or cut elsewhere is told.
func TestWhatSpreadsheetsDid(t *testing.T) {
	found := check(t, models.Products, "product_id,title,brand,sale_price\n1.23457E+12,a,b,1\nok,4.5E+15,"+
		strings.Repeat("é", 255)+",2\n1.0,1234567890123450000,None,NaN\nbad,#N/A,,3\nb,Salt &amp; Co,,\nSum:,,,\n")
	if found.Bad != 2 || !strings.HasPrefix(found.Faults[0].Text,
		"product_id is a number that a spreadsheet has rounded") ||
		found.Faults[0].Yours != "1.23457E+12" {
		t.Errorf("%+v", found.Faults)
	}
	var told []string
	for _, f := range found.Warnings {
		told = append(told, f.Text+" "+f.Yours)
	}
	slices.Sort(told)
	want := []string{"brand has exactly 255 characters: a program may have cut it " + strings.Repeat("é", 60),
		"brand is what programs write where there is no value; here it is taken for a text None",
		"holds nothing but an id, and may be a note or a sum Sum:",
		"product_id looks like an id that a program has made a number of 1.0",
		"title has characters written as in HTML, such as &amp;, and they stay so Salt &amp; Co",
		"title looks like a number that a spreadsheet has rounded 4.5E+15"}
	if !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
	if f := found.Faults[1]; f.Text != "title is an error of the spreadsheet" || f.Yours != "#N/A" {
		t.Errorf("%+v", f)
	}
	if last := found.Preview[2].Record; strings.Contains(last, "sale_price") {
		t.Errorf("no price is read as one: %s", last)
	}
}

// TestEventsOfOtherPrograms: a type that is only written in another way is taken, and of others it is said which they
// most likely are.
func TestEventsOfOtherPrograms(t *testing.T) {
	found := check(t, models.Interactions, "user_id,item_id,event\nu,p,Add To Cart\nu,p,purchase\nu,p,purchase\nu,p,nap\n")
	if found.Good != 1 || !strings.Contains(found.Preview[0].Record, `"type":"add_to_cart"`) {
		t.Errorf("%+v", found)
	}
	var told []string
	for _, f := range found.Faults {
		told = append(told, fmt.Sprint(f.Lines, " ", f.Text, "; ", f.Yours, "; ", f.Write))
	}
	if !slices.Equal(told, []string{"2 type: “purchase” is no type of interaction; ; checkout",
		"1 type: “nap” is no type of interaction; ; " +
			"one such as product_detail_page_view, or custom with a custom_action_name"}) {
		t.Errorf("%q", told)
	}
}

// TestFirstLineCutOff: the other lines are read all the same.
func TestFirstLineCutOff(t *testing.T) {
	lines, err := read(models.Products, nil, "{\"product_id\":\"a\n{\"product_id\":\"b\"}\n")
	if err != nil || len(lines) != 2 || lines[0].Faults == nil || lines[1].Faults != nil {
		t.Errorf("%q, %v", raws(lines), err)
	}
}

// TestNamesInJSON: a field that is not known is told with the one that is meant.
func TestNamesInJSON(t *testing.T) {
	lines, err := read(models.Products, nil, `[{"id":"a"},{"product_id":"b","whatever":1}]`)
	if err != nil || len(lines) != 2 || !strings.Contains(raws(lines)[0], "'custom_attributes'; write product_id") ||
		!strings.HasSuffix(raws(lines)[1],
			"whatever: The attribute is not known. Attributes of your own belong in 'custom_attributes'.") {
		t.Errorf("%q, %v", raws(lines), err)
	}
}

func TestArchivesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"two files":     {zipped("a.csv", "x", "b.csv", "y"), "The ZIP file holds 2 files: “a.csv”, “b.csv”."},
		"no file":       {zipped("a/", ""), "There is no file in the ZIP file."},
		"twice":         {gzipped(gzipped("product_id\na")), "compressed twice"},
		"an empty one":  {gzipped(""), "The file is empty."},
		"a cut one":     {gzipped(strings.Repeat("product_id\n", 9000))[:60], "damaged"},
		"no real sheet": {zipped("xl/workbook.xml", "<x"), "The workbook cannot be read"},
		"a web page":    {zipped("a.csv", "<!DOCTYPE html>"), "web page"},
		"XML":           {"<?xml version='1.0'?><rss>", "XML"},
		"a PDF":         {"%PDF-1.7", "PDF"},
		"a picture":     {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a file of another program (.png)"},
		"a text":        {`{\rtf1\ansi hello}`, "a file of another program (.rtf)"},
		"a database":    {"SQLite format 3\x00", "a file of another program (.sqlite)"},
		"an archive":    {"7z\xbc\xaf\x27\x1c\x00\x04", "an archive (.7z). Unpack it"},
		"of LibreOffice": {stored("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"),
			"a file of another program (.ods)"},
		"of Word":        {zipped("[Content_Types].xml", "<x/>", "word/document.xml", "<x/>"), "(.docx)"},
		"of Numbers":     {zipped("Index/Document.iwa", "x", "Metadata/Properties.plist", "x"), "a document of Numbers"},
		"a header alone": {gzipped("product_id,title\n"), "There are no records"},
	} {
		_, err := read(models.Products, nil, c.text)
		if _, ok := errors.AsType[*records.FileError](err); !ok || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", name, err, c.says)
		}
	}
}
