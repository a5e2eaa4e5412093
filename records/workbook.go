package records

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

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
	s.opened, s.asShown = book, countsAsShown(s.book)
	return book, nil
}

// countsAsShown reports whether a workbook has cells that are not meant as they are stored: true and false, which are
// stored like the numbers 1 and 0, and numbers with a format that gives them leading zeros, as ids have.
func countsAsShown(book *zip.Reader) bool {
	return slices.ContainsFunc(book.File, func(f *zip.File) bool {
		switch {
		case f.Name == "xl/styles.xml":
			return hasTag(f, ` formatCode="00`)
		case strings.HasPrefix(f.Name, "xl/worksheets/"):
			return hasTag(f, ` t="b"`)
		}
		return false
	})
}

// hasTag reports whether a part of a workbook has a tag that holds the text.
func hasTag(f *zip.File, text string) bool {
	part, err := f.Open()
	if err != nil {
		return false // reading the workbook says so
	}
	defer part.Close()
	tags := bufio.NewReaderSize(part, 64<<10)
	for {
		tag, err := tags.ReadSlice('>')
		if bytes.Contains(tag, []byte(text)) {
			return true
		}
		if err != nil && err != bufio.ErrBufferFull {
			return false
		}
	}
}

// Sheets returns the names of a workbook's sheets; none of another file.
func (s *Source) Sheets() ([]string, error) {
	if s.book == nil {
		return nil, nil
	}
	book, err := s.openBook()
	if err != nil {
		return nil, err
	}
	return book.GetSheetList(), nil
}

// firstSheet is the first sheet that is shown and has rows; without any it is the first of all.
func (s *Source) firstSheet() (string, error) {
	sheets, err := s.Sheets()
	if err != nil || len(sheets) == 0 {
		return "", err
	}
	for _, sheet := range sheets {
		if shown, err := s.opened.GetSheetVisible(sheet); err != nil || !shown {
			continue
		}
		for _, err := range s.sheetRows(sheet) {
			if err == nil {
				return sheet, nil
			}
			break
		}
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
		rows, err := openSheet(book, sheet, s.asShown)
		if err != nil {
			yield(tableRow{}, &FileError{Message: "The sheet cannot be read (" + err.Error() + ")."})
			return
		}
		defer rows.close()
		for number := 1; rows.Next(); number++ {
			cells, err := rows.cells()
			if err != nil {
				yield(tableRow{}, &FileError{number, "The row cannot be read (" + err.Error() + ")."})
				return
			}
			if !isBlank(cells) && !yield(tableRow{number: number, cells: cells}, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(tableRow{}, &FileError{Message: "The sheet cannot be read to its end (" + err.Error() + ")."})
		}
	}
}

// bookSheet is a sheet that is read row by row.
type bookSheet struct {
	*excelize.Rows
	shown *excelize.Rows // the same as people see it; nil where that makes no difference
}

func openSheet(book *excelize.File, name string, asShown bool) (s bookSheet, err error) {
	if s.Rows, err = book.Rows(name); err == nil && asShown {
		s.shown, err = book.Rows(name)
	}
	return s, err
}

func (s bookSheet) close() {
	_ = s.Rows.Close()
	if s.shown != nil {
		_ = s.shown.Close()
	}
}

// cells returns the cells of the row as they are stored, or as they are shown where that is what is meant.
func (s bookSheet) cells() ([]string, error) {
	cells, err := s.Columns()
	if err != nil || s.shown == nil || !s.shown.Next() {
		return cells, err
	}
	shown, err := s.shown.Columns(excelize.Options{RawCellValue: false})
	for i, cell := range shown[:min(len(shown), len(cells))] {
		boolean := cell == "TRUE" && cells[i] == "1" || cell == "FALSE" && cells[i] == "0"
		if boolean || strings.HasPrefix(cell, "0") && strings.TrimLeft(cell, "0") == cells[i] {
			cells[i] = cell
		}
	}
	return cells, err
}
