package records_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dojo/models"
	"dojo/records"
)

// read reads a file of products to its end.
func read(of models.Collection, known models.AttributeTypes, text string) (lines []records.Line, err error) {
	file, err := open(of, known, text)
	if err != nil {
		return nil, err
	}
	for line, err := range file.Lines() {
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// open recognizes a file as the pages do, and takes what is suggested.
func open(of models.Collection, known models.AttributeTypes, text string) (records.File, error) {
	return openSource(of, known, strings.NewReader(text), int64(len(text)))
}

func openSource(of models.Collection, known models.AttributeTypes, text io.ReaderAt, size int64) (records.File, error) {
	file := records.File{Known: known}
	var err error
	if file.Source, err = records.Open(text, size); err != nil {
		return file, err
	}
	if file.Reading, err = file.Source.Recognize(records.Near(of)); err != nil {
		return file, err
	}
	names, err := file.Source.Names(file.Reading)
	if err != nil {
		return file, err
	}
	file.Mapping = records.Suggest(of, names, records.Mapping{})
	file, err = file.Settle()
	return file, err
}

func raws(lines []records.Line) (all []string) {
	for _, line := range lines {
		if line.Faults == nil {
			all = append(all, string(line.Raw))
		} else {
			all = append(all, fmt.Sprintf("%d: %s", line.Number, strings.Join(line.Wrong(), " / ")))
		}
	}
	return all
}

func TestReadFile(t *testing.T) {
	known := models.AttributeTypes{"zip": models.StringAttribute, "weight": models.NumberAttribute}
	for name, c := range map[string]struct {
		of    models.Collection
		text  string
		lines []string
	}{
		"JSON Lines": {models.Products, "\uFEFF{\"product_id\":\"a\"}\r\n\n  {\"product_id\": \"b\", \"title\":\"B\"}",
			[]string{
				`{"product_id":"a"}`, `{"product_id": "b", "title":"B"}`}},
		"JSON Lines below empty lines": {models.Products, "\n \r\n {\"product_id\":\"a\"}\n{", []string{
			`{"product_id":"a"}`, "4: The line is not JSON: unexpected end of JSON input (byte 1)."}},
		"JSON one behind the other": {models.Products, `{"product_id":"a"}{"product_id":"b"}` + "\n" + `{"product_id":"c"}`,
			[]string{`{"product_id":"a"}`, `{"product_id":"b"}`, `{"product_id":"c"}`}},
		"a table with its header twice": {models.Products,
			"product_id,custom_attributes.size\na,1\nproduct_id,custom_attributes.size\n", []string{
				`{"product_id":"a","custom_attributes":{"size":1}}`, "3: The line is the header once more."}},
		"two colons in a cell": {models.Products, "product_id::title::brand\na::\"A::B\"::C:D\n", []string{
			`{"product_id":"a","title":"A::B","brand":"C:D"}`}},
		"JSON in one line": {models.Products, `{"data":[{"product_id":"a"},{},{"product_id":"b"},{}]}`, []string{
			`{"product_id":"a"}`, "2: product_id: The attribute is required.",
			`{"product_id":"b"}`, "4: product_id: The attribute is required."}},
		"JSON over lines, with two on one": {models.Products, "{\"product_id\":\n\"a\"} {}\n{}", []string{
			`{"product_id":"a"}`, "2: product_id: The attribute is required.",
			"3: product_id: The attribute is required."}},
		"rejected lines": {models.Products, `{"product_id":"a","sale_price":"9"}` + "\n{\n" + `{"title":"no id"}` +
			"\n" + `{"product_id":"b"}`, []string{
			"1: sale_price: The attribute was expected to be of type 'number' but type 'string' was given.",
			"2: The line is not JSON: unexpected end of JSON input (byte 1).",
			"3: product_id: The attribute is required.", `{"product_id":"b"}`}},
		"types of attributes": {models.Products, `{"product_id":"a","custom_attributes":{"weight":"1","new":true}}` +
			"\n" +
			`{"product_id":"b","custom_attributes":{"new":1.5}}` + "\n" +
			`{"product_id":"c","custom_attributes":{"new":"x"}}`, []string{
			"1: custom_attributes.new: Its data type is not consistent with other records / " +
				"custom_attributes.weight: Its data type is not consistent with other records",
			"2: custom_attributes.new: Its data type is not consistent with other records",
			`{"product_id":"c","custom_attributes":{"new":"x"}}`}},
		"a table": {models.Products, "product_id,title,sale_price,tags,enable_question_answering,categories\r\n" +
			`00123,"Miso, ""red""",-9.5,salty|umami,TRUE,"[[""Pantry"",""Miso""]]"` + "\r\n" +
			`x,'=1+1,,"[""a|b""]",,` + "\r\n,,,,,\r\n", []string{
			`{"product_id":"00123","title":"Miso, \"red\"","sale_price":-9.5,"tags":["salty","umami"],"enable_question_answering":true,"categories":[["Pantry","Miso"]]}`,
			`{"product_id":"x","title":"=1+1","tags":["a|b"]}`}},
		"a table with columns that have no name": {models.Products, "product_id,,title, \na,,A,\nb,,B\nc,x,C,\n",
			[]string{
				`{"product_id":"a","title":"A"}`, `{"product_id":"b","title":"B"}`,
				`{"product_id":"c","title":"C"}`}},
		"a table of attributes": {models.Products,
			"product_id;custom_attributes.zip;custom_attributes.weight;custom_attributes.sizes\na;01234;12;\"[1,2]\"\nb;99;heavy;\n", []string{
				`{"product_id":"a","custom_attributes":{"zip":"01234","weight":12,"sizes":[1,2]}}`,
				"3: custom_attributes.weight: Its data type is not consistent with other records; yours: heavy"}},
		"a table with tabs, and a row of several lines": {models.EndUsers,
			"user_id\tname\nu-1\t\"Aki\r\nMori\"\n\"u-2\"\n", []string{
				`{"user_id":"u-1","name":"Aki\nMori"}`, `{"user_id":"u-2"}`}},
		"a table of interactions": {models.Interactions,
			"type,user_id,product_ids,duration,search\nproduct_detail_page_view,u,7|8,1.5,\nsearch,u,,,\"{\"\"keywords\"\":\"\"<b>\"\"}\"\nsearch,u,,soon,", []string{
				`{"type":"product_detail_page_view","user_id":"u","product_ids":["7","8"],"duration":1.5}`,
				`{"type":"search","user_id":"u","search":{"keywords":"<b>"}}`,
				"4: duration is not a number; yours: soon; write 12.50"}},
		"too many cells, and bytes that are no text": {models.EndUsers, "user_id\na,b\n\xff\né", []string{
			"2: The row has 2 cells, and the header 1.", "3: user_id: The attribute should be valid UTF-8.",
			`{"user_id":"é"}`}},
	} {
		lines, err := read(c.of, known, c.text)
		if err != nil || !reflect.DeepEqual(raws(lines), c.lines) {
			t.Errorf("%s: %v\n%s", name, err, strings.Join(raws(lines), "\n"))
		}
	}
	if len(known) != 2 {
		t.Errorf("reading changed what is known: %v", known)
	}
}

// TestTypesOfAttributes are those that most records have, in whatever order.
func TestTypesOfAttributes(t *testing.T) {
	lines := []string{`{"product_id":"a","custom_attributes":{"x":1}}`, `{"product_id":"b","custom_attributes":{"x":"1"}}`,
		`{"product_id":"c","custom_attributes":{"x":2}}`}
	for range lines {
		lines = append(lines[1:], lines[0])
		read, err := read(models.Products, nil, strings.Join(lines, "\n"))
		if err != nil || len(read) != 3 {
			t.Fatal(err)
		}
		for i, line := range read {
			if (line.Faults == nil) == strings.Contains(lines[i], `"b"`) {
				t.Errorf("%s: %v", lines[i], line.Wrong())
			}
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"nothing":               {"", "The file is empty."},
		"no records":            {"\n\n", "There are no records"},
		"a header only":         {"product_id,title\n", "There are no records"},
		"an array that is cut":  {"[{\"product_id\":\"a\"},\n{\"product_id\":", "Line 2: The JSON ends in the middle."},
		"an array that is torn": {"[{\"product_id\":\"a\"},\n\n{\"product_id\" \"b\"}]", "Line 3: This is not JSON: "},
		"two arrays":            {"[{\"product_id\":\"a\"}]\n[]", "Line 2: Something stands behind the records."},
		"an empty array":        {"[]", "There are no records"},
		"a record without end":  {`[{"product_id":"` + strings.Repeat("x", 3<<20) + `"}]`, "longer than 1 MiB"},
		"a damaged workbook":    {"PK\x03\x04", "damaged"},
		"a damaged archive":     {"\x1f\x8b\x08", "damaged"},
		"an old workbook":       {"\xd0\xcf\x11\xe0\xa1", "Excel 97"},
		"a web page":            {"\n<html><table><tr><td>a", "web page"},
		"other quotation marks": {"“product_id”,'title'\n“a”,'A, B'\n", "other quotation marks than \""},
		"a row without an end":  {"product_id,title\na,\"" + strings.Repeat("x\n", 1<<20), "does not end within 1 MiB"},
	} {
		_, err := read(models.Products, nil, c.text)
		if _, ok := errors.AsType[*records.FileError](err); !ok || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", name, err, c.says)
		}
	}
}

// TestLooseQuotes: what can only mean one thing is taken, and a row that may have taken in what is not its own is
// refused. The others are read.
func TestLooseQuotes(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		read []string // what each line is, or a part of what is wrong with it
	}{
		"inches": {"product_id,title\na,12\" TV\nb,c\n",
			[]string{`{"product_id":"a","title":"12\" TV"}`, `{"product_id":"b","title":"c"}`}},
		"a word": {"product_id,title\na,\"The \"big\" one\"\n", []string{`{"product_id":"a","title":"The \"big\" one"}`}},
		"with backslashes": {"product_id,title\na,\"The \\\"big\\\" one\"\n",
			[]string{`{"product_id":"a","title":"The \"big\" one"}`}},
		"formulas for Excel": {"product_id,title\n=\"007\",=\"1\"\n", []string{`{"product_id":"007","title":"1"}`}},
		"one that stays open": {"product_id,title\na,b\nc,\"d\ne,f\n",
			[]string{`{"product_id":"a","title":"b"}`,
				"3: A quotation mark is missing or too much, so that the row goes on to line 4."}},
		"one that takes in the next cell": {"product_id,title,brand\na,\"b\" ,\"c\"\nd,e,f\n",
			[]string{"2: A quotation mark is missing or too much. Put", `{"product_id":"d","title":"e","brand":"f"}`}},
		"inches far below": {"product_id,title\n" + strings.Repeat(",\"b, c\"\n", 50) + "a,12\" TV\n", append(
			slices.Repeat([]string{"product_id: The attribute is required."}, 50), `{"product_id":"a","title":"12\" TV"}`)},
		"spaces before": {"product_id, title\na, \"b, c\"\n", []string{`{"product_id":"a","title":"b, c"}`}},
		"one that takes in rows": {"product_id,title\na,\"12\" TV\nb,c\nd,\"e\"\nf,g\n",
			[]string{"so that the row goes on to line 4.", `{"product_id":"f","title":"g"}`}},
	} {
		lines, err := read(models.Products, nil, c.text)
		got := raws(lines)
		if err != nil || len(got) != len(c.read) {
			t.Errorf("%s: %q, %v", name, got, err)
			continue
		}
		for i, want := range c.read {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: %s; want %s", name, got[i], want)
			}
		}
	}
}

// A long line is passed over without being kept, and what fails while reading is
// handed on.
func TestReadIsBounded(t *testing.T) {
	lines, err := read(models.Products, nil, `{"product_id":"`+strings.Repeat("x", 3<<20)+"\"}\n"+`{"product_id":"b"}`)
	if err != nil || len(lines) != 2 || lines[0].Faults == nil || lines[1].Number != 2 || lines[1].Faults != nil {
		t.Errorf("%d lines, %v", len(lines), err)
	}
	torn := errors.New("torn")
	for _, format := range []records.Format{records.JSONLines, records.JSON, records.CSV} {
		for name, source := range map[string]*failing{"from the start": {torn, true}, "behind a record": {torn, false}} {
			file := records.File{Reading: records.Reading{Format: format, LooseQuotes: true}}
			if file.Source, err = records.Open(source, 1<<20); err != nil {
				t.Fatal(err)
			}
			var last error
			for _, err := range file.Lines() {
				last = err
			}
			if last != torn {
				t.Errorf("%s, %s: it ends with %v", format, name, last)
			}
		}
	}
}

// failing is a file whose beginning can be looked at, and no more than a record of it read, perhaps not even that.
type failing struct {
	err    error
	atOnce bool
}

func (f *failing) ReadAt(p []byte, at int64) (int, error) {
	line := `{"product_id":"b"}` + "\n"
	if at == 0 {
		n := copy(p, line+strings.Repeat(" ", 4<<10))
		switch {
		case len(p) <= 4<<10:
			return n, nil
		case !f.atOnce:
			return n, f.err
		}
	}
	return 0, f.err
}

// A table that is written begins no formula, and is read back as it was.
func TestTableThereAndBack(t *testing.T) {
	for of, all := range map[models.Collection][]string{
		models.Products: {
			`{"product_id":"=1+1","title":"+a","description":"-b","brand":"@c","size":"\td","color":"\re","material":"'f","type":"'","html":""}`,
			`{"product_id":"1E+12","title":"  ","brand":"1.5E+10"}`,
			`{"product_id":"a","title":"null","description":"\"q\", é, 味噌\nsecond line","sale_price":-0.50,"rating":1e3,"tags":[],"authors":["a|b","=c"]}`,
			`{"product_id":"b","tags":["[x"],"enable_question_answering":false,"location":{"lat":1,"lon":-2},"custom_attributes":{"a":"=1","b":[1,2],"c":{"d":"=x"}}}`,
		},
		models.EndUsers: {`{"user_id":"'=u","name":"''x","age":-1,"custom_attributes":{"zip":"0123"}}`},
		models.Interactions: {`{"type":"like","product_ids":null}`,
			`{"type":"search","search":{"keywords":"=x"},"context":{"page":{"url":"https://a.example/?a=1&b=2"}}}`,
			`{"type":"add_to_cart","product_ids":["1","-2"],"quantities":2}`},
	} {
		thereAndBack(t, of, all)
	}
}

func thereAndBack(t *testing.T, of models.Collection, all []string) {
	t.Helper()
	var table bytes.Buffer
	w, err := records.NewCSVWriter(of, &table)
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range all {
		if err := w.Write([]byte(raw)); err != nil {
			t.Fatal(raw, err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(table.Bytes())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range slices.Concat(rows...) {
		if _, notNumber := strconv.ParseFloat(cell, 64); notNumber != nil && strings.IndexAny(cell, "=+-@\t\r") == 0 {
			t.Errorf("a cell begins a formula: %q", cell)
		}
	}
	lines, err := read(of, nil, table.String())
	if err != nil || len(lines) != len(all) {
		t.Fatalf("%d lines of %d, %v:\n%s", len(lines), len(all), err, table.String())
	}
	for i, line := range lines {
		if line.Faults != nil || !reflect.DeepEqual(value(t, string(line.Raw)), value(t, all[i])) {
			t.Errorf("%s\ncame back as %s %v", all[i], line.Raw, line.Wrong())
		}
	}
}

// value is the record's value, with the line ends that a table keeps.
func value(t *testing.T, raw string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(raw, `\r\n`, `\n`)), &value); err != nil {
		t.Fatal(raw, err)
	}
	return value
}
