package pages

import (
	"slices"
	"strconv"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// UploadPreview is where the columns of a chosen file are mapped to fields, and its first records are looked at before
// it is uploaded.
type UploadPreview struct {
	Base
	Collection models.Collection
	ID         string // of the chosen file
	FileName   string
	Size       int64 // bytes
	Reading    UploadReading
	Columns    []UploadColumn
	// Fields are those that a column may be.
	Fields []string
	// Types are those of interactions, when no column has them; Type is the chosen one.
	Types []string
	Type  string
	// Problem says why no records can be made of the file so.
	Problem string
	// Refused says why nothing was uploaded.
	Refused string
	// Partial is set while only the beginning of the file was read: Rows are all that is known.
	Partial bool
	// Good and Bad count the lines; Kept the records that exist after it is uploaded.
	Good, Bad, Kept int
	// Faults are those of the bad lines, and MoreFaults counts the kinds that are not listed.
	Faults     []UploadFound
	MoreFaults int
	// Repeated are ids that several lines have; Replaced counts the lines whose id a later one has.
	Repeated []UploadFound
	Replaced int
	// Warnings are of good lines.
	Warnings []UploadFound
	// Rows are the first lines.
	Rows []UploadRow
}

// UploadReading is how a file is read; what its format does not have is empty.
type UploadReading struct {
	Format     string // jsonl, json, csv or xlsx
	Unit       string // what a record is in the file: a line or a record
	Encoding   string
	Encodings  []string
	Doubt      bool // the encoding may be another
	Separator  string
	Separators []string
	Sheet      string
	Sheets     []string
	Header     int // the line that names the columns; 0: none
}

// UploadColumn is a column of a table.
type UploadColumn struct {
	Name    string
	Samples []string
	Field   string // "": left out
	Own     string // the field of a custom attribute of its name
	As      string // how its cells are read; "": as recognized
	// Conversions are the ways to read it, and Recognized is what the column itself says.
	Conversions []Option
	Recognized  string
	Doubt       string
	// Example is read as Read.
	Example, Read string
}

// UploadFound is what several lines have in common.
type UploadFound struct {
	Text, Yours, Write string
	Lines              int
	First              []int // lines
}

// UploadRow is a line as a record.
type UploadRow struct {
	Number int
	Record string // JSON
	Wrong  []string
}

func (p UploadPreview) list() string { return p.Here(layout.SectionOf(p.Collection)) }

func (p UploadPreview) address() string { return p.list() + "/uploads/" + p.ID }

func (p UploadPreview) table() bool { return p.Reading.Format == "csv" || p.Reading.Format == "xlsx" }

// about says what the file is.
func (p UploadPreview) about() string {
	parts := []string{models.Isolated(p.FileName), fileSize(p.Size)}
	switch p.Reading.Format {
	case "jsonl":
		parts = append(parts, "JSON Lines")
	case "json":
		parts = append(parts, "JSON")
	case "csv":
		parts = append(parts, "CSV")
	default:
		parts = append(parts, "Excel workbook")
	}
	return strings.Join(parts, " · ")
}

func fileSize(bytes int64) string {
	if bytes < 1000 {
		return words.Plural(int(bytes), "byte")
	}
	return words.Bytes(bytes)
}

// longUpload is from how many records on writing them is worth a progress bar.
const longUpload = 20_000

func (p UploadPreview) long() bool { return p.Good >= longUpload }

// summary says what uploading would do.
func (p UploadPreview) summary() string {
	if p.Partial {
		return "The first records. How many " + p.Reading.Unit + "s are good is known once the whole file is read."
	}
	text := words.Plural(p.Good, "good "+p.Reading.Unit)
	if p.Bad > 0 {
		text += ", " + words.Count(p.Bad) + " rejected"
	}
	if p.Replaced > 0 {
		text += ". " + words.Plural(p.Kept, p.Collection.One()) + " in all, since ids repeat"
	}
	return text + "."
}

func (p UploadPreview) consequence() string {
	if p.Collection == models.Interactions {
		return "Every " + p.Reading.Unit + " becomes an interaction; uploading a file twice makes each of them twice."
	}
	return "A record with an id that is there already replaces it. What is not in the file stays."
}

// numbers is the heading of the numbers beside the records.
func (p UploadPreview) numbers() string {
	if p.Reading.Unit == "record" {
		return "Number"
	}
	return capital(p.Reading.Unit)
}

func (p UploadPreview) replaced() string {
	if p.Replaced == 1 {
		return "1 " + p.Reading.Unit + " is replaced by a later one with the same id."
	}
	return words.Plural(p.Replaced, p.Reading.Unit) + " are replaced by later ones with the same id."
}

func (p UploadPreview) isField(name string) bool { return slices.Contains(p.Fields, name) }

// left counts the columns that are left out.
func (p UploadPreview) left() int {
	count := 0
	for _, c := range p.Columns {
		if c.Field == "" {
			count++
		}
	}
	return count
}

// heading is the fault in a sentence.
func (f UploadFound) heading(unit string) string {
	text := words.Plural(f.Lines, unit) + ": " + f.Text
	if f.Yours != "" || f.Write != "" {
		text = strings.TrimSuffix(text, ".")
	}
	if f.Yours != "" {
		text += "; yours: " + f.Yours
	}
	if f.Write != "" {
		text += "; write " + f.Write
	}
	return text
}

// where names the first of the lines.
func (f UploadFound) where(unit string) string {
	numbers := make([]string, len(f.First))
	for i, number := range f.First {
		numbers[i] = strconv.Itoa(number)
	}
	text := capital(unit) + " " + strings.Join(numbers, ", ")
	if f.Lines > len(f.First) {
		return text + " …"
	}
	return text
}

func separatorName(separator string) string {
	return map[string]string{",": "Comma", ";": "Semicolon", "\t": "Tab", "::": "Two colons ::", "|": "Bar |"}[separator]
}
