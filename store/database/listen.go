package database

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"dojo/models"
)

// News is what processes tell each other through the database, after a commit. It may be
// lost, or come twice: it only says that a look is worth it.
type News string

// The news.
const (
	Changed News = "changed" // the feed has grown
	Settled News = "settled" // a change is settled
	Wanted  News = "wanted"  // a page is to show what all processes have seen of keys' use
	Kept    News = "kept"    // a process has written down what it had seen
)

// channel is the name under which PostgreSQL passes news on.
const channel = "dojo"

// Notify tells the processes that listen, this one too, once the transaction is
// committed. On SQLite there is nobody to tell.
func (e *Engine) Notify(tx *gorm.DB, news News) error {
	if e.Dialect != Postgres {
		return nil
	}
	return tx.Exec("SELECT pg_notify(?, ?)", channel, string(news)).Error
}

// listener hears news on a connection of its own.
type listener struct {
	config *pgx.ConnConfig
	heard  atomic.Bool
}

// The pause before a lost connection is made anew, and how often one that is silent is
// asked whether it is there.
const (
	listenPause = time.Second
	listenProbe = 5 * time.Second
)

// Listen tells of news until ctx ends. After a connection was lost it tells of everything,
// since news may have been lost too.
func (e *Engine) Listen(ctx context.Context, tell func(News)) {
	if e.listener == nil {
		return
	}
	for ctx.Err() == nil {
		err := e.listener.listen(ctx, e, tell)
		e.listener.heard.Store(false)
		if ctx.Err() != nil {
			return
		}
		slog.Debug("the connection that hears of changes was lost", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(listenPause):
		}
	}
}

// Hears reports whether news arrives. It does not where a connection pooler shares
// sessions out by transactions; then the feed has to be looked at more often.
func (e *Engine) Hears() bool { return e.listener == nil || e.listener.heard.Load() }

func (l *listener) listen(ctx context.Context, e *Engine, tell func(News)) error {
	connecting, cancel := context.WithTimeout(ctx, ReadTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(connecting, l.config)
	if err != nil {
		return err
	}
	defer closeConn(conn)
	if _, err := conn.Exec(connecting, "LISTEN "+channel); err != nil {
		return err
	}
	// A word to itself, by another connection, shows that news comes through.
	hello := News(models.NewID())
	if err := e.Notify(e.Writer.WithContext(connecting), hello); err != nil {
		return err
	}
	for {
		waiting, cancel := context.WithTimeout(ctx, listenProbe)
		news, err := conn.WaitForNotification(waiting)
		cancel()
		switch {
		case err == nil && News(news.Payload) == hello:
			l.heard.Store(true)
			tell(Changed)
			tell(Settled)
		case err == nil:
			tell(News(news.Payload))
		case ctx.Err() != nil || conn.IsClosed():
			return err
		default:
			if err := probe(ctx, conn); err != nil {
				return err
			}
		}
	}
}

func probe(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, listenProbe)
	defer cancel()
	return conn.Ping(ctx)
}

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	conn.Close(ctx)
}
