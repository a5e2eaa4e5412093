package records

import (
	"bytes"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// refuse says what a file is that other programs write under the names of tables.
func refuse(first []byte) error {
	lower := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(first, []byte("\uFEFF")), " \t\r\n"))
	switch {
	case len(first) == 0:
		return &FileError{Message: "The file is empty."}
	case bytes.HasPrefix(first, []byte("\xd0\xcf\x11\xe0")):
		return &FileError{Message: "This is a workbook of Excel 97 (.xls). Save it as an Excel workbook (.xlsx) or as " +
			"CSV UTF-8, and upload that."}
	case bytes.HasPrefix(first, []byte("PK\x03\x04")), bytes.HasPrefix(first, []byte("\x1f\x8b")):
		return &FileError{Message: "The file is compressed twice. Unpack it, and upload what is in it."}
	case bytes.HasPrefix(first, []byte("%PDF")):
		return &FileError{Message: "This is a PDF. Upload the table that it was made from, as CSV UTF-8 or .xlsx."}
	case startsWithAny(lower, "<html", "<!doctype html", "<table", "<meta", "<head", "<body"):
		return &FileError{Message: "This is a web page, which some shops export as .xls. Open it in a spreadsheet, save " +
			"it as CSV UTF-8 or .xlsx, and upload that."}
	case startsWithAny(lower, "<?xml", "<rss", "<feed"):
		return &FileError{Message: "This is XML. Save it as CSV UTF-8, .xlsx or JSON Lines, and upload that."}
	case isBinary(first) && wide(first) == "", startsWithAny(first, `{\rtf`):
		if err := foreign(first); err != nil {
			return err
		}
	}
	return nil
}

// isBinary reports whether the beginning has characters that no text has.
func isBinary(first []byte) bool {
	return bytes.ContainsFunc(first, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n\f", r) })
}

// foreign says by its name what kind of file this is that is no text; nil where that is not known.
func foreign(first []byte) error {
	kind := mimetype.Detect(first)
	name := strings.TrimPrefix(kind.Extension(), ".")
	switch {
	case name == "", kind.Is("application/zip"), kind.Is("text/plain"):
		return nil
	case slices.Contains([]string{"7z", "bz2", "lz", "rar", "tar", "xz", "zst"}, name):
		return &FileError{Message: "This is an archive (." + name + "). Unpack it, and upload what is in it; or make a " +
			"ZIP file of it."}
	}
	return &FileError{Message: "This is a file of another program (." + name + "). Save its table as CSV UTF-8 or .xlsx, " +
		"and upload that."}
}

func startsWithAny(text []byte, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return bytes.HasPrefix(text, []byte(p)) })
}
