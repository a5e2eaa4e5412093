package api

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"dojo/records"
)

const (
	// firstBuffer is the most memory that a promised Content-Length is given before
	// anything has arrived, in bytes.
	firstBuffer = 1 << 20

	// smallBuffer is what a body whose size is not known begins with, in bytes.
	smallBuffer = 16 << 10

	// maxBodyBudget is how much of bodies is in memory at once, in bytes: eight of the
	// largest.
	maxBodyBudget = 8 * records.MaxBody
)

// body is a request's body as it was before it was packed. What it takes of the
// memory for bodies is given back when it is released.
type body struct {
	bytes         []byte
	budget        *bodyBudget
	environmentID string // of the key; bodies of one environment share a part of the budget
	taken         int64
}

// release gives the memory back. It may be called for no body, and twice.
func (b *body) release() {
	if b != nil && b.taken > 0 {
		b.budget.release(b.environmentID, b.taken)
		b.taken = 0
	}
}

// readBody reads the request's body, whatever its Content-Type, or says what kept
// it from being read. Whoever gets it releases it.
func (a *API) readBody(c echo.Context) (*body, error) {
	r := c.Request()
	if r.ContentLength > records.MaxBody {
		return nil, bodyTooLarge
	}
	source := &source{reader: http.MaxBytesReader(c.Response().Writer, r.Body, records.MaxBody)}
	size := smallBuffer
	if r.ContentLength >= 0 {
		size = int(min(r.ContentLength, firstBuffer)) + 1 // one more, to see the end without growing
	}
	var plain io.Reader = source
	switch strings.ToLower(strings.TrimSpace(r.Header.Get(echo.HeaderContentEncoding))) {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked := unpackers.Get().(*unpacker)
		defer unpackers.Put(unpacked)
		unpacked.source = source
		plain, size = unpacked, smallBuffer
	default:
		c.Response().Header().Set(echo.HeaderAcceptEncoding, "gzip")
		return nil, wrongEncoding
	}
	b := &body{budget: a.bodies, environmentID: grantOf(c).EnvironmentID}
	if err := b.readFrom(r.Context(), plain, size); err != nil {
		b.release()
		return nil, source.explain(err)
	}
	return b, nil
}

// readFrom reads up to the end, and takes of the budget before it takes memory.
func (b *body) readFrom(ctx context.Context, reader io.Reader, size int) error {
	for {
		if err := b.grow(ctx, size); err != nil {
			return err
		}
		for len(b.bytes) < cap(b.bytes) {
			n, err := reader.Read(b.bytes[len(b.bytes):cap(b.bytes)])
			b.bytes = b.bytes[:len(b.bytes)+n]
			if len(b.bytes) > records.MaxBody {
				return bodyTooLarge
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
		}
		size = min(2*size, records.MaxBody+1)
	}
}

func (b *body) grow(ctx context.Context, size int) error {
	more := int64(size) - b.taken
	if err := b.budget.take(ctx, b.environmentID, more); err != nil {
		return err
	}
	b.taken += more
	larger := make([]byte, len(b.bytes), size)
	copy(larger, b.bytes)
	b.bytes = larger
	return nil
}

// source is what comes from the client. It remembers what went wrong there, which
// the reader behind it may put otherwise.
type source struct {
	reader io.Reader
	err    error
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// explain makes an answer of what went wrong.
func (s *source) explain(err error) error {
	if _, known := errors.AsType[answer](err); known {
		return err
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](s.err); tooLarge {
		return bodyTooLarge
	}
	switch {
	case errors.Is(s.err, os.ErrDeadlineExceeded):
		return bodyTooSlow
	case s.err != nil:
		return bodyBroken
	}
	return badGzip
}

// unpackers are kept, since each has 40 KiB of tables.
var unpackers = sync.Pool{New: func() any { return &unpacker{} }}

// unpacker reads gzip. The header is read with the first byte.
type unpacker struct {
	source *source // nil: begun
	gzip   gzip.Reader
}

// Read implements io.Reader.
func (u *unpacker) Read(p []byte) (int, error) {
	if u.source != nil {
		source := u.source
		u.source = nil
		if err := u.gzip.Reset(source); err != nil {
			return 0, unexpected(err)
		}
	}
	return u.gzip.Read(p)
}

// unexpected is the error for a stream that ends before it has begun.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
