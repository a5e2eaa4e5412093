package web

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// lazyDeadlines is a connection that tells the runtime of fewer deadlines than it is told.
// One is handed on when a read or a write begins, or at once while one is under way:
// net/http sets eight of them for a request, of which most are replaced before anything is
// read or written. Its background read, for one, is mostly stopped before it has begun.
type lazyDeadlines struct {
	*net.TCPConn // and not net.Conn, of which net/http could not close one side
	read, write  lazyDeadline
}

func newLazyDeadlines(c *net.TCPConn) lazyDeadlines {
	return lazyDeadlines{
		TCPConn: c, read: lazyDeadline{tell: c.SetReadDeadline}, write: lazyDeadline{tell: c.SetWriteDeadline},
	}
}

// deadlineStep is how far a deadline has to move on before the runtime is told. The limits are
// seconds, and each request moves them on a little.
const deadlineStep = time.Second

// lazyDeadline is the deadline of reads or of writes. The one in force may be sooner by less
// than deadlineStep.
type lazyDeadline struct {
	tell func(time.Time) error

	mu       sync.Mutex
	set      time.Time // last; zero: none
	told     time.Time // what the runtime knows
	underWay int       // reads or writes
}

func (d *lazyDeadline) change(t time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.set = t
	if d.underWay == 0 {
		return nil
	}
	return d.settle()
}

// begin puts the deadline in force for a read or a write. It is ended with end, unless begin
// failed.
func (d *lazyDeadline) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.set.Before(d.told) && !d.set.IsZero() && time.Until(d.set) <= 0 {
		return os.ErrDeadlineExceeded
	}
	if err := d.settle(); err != nil {
		return err
	}
	d.underWay++
	return nil
}

func (d *lazyDeadline) end() {
	d.mu.Lock()
	d.underWay--
	d.mu.Unlock()
}

func (d *lazyDeadline) settle() error {
	if d.set.IsZero() && d.told.IsZero() {
		return nil
	}
	later := d.set.Sub(d.told)
	if !d.set.IsZero() && !d.told.IsZero() && later >= 0 && later < deadlineStep {
		return nil
	}
	d.told = d.set
	return d.tell(d.set)
}

// SetReadDeadline implements net.Conn.
func (c *lazyDeadlines) SetReadDeadline(t time.Time) error { return c.read.change(t) }

// SetWriteDeadline implements net.Conn.
func (c *lazyDeadlines) SetWriteDeadline(t time.Time) error { return c.write.change(t) }

// SetDeadline implements net.Conn.
func (c *lazyDeadlines) SetDeadline(t time.Time) error {
	if err := c.read.change(t); err != nil {
		return err
	}
	return c.write.change(t)
}

// Read implements io.Reader.
func (c *lazyDeadlines) Read(p []byte) (int, error) {
	if err := c.read.begin(); err != nil {
		return 0, err
	}
	defer c.read.end()
	return c.TCPConn.Read(p)
}

// WriteTo implements io.WriterTo, which io.Copy prefers to Read.
func (c *lazyDeadlines) WriteTo(w io.Writer) (int64, error) {
	if err := c.read.begin(); err != nil {
		return 0, err
	}
	defer c.read.end()
	return c.TCPConn.WriteTo(w)
}

// Write implements io.Writer.
func (c *lazyDeadlines) Write(p []byte) (int, error) {
	if err := c.write.begin(); err != nil {
		return 0, err
	}
	defer c.write.end()
	return c.TCPConn.Write(p)
}

// ReadFrom implements io.ReaderFrom, which io.Copy prefers to Write.
func (c *lazyDeadlines) ReadFrom(r io.Reader) (int64, error) {
	if err := c.write.begin(); err != nil {
		return 0, err
	}
	defer c.write.end()
	return c.TCPConn.ReadFrom(r)
}
