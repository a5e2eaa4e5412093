package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// The PostgreSQL advisory locks: of the process that serves ("dojo" in ASCII), held by
// a session of its own; and of the fence, which each change shares until its end and
// whoever takes over has alone for a moment. The second is in still_serving too.
const (
	holdKey  = 0x646f6a6f
	fenceKey = 0x646f6a6f68
)

// sessionLock keeps other processes off a PostgreSQL database. When the session is lost,
// another process may take the lock.
type sessionLock struct {
	config *pgx.ConnConfig
	conn   *pgx.Conn // nil: the session is lost
}

var errHeld = errors.New("another dojo process is serving this PostgreSQL database. " +
	"Stop it first; one process at a time may serve")

// lockSession takes the lock. A process that has it gets a moment to end.
func lockSession(ctx context.Context, config *pgx.ConnConfig) (*sessionLock, error) {
	l := &sessionLock{config: config}
	for deadline := time.Now().Add(leaving); ; {
		err := l.take(ctx)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, errHeld) || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// take makes a session with the lock.
func (l *sessionLock) take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, ReadTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, l.config)
	if err != nil {
		return fmt.Errorf("cannot reach the PostgreSQL server: %w", err)
	}
	var mine bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(holdKey)).Scan(&mine)
	if err == nil && mine {
		l.conn = conn
		return nil
	}
	closeConn(conn)
	if err == nil {
		err = errHeld
	}
	return err
}

// session makes sure that there is a session with the lock.
func (l *sessionLock) session(ctx context.Context) error {
	if l.conn != nil {
		return nil
	}
	err := l.take(ctx)
	if errors.Is(err, errHeld) {
		err = errLost
	}
	return err
}

// drop gives up a session that failed. What it was asked may be asked another one.
func (l *sessionLock) drop() {
	closeConn(l.conn)
	l.conn = nil
}

// claimTimeout is longer than any statement or transaction of a change may take: whoever
// takes over waits for those under way.
const claimTimeout = 30 * time.Second

func (l *sessionLock) claim(ctx context.Context, name string) (wait bool, err error) {
	if err := l.session(ctx); err != nil {
		return false, err
	}
	for deadline := time.Now().Add(claimTimeout); ; {
		wait, err = l.writeRow(ctx, name)
		fault, _ := errors.AsType[*pgconn.PgError](err)
		if fault == nil || fault.Code != "55P03" || time.Now().After(deadline) { // lock_not_available
			break
		}
	}
	if err != nil && l.conn.IsClosed() {
		l.drop()
	}
	return wait, err
}

func (l *sessionLock) writeRow(ctx context.Context, name string) (wait bool, err error) {
	err = pgx.BeginFunc(ctx, l.conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(fenceKey)); err != nil {
			return err
		}
		var before row
		err := tx.QueryRow(ctx, "SELECT holder, process, file, released FROM serving WHERE id = 1").
			Scan(&before.holder, &before.process, &before.file, &before.released)
		if err != nil {
			return err
		}
		wait = before.mayRun(name)
		_, err = tx.Exec(ctx, "UPDATE serving SET holder = $1, process = $2, file = '', released = false WHERE id = 1",
			name, thisProcess())
		return err
	})
	return wait, err
}

// check asks on the session that has the lock, so that the answer also says that the
// session lives. A session that was lost is replaced at once: nobody need notice when
// nobody else has come meanwhile.
func (l *sessionLock) check(ctx context.Context, name string) error {
	fresh := l.conn == nil
	if err := l.session(ctx); err != nil {
		return err
	}
	var holder string
	err := l.conn.QueryRow(ctx, "SELECT holder FROM serving WHERE id = 1").Scan(&holder)
	switch {
	case err == nil && holder != name:
		return errLost
	case err != nil:
		l.drop()
		if !fresh && ctx.Err() == nil {
			return l.check(ctx, name)
		}
	}
	return err
}

func (l *sessionLock) fence(ctx context.Context, _ *Engine, tx gorm.ConnPool, name string) error {
	var still bool
	err := tx.QueryRowContext(ctx, "SELECT still_serving($1)", name).Scan(&still)
	if err == nil && !still {
		err = errLost
	}
	return err
}

// release gives the lock back before the session ends, since the server takes a moment
// to notice that it has.
func (l *sessionLock) release(name string) {
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), holdInterval)
	defer cancel()
	if name != "" {
		_, _ = l.conn.Exec(ctx, "UPDATE serving SET released = true WHERE id = 1 AND holder = $1", name)
	}
	_, _ = l.conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", int64(holdKey))
	l.drop()
}

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Close(ctx)
}
