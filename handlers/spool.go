package handlers

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"io"
	"iter"
	"os"

	"dojo/models"
	"dojo/records"
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

	batch models.Batch // of what is not written yet
	bytes int
}

func newSpool(of models.Collection) (*spool, error) {
	file, err := os.CreateTemp("", "dojo-upload-")
	if err != nil {
		return nil, fmt.Errorf("there is no place to keep an upload while it is read: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, err
	}
	buffer := bufio.NewWriterSize(file, 64<<10)
	return &spool{file: file, buffer: buffer, out: gob.NewEncoder(buffer), batch: models.Batch{Collection: of}}, nil
}

func (s *spool) close() {
	if s != nil {
		s.file.Close()
	}
}

func (s *spool) add(line *records.Line) error {
	line.AddTo(&s.batch)
	if s.bytes += len(line.Raw); s.batch.Len() < spoolRecords && s.bytes < spoolBytes {
		return nil
	}
	return s.flush()
}

// flush writes a batch in the form in which the store takes it. The types of single
// records are left out: the batch has them all, and reading the file has compared
// them already.
func (s *spool) flush() error {
	if s.batch.Len() > 0 {
		for i := range s.batch.Records {
			s.batch.Records[i].Types = nil
		}
		if err := s.out.Encode(s.batch); err != nil {
			return err
		}
		s.batch = models.Batch{
			Collection: s.batch.Collection, Records: s.batch.Records[:0], Interactions: s.batch.Interactions[:0],
		}
		s.bytes = 0
	}
	return s.buffer.Flush()
}

// batches reads what was spooled, once.
func (s *spool) batches() iter.Seq2[models.Batch, error] {
	return func(yield func(models.Batch, error) bool) {
		_, err := s.file.Seek(0, io.SeekStart)
		in := gob.NewDecoder(bufio.NewReaderSize(s.file, 64<<10))
		for err == nil {
			var batch models.Batch
			if err = in.Decode(&batch); err != nil {
				break
			}
			if !yield(batch, nil) {
				return
			}
		}
		if err != io.EOF {
			yield(models.Batch{}, err)
		}
	}
}
