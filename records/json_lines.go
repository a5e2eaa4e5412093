package records

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
)

// jsonLines reads one record a line; empty lines do not count.
func (f File) jsonLines(check *checker) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		text, err := f.Source.text(f.Reading)
		if err != nil {
			yield(Line{}, err)
			return
		}
		defer text.Close()
		for number := 1; ; number++ {
			raw, long, err := readLine(text.Reader)
			if err != nil && err != io.EOF {
				yield(Line{}, err)
				return
			}
			raw = bytes.TrimSpace(raw)
			if bytes.HasPrefix(raw, []byte("{")) {
				raw = bytes.TrimSuffix(raw, []byte(",")) // as within an array
			}
			switch {
			case long:
				if !yield(Line{Number: number, Faults: []Fault{{Text: "The record is longer than 1 MiB."}}}, nil) {
					return
				}
			case len(raw) > 0:
				raw = withoutReason(raw)
				line := check.check(number, raw)
				line.Text = raw
				if !yield(line, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
		}
	}
}

// readLine reads up to the end of a line, and keeps no more of it than maxLine.
func readLine(text *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := text.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			line, long = nil, true
		}
		if !long {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, long, err
		}
	}
}
