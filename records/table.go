package records

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/transform"
)

// tableRow is a row of a table that is not blank. Its cells hold until the next one is read.
type tableRow struct {
	number int // its line in the file, or its row in the sheet
	cells  []string
	loose  bool // its quotation marks are read as well as can be
}

// rows reads all rows of a table, also those above the header.
func (s *Source) rows(r Reading) iter.Seq2[tableRow, error] {
	if r.Format == Workbook {
		return s.sheetRows(r.Sheet)
	}
	return func(yield func(tableRow, error) bool) {
		text, err := s.text(r)
		if err != nil {
			yield(tableRow{}, err)
			return
		}
		defer text.Close()
		above := 0
		if r.SeparatorLine {
			_, length := separatorLine(text.Reader)
			_, _ = text.Discard(length)
			above = 1
		}
		joined := io.Reader(text)
		if r.Separator == pairedColons {
			joined = transform.NewReader(text, joinedColons{})
		}
		bounded := &boundedReader{reader: joined}
		rows := csv.NewReader(bounded)
		rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord, rows.LazyQuotes = comma(r), -1, true, r.LooseQuotes
		rows.TrimLeadingSpace = rows.Comma != '\t' // as in: a, "b"
		for {
			bounded.rest = maxLine
			cells, err := rows.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				if err = csvError(err, above); !s.cut || !errors.Is(err, errQuote) {
					yield(tableRow{}, err)
				}
				return
			}
			if r.LooseQuotes {
				replaceIn(cells, `\"`, `"`) // some programs write that, which only loose reading takes
			}
			if r.Separator == pairedColons {
				replaceIn(cells, string(unitSeparator), pairedColons) // within quotation marks
			}
			number, _ := rows.FieldPos(0)
			if isBlank(cells) || isRule(cells) {
				continue // as spreadsheets leave behind the last one
			}
			if !yield(tableRow{number + above, cells, r.LooseQuotes}, nil) {
				return
			}
		}
	}
}

func comma(r Reading) rune {
	switch {
	case r.Separator == pairedColons:
		return unitSeparator
	case slices.Contains(separators, r.Separator):
		return rune(r.Separator[0])
	}
	return ','
}

// isBlank: cells of spaces hold nothing.
func isBlank(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool { return trimCell(cell) != "" })
}

// isRule reports whether a row is the line that separates the header of a table that was made to be looked at. No cell
// that Dojo writes begins so.
func isRule(row []string) bool {
	return !slices.ContainsFunc(row, func(cell string) bool {
		cell = trimCell(cell)
		return cell != "" && (len(cell) < 3 || strings.Trim(cell, "-+=") != "")
	})
}

const mendQuotes = "Put cells with quotation marks in quotation marks, and double those within."

// errQuote ends the reading of a table by the rules for quotation marks.
var errQuote error = &FileError{Message: "A quotation mark is missing or too much. " + mendQuotes}

func replaceIn(cells []string, old, text string) {
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(cell, old, text)
	}
}

// misread says what is wrong with a row of a table whose quotation marks do not keep the rules; "": nothing. A mark that
// is never closed takes in the lines below, and one that is closed too late the next cell.
func (r tableRow) misread(columns int) string {
	below := 0
	for _, cell := range r.cells {
		below += strings.Count(strings.TrimSuffix(cell, "\n"), "\n")
	}
	switch {
	case !r.loose || below == 0 && len(r.cells) == columns:
		return ""
	case below == 0:
		return errQuote.Error()
	}
	return fmt.Sprintf("A quotation mark is missing or too much, so that the row goes on to line %d. %s",
		r.number+below, mendQuotes)
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

// csvError says what is wrong with a table that has so many lines above it.
func csvError(err error, above int) error {
	line := 0
	if fault, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = fault.StartLine+above, fault.Err
	}
	switch {
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		return errQuote
	case errors.Is(err, errLong):
		return &FileError{line, "The row does not end within 1 MiB. A quotation mark may be missing."}
	}
	return err
}
