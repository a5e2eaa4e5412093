package records

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// maxUnpacked is how many bytes a compressed file may hold. A small archive can be made to unpack to any size.
const maxUnpacked = 4 << 30

// Source is a file as it was chosen: text, or text within gzip or a ZIP file with one file in it, or a workbook. It is
// read as often as is needed, from its beginning.
type Source struct {
	file   io.ReaderAt
	size   int64
	gzip   bool
	member *zip.File
	cut    bool           // it goes on: a line break within a cell may be taken for the end of its last row
	book   *zip.Reader    // a workbook's parts
	opened *excelize.File // the workbook, once it was read
	// asShown: some of the workbook's cells count as they are shown. It is known once the workbook was read.
	asShown bool
}

// Close lets go of a workbook's temporary files. The file itself stays open.
func (s *Source) Close() error {
	if s.opened == nil {
		return nil
	}
	return s.opened.Close()
}

// Open looks at the beginning of a file and finds out what it is. The error is a [FileError] where it is nothing that
// holds records.
func Open(file io.ReaderAt, size int64) (*Source, error) {
	s := &Source{file: file, size: size}
	if size == 0 {
		return nil, &FileError{Message: "The file is empty."}
	}
	first := make([]byte, min(size, 4<<10))
	if _, err := file.ReadAt(first, 0); err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(first, []byte("PK\x03\x04")):
		if err := s.openZIP(first); err != nil {
			return nil, err
		}
	case bytes.HasPrefix(first, []byte("\x1f\x8b")):
		s.gzip = true
	}
	if s.book != nil {
		return s, nil
	}
	if s.gzip || s.member != nil {
		text, err := s.open()
		if err != nil {
			return nil, err
		}
		n, _ := io.ReadFull(text, first[:cap(first)])
		first = first[:n]
		text.Close()
	}
	return s, refuse(first)
}

func (s *Source) openZIP(first []byte) error {
	archive, err := zip.NewReader(s.file, s.size)
	if err != nil {
		return &FileError{Message: "The ZIP file or workbook is damaged. Save it again, and upload that."}
	}
	var names []string
	for _, f := range archive.File {
		if f.Name == "xl/workbook.xml" {
			s.book = archive
			return boundBook(archive)
		}
		if strings.HasSuffix(f.Name, ".iwa") {
			return &FileError{Message: "This is a document of Numbers. Export it as CSV or Excel, and upload that."}
		}
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "__MACOSX/") ||
			strings.HasPrefix(path.Base(f.Name), ".") {
			continue
		}
		s.member = f
		names = append(names, "“"+shown(path.Base(f.Name))+"”")
	}
	switch {
	case len(names) == 0:
		return &FileError{Message: "There is no file in the ZIP file."}
	case len(names) > 1 && foreign(first) != nil:
		return foreign(first) // documents of other programs are archives, too
	case len(names) > 1:
		return &FileError{Message: fmt.Sprintf("The ZIP file holds %d files: %s. Upload one of them.", len(names),
			strings.Join(names[:min(len(names), 10)], ", "))}
	case s.member.Flags&1 != 0:
		return &FileError{Message: "The ZIP file has a password. Unpack it, and upload what is in it."}
	}
	return nil
}

// open opens the text, unpacked, from its beginning.
func (s *Source) open() (io.ReadCloser, error) {
	switch {
	case s.gzip:
		text, err := gzip.NewReader(io.NewSectionReader(s.file, 0, s.size))
		if err != nil {
			return nil, damaged(err)
		}
		return &unpacked{text, maxUnpacked}, nil
	case s.member != nil:
		text, err := s.member.Open()
		if err != nil {
			return nil, damaged(err)
		}
		return &unpacked{text, maxUnpacked}, nil
	}
	return io.NopCloser(io.NewSectionReader(s.file, 0, s.size)), nil
}

// unpacked reads so many bytes and no more.
type unpacked struct {
	io.ReadCloser
	rest int64
}

// Read implements io.Reader.
func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if u.rest -= int64(n); u.rest < 0 {
		return 0, &FileError{Message: fmt.Sprintf("The file unpacks to more than %d GiB. Split it.", maxUnpacked>>30)}
	}
	if err != nil && err != io.EOF {
		err = damaged(err)
	}
	return n, err
}

func damaged(err error) error {
	return &FileError{Message: "The compressed file is damaged (" + err.Error() + "). Make it again."}
}
