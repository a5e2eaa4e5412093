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

// looksLikeJSON reports whether a brace or a bracket is the first of what is no space. No name of a column begins with
// one.
func looksLikeJSON(text *bufio.Reader) bool {
	start, _ := text.Peek(text.Size())
	start = bytes.TrimLeft(start, " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// jsonLines reads one record a line; empty lines do not count.
func (f File) jsonLines(text *bufio.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		check, begun := f.checker(), false
		for number := 1; ; number++ {
			raw, long, err := readLine(text)
			if err != nil && err != io.EOF {
				yield(Line{}, err)
				return
			}
			raw = bytes.TrimSpace(raw)
			switch {
			case !begun && len(raw) > 0 && raw[0] == '[':
				yield(Line{}, &FileError{Line: number, Message: "This is a JSON array. Write one record a line, without brackets and commas around them."})
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
			begun = begun || long || len(raw) > 0
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
