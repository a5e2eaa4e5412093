package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"dojo/models"
)

// Deadlines of one read and of one change, in wall time. A request that the
// database does not answer in this time fails as Unavailable.
const (
	ReadTimeout   = 5 * time.Second
	ChangeTimeout = 10 * time.Second
)

// Dialect names a kind of database, and the folder of its migrations.
type Dialect string

// The dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DialectOf is the dialect of a connection or transaction of GORM's.
func DialectOf(db *gorm.DB) Dialect { return Dialect(db.Name()) }

// MomentText writes SQL that makes a text of a moment, such as the largest of a column, which
// SQLite gives no type. ParseMoment reads it; its first 13 characters are those of the hour.
func (d Dialect) MomentText(moment string) string {
	if d == SQLite {
		return moment
	}
	return "to_char(" + moment + ` AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00:00"')`
}

// ParseMoment reads what MomentText has the database write.
func ParseMoment(text string) (time.Time, error) {
	at, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", text)
	return at.UTC(), err
}

// Engine is an open database: a pool for reading and one for writing, which are
// the same on PostgreSQL. On SQLite the pool for writing is one connection, so that
// a transaction that writes is alone from its start.
type Engine struct {
	Dialect Dialect
	Reader  *gorm.DB
	Writer  *gorm.DB

	hold     *hold                       // SQLite: nil unless alone
	listener *listener                   // PostgreSQL: nil unless it serves
	process  atomic.Pointer[string]      // PostgreSQL: see Serve
	sure     atomic.Pointer[func() bool] // see SureWhile
	prepared map[string]*sql.Stmt        // SQLite: by their texts; see Prepare
}

// Open connects to the database at sqlite:PATH or postgres://…. With serving it is for a
// process that serves. Of those one has a SQLite file: another one fails, and the engine
// changes nothing before [Engine.Claim]. On PostgreSQL there may be many.
func Open(ctx context.Context, url string, serving bool) (*Engine, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), serving)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url, serving)
	}
	return nil, errors.New("the database URL must begin with sqlite: or postgres://")
}

// Close ends all connections and lets go of the database. The pool for writing is
// closed after all else, so that the row can say that this process has ended; and the
// file is unlocked after it.
func (e *Engine) Close() error {
	var errs []error
	if e.Reader != nil && e.Reader != e.Writer {
		errs = append(errs, closePool(e.Reader))
	}
	if e.hold != nil {
		e.hold.release()
	}
	if e.Writer != nil {
		errs = append(errs, closePool(e.Writer))
	}
	if e.hold != nil {
		if file, ok := e.hold.lock.(*fileLock); ok {
			errs = append(errs, file.unlock())
		}
	}
	return errors.Join(errs...)
}

func closePool(db *gorm.DB) error {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	return pool.Close()
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true, // store.write always opens one
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}

// openSQLite opens the file. Durability needs synchronous=FULL: with less,
// SQLite loses acknowledged transactions when the power fails
// (https://www.sqlite.org/pragma.html#pragma_synchronous).
func openSQLite(ctx context.Context, path string, serving bool) (e *Engine, err error) {
	e = &Engine{Dialect: SQLite}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	if err := isFileName(path); err != nil {
		return e, err
	}
	if serving {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return e, err
		}
		file, err := lockFile(ctx, path)
		if err != nil {
			return e, err
		}
		file.engine = e
		e.hold = newHold(file)
	} else if _, err := os.Stat(path); err != nil {
		return e, fmt.Errorf("there is no database in the file %s yet: run dojo migrate, or dojo serve", path)
	}
	if e.Writer, err = openSQLitePool(path, "&_txlock=immediate"+writerCache, 1); err != nil {
		return e, err
	}
	if err := e.Writer.Exec("PRAGMA wal_autocheckpoint = " + checkpointPages).Error; err != nil {
		return e, err
	}
	if e.Reader, err = openSQLitePool(path, "&_query_only=1", max(4, runtime.NumCPU())); err != nil {
		return e, err
	}
	return e, os.Chmod(path, 0o600)
}

// Uploads touch index pages all over the file. The connection for writing keeps
// more of them in memory than the 2 MB that SQLite begins with (the number is KiB,
// https://www.sqlite.org/pragma.html#pragma_cache_size), and moves them from the log
// to their places after 16 MB of it, not 4, so that a page that changes again and
// again is moved once.
const (
	writerCache     = "&_cache_size=-32000"
	checkpointPages = "4000"
)

// parameters are what follows a file's name in a URL of SQLite's own.
var parameters = regexp.MustCompile(`\?[a-z_]+=`)

// isFileName refuses what SQLite's own programs take in a file's place: a name in
// memory, and parameters, which would become part of the file's name here.
func isFileName(path string) error {
	if path == "" || path == ":memory:" || strings.HasPrefix(path, "file:") || parameters.MatchString(path) {
		return fmt.Errorf("the database URL sqlite:%s does not name a file: "+
			"write sqlite: and the file's path, without parameters", path)
	}
	return nil
}

func openSQLitePool(path, extra string, connections int) (*gorm.DB, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_busy_timeout=5000" + extra
	db, err := gorm.Open(sqlite.New(sqlite.Config{DriverName: sqliteDriver, DSN: dsn}), gormConfig())
	if err != nil {
		return nil, fmt.Errorf("cannot open the database file %s: %w", path, err)
	}
	return db, limitPool(db, connections)
}

func limitPool(db *gorm.DB, connections int) error {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return nil
}

// DropIdle closes the connections to PostgreSQL that nobody uses at the moment. Others are made
// when they are needed.
func (e *Engine) DropIdle() error {
	if e.Dialect != Postgres {
		return nil
	}
	pool, err := e.Writer.DB()
	if err == nil {
		pool.SetMaxIdleConns(0)
		pool.SetMaxIdleConns(postgresConnections)
	}
	return err
}

// Pools says how the pools of connections are used.
func (e *Engine) Pools() (pools []models.Pool) {
	named := []struct {
		name string
		db   *gorm.DB
	}{{"reader", e.Reader}, {"writer", e.Writer}}
	if e.Reader == e.Writer {
		named = named[:1]
		named[0].name = "all"
	}
	for _, n := range named {
		pool, err := n.db.DB()
		if err != nil {
			continue
		}
		s := pool.Stats()
		pools = append(pools, models.Pool{Name: n.name, Most: s.MaxOpenConnections, InUse: s.InUse, Idle: s.Idle,
			Waits: s.WaitCount, Waited: s.WaitDuration})
	}
	return pools
}

// postgresConnections is how many connections one process holds at most.
const postgresConnections = 16

// openPostgres connects to PostgreSQL. Statements, locks and idle transactions
// end by themselves, so that a stuck one cannot hold the others up for ever.
func openPostgres(ctx context.Context, address string, serving bool) (e *Engine, err error) {
	e = &Engine{Dialect: Postgres}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	config, err := postgresConfig(address)
	if err != nil {
		return e, err
	}
	if serving {
		e.listener = &listener{config: config}
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(readUTC))
	e.Writer, err = gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig())
	if err != nil {
		return e, fmt.Errorf("cannot reach the PostgreSQL server: %w", err)
	}
	e.Reader = e.Writer
	return e, limitPool(e.Writer, postgresConnections)
}

// readUTC makes the connection's times come back in UTC, not in this machine's
// zone.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

func postgresConfig(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// the cause quotes the password
		return nil, errors.New("the database URL is not one that PostgreSQL understands")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	for name, value := range map[string]string{
		"application_name": "dojo", "timezone": "UTC",
		"statement_timeout": "10s", "lock_timeout": "8s", "idle_in_transaction_session_timeout": "20s",
	} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	return config, nil
}
