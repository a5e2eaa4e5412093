package handlers

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"dojo/records"
	"dojo/store"
)

// What one transaction of an upload writes at most.
const (
	spoolRecords = 1000
	spoolBytes   = 2 << 20
)

// spool keeps the good records of a file on disk until all of it was read. The
// file has no name, so that it is gone with the process.
type spool struct {
	file   *os.File
	buffer *bufio.Writer
	out    *gob.Encoder

	kind  records.Kind
	now   time.Time
	batch []records.Record
	bytes int
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "dojo-upload-")
	if err != nil {
		return nil, fmt.Errorf("there is no place to keep an upload while it is read: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, err
	}
	buffer := bufio.NewWriterSize(file, 64<<10)
	return &spool{file: file, buffer: buffer, out: gob.NewEncoder(buffer)}, nil
}

func (s *spool) close() {
	if s != nil {
		s.file.Close()
	}
}

func (s *spool) add(kind records.Kind, record records.Record, now time.Time) error {
	s.kind, s.now = kind, now
	s.batch = append(s.batch, record)
	if s.bytes += len(record.Raw); len(s.batch) < spoolRecords && s.bytes < spoolBytes {
		return nil
	}
	return s.flush()
}

// flush writes a batch in the form in which the store takes it.
func (s *spool) flush() error {
	if len(s.batch) > 0 {
		if err := s.out.Encode(rows(s.kind, s.batch, s.now)); err != nil {
			return err
		}
		s.batch, s.bytes = s.batch[:0], 0
	}
	return s.buffer.Flush()
}

func rows(kind records.Kind, batch []records.Record, now time.Time) store.Records {
	switch kind {
	case records.Product:
		return store.Records{Products: records.Products(batch), ProductTypes: records.Types(batch)}
	case records.User:
		return store.Records{EndUsers: records.EndUsers(batch), EndUserTypes: records.Types(batch)}
	}
	return store.Records{Interactions: records.Interactions(batch, now)}
}

// batches reads what was spooled, once.
func (s *spool) batches() iter.Seq2[store.Records, error] {
	return func(yield func(store.Records, error) bool) {
		_, err := s.file.Seek(0, io.SeekStart)
		in := gob.NewDecoder(bufio.NewReaderSize(s.file, 64<<10))
		for err == nil {
			var batch store.Records
			if err = in.Decode(&batch); err != nil {
				break
			}
			if !yield(batch, nil) {
				return
			}
		}
		if err != io.EOF {
			yield(store.Records{}, err)
		}
	}
}
