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
	"time"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
)

const (
	// leastBody is what the smallest body counts for, in bytes: about what its connection
	// takes. It bounds the number of those that come at once.
	leastBody = 16 << 10
	// gzipBody is what unpacking counts for beside that.
	gzipBody = 48 << 10
	// firstBuffer is the memory that a body begins with, in bytes.
	firstBuffer = 4 << 10

	// maxBodyBudget is how much of bodies is in memory at once, in bytes: eight of the
	// largest.
	maxBodyBudget = 8 * records.MaxBody
)

// body is a request's body as it was before it was packed. What it takes of the
// memory for bodies is given back when it is released.
type body struct {
	bytes []byte

	pool   *bodyPool // nil: it takes nothing
	teamID string    // of the key
	abort  func()    // ends the reading of it

	// The pool's lock guards these.
	taken   int64
	pace    pace
	read    bool // all of it is here
	givenUp bool // it is to make room
	gone    chan struct{}
}

// release gives the memory back. It may be called for no body, and twice.
func (b *body) release() {
	if b != nil && b.pool != nil {
		b.pool.leave(b)
	}
}

// giveUp ends a body that is to make room. The pool is locked.
func (b *body) giveUp() {
	b.givenUp = true
	close(b.gone)
	b.abort()
}

// arrived notes that more of the body has come.
func (b *body) arrived(bytes int, end bool) (ok bool) {
	b.pool.mu.Lock()
	defer b.pool.mu.Unlock()
	b.pace.add(bytes, time.Now())
	b.read = end
	return !b.givenUp
}

// readBody reads the request's body, whatever its Content-Type, or says what kept it from
// being read. Its key is checked again at the end, since it may have been revoked
// meanwhile. Whoever gets the body releases it.
func (a *API) readBody(c echo.Context) (*body, error) {
	r := c.Request()
	if r.ContentLength > records.MaxBody {
		return nil, bodyTooLarge
	}
	source := &source{reader: http.MaxBytesReader(c.Response().Writer, r.Body, records.MaxBody)}
	grant := grantOf(c)
	b := &body{pool: a.bodies.poolOf(grant.Kind), teamID: grant.TeamID, pace: newPace(time.Now()),
		gone: make(chan struct{})}
	control := http.NewResponseController(c.Response().Writer)
	b.abort = func() { _ = control.SetReadDeadline(time.Unix(1, 0)) }
	var plain io.Reader = source
	least, most := int64(leastBody), records.MaxBody+1
	switch strings.ToLower(strings.TrimSpace(r.Header.Get(echo.HeaderContentEncoding))) {
	case "", "identity":
		if r.ContentLength == 0 {
			return &body{}, nil
		}
		if r.ContentLength > 0 {
			most = int(r.ContentLength) + 1 // one more, to see the end without growing
		}
	case "gzip", "x-gzip":
		unpacked := unpackers.Get().(*unpacker)
		defer unpackers.Put(unpacked)
		unpacked.source = source
		plain, least = unpacked, leastBody+gzipBody
	default:
		c.Response().Header().Set(echo.HeaderAcceptEncoding, "gzip")
		return nil, wrongEncoding
	}
	err := b.pool.take(r.Context(), b, least)
	if err == nil {
		err = source.explain(b.readFrom(r.Context(), plain, most))
	}
	if err == nil {
		err = a.checkAgain(visitOf(c))
	}
	if err != nil {
		b.release()
		return nil, err
	}
	return b, nil
}

// checkAgain refuses a request whose key has become worthless while its body came.
func (a *API) checkAgain(v *visit) error {
	found := a.options.Gate.CheckAgain(v.shown.key, v.request)
	if found.Outcome == models.Accepted {
		return nil
	}
	v.found = found
	return refusals[found.Outcome].in(found.Grant.Environment)
}

// readFrom reads up to the end, and takes memory only for what has come: never more than
// that again.
func (b *body) readFrom(ctx context.Context, reader io.Reader, most int) error {
	b.bytes = make([]byte, 0, min(firstBuffer, most))
	for {
		for len(b.bytes) < cap(b.bytes) {
			n, err := reader.Read(b.bytes[len(b.bytes):cap(b.bytes)])
			b.bytes = b.bytes[:len(b.bytes)+n]
			switch kept := b.arrived(n, err == io.EOF); {
			case !kept:
				return tooBusy
			case len(b.bytes) > records.MaxBody:
				return bodyTooLarge
			case err == io.EOF:
				return nil
			case err != nil:
				return err
			}
		}
		if err := b.grow(ctx, min(2*cap(b.bytes), max(most, cap(b.bytes)+1))); err != nil {
			return err
		}
	}
}

func (b *body) grow(ctx context.Context, size int) error {
	if more := int64(size) - b.taken; more > 0 {
		if err := b.pool.take(ctx, b, more); err != nil {
			return err
		}
	}
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
	if err == nil {
		return nil
	}
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
