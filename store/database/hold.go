package database

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// holdKey is the PostgreSQL advisory lock of the process that serves: "dojo"
// in ASCII.
const holdKey = 0x646f6a6f

// holdInterval is how often the holder makes sure that it still holds.
const holdInterval = time.Second

// hold keeps other processes from serving the same PostgreSQL database, by a
// session's advisory lock. When the session is lost, another process may take
// the lock, so the holder is told at once and must stop trusting its memory
// until the lock is its own again.
type hold struct {
	config *pgx.ConnConfig
	stop   context.CancelFunc
	ended  chan struct{}

	mu   sync.Mutex
	held bool
	told func(held bool)
}

func holdDatabase(ctx context.Context, config *pgx.ConnConfig) (*hold, error) {
	conn, err := takeHold(ctx, config)
	if err != nil {
		return nil, err
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	h := &hold{config: config, stop: stop, ended: make(chan struct{}), held: true}
	go h.keep(watching, conn)
	return h, nil
}

var errHeld = errors.New("another dojo process is serving this PostgreSQL database. " +
	"Stop it first; one process at a time may serve")

func takeHold(ctx context.Context, config *pgx.ConnConfig) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, ReadTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the PostgreSQL server: %w", err)
	}
	var mine bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(holdKey)).Scan(&mine)
	if err == nil && mine {
		return conn, nil
	}
	closeConn(conn)
	if err == nil {
		err = errHeld
	}
	return nil, err
}

// keep makes sure every second that the session lives, and takes the lock again
// when it does not.
func (h *hold) keep(ctx context.Context, conn *pgx.Conn) {
	defer close(h.ended)
	for ctx.Err() == nil {
		if conn == nil {
			conn, _ = takeHold(ctx, h.config)
		} else if !alive(ctx, conn) {
			closeConn(conn)
			conn = nil
		}
		if ctx.Err() == nil {
			h.set(conn != nil)
		}
		select {
		case <-ctx.Done():
		case <-time.After(holdInterval):
		}
	}
	if conn != nil {
		closeConn(conn)
	}
}

func alive(ctx context.Context, conn *pgx.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, holdInterval)
	defer cancel()
	return conn.Ping(ctx) == nil
}

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Close(ctx)
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

func (h *hold) watch(told func(held bool)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = told
}

func (h *hold) release() {
	h.stop()
	<-h.ended
}
