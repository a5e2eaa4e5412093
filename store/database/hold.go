package database

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// One process serves a SQLite file, because another one would not hear of a key that it
// revokes. Three things see to that:
//
//   - A lock on the file itself, whatever it is called, keeps a second process out.
//   - The row in serving names the process that took over last. Each change compares it
//     in its own transaction, so that whoever lost the lock without knowing changes
//     nothing.
//   - Checks of keys come from memory. They rely on a lease: the process makes sure of its
//     hold every second, and trusts its memory for no longer than the lease after it began
//     to make sure successfully. Whoever takes over from a process that may still run waits
//     for as long.
//
// On PostgreSQL many processes serve; see lease.go.

// holdInterval is how often the holder makes sure that it still holds.
const holdInterval = time.Second

// holdLease is how long the holder is sure of its hold, from the beginning of the last
// time that it made sure. A database that stalls for less hurts nobody. Whoever takes over
// waits somewhat longer, since clocks differ in speed.
const (
	holdLease    = 5 * time.Second
	takeOverWait = holdLease + holdLease/10
)

// leaving is how long a process that starts waits for one that is about to end.
const leaving = 3 * time.Second

var (
	errLost   = errors.New("another process may have taken the database over")
	errNoHold = &models.Error{
		Code: models.Unavailable,
		Message: "Dojo is not sure that it alone serves its database, so it changes nothing just now. Nothing was " +
			"changed.",
	}
)

// hold is the right of this process to serve the database.
type hold struct {
	name  string // of this process, in the row; random
	lock  keeper
	began time.Time // of the clock of moments

	sureUntil atomic.Int64 // see moment
	claimed   atomic.Bool  // the row names this process, as far as it knows
	owed      bool         // it does, and Claim has yet to wait for the process before

	stop  context.CancelFunc // nil until it is kept
	ended chan struct{}

	mu   sync.Mutex
	held bool
	told func(held bool)
}

// keeper is what the two kinds of databases have each their own of.
type keeper interface {
	// claim writes the process's name into the row, after which no other process's
	// change is carried out, and reports whether another process may still answer from
	// its memory.
	claim(ctx context.Context, name string) (wait bool, err error)
	// check fails with errLost when another process has the database, or may have had
	// it since the last check, and with another error when that cannot be known now.
	check(ctx context.Context, name string) error
	// fence is check within a transaction, where it holds until the end.
	fence(ctx context.Context, e *Engine, tx gorm.ConnPool, name string) error
	// release lets the next process in. With a name it says that this one has ended.
	release(name string)
}

// moment is the time since the hold was made, by a clock that nobody can set. It goes on
// while the process is stopped.
func (h *hold) moment() int64 { return int64(time.Since(h.began)) }

func newHold(l keeper) *hold {
	return &hold{name: models.NewID(), lock: l, began: time.Now(), ended: make(chan struct{})}
}

// Claim makes this process the one that serves. It needs a database of the program's
// version, and waits until a process that served before has surely stopped. An engine
// that was not opened alone has nothing to claim.
func (e *Engine) Claim(ctx context.Context) error {
	h := e.hold
	if h == nil {
		return nil
	}
	start := h.moment()
	if err := e.fenceOff(ctx); err != nil {
		return err
	}
	if h.owed {
		slog.Info("The process that served this database last did not end in good order. "+
			"Waiting until it has surely stopped.",
			"seconds", takeOverWait.Seconds())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(takeOverWait):
		}
		start = h.moment()
		if err := h.lock.check(ctx, h.name); err != nil {
			return err
		}
	}
	h.owed, h.held = false, true
	h.sureUntil.Store(start + int64(holdLease))
	keeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	go h.keep(keeping)
	return nil
}

// fenceOff writes this process into the row, unless it is there.
func (e *Engine) fenceOff(ctx context.Context) error {
	if e.hold == nil || e.hold.claimed.Load() {
		return nil
	}
	wait, err := e.hold.lock.claim(ctx, e.hold.name)
	if err == nil {
		e.hold.owed = wait
		e.hold.claimed.Store(true)
	}
	return err
}

// Sure reports whether this process may serve, for all that it knows: on SQLite it alone
// does, on PostgreSQL it has a lease. It is quick, and right at this moment also when the
// process was stopped for a while. An engine that does not serve is always sure.
func (e *Engine) Sure() bool {
	if e.hold != nil {
		return e.hold.sure()
	}
	sure := e.sure.Load()
	return sure == nil || (*sure)()
}

func (h *hold) sure() bool { return h.moment() < h.sureUntil.Load() }

// OnHold sets what is told when this process is no longer sure that it alone serves the
// database, and when it is again. It must not block.
func (e *Engine) OnHold(told func(held bool)) {
	if e.hold != nil {
		e.hold.mu.Lock()
		defer e.hold.mu.Unlock()
		e.hold.told = told
	}
}

// Unsure fails with Unavailable unless this process is sure that it may serve. It is asked
// before a change's transaction begins, for which a database that stalls may let everybody
// wait.
func (e *Engine) Unsure() error {
	switch {
	case e.Sure():
		return nil
	case e.hold != nil:
		return errNoHold
	}
	return errNoLease
}

// Fence begins a change, within its transaction: it fails with Unavailable unless this
// process may serve. On SQLite that holds until the transaction's end; PostgreSQL asks again
// at the commit. Every change of a process that serves begins with it.
func (e *Engine) Fence(ctx context.Context, tx gorm.ConnPool) error {
	if e.Dialect == Postgres {
		return e.hasLease(ctx, tx)
	}
	h := e.hold
	if h == nil {
		return nil
	}
	if !h.sure() {
		return errNoHold
	}
	err := h.lock.fence(ctx, e, tx, h.name)
	if errors.Is(err, errLost) {
		h.lose()
		return errNoHold
	}
	return err
}

// keep makes sure every second until it is stopped.
func (h *hold) keep(ctx context.Context) {
	defer close(h.ended)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(holdInterval):
		}
		h.makeSure(ctx)
	}
}

func (h *hold) makeSure(ctx context.Context) {
	start := h.moment()
	within, cancel := context.WithTimeout(ctx, holdLease)
	defer cancel()
	var err error
	if h.claimed.Load() {
		err = h.lock.check(within, h.name)
	} else {
		err = h.reclaim(within, &start)
	}
	switch {
	case ctx.Err() != nil: // it is being released
	case err == nil:
		h.sureUntil.Store(start + int64(holdLease))
		h.set(true)
	case errors.Is(err, errLost):
		h.lose()
	case !h.sure():
		h.set(false)
	}
}

// reclaim takes the database back, if nobody has it, after this process had lost it.
func (h *hold) reclaim(ctx context.Context, start *int64) error {
	wait, err := h.lock.claim(ctx, h.name)
	if err != nil {
		return err
	}
	if wait {
		select {
		case <-ctx.Done():
		case <-time.After(takeOverWait):
		}
		// The time is over that ctx gave, whose end is none of the check's.
		check, cancel := context.WithTimeout(context.WithoutCancel(ctx), holdLease)
		defer cancel()
		*start = h.moment()
		if err := h.lock.check(check, h.name); err != nil {
			return err
		}
	}
	h.claimed.Store(true)
	return nil
}

// lose makes this process unsure at once.
func (h *hold) lose() {
	h.sureUntil.Store(0)
	h.claimed.Store(false)
	h.set(false)
}

func (h *hold) set(held bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held == held {
		return
	}
	h.held = held
	if h.told != nil {
		h.told(held)
	}
}

// release ends the hold. From then on the process is not sure.
func (h *hold) release() {
	if h.stop != nil {
		h.stop()
		<-h.ended
	}
	name := ""
	if h.claimed.Load() && !h.owed {
		name = h.name
	}
	h.sureUntil.Store(0)
	h.lock.release(name)
}

// row is what serving says.
type row struct {
	holder, process, file string
	released              bool
}

func readRow(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (r row, err error) {
	err = db.QueryRowContext(ctx, "SELECT holder, process, file, released FROM serving WHERE id = 1").
		Scan(&r.holder, &r.process, &r.file, &r.released)
	return r, err
}

// mayRun reports whether the process in the row may still answer from its memory.
func (r row) mayRun(name string) bool { return !r.released && r.holder != name && !Ended(r.process) }
