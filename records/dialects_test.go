package records_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"dojo/models"
	"dojo/records"
)

const cheese = `{"product_id":"kaese-1","title":"Käse groß","sale_price":12.50,"brand":"Müller"}`

func encoded(t *testing.T, text, as string) string {
	t.Helper()
	var err error
	switch as {
	case "Windows-1252":
		text, err = charmap.Windows1252.NewEncoder().String(text)
	case "UTF-16LE":
		text, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	case "UTF-16BE with BOM":
		text, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func gzipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text))
	w.Close()
	return out.String()
}

func zipped(files ...string) string { return archived(zip.Deflate, files) }

func stored(files ...string) string { return archived(zip.Store, files) }

func archived(method uint16, files []string) string {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, _ := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		_, _ = f.Write([]byte(files[i+1]))
	}
	w.Close()
	return out.String()
}

func workbook(t *testing.T, rows ...[]any) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestDialects is the matrix of what programs write, and what becomes of it.
func TestDialects(t *testing.T) {
	table := "product_id;title;sale_price;brand\r\nkaese-1;Käse groß;12.50;Müller\r\n"
	german := strings.Replace(table, "12.50", "12,50", 1)
	comma := strings.ReplaceAll(table, ";", ",")
	for name, c := range map[string]struct {
		text, encoding, separator string
		header                    int
		doubt                     bool
	}{
		"UTF-8":                   {table, "UTF-8", ";", 1, false},
		"UTF-8 with a mark":       {"\uFEFF" + table, "UTF-8", ";", 1, false},
		"Windows-1252":            {encoded(t, table, "Windows-1252"), "Windows-1252", ";", 1, true},
		"Excel, German":           {encoded(t, german, "Windows-1252"), "Windows-1252", ";", 1, true},
		"UTF-16LE without a mark": {encoded(t, table, "UTF-16LE"), "UTF-16LE", ";", 1, false},
		"UTF-16BE with a mark":    {encoded(t, table, "UTF-16BE with BOM"), "UTF-16BE", ";", 1, false},
		"Excel, Unicode text": {"\xff\xfe" + encoded(t, strings.ReplaceAll(table, ";", "\t"), "UTF-16LE"), "UTF-16LE",
			"\t", 1, false},
		"commas":           {comma, "UTF-8", ",", 1, false},
		"tabs":             {strings.ReplaceAll(table, ";", "\t"), "UTF-8", "\t", 1, false},
		"bars":             {strings.ReplaceAll(table, ";", "|"), "UTF-8", "|", 1, false},
		"line feeds":       {strings.ReplaceAll(table, "\r\n", "\n"), "UTF-8", ";", 1, false},
		"carriage returns": {strings.ReplaceAll(table, "\r\n", "\r"), "UTF-8", ";", 1, false},
		"sep=":             {"sep=;\r\n" + table, "UTF-8", ";", 2, false},
		"sep= of another":  {"\"sep=,\"\n" + comma, "UTF-8", ",", 2, false},
		"a title above":    {"Products of 2026, all of them\r\n\r\n" + table, "UTF-8", ";", 3, false},
		"human names": {strings.Replace(table, "product_id;title;sale_price", "Product ID;Title;Sale price",
			1), "UTF-8", ";", 1, false},
		"names of other programs": {strings.Replace(table, "product_id;title;sale_price;brand",
			"SKU;Name;Variant Price;Vendor", 1), "UTF-8", ";", 1, false},
		"currency":                   {strings.Replace(table, "12.50", "$12.50", 1), "UTF-8", ";", 1, false},
		"currency and decimal comma": {strings.Replace(table, "12.50", "12,50 €", 1), "UTF-8", ";", 1, false},
		"spaces":                     {strings.Replace(table, "12.50", " 12.50 ", 1) + "  ; ;;\r\n", "UTF-8", ";", 1, false},
		"gzip":                       {gzipped(table), "UTF-8", ";", 1, false},
		"gzip of Windows-1252":       {gzipped(encoded(t, table, "Windows-1252")), "Windows-1252", ";", 1, true},
		"a ZIP file": {zipped("a/products.csv", table, "__MACOSX/._products.csv", "x", "a/", ""), "UTF-8",
			";", 1, false},
		"a workbook": {workbook(t, []any{"Product ID", "Title", "Price, new", "Brand", "sale_price"},
			[]any{"kaese-1", "Käse groß", nil, "Müller", 12.5}), "", "", 1, false},
		"a workbook with a title": {workbook(t, []any{"Products"}, nil, []any{"id", "title", "sale_price", "vendor"},
			[]any{"kaese-1", "Käse groß", 12.5, "Müller"}), "", "", 3, false},
		"spaces around values": {strings.ReplaceAll(table, ";", " ; "), "UTF-8", ";", 1, false},
		"formulas that keep digits": {strings.Replace(comma, "kaese-1,", `"=""kaese-1""",`, 1), "UTF-8", ",", 1,
			false},
		"JSON Lines in gzip": {gzipped(cheese), "UTF-8", "", 0, false},
		"two colons":         {strings.ReplaceAll(table, ";", "::"), "UTF-8", "::", 1, false},
		"two colons in marks": {strings.NewReplacer(";", `"::"`, "product_id", `"product_id`, "brand\r\n", "brand\"\r\n",
			"kaese-1", `"kaese-1`, "Müller", `Müller"`).Replace(table), "UTF-8", "::", 1, false},
		"a table to look at": {"product_id | title | sale_price | brand\n---|---|---|---\n" +
			"kaese-1    | Käse groß |      12.50 | Müller\n", "UTF-8", "|", 1, false},
		"a table with spaces of no width": {strings.Replace(strings.Replace(table, ";12.50", "\u200B;\u200B12.50", 1),
			"product_id", "\uFEFF\uFEFFproduct_id", 1), "UTF-8", ";", 1, false},
		"JSON Lines with commas": {cheese + ",\n", "UTF-8", "", 0, false},
		"JSON in an array":       {"\n[\n" + cheese + "\n]\n", "UTF-8", "", 0, false},
		"JSON over lines":        {strings.ReplaceAll(cheese, `,"`, ",\r\n  \""), "UTF-8", "", 0, false},
		"JSON as the API has":    {`{"data": [` + cheese + `], "count": [1, {"all": 1}]}`, "UTF-8", "", 0, false},
	} {
		file, err := open(models.Products, nil, c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r := file.Reading
		if r.Encoding != c.encoding || r.Separator != c.separator || r.Header != c.header || r.Doubt != c.doubt {
			t.Errorf("%s is read as %+v", name, r)
		}
		lines, err := read(models.Products, nil, c.text)
		if err != nil || len(lines) != 1 || !sameJSON(t, raws(lines)[0], cheese) {
			t.Errorf("%s: %v, %v", name, raws(lines), err)
		}
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	return strings.HasPrefix(a, "{") && fmt.Sprint(value(t, a)) == fmt.Sprint(value(t, b))
}

// TestOtherWritings: the encoding of a text that is not of Western Europe is told by how it looks, with a doubt.
func TestOtherWritings(t *testing.T) {
	for name, c := range map[string]struct {
		as          encoding.Encoding
		title, more string
	}{
		"Shift JIS":    {japanese.ShiftJIS, "味噌ラーメン", "抹茶"},
		"Windows-1251": {charmap.Windows1251, "Сыр большой", "Хлеб"},
		"GB18030":      {simplifiedchinese.GB18030, "中国绿茶", "豆腐乳"},
		"Windows-1252": {charmap.Windows1252, "Käse für Ärzte", "Brühe"},
	} {
		text, err := c.as.NewEncoder().String("product_id;title\na;" + c.title + "\nb;" + c.more + "\n")
		if err != nil {
			t.Fatal(err)
		}
		file, err := open(models.Products, nil, text)
		if err != nil || file.Reading.Encoding != name || !file.Reading.Doubt {
			t.Errorf("%s is read as %+v, %v", name, file.Reading, err)
		}
		if samples := file.Mapping.Columns[1].Samples; !slices.Equal(samples, []string{c.title, c.more}) {
			t.Errorf("%s: %q", name, samples)
		}
	}
}

// TestWorkbookCells: what is true is no 1, an id keeps the zeros that it is shown with, the first sheet with rows that is
// shown is read, and an error of a formula is no value.
func TestWorkbookCells(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	for _, sheet := range []string{"Hidden", "Stock"} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range [][]any{{"product_id", "custom_attributes.new", "custom_attributes.count", "title"},
			{42, true, 1, "Sofa"}, {"b", false, 0, "#REF!"}} {
			if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.SetSheetVisible("Hidden", false); err != nil {
		t.Fatal(err)
	}
	zeros := "00000"
	style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
	if err != nil || book.SetCellStyle("Stock", "A2", "A2", style) != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	file, err := open(models.Products, nil, out.String())
	if err != nil || file.Reading.Sheet != "Stock" {
		t.Fatalf("%+v, %v", file.Reading, err)
	}
	lines, err := read(models.Products, nil, out.String())
	if err != nil || len(lines) != 2 ||
		raws(lines)[0] != `{"product_id":"00042","title":"Sofa","custom_attributes":{"new":true,"count":1}}` ||
		!strings.Contains(raws(lines)[1], "title is an error of the spreadsheet; yours: #REF!") {
		t.Errorf("%q, %v", raws(lines), err)
	}
}

// TestWithoutHeader: the columns get numbers, and nothing is taken for a field.
func TestWithoutHeader(t *testing.T) {
	file, err := open(models.Products, nil, "sofa-1,Sofa,5\nsofa-2,Stool,7\n")
	if err != nil || file.Reading.Header != 0 || len(file.Mapping.Columns) != 3 {
		t.Fatalf("%+v, %v", file.Reading, err)
	}
	ratings, err := open(models.Interactions, nil, "196\t242\t3\t881250949\n186\t302\t3\t891717742\n")
	if err != nil || ratings.Reading.Header != 0 || ratings.Reading.Separator != "\t" {
		t.Errorf("numbers are read as names: %+v, %v", ratings.Reading, err)
	}
	if c := file.Mapping.Columns[1]; c.Name != "Column 2" || fmt.Sprint(c.Samples) != "[Sofa Stool]" {
		t.Errorf("%+v", c)
	}
	if wrong := file.Mapping.Wrong(); wrong != "No column is product_id, which is required." {
		t.Error(wrong)
	}
	for i, field := range []string{"product_id", "title", "sale_price"} {
		file.Mapping.Columns[i].Field = field
	}
	if file, err = file.Settle(); err != nil || file.Mapping.Wrong() != "" {
		t.Fatal(err, file.Mapping.Wrong())
	}
	found, err := file.Check(func(*records.Line) error { return nil })
	if err != nil || found.Good != 2 ||
		found.Preview[1].Record != `{"product_id":"sofa-2","title":"Stool","sale_price":7}` {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestConversions: a column is read as all of its cells say.
func TestConversions(t *testing.T) {
	for name, c := range map[string]struct {
		field, cells, as, read string
	}{
		"plain numbers":        {"sale_price", "1.5 1.234", "written", "1.5 1.234"},
		"decimal commas":       {"sale_price", "1.234,50_€ 3 7,5", "decimal-comma", "1234.50 3 7.5"},
		"groups, then a comma": {"sale_price", "1.234 12,50", "decimal-comma", "1234 12.50"},
		"the other order":      {"sale_price", "12,50 1.234", "decimal-comma", "12.50 1234"},
		"thousands":            {"sale_price", "1,299.00 USD_5", "decimal-point", "1299.00 5"},
		"Swiss":                {"sale_price", "1'299.00 -5.5", "decimal-point", "1299.00 -5.5"},
		"Indian":               {"sale_price", "1,29,900.00 2,500.00", "decimal-point", "129900.00 2500.00"},
		"words for currencies": {"sale_price", "Rs._500 12_kr 1200円 US$7 8_zł", "written", "500 12 1200 7 8"},
		"without decimals":     {"sale_price", "12,- 3,50 CHF_5.–", "decimal-comma", "12 3.50 5"},
		"units":                {"sale_price", "5_kg 5", "written", "refused 5"},
		"either way":           {"sale_price", "1,299 2,499", "written doubt", "refused refused"},
		"no numbers":           {"sale_price", "cheap 5", "written", "refused 5"},
		"a currency alone":     {"sale_price", "€ 5", "written", "refused 5"},
		"no values":            {"sale_price", "NULL - N/A NaN 5", "written", "    5"},
		"Unix seconds":         {"created_at", "964982703", "unix-seconds", "2000-07-30T18:45:03Z"},
		"Unix milliseconds":    {"created_at", "964982703250", "unix-milliseconds", "2000-07-30T18:45:03.25Z"},
		"Unix microseconds":    {"created_at", "964982703250000", "unix-microseconds", "2000-07-30T18:45:03.25Z"},
		"months by name": {"created_at", "Jul_30,_2000 30_July_2000_18:45", "month-named",
			"2000-07-30T00:00:00Z 2000-07-30T18:45:00Z"},
		"of mails": {"created_at", "Sun,_30_Jul_2000_18:45:03_GMT Sun,_30_Jul_2000_18:45:03_+0200", "month-named",
			"2000-07-30T18:45:03Z 2000-07-30T16:45:03Z"},
		"of JavaScript": {"created_at", "Sun_Jul_30_2000_18:45:03_GMT+0200_(CEST)", "month-named",
			"2000-07-30T16:45:03Z"},
		"of a zone by letters": {"created_at", "Sun_Jul_30_18:45:03_CET_2000", "written", "refused"},
		"of PostgreSQL":        {"created_at", "2000-07-30_18:45:03.25+02", "year-first", "2000-07-30T16:45:03.25Z"},
		"of Go":                {"created_at", "2000-07-30_18:45:03_+0200_CEST", "year-first", "2000-07-30T16:45:03Z"},
		"digits alone": {"created_at", "20000730 20000730T184503Z", "year-first",
			"2000-07-30T00:00:00Z 2000-07-30T18:45:03Z"},
		"a space between": {"created_at", "2000-07-30_18:45:03", "year-first", "2000-07-30T18:45:03Z"},
		"an offset":       {"created_at", "2000-07-30_18:45:03_-0400", "year-first", "2000-07-30T22:45:03Z"},
		"moments and a space": {"created_at", "2000-07-30T18:45:03Z 2000-07-30_18:45", "year-first",
			"2000-07-30T18:45:03Z 2000-07-30T18:45:00Z"},
		"days and points": {"created_at", "30.07.2000 01.02.2000_9:30", "day-first",
			"2000-07-30T00:00:00Z 2000-02-01T09:30:00Z"},
		"months first": {"created_at", "01/02/2000 07/30/2000", "month-first",
			"2000-01-02T00:00:00Z 2000-07-30T00:00:00Z"},
		"days or months":      {"created_at", "01/02/2000", "written doubt", "refused"},
		"days of a workbook":  {"created_at", "36737.5", "day-numbers", "2000-07-30T12:00:00Z"},
		"days":                {"created_at", "2000-07-30", "written", "2000-07-30"},
		"availability":        {"availability", "in_stock Pre-order", "written", "IN_STOCK PRE_ORDER"},
		"yes and no":          {"enable_question_answering", "yes 0", "written", "true false"},
		"on and off":          {"enable_question_answering", "on FALSCH", "written", "true false"},
		"lists":               {"tags", "a,b c", "comma-list", `["a","b"] ["c"]`},
		"lists of Python":     {"tags", "['a',_'b,c'] ['d']", "written", `["a","b,c"] ["d"]`},
		"lists with spaces":   {"tags", "['a','b'] ('a',) {'a',_'b'}", "written", `["a","b"] ["a"] ["a","b"]`},
		"lists of numbers":    {"tags", "[1,_22] [3] [1.5]", "written", `["1","22"] ["3"] refused`},
		"lists of semicolons": {"tags", `"a;_b" c`, "semicolon-list", `["a","b"] ["c"]`},
		"lists of somebody":   {"tags", `['a',"b'c"] a`, "written", `refused ["a"]`},
		"lists of PostgreSQL": {"tags", "{a,b} {c}", "written", `["a","b"] ["c"]`},
		"lists with bars":     {"tags", "a|b c,d", "written", `["a","b"] ["c,d"]`},
		"paths":               {"categories", "Pantry>Miso|Gifts", "written", `[["Pantry","Miso"],["Gifts"]]`},
		"paths with commas":   {"categories", "A,A>B C", "comma-paths", `[["A"],["A","B"]] [["C"]]`},
		"commas in paths":     {"categories", "A>B,A>C Food,_Tea>Tea", "written", `[["A","B,A","C"]] [["Food, Tea","Tea"]]`},
		"a comma with a mark": {"categories", `D\,_E C`, "comma-paths", `[["D, E"]] [["C"]]`},
		"commas with a mark": {"categories", `D\,_E>F,D\,_E>G C C C`, "comma-paths",
			`[["D, E","F"],["D, E","G"]] [["C"]] [["C"]] [["C"]]`},
		"own numbers":          {"custom_attributes.x", "1 2.5", "written", "1 2.5"},
		"own numbers and text": {"custom_attributes.x", "1 2 big", "text", "1 2 big"},
		"own text and numbers": {"custom_attributes.x", "big 1 2", "text", "big 1 2"},
		"own numbers with 0":   {"custom_attributes.x", "1 007", "text", "1 007"},
		"known numbers":        {"custom_attributes.number", "1,5 2", "decimal-comma", "1.5 2"},
		"known texts":          {"custom_attributes.text", "1 2", "text", "1 2"},
	} {
		t.Run(name, func(t *testing.T) { convert(t, c.field, strings.Fields(c.cells), c.as, c.read) })
	}
}

func convert(t *testing.T, field string, cells []string, as, read string) {
	text := "product_id;" + field + "\n"
	for i, cell := range cells {
		text += fmt.Sprintf("p-%d;%s\n", i, strings.ReplaceAll(cell, "_", " "))
	}
	text = strings.Replace(text, "in stock", "in_stock", 1)
	known := models.AttributeTypes{"number": models.NumberAttribute, "text": models.StringAttribute}
	file, err := open(models.Products, known, text)
	if err != nil {
		t.Fatal(err)
	}
	c := file.Mapping.Columns[1]
	if got := strings.TrimSpace(string(c.Settled) + strings.Repeat(" doubt", min(1, len(c.Doubt)))); got != as {
		t.Errorf("settled as %q (%+v), want %q", got, c, as)
	}
	var got []string
	for line, err := range file.Lines() {
		if err != nil {
			t.Fatal(err)
		}
		if line.Faults != nil {
			got = append(got, "refused")
			continue
		}
		_, rest, _ := strings.Cut(string(line.Raw), `"`+strings.TrimPrefix(field, "custom_attributes.")+`":`)
		rest = strings.TrimRight(rest, "}")
		if strings.HasPrefix(rest, `"`) {
			rest = strings.Trim(rest, `"`)
		}
		got = append(got, rest)
	}
	if strings.Join(got, " ") != read {
		t.Errorf("read as %q, want %q", got, read)
	}
}
