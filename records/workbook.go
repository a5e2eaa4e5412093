package records

import (
	"archive/zip"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, unpacked. What is larger than maxBookPart is read from a temporary file, row by row.
const (
	maxBook     = 2 << 30
	maxBookPart = 8 << 20
)

func boundBook(archive *zip.Reader) error {
	var size uint64
	for _, f := range archive.File {
		if size += f.UncompressedSize64; size > maxBook {
			return &FileError{Message: fmt.Sprintf("The workbook unpacks to more than %d GiB. Split it, or save it as CSV "+
				"UTF-8.", maxBook>>30)}
		}
	}
	return nil
}

func (s *Source) openBook() (*excelize.File, error) {
	if s.opened != nil {
		return s.opened, nil
	}
	book, err := excelize.OpenReader(io.NewSectionReader(s.file, 0, s.size), excelize.Options{
		// Numbers as they are and not as they are shown, which may be rounded.
		RawCellValue: true, UnzipSizeLimit: maxBook, UnzipXMLSizeLimit: maxBookPart,
	})
	if err != nil {
		return nil, &FileError{Message: "The workbook cannot be read (" + err.Error() +
			"). Save it as CSV UTF-8, and upload " +
			"that."}
	}
	s.opened = book
	return book, nil
}

// Sheets returns the names of a workbook's sheets; none of another file.
func (s *Source) Sheets() ([]string, error) {
	if !s.book {
		return nil, nil
	}
	book, err := s.openBook()
	if err != nil {
		return nil, err
	}
	return book.GetSheetList(), nil
}

func (s *Source) firstSheet() (string, error) {
	sheets, err := s.Sheets()
	if err != nil || len(sheets) == 0 {
		return "", err
	}
	return sheets[0], nil
}

// sheetRows reads a sheet; the first one when the workbook has none of this name.
func (s *Source) sheetRows(sheet string) iter.Seq2[tableRow, error] {
	return func(yield func(tableRow, error) bool) {
		book, err := s.openBook()
		if err != nil {
			yield(tableRow{}, err)
			return
		}
		sheets := book.GetSheetList()
		if len(sheets) == 0 {
			yield(tableRow{}, &FileError{Message: "There is no sheet in the workbook."})
			return
		}
		if !slices.Contains(sheets, sheet) {
			sheet = sheets[0]
		}
		rows, err := book.Rows(sheet)
		if err != nil {
			yield(tableRow{}, &FileError{Message: "The sheet cannot be read (" + err.Error() + ")."})
			return
		}
		defer rows.Close()
		for number := 1; rows.Next(); number++ {
			cells, err := rows.Columns()
			if err != nil {
				yield(tableRow{}, &FileError{number, "The row cannot be read (" + err.Error() + ")."})
				return
			}
			if !isBlank(cells) && !yield(tableRow{number, cells}, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(tableRow{}, &FileError{Message: "The sheet cannot be read to its end (" + err.Error() + ")."})
		}
	}
}
