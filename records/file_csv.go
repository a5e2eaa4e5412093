package records

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"dojo/models"
)

// A cell that begins with one of these could be taken for a formula by the program that opens the file. It gets an
// apostrophe before it, which reading takes away again; so does a text that begins with an apostrophe that would be
// taken away. The apostrophe alone is the empty text, since an empty cell is no value at all.
const formulas = "=+-@\t\r\n"

func harmless(text string) string {
	if text == "" || strings.ContainsRune(formulas, rune(text[0])) || text[0] == '\'' {
		return "'" + text
	}
	return text
}

func original(cell string) string {
	rest, marked := strings.CutPrefix(cell, "'")
	if marked && (rest == "" || strings.ContainsRune(formulas+"'", rune(rest[0]))) {
		return rest
	}
	return cell
}

// csvLines reads a table whose header names fields.
func (f File) csvLines(text *bufio.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		bounded := &boundedReader{reader: text}
		rows := csv.NewReader(bounded)
		rows.Comma = separator(text)
		rows.FieldsPerRecord = -1
		rows.ReuseRecord = true
		bounded.rest = maxLine
		header, err := rows.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			yield(Line{}, csvError(err, 1))
			return
		}
		columns, err := f.header(header)
		if err != nil {
			yield(Line{}, err)
			return
		}
		check := f.checker()
		for {
			bounded.rest = maxLine
			row, err := rows.Read()
			if err == io.EOF {
				return
			}
			if err == nil && isBlank(row) {
				continue // as spreadsheets leave behind the last one
			}
			line, err := check.row(rows, columns, row, err)
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

func isBlank(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return cell != "" })
}

// separator is what stands between the names in the header: a comma, a semicolon where Excel writes commas in
// numbers, or a tab.
func separator(text *bufio.Reader) rune {
	start, _ := text.Peek(64 << 10)
	header, _, _ := bytes.Cut(start, []byte("\n"))
	best, most := ',', bytes.Count(header, []byte(","))
	for _, other := range []rune{';', '\t'} {
		if n := bytes.Count(header, []byte(string(other))); n > most {
			best, most = other, n
		}
	}
	return best
}

// errLong ends the reading of a row that does not end.
var errLong = errors.New("a row is too long")

// boundedReader gives so many bytes and fails then. A quotation mark that is never closed would otherwise make one row
// of the whole file.
type boundedReader struct {
	reader io.Reader
	rest   int
}

// Read implements io.Reader.
func (b *boundedReader) Read(p []byte) (int, error) {
	if b.rest <= 0 {
		return 0, errLong
	}
	n, err := b.reader.Read(p[:min(len(p), b.rest)])
	b.rest -= n
	return n, err
}

func csvError(err error, line int) error {
	if fault, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = fault.StartLine, fault.Err
	}
	switch {
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		return &FileError{line, "A quotation mark is missing or too much. " +
			"Put cells with quotation marks in quotation marks, and double those within."}
	case errors.Is(err, errLong):
		return &FileError{line, "The row does not end within 1 MiB. A quotation mark may be missing."}
	}
	return err
}

// header finds the columns by their names, and refuses what is none. A column without a name is one that a spreadsheet
// left behind, as long as nothing stands in it.
func (f File) header(names []string) ([]column, error) {
	columns := make([]column, len(names))
	var unknown []string
	for i, name := range names {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		c, ok := columnNamed(f.Collection, name)
		switch {
		case !ok:
			unknown = append(unknown, "“"+models.Isolated(shown(name))+"”")
		case slices.ContainsFunc(columns[:i], func(before column) bool { return before.name == c.name }):
			return nil, &FileError{1, "The column “" + models.Isolated(shown(name)) + "” is there twice."}
		}
		columns[i] = c
	}
	if len(unknown) > 0 {
		text := "These columns are no fields of " + f.Collection.WithArticle() + ": "
		if len(unknown) == 1 {
			text = "This column is no field of " + f.Collection.WithArticle() + ": "
		}
		text += strings.Join(unknown[:min(len(unknown), 10)], ", ") + "."
		if f.Collection != models.Interactions {
			text += " Name columns of your own custom_attributes.NAME."
		}
		return nil, &FileError{1, text}
	}
	return columns, nil
}

// shown is a column's name as it is written in a message.
func shown(name string) string { return models.Excerpt(strings.ToValidUTF8(name, "�"), 60) }

// row makes a record of a row. A row that cannot be one is rejected; a row that cannot be told from the next ends the
// file.
func (c *checker) row(rows *csv.Reader, columns []column, row []string, err error) (Line, error) {
	if err != nil {
		return Line{}, csvError(err, 0)
	}
	number, _ := rows.FieldPos(0)
	if len(row) > len(columns) {
		wrong := fmt.Sprintf("The row has %d cells, and the header %d.", len(row), len(columns))
		return Line{Number: number, Wrong: []string{wrong}}, nil
	}
	for i, cell := range row {
		if !utf8.ValidString(cell) {
			return Line{Number: number, Wrong: []string{columns[i].name + ": " + textUTF8}}, nil
		}
	}
	raw, wrong := c.object(columns, row)
	if wrong != "" {
		return Line{Number: number, Wrong: []string{wrong}}, nil
	}
	return c.check(number, raw), nil
}

// object writes the row as JSON. Cells without a text are no values.
func (c *checker) object(columns []column, row []string) (raw []byte, wrong string) {
	var fields, attributes fieldWriter
	for i, cell := range row {
		if cell == "" {
			continue
		}
		column := columns[i]
		if column.name == "" {
			return nil, fmt.Sprintf("Column %d has a value here, and no name in the header.", i+1)
		}
		if name, ok := strings.CutPrefix(column.name, attributePrefix); ok {
			attributes.add(name, c.attribute(name, cell))
			continue
		}
		if column.name == customAttributes {
			attributes.more = json.RawMessage(cell)
			continue
		}
		fields.add(column.name, column.value(cell))
	}
	if attributes.more != nil && attributes.text.Len() > 0 {
		return nil, "custom_attributes: Give either the column custom_attributes or columns custom_attributes.NAME."
	}
	if attributes.more != nil {
		fields.add(customAttributes, jsonOrText(string(attributes.more)))
	} else if attributes.text.Len() > 0 {
		fields.add(customAttributes, attributes.object())
	}
	return fields.object(), ""
}

// fieldWriter writes the inside of an object.
type fieldWriter struct {
	text bytes.Buffer
	more json.RawMessage // a whole object in one cell
}

func (m *fieldWriter) add(name string, value []byte) {
	if m.text.Len() > 0 {
		m.text.WriteByte(',')
	}
	m.text.Write(quote(name))
	m.text.WriteByte(':')
	m.text.Write(value)
}

func (m *fieldWriter) object() []byte {
	return slices.Concat([]byte("{"), m.text.Bytes(), []byte("}"))
}

// quote writes valid UTF-8 as a JSON string, without escaping what only HTML minds.
func quote(text string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string is always encoded
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// value reads a cell by the type of its column: a text stays one, and all else is JSON. An array of texts may also be
// the texts with a bar between them. What is neither stays a text, so that checking says what is expected.
func (c column) value(cell string) []byte {
	if c.text {
		return quote(original(cell))
	}
	if c.texts && !json.Valid([]byte(cell)) || c.texts && cell[0] != '[' && cell != "null" {
		var list [][]byte
		for text := range strings.SplitSeq(original(cell), "|") {
			list = append(list, quote(strings.TrimSpace(text)))
		}
		return slices.Concat([]byte("["), bytes.Join(list, []byte(",")), []byte("]"))
	}
	return jsonOrText(cell)
}

// attribute reads the cell of a custom attribute: a text, if it is one in other records, and otherwise what it looks
// like.
func (c *checker) attribute(name, cell string) []byte {
	if c.known[name] == models.StringAttribute {
		return quote(original(cell))
	}
	return jsonOrText(cell)
}

func jsonOrText(cell string) []byte {
	if trimmed := strings.TrimSpace(cell); json.Valid([]byte(trimmed)) {
		return []byte(trimmed)
	}
	switch cell {
	case "TRUE", "True":
		return []byte("true") // as Excel writes it
	case "FALSE", "False":
		return []byte("false")
	}
	return quote(original(cell))
}
