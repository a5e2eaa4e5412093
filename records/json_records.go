package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
)

// wrapped is the beginning of an object around the records, as the API takes them and other programs write them.
var wrapped = regexp.MustCompile(`^\s*\{\s*"(?:data|products|users|interactions|items|records)"\s*:\s*\[`)

// looksLikeRecords reports whether what begins with a brace or a bracket is JSON that is not one record a line: an array
// of records, an object around one, or records over several lines.
func looksLikeRecords(start []byte) bool {
	start = bytes.TrimLeft(start, " \t\r\n")
	if start[0] == '[' || wrapped.Match(start) {
		return true
	}
	line, rest, whole := bytes.Cut(start, []byte("\n"))
	line = bytes.TrimSuffix(bytes.TrimRight(line, " \r"), []byte(","))
	if startsSecond(line) {
		return true
	}
	if !whole || bytes.HasPrefix(bytes.TrimSpace(rest), []byte("{")) {
		return false // the next line is another record, whatever is wrong with the first
	}
	fault, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(line, new(json.RawMessage)))
	return ok && int(fault.Offset) >= len(line)
}

// startsSecond reports whether a record is followed by another one on the same line.
func startsSecond(line []byte) bool {
	first := json.NewDecoder(bytes.NewReader(line))
	if first.Decode(new(json.RawMessage)) != nil {
		return false
	}
	return bytes.HasPrefix(bytes.TrimSpace(line[first.InputOffset():]), []byte("{"))
}

// jsonRecords reads the records of JSON that is not one record a line, however long it is.
func (f File) jsonRecords(check *checker) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		text, err := f.Source.text(f.Reading)
		if err != nil {
			yield(Line{}, err)
			return
		}
		defer text.Close()
		start, _ := text.Peek(text.Size())
		stream := newJSONStream(text, start)
		for {
			raw, err := stream.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Line{}, err)
				return
			}
			raw = withoutReason(raw)
			line := check.check(stream.count, raw)
			line.Text = raw
			if !yield(line, nil) {
				return
			}
		}
	}
}

// jsonStream reads the values of an array, or values one after the other.
type jsonStream struct {
	bounded boundedReader
	lines   lineCounter
	decoder *json.Decoder
	open    int // brackets and braces around the records that are to be read first
	around  int // those that are to be closed behind them
	count   int // of the records read
}

func newJSONStream(text io.Reader, start []byte) *jsonStream {
	s := &jsonStream{bounded: boundedReader{reader: text}}
	s.lines.reader = &s.bounded
	s.decoder = json.NewDecoder(&s.lines)
	if wrapped.Match(start) {
		s.open = 3 // the brace, the name, the bracket
	} else if bytes.HasPrefix(bytes.TrimLeft(start, " \t\r\n"), []byte("[")) {
		s.open = 1
	}
	return s
}

// next returns the next record in one line.
func (s *jsonStream) next() ([]byte, error) {
	s.bounded.rest = maxLine + 64<<10 // the decoder may read ahead
	for ; s.open > 0; s.open-- {
		token, err := s.decoder.Token()
		if err != nil {
			return nil, s.fault(err)
		}
		if _, bracket := token.(json.Delim); bracket {
			s.around++
		}
	}
	if s.around > 0 && !s.decoder.More() {
		return nil, s.end()
	}
	var value json.RawMessage
	if err := s.decoder.Decode(&value); err != nil {
		return nil, s.fault(err)
	}
	if len(value) > maxLine {
		start := s.decoder.InputOffset() - int64(len(value))
		return nil, &FileError{s.lines.at(start), "The record is longer than 1 MiB."}
	}
	var line bytes.Buffer
	_ = json.Compact(&line, value) // the decoder has read it
	s.count++
	return line.Bytes(), nil
}

// end reads what closes the records. What another program says beside them, such as how many there are, is no record.
func (s *jsonStream) end() error {
	for s.around > 0 {
		s.bounded.rest = maxLine
		token, err := s.decoder.Token()
		if err != nil {
			return s.fault(err)
		}
		switch token {
		case json.Delim('['), json.Delim('{'):
			s.around++
		case json.Delim(']'), json.Delim('}'):
			s.around--
		}
	}
	if _, err := s.decoder.Token(); err != io.EOF {
		return &FileError{s.lines.at(s.decoder.InputOffset()), "Something stands behind the records."}
	}
	return io.EOF
}

func (s *jsonStream) fault(err error) error {
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &FileError{s.lines.at(wrong.Offset), fmt.Sprintf("This is not JSON: %v.", wrong)}
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF && s.around > 0:
		return &FileError{s.lines.at(s.lines.read), "The JSON ends in the middle. The file may have been cut off."}
	case errors.Is(err, errLong):
		return &FileError{s.lines.at(s.decoder.InputOffset()), "The record is longer than 1 MiB."}
	}
	return err
}

// lineCounter knows on which line an offset is, if it is asked in the order of the offsets.
type lineCounter struct {
	reader io.Reader
	read   int64
	ends   []int64 // of lines that were not asked for yet
	passed int
}

// Read implements io.Reader.
func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.reader.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// at is the number of the line, from 1.
func (l *lineCounter) at(offset int64) int {
	for len(l.ends) > 0 && l.ends[0] < offset {
		l.ends = l.ends[1:]
		l.passed++
	}
	return l.passed + 1
}
