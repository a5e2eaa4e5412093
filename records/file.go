package records

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"strings"
	"unicode/utf8"

	"dojo/models"
)

// Limits of an uploaded file. Whoever reads the request enforces MaxFile.
const (
	MaxFile = 256 << 20 // bytes, as it is sent
	// maxLine is how long one record may be, in bytes. Files are read record by record, so that it also bounds what
	// reading one takes in memory.
	maxLine = 1 << 20
)

// Line is one record of a file, accepted or not.
type Line struct {
	Number int      // in the file, from 1: that of the record's first line; in JSON, that of the record
	Faults []Fault  // none: it is accepted
	Raw    []byte   // the JSON of an accepted record
	Tried  []byte   // the JSON that was made of a row, accepted or not
	ID     string   // of a product or an end user
	Cells  []string // of a table, until the next line is read; nil in JSON
	Text   []byte   // a record of JSON as a line, until the next one is read

	row row
}

// Wrong is what is wrong with the line, in words for people; none: it is accepted.
func (l *Line) Wrong() (all []string) {
	for _, fault := range l.Faults {
		all = append(all, fault.String())
	}
	return all
}

// AddTo puts an accepted record into a batch of its collection.
func (l *Line) AddTo(batch *models.Batch) { l.row.addTo(batch, l.Raw) }

// FileError is why a file could not be read any further. Nothing that came before it should be kept.
type FileError struct {
	Line    int // 0: the file as a whole
	Message string
}

// Error implements error. The text is fit to be shown.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("Line %d: %s", e.Line, e.Message)
}

// File is a file of records, and how it is read.
type File struct {
	Source  *Source
	Reading Reading
	Mapping Mapping // of a table; settled
	// Known are the types of the data set's custom attributes, which those of the file must have. It is not changed.
	Known models.AttributeTypes
}

// Lines reads the file line by line. An error ends it: a [FileError], or the one that reading ended with.
func (f File) Lines() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		any := false
		for line, err := range f.lines(f.checker()) {
			any = true
			if !yield(line, err) || err != nil {
				return
			}
		}
		if !any {
			yield(Line{}, &FileError{Message: "There are no records in the file."})
		}
	}
}

func (f File) lines(check *checker) iter.Seq2[Line, error] {
	switch f.Reading.Format {
	case JSONLines:
		return f.jsonLines(check)
	case JSON:
		return f.jsonRecords(check)
	}
	return f.tableLines(check)
}

// checker validates records one after the other. Where known is nil, attributes may have any type.
type checker struct {
	of    models.Collection
	known models.AttributeTypes
	ours  bool // what is read is what Dojo wrote
}

func (f File) checker() *checker {
	known := maps.Clone(f.Mapping.Attributes)
	if known == nil {
		known = models.AttributeTypes{}
	}
	maps.Copy(known, f.Known)
	return &checker{f.Mapping.Of, known, f.Mapping.ours()}
}

// check makes a line of the JSON of a record. It keeps raw.
func (c *checker) check(number int, raw []byte) Line {
	if problem := checkSyntax(raw); problem != "" {
		return Line{Number: number, Faults: []Fault{{Text: "The line " + problem + "."}}}
	}
	src := string(raw)
	row, found := Limits{}.orDefaults().parseRecord(c.of, src, (&cursor{src, 0}).skip())
	if found == nil {
		found = inconsistent(c.known, row.record.Types)
	}
	if found != nil {
		return Line{Number: number, Faults: withNames(c.of, faults(found))}
	}
	if c.known != nil {
		c.known.Add(row.record.Types)
	}
	return Line{Number: number, Raw: raw, ID: row.record.ID, row: row}
}

// tableLines makes a record of each row below the header.
func (f File) tableLines(check *checker) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		columns := make([]column, len(f.Mapping.Columns))
		for i, c := range f.Mapping.Columns {
			columns[i], _ = columnNamed(f.Mapping.Of, c.Field)
		}
		for row, err := range f.Source.rows(f.Reading) {
			if err == nil && row.number <= f.Reading.Header {
				continue
			}
			line := Line{}
			if err == nil {
				line = check.row(f.Mapping, columns, row)
				line.Cells = row.cells
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// row makes a record of a row.
func (c *checker) row(m Mapping, columns []column, row tableRow) Line {
	if len(row.cells) > len(columns) && !isBlank(row.cells[len(columns):]) {
		wrong := fmt.Sprintf("The row has %d cells, and the header %d.", len(row.cells), len(columns))
		return Line{Number: row.number, Faults: []Fault{{Text: wrong}}}
	}
	if wrong := row.misread(len(columns)); wrong != "" {
		return Line{Number: row.number, Faults: []Fault{{Text: wrong}}}
	}
	if m.repeatsHeader(row.cells) {
		return Line{Number: row.number, Faults: []Fault{{Text: "The line is the header once more."}}}
	}
	cells := row.cells[:min(len(row.cells), len(columns))]
	for i, cell := range cells {
		if !utf8.ValidString(cell) {
			return Line{Number: row.number, Faults: []Fault{{Field: columns[i].name, Text: textUTF8}}}
		}
	}
	raw, bad := c.recordOf(m, columns, cells)
	line := Line{}
	if raw != nil {
		line = c.check(row.number, raw)
	}
	line.Number, line.Tried = row.number, raw
	line.Faults = append(bad, without(line.Faults, bad)...)
	explain(line.Faults, m, columns, cells)
	return line
}

// without leaves out the faults of fields of which something was said already.
func without(faults, said []Fault) (rest []Fault) {
	for _, fault := range faults {
		known := false
		for _, other := range said {
			known = known || other.Field == fault.Field
		}
		if !known {
			rest = append(rest, fault)
		}
	}
	return rest
}

// recordOf writes the row as JSON. Cells without a text are no values.
func (c *checker) recordOf(m Mapping, columns []column, cells []string) (raw []byte, bad []Fault) {
	var fields, attributes fieldWriter
	for i, cell := range cells {
		column, as := columns[i], m.Columns[i].Settled
		if !c.ours {
			cell = bare(cell)
		}
		if column.name == "" || cell == "" || !c.ours && column.holdsNothing(cell, as) {
			continue
		}
		value, ok := column.convert(cell, as)
		switch {
		case !c.ours && isSheetError(cell):
			bad = append(bad, Fault{Field: column.name, Text: "is an error of the spreadsheet",
				Write: "the value, or leave the cell empty"})
		case !c.ours && column.name == Required(m.Of) && rounded.MatchString(cell):
			bad = append(bad, Fault{Field: column.name, Text: "is a number that a spreadsheet has rounded",
				Write: "the id itself: give the column the format Text, and export it again"})
		case !ok:
			bad = append(bad, column.fault(cell))
		}
		switch name, own := strings.CutPrefix(column.name, attributePrefix); {
		case own:
			attributes.add(name, value)
		case column.name == customAttributes:
			attributes.more = json.RawMessage(value)
		default:
			fields.add(column.name, value)
		}
	}
	if m.Type != "" && m.Of == models.Interactions && !m.Has("type") {
		fields.add("type", quote(m.Type))
	}
	switch {
	case attributes.more != nil && attributes.text.Len() > 0:
		bad = append(bad, Fault{Field: customAttributes,
			Text: "Give either the column custom_attributes or columns custom_attributes.NAME."})
	case attributes.more != nil:
		fields.add(customAttributes, attributes.more)
	case attributes.text.Len() > 0:
		fields.add(customAttributes, attributes.object())
	}
	return fields.object(), bad
}
