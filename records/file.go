package records

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"strings"

	"dojo/models"
)

// Limits of an uploaded file. Whoever reads the request enforces MaxFile.
const (
	MaxFile  = 64 << 20 // bytes
	MaxLines = 200_000  // records
	// maxLine is how long one record may be, in bytes. Files are read record by record, so that it also bounds what
	// reading one takes in memory.
	maxLine = 1 << 20
)

// Line is one record of a file, accepted or not.
type Line struct {
	Number int      // in the file, from 1; that of the record's first line
	Wrong  []string // what is wrong with it, in words for people; none: it is accepted
	Raw    []byte   // the JSON of an accepted record

	row row
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

// File is how a file of records is read. A custom attribute must have the type that it has in Known, or in the lines
// before.
type File struct {
	Collection models.Collection
	Known      models.AttributeTypes // those of the data set; it is not changed
}

// Read reads a file line by line: CSV if its text does not begin with a brace, and JSON Lines otherwise. An error ends
// it: a [FileError], or the one that reading ended with.
func (f File) Read(file io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		text, err := begin(file)
		if err != nil {
			yield(Line{}, err)
			return
		}
		lines := f.csvLines
		if looksLikeJSON(text) {
			lines = f.jsonLines
		}
		count := 0
		for line, err := range lines(text) {
			if count++; err == nil && count > MaxLines {
				line, err = Line{}, &FileError{Message: fmt.Sprintf(
					"The file has more than %d records. Split it, and upload the parts one after the other.", MaxLines)}
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
		if count == 0 {
			yield(Line{}, &FileError{Message: "There are no records in the file."})
		}
	}
}

// checker validates records one after the other.
type checker struct {
	of    models.Collection
	known models.AttributeTypes
}

func (f File) checker() *checker {
	return &checker{f.Collection, maps.Clone(f.Known)}
}

// check makes a line of the JSON of a record. It keeps raw.
func (c *checker) check(number int, raw []byte) Line {
	if problem := checkSyntax(raw); problem != "" {
		return Line{Number: number, Wrong: []string{"The line " + problem + "."}}
	}
	src := string(raw)
	row, found := Limits{}.orDefaults().parseRecord(c.of, src, (&cursor{src, 0}).skip())
	if found == nil {
		found = inconsistent(c.known, row.record.Types)
	}
	if found != nil {
		return Line{Number: number, Wrong: reasons(found)}
	}
	c.known.Add(row.record.Types)
	return Line{Number: number, Raw: raw, row: row}
}

// maxReasons is how many reasons a rejected line is given.
const maxReasons = 5

// reasons words the violations for the person who made the file.
func reasons(found []*violation) []string {
	var all []string
	for _, line := range lines(0, found) {
		if len(all) == maxReasons {
			break
		}
		all = append(all, reason(line))
	}
	return all
}

// reason takes a line's beginning, "data.0.title is invalid. ", to "title: ".
func reason(line string) string {
	const middle = " is invalid. "
	path, text, _ := strings.Cut(line, middle)
	name := strings.TrimPrefix(strings.TrimPrefix(path, "data.0"), ".")
	if name == "" {
		return text
	}
	return name + ": " + text
}
