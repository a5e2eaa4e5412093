package web

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// lazyDeadlines is a connection that sets fewer deadlines than it is told to. That for
// reading is handed to the runtime when a read begins, or at once while one is under way:
// net/http sets six of them for a request, of which most are replaced before anything is
// read. Its background read, for one, is mostly stopped before it has begun.
type lazyDeadlines struct {
	*net.TCPConn // and not net.Conn, of which net/http could not close one side

	mu      sync.Mutex
	until   time.Time // the deadline that was set last
	stale   bool      // the runtime does not know it yet
	reading int       // reads under way

	writeUntil time.Time // the deadline for writing that the runtime knows
}

// writeStep is how far a deadline for writing has to move on before the runtime is told. The
// limits on writing are tens of seconds, and each request moves them on a little.
const writeStep = time.Second

// SetWriteDeadline implements net.Conn. A deadline may be in force that is sooner by less
// than writeStep.
func (c *lazyDeadlines) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if later := t.Sub(c.writeUntil); later >= 0 && later < writeStep {
		return nil
	}
	c.writeUntil = t
	return c.TCPConn.SetWriteDeadline(t)
}

// SetReadDeadline implements net.Conn.
func (c *lazyDeadlines) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until, c.stale = t, c.reading == 0
	if c.stale {
		return nil
	}
	return c.TCPConn.SetReadDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *lazyDeadlines) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// Read implements io.Reader.
func (c *lazyDeadlines) Read(p []byte) (int, error) {
	if err := c.begin(); err != nil {
		return 0, err
	}
	defer c.end()
	return c.TCPConn.Read(p)
}

// WriteTo implements io.WriterTo, which io.Copy prefers to Read.
func (c *lazyDeadlines) WriteTo(w io.Writer) (int64, error) {
	if err := c.begin(); err != nil {
		return 0, err
	}
	defer c.end()
	return c.TCPConn.WriteTo(w)
}

// begin puts the deadline in force that a read has.
func (c *lazyDeadlines) begin() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stale {
		if !c.until.IsZero() && time.Until(c.until) <= 0 {
			return os.ErrDeadlineExceeded
		}
		if err := c.TCPConn.SetReadDeadline(c.until); err != nil {
			return err
		}
		c.stale = false
	}
	c.reading++
	return nil
}

func (c *lazyDeadlines) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading--
}
