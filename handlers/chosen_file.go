package handlers

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"dojo/models"
	"dojo/records"
)

// partBytes is how much of a chosen file one row of the database holds.
const partBytes = 1 << 20

// chosenFile is a file on this machine's disk while it is read. It has no name there, so that it is gone with the
// process; between the steps of an upload the database has it, since the next step may reach another process.
type chosenFile struct {
	*os.File
	size   int64
	packed *os.File // the same, compressed as the database keeps it; nil where it came from there
}

// Close lets go of what it takes on the disk.
func (f *chosenFile) Close() error {
	if f.packed == nil {
		return f.File.Close()
	}
	return errors.Join(f.File.Close(), f.packed.Close())
}

// namelessFile is a file that is gone when it is closed.
func namelessFile() (*os.File, error) {
	file, err := os.CreateTemp("", "dojo-upload-")
	if err != nil {
		return nil, fmt.Errorf("there is no place to keep an upload while it is read: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// newChosenFile takes the file as it comes from a form, and compresses it meanwhile: that takes longer than to write
// it, and the form's sender is mostly slower than both.
func newChosenFile(from io.Reader) (*chosenFile, error) {
	plain, err := namelessFile()
	if err != nil {
		return nil, err
	}
	packed, err := namelessFile()
	if err != nil {
		return nil, errors.Join(err, plain.Close())
	}
	f := &chosenFile{File: plain, packed: packed}
	out, _ := gzip.NewWriterLevel(packed, gzip.BestSpeed) // a level that there is
	if f.size, err = io.Copy(io.MultiWriter(plain, out), from); err == nil {
		err = out.Close()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// source reads the file for as long as ctx lasts: a long file is not read on for somebody who has gone.
func (f *chosenFile) source(ctx context.Context) (*records.Source, error) {
	return records.Open(readerAt(func(p []byte, at int64) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return f.ReadAt(p, at)
	}), f.size)
}

type readerAt func(p []byte, at int64) (int, error)

// ReadAt implements io.ReaderAt.
func (r readerAt) ReadAt(p []byte, at int64) (int, error) { return r(p, at) }

// parts are the bytes of a file that came from a form, compressed, to be kept.
func (f *chosenFile) parts() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for at := int64(0); ; at += partBytes {
			part := make([]byte, partBytes)
			n, err := f.packed.ReadAt(part, at)
			if n > 0 && !yield(part[:n], nil) || err == io.EOF {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// fetch takes a file out of the database.
func (v *EnvironmentVisit) fetch(ctx context.Context, id string) (*chosenFile, error) {
	plain, err := namelessFile()
	if err != nil {
		return nil, err
	}
	file := &chosenFile{File: plain}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(v.Team.FileBytes(ctx, v.Environment.Kind, id, writer)) }()
	defer reader.Close()
	text, err := gzip.NewReader(reader)
	if err == nil {
		file.size, err = io.Copy(plain, text)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// batches are the good lines of a file, as the store takes them: what one transaction writes is bounded.
func batches(file records.File) iter.Seq2[models.Batch, error] {
	const maxRecords, maxBytes = 1000, 2 << 20
	return func(yield func(models.Batch, error) bool) {
		batch, bytes := models.Batch{Collection: file.Mapping.Of}, 0
		for line, err := range file.Lines() {
			if err != nil {
				yield(models.Batch{}, err)
				return
			}
			if len(line.Faults) > 0 {
				continue
			}
			line.AddTo(&batch)
			if bytes += len(line.Raw); batch.Len() < maxRecords && bytes < maxBytes {
				continue
			}
			if !yield(batch, nil) {
				return
			}
			batch, bytes = models.Batch{Collection: file.Mapping.Of}, 0
		}
		if batch.Len() > 0 {
			yield(batch, nil)
		}
	}
}
