package records

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Guess finds the field that a column's name means; "": none.
type Guess func(name string) string

// headerRows is how far down a header is looked for.
const headerRows = 20

// firstRows reads so many rows of a table.
func (s *Source) firstRows(r Reading, count int) ([]tableRow, error) {
	var first []tableRow
	for row, err := range s.rows(r) {
		if err != nil {
			return first, err
		}
		first = append(first, tableRow{number: row.number, cells: slices.Clone(row.cells)})
		if len(first) == count {
			break
		}
	}
	return first, nil
}

// WithHeader looks for the header anew, where the table is read in another way than before: from another sheet, or with
// another separator.
func (s *Source) WithHeader(r Reading, guess Guess) (Reading, error) {
	r.LooseQuotes = false
	first, err := s.firstRows(r, headerRows)
	if errors.Is(err, errQuote) {
		r.LooseQuotes = true
		first, err = s.firstRows(r, headerRows)
	}
	r.Header = header(first, guess)
	if len(first) > 0 {
		err = nil // what is wrong below is said of the whole file
	}
	return r, err
}

// header finds the line that names the columns: the one with the most names of fields among the first ones. Without
// any it is the first that is as wide as the table and looks like names; 0: none does.
func header(first []tableRow, guess Guess) int {
	best, most := 0, 0
	for _, row := range first {
		known := 0
		for _, cell := range row.cells {
			if guess(strings.TrimSpace(cell)) != "" {
				known++
			}
		}
		if known > most {
			best, most = row.number, known
		}
	}
	if most > 0 {
		return best
	}
	width := widest(first)
	for _, row := range first {
		if filled(row.cells) < width {
			continue // a title above
		}
		if looksLikeNames(row.cells) {
			return row.number
		}
		break
	}
	return 0
}

func widest(rows []tableRow) int {
	width := 0
	for _, row := range rows {
		width = max(width, filled(row.cells))
	}
	return width
}

func filled(cells []string) int {
	count := 0
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			count++
		}
	}
	return count
}

// looksLikeNames: names of columns differ, are short, and have no digits but at their end.
func looksLikeNames(cells []string) bool {
	seen := map[string]bool{}
	for _, cell := range cells {
		cell = strings.TrimSpace(cell)
		stem := strings.TrimRightFunc(cell, unicode.IsDigit)
		if stem == "" || len(cell) > 60 || seen[cell] || strings.ContainsFunc(stem, unicode.IsDigit) {
			return false
		}
		if stem != cell && strings.HasSuffix(stem, "-") {
			return false // an id
		}
		seen[cell] = true
	}
	return true
}

// Names returns the names of a table's columns; without a header they are "Column 1" and so on.
func (s *Source) Names(r Reading) ([]string, error) {
	if !r.Format.IsTable() {
		return nil, nil
	}
	if r.Header == 0 {
		first, err := s.firstRows(r, headerRows)
		width := 0
		for _, row := range first {
			width = max(width, len(row.cells))
		}
		names := make([]string, width)
		for i := range names {
			names[i] = fmt.Sprintf("Column %d", i+1)
		}
		return names, err
	}
	for row, err := range s.rows(r) {
		if err != nil {
			return nil, err
		}
		if row.number == r.Header {
			names := trimmed(row.cells)
			return names, oddQuotes(r, names)
		}
		if row.number > r.Header {
			break
		}
	}
	return nil, &FileError{Message: fmt.Sprintf("There is no line %d to name the columns.", r.Header)}
}

// quoted is a name in quotation marks that are not those of a table.
var quoted = regexp.MustCompile(`^['‘‚“„«‹].+['’‘”“»›]$`)

// oddQuotes refuses a table whose cells stand in such marks: they would be part of each value, and a separator within
// them would end it.
func oddQuotes(r Reading, names []string) error {
	plain := func(name string) bool { return name != "" && !quoted.MatchString(name) }
	if r.Format != CSV || slices.ContainsFunc(names, plain) {
		return nil
	}
	return &FileError{r.Header, `The cells stand in other quotation marks than ". Replace them by ", and upload that.`}
}

func trimmed(cells []string) []string {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = strings.ToValidUTF8(trimCell(cell), "�")
	}
	return names
}
