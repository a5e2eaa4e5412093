package records

import (
	"bytes"
	"errors"
	"io"
)

// headBytes is how much of a text its first records are taken from: reading it takes some hundredths of a second.
const headBytes = 1 << 20

// Head is the beginning of a text, to be looked at before the whole is read. It is nil where that wins
// nothing: the text is short, or within a workbook.
func (s *Source) Head(r Reading) *Source {
	if s.book != nil {
		return nil
	}
	text, err := s.open()
	if err != nil {
		return nil // reading the whole says so
	}
	defer text.Close()
	first := make([]byte, headBytes)
	if _, err := io.ReadFull(text, first); err != nil {
		return nil
	}
	end := lastLine(first, r)
	if end == 0 {
		return nil
	}
	return &Source{file: bytes.NewReader(first[:end]), size: int64(end), cut: true}
}

// lastLine is where the last whole line of a text ends.
func lastLine(text []byte, r Reading) int {
	lineEnd := byte('\n')
	if r.Returns {
		lineEnd = '\r'
	}
	end := bytes.LastIndexByte(text, lineEnd) + 1
	if r.Encoding == utf16LE || r.Encoding == utf16BE {
		end += end % 2 // the other half of the character
	}
	return min(end, len(text))
}

var errEnough = errors.New("enough lines were looked at")

// Look settles the mapping by what there is of the file, and finds its first records. What is said of faults is what
// each of those has: how many lines have them only Check finds.
func (f File) Look() (File, Findings, error) {
	f, err := f.Settle()
	if err != nil || f.Reading.Format.IsTable() && f.Mapping.Wrong() != "" {
		return f, Findings{}, err
	}
	lines := 0
	found, err := f.Check(func(*Line) error {
		if lines++; lines == previewRows {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return f, found, err
}
