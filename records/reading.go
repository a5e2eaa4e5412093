package records

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// Format is how records are written in a file.
type Format string

// Formats of files.
const (
	JSONLines Format = "jsonl" // one record a line
	JSON      Format = "json"  // records in an array, or over several lines
	CSV       Format = "csv"
	Workbook  Format = "xlsx"
)

// IsTable reports whether the records are rows, whose columns are to be mapped.
func (f Format) IsTable() bool { return f == CSV || f == Workbook }

// Unit is what a [Line] of the format is to people: a line, or a record where several may stand on one line.
func (f Format) Unit() string {
	if f == JSON {
		return "record"
	}
	return "line"
}

// Reading says how a file is read. It is recognized, and whoever knows better may change it; what a format does not
// have is empty.
type Reading struct {
	Format    Format `json:"format"`
	Encoding  string `json:"encoding,omitempty"`
	Doubt     bool   `json:"doubt,omitempty"` // nothing in the file says that it has this encoding
	Separator string `json:"separator,omitempty"`
	Sheet     string `json:"sheet,omitempty"`
	// Header is the line that names the columns; 0: none does.
	Header int `json:"header,omitempty"`

	// SeparatorLine: the first line says what separates the cells, as Excel writes it.
	SeparatorLine bool `json:"separator_line,omitempty"`
	// Returns: lines end with a carriage return alone.
	Returns bool `json:"returns,omitempty"`
	// LooseQuotes: quotation marks stand within cells without being doubled, as in 12" TV, so that the table cannot be
	// read by the rules of RFC 4180. Of the rows below the first ones [File.Settle] finds it out.
	LooseQuotes bool `json:"loose_quotes,omitempty"`
}

// Recognize finds out how the source is to be read as records of a collection.
func (s *Source) Recognize(guess Guess) (Reading, error) {
	if s.book != nil {
		r := Reading{Format: Workbook}
		var err error
		if r.Sheet, err = s.firstSheet(); err != nil {
			return r, err
		}
		return s.WithHeader(r, guess)
	}
	text, err := s.open()
	if err != nil {
		return Reading{}, err
	}
	defer text.Close()
	r := Reading{}
	if r.Encoding, r.Doubt, err = recognizeEncoding(text); err != nil {
		return r, err
	}
	return s.recognizeText(r, guess)
}

// RecognizeAs is Recognize of a text whose encoding is known.
func (s *Source) RecognizeAs(encoding string, guess Guess) (Reading, error) {
	return s.recognizeText(Reading{Encoding: encoding}, guess)
}

func (s *Source) recognizeText(r Reading, guess Guess) (Reading, error) {
	text, err := s.text(r)
	if err != nil {
		return r, err
	}
	defer text.Close()
	start, _ := text.Peek(text.Size())
	r.Returns = bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0
	if r.Returns {
		text.Close()
		if text, err = s.text(r); err != nil {
			return r, err
		}
		defer text.Close()
	}
	if looksLikeJSON(text.Reader) {
		r.Format = JSONLines
		if start, _ := text.Peek(text.Size()); looksLikeRecords(start) {
			r.Format = JSON
		}
		return r, nil
	}
	r.Format = CSV
	separator, length := separatorLine(text.Reader)
	if r.Separator = separator; length == 0 {
		r.Separator = recognizeSeparator(text.Reader)
	}
	r.SeparatorLine = length > 0
	return s.WithHeader(r, guess)
}

// sourceText is the text of a source, in UTF-8 as far as it can be.
type sourceText struct {
	*bufio.Reader
	io.Closer
}

// text opens the text as the reading says, without a byte order mark.
func (s *Source) text(r Reading) (*sourceText, error) {
	file, err := s.open()
	if err != nil {
		return nil, err
	}
	reader := io.Reader(file)
	if encoding := encodings[r.Encoding]; encoding != nil {
		reader = transform.NewReader(reader, encoding.NewDecoder())
	}
	if r.Returns {
		reader = lineFeeds{reader}
	}
	text := &sourceText{bufio.NewReaderSize(reader, 64<<10), file}
	if first, _ := text.Peek(3); string(first) == "\uFEFF" {
		_, err = text.Discard(utf8.RuneLen('\uFEFF'))
	}
	return text, err
}

// lineFeeds reads carriage returns as line feeds.
type lineFeeds struct{ io.Reader }

// Read implements io.Reader.
func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// looksLikeJSON reports whether a brace or a bracket is the first of what is no space. No name of a column begins with
// one.
func looksLikeJSON(text *bufio.Reader) bool {
	start, _ := text.Peek(text.Size())
	start = bytes.TrimLeft(start, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}
