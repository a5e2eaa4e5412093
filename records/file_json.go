package records

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
)

// begin looks at the first bytes of a file: it skips a byte order mark, and refuses what is not text in UTF-8.
func begin(file io.Reader) (*bufio.Reader, error) {
	text := bufio.NewReaderSize(file, 64<<10)
	first, err := text.Peek(3)
	if len(first) == 0 {
		if err == io.EOF {
			return nil, &FileError{Message: "The file is empty."}
		}
		return nil, err
	}
	switch {
	case bytes.HasPrefix(first, []byte("\xff\xfe")), bytes.HasPrefix(first, []byte("\xfe\xff")):
		return nil, &FileError{Message: "The file is in UTF-16. Save it as UTF-8; Excel calls that “CSV UTF-8”."}
	case bytes.HasPrefix(first, []byte("PK")):
		return nil, &FileError{Message: "This is a workbook or a ZIP file. Save the sheet as CSV UTF-8, and upload that."}
	case bytes.HasPrefix(first, []byte("\x1f\x8b")):
		return nil, &FileError{Message: "The file is compressed. Unpack it, and upload what is in it."}
	case string(first) == "\uFEFF":
		_, err = text.Discard(3)
		return text, err
	}
	return text, nil
}

// jsonLines reads one record a line; empty lines do not count.
func (f File) jsonLines(text *bufio.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		check := f.checker()
		for number := 1; ; number++ {
			raw, long, err := readLine(text)
			if err != nil && err != io.EOF {
				yield(Line{}, err)
				return
			}
			raw = bytes.TrimSpace(raw)
			switch {
			case number == 1 && len(raw) > 0 && raw[0] == '[':
				yield(Line{}, &FileError{Line: 1, Message: "This is a JSON array. Write one record a line, without brackets and commas around them."})
				return
			case long:
				if !yield(Line{Number: number, Wrong: []string{"The record is longer than 1 MiB."}}, nil) {
					return
				}
			case len(raw) > 0:
				if !yield(check.check(number, raw), nil) {
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
