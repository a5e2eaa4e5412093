package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"golang.org/x/sync/semaphore"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
	"dojo/store/database"
	"dojo/store/dataset"
	"dojo/vault"
)

// Options says which database to open and with what.
type Options struct {
	URL   string           // sqlite:PATH or postgres://…
	Vault *vault.Vault     // seals the keys; nil: the one of the file
	Now   func() time.Time // nil: the wall clock

	// Keyring is the keyring's file, where Vault is nil. It is made for a database that
	// has none yet, and for no other: what that holds could not be opened with a new one.
	Keyring string

	// Serves is set by a process that serves, which judges keys from memory. Of those
	// one has a SQLite file, and another one is refused. On PostgreSQL there may be many,
	// that each follow the feed of changes.
	Serves bool
	// Version is the program's, for people.
	Version string
	// Migrate brings the database to this program's version first, and tells
	// OnMigrated if that changed it.
	Migrate    bool
	OnMigrated func(from, to int64)

	Observer Observer     // nil: nobody is told
	Tracer   trace.Tracer // of changes; nil: they are not traced
}

// Store is all access to the database. It is safe for concurrent use.
type Store struct {
	engine *database.Engine
	vault  *vault.Vault
	clock  func() time.Time
	ingest *dataset.Ingest // of what the API's callers upload
	logged logged          // by AddUse
	bulk   *semaphore.Weighted

	version string
	process string // a random name of this store's own, in operations
	serves  bool
	serving atomic.Pointer[string]              // the id of this process's row; nil before the first
	history atomic.Pointer[string]              // of the database, in which it was made
	stats   atomic.Pointer[models.ProcessStats] // the last of this process

	onUseWanted func()
	usesKept    atomic.Int64 // how many times processes have said so
	useKept     signal
	confirmed   atomic.Int64 // SQLite: the last change of the feed that is in force
	settled     signal       // a change may have been settled
	running     running

	observer Observer
	tracer   trace.Tracer

	onKeysChanged func(ctx context.Context, environmentID string, at models.FeedPosition) // nil: nobody is told
	onMail        func()                                                                  // nil: nobody is told
	onDeliveries  func()                                                                  // nil: nobody is told
	onNotified    func()                                                                  // nil: nobody is told
}

// Open connects to the database and checks that it is one this program can
// serve: of this version, and sealed with this keyring. Migrate goes before it.
func Open(ctx context.Context, options Options) (*Store, error) {
	engine, err := database.Open(ctx, options.URL, options.Serves)
	if err != nil {
		return nil, err
	}
	s := &Store{
		engine: engine, vault: options.Vault, clock: options.Now, bulk: semaphore.NewWeighted(maxBulk),
		process: models.NewID(), serves: options.Serves, version: options.Version,
		observer: options.Observer, tracer: options.Tracer,
	}
	if s.observer == nil {
		s.observer = nobody{}
	}
	if s.tracer == nil {
		s.tracer = noop.NewTracerProvider().Tracer("")
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if err := s.begin(ctx, options); err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	s.ingest = dataset.StartIngest(engine, s.Now)
	return s, nil
}

// begin does one after the other what a start consists of. The database is held through
// all of it, so that no other process comes in between.
func (s *Store) begin(ctx context.Context, options Options) error {
	if options.Migrate {
		from, to, err := s.engine.Migrate(ctx, migrations())
		if err != nil {
			return err
		}
		if from != to && options.OnMigrated != nil {
			options.OnMigrated(from, to)
		}
	}
	if err := s.engine.CheckVersion(ctx, migrations()); err != nil {
		return err
	}
	if err := s.engine.Claim(ctx); err != nil {
		return err
	}
	if s.vault == nil {
		if err := s.openKeyring(ctx, options.Keyring); err != nil {
			return err
		}
	}
	if err := s.checkKeyring(ctx); err != nil {
		return err
	}
	if err := s.engine.Prepare(ctx, dataset.Statements(s.engine.Dialect)...); err != nil || !s.serves {
		return err
	}
	return s.endOperations(ctx)
}

// Close writes the records that were handed in before, ends all connections and
// lets go of the database.
func (s *Store) Close() error {
	s.ingest.Close()
	return s.engine.Close()
}

// OnKeysChanged sets what is told, after each change and before the method that
// made it returns, which environment's grants may have changed, and by which change of the
// feed. It is called after a failed commit too, since a commit that reports an error may have
// happened all the same; the position is zero then.
func (s *Store) OnKeysChanged(told func(ctx context.Context, environmentID string, at models.FeedPosition)) {
	s.onKeysChanged = told
}

// OnMail sets what is told, after each change that may have written mail and
// before the method that made it returns, that the outbox is worth a look. It
// must not block. Like OnKeysChanged it is called after a failed commit too.
func (s *Store) OnMail(told func()) { s.onMail = told }

// OnNotified sets what is told, after each change that may have written a notification,
// that Tell has something to do. It must not block, and is called after a failed commit too.
func (s *Store) OnNotified(told func()) { s.onNotified = told }

// Listen tells, until ctx ends, when the feed is worth a look because another process has
// changed something. It must not block. On SQLite there is no other process.
func (s *Store) Listen(ctx context.Context, changed func()) {
	s.engine.Listen(ctx, func(news database.News) {
		switch news {
		case database.Changed:
			changed()
		case database.Settled:
			s.settled.tell()
		case database.Wanted:
			if s.onUseWanted != nil {
				s.onUseWanted()
			}
		case database.Kept:
			s.usesKept.Add(1)
			s.useKept.tell()
		}
	})
}

// Hears reports whether Listen hears of changes at the moment.
func (s *Store) Hears() bool { return s.engine.Hears() }

// Digest is that under which the grants of a key are kept.
func (s *Store) Digest(key string) [32]byte { return s.vault.Digest(key) }

// Now is the store's clock, in UTC, cut to the microsecond that both databases
// keep.
func (s *Store) Now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// OnHold sets what is told when this process is no longer sure that it alone serves
// a SQLite file, and when it is again. It must not block.
func (s *Store) OnHold(told func(held bool)) { s.engine.OnHold(told) }

// Sure reports whether this process may serve, for all that it knows: on SQLite it alone
// does, on PostgreSQL it has a lease. It takes no time. While it is not so, all changes fail
// as Unavailable, and what is in memory may be out of date.
func (s *Store) Sure() bool { return s.engine.Sure() }

// SureWhile sets what says whether this process has a lease.
func (s *Store) SureWhile(sure func() bool) { s.engine.SureWhile(sure) }

// Ready reports whether the database answers, and this process may serve.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.engine.Unsure(); err != nil {
		return err
	}
	return s.read(ctx, func(db *gorm.DB) error { return db.Exec("SELECT 1").Error })
}

// read runs a query on a connection for reading, under a deadline.
func (s *Store) read(ctx context.Context, query func(db *gorm.DB) error) (err error) {
	defer s.worked(models.ReadWork, time.Now(), &err)
	ctx, cancel := context.WithTimeout(ctx, database.ReadTimeout)
	defer cancel()
	err = query(s.engine.Reader.WithContext(ctx))
	if database.Unstorable(err) {
		return models.ErrNotFound() // what cannot be there is looked for
	}
	return database.Translate(err)
}

// maxBulk is how many reads of readBulk go on at once. Pages have the other connections,
// and most of the processors.
const maxBulk = 2

// readBulk is read for a part of an answer that is as long as there are records. Of
// those only so many are read at once, and the others wait in a line. Whoever reads
// gives its place back before it writes to its client, which may take any time.
func (s *Store) readBulk(ctx context.Context, query func(db *gorm.DB) error) error {
	done, err := s.awaitBulk(ctx)
	if err != nil {
		return err
	}
	defer done()
	return s.read(ctx, query)
}

func (s *Store) awaitBulk(ctx context.Context) (done func(), err error) {
	if err := s.bulk.Acquire(ctx, 1); err != nil {
		return nil, database.Translate(err)
	}
	return func() { s.bulk.Release(1) }, nil
}

// write runs a transaction that the activity list does not mention.
func (s *Store) write(ctx context.Context, transaction func(db *gorm.DB) error) (err error) {
	defer s.worked(models.ChangeWork, time.Now(), &err)
	if err := s.engine.Unsure(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	return database.Translate(s.engine.Writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := s.engine.Fence(ctx, db.Statement.ConnPool); err != nil {
			return err
		}
		return transaction(db)
	}))
}

// change is one transaction by one actor.
type change struct {
	*gorm.DB
	store   *Store
	actor   models.Actor
	now     time.Time
	audited bool                 // the activity list has a line about it
	actions []models.AuditAction // of the lines that it has written itself
	mailed  bool                 // the outbox may have a mail from it
	touched []models.Change      // of what keys may do

	notified bool // somebody may have to be told of it
	delivers bool // webhooks may have something to send from it
}

// errUnchanged ends a change that has found nothing to do, such as one that
// somebody else has made meanwhile. Nothing is committed, so nothing need be
// audited, and it is no error to the caller of the store.
var errUnchanged = errors.New("nothing is to be changed")

// change runs the steps of a change as one transaction, refuses it to whoever only views a
// team's pages, and refuses to commit it when the activity list has no line about it. What the gate and the mail's
// sender must know is told after the transaction, however it ended.
func (s *Store) change(ctx context.Context, actor models.Actor, steps func(c *change) error) error {
	if actor.Viewing != "" {
		return models.ErrViewing()
	}
	if IsOnlyShown(ctx) {
		return errOnlyShown()
	}
	c := &change{store: s, actor: actor}
	ctx, span := s.traced(ctx)
	history := s.history.Load()
	err := s.write(ctx, func(db *gorm.DB) error {
		c.DB, c.now = db, s.Now()
		if err := steps(c); err != nil {
			return err
		}
		if !c.audited {
			return fmt.Errorf("a change by %q left no line in the activity list", actor.Name)
		}
		return c.publish()
	})
	if errors.Is(err, errUnchanged) {
		c.endSpan(span, nil)
		return nil // and nothing to tell of: it was rolled back
	}
	if s.onKeysChanged != nil {
		var at models.FeedPosition
		if err == nil && history != nil && len(c.touched) > 0 {
			at = models.FeedPosition{Last: c.touched[len(c.touched)-1].Sequence, History: *history}
		}
		for _, id := range c.environments() {
			s.onKeysChanged(context.WithoutCancel(ctx), id, at)
		}
	}
	if c.mailed {
		s.tellOfMail()
	}
	if c.delivers {
		s.tellOfDeliveries()
	}
	if c.notified {
		s.tellOfNotification()
	}
	c.endSpan(span, err)
	return err
}

func (s *Store) tellOfMail() {
	if s.onMail != nil {
		s.onMail()
	}
}

// audit writes a line of the activity list.
func (c *change) audit(event models.AuditEvent, as models.Capacity) error {
	event.At = c.now
	event.Actor = c.actor.Sign(as)
	event.Address, event.RequestID = c.actor.Address, c.actor.RequestID
	c.audited, c.actions = true, append(c.actions, event.Action)
	event = event.Redacted()
	err := c.Create(&event).Error
	c.told(event.ID)
	return err
}

// lock makes a query of the change hold the rows it reads until the commit. On
// SQLite a change is alone from its start, and there is nothing to say.
//
// All changes lock in one order, so that no two wait for each other: the
// account, the team, its members, the environment, then its key or request, or
// the invitation.
func (c *change) lock() *gorm.DB {
	if c.store.engine.Dialect == database.Postgres {
		return c.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	return c.DB
}

// create inserts a row and nothing beside it.
func (c *change) create(row any) error { return c.Omit(clause.Associations).Create(row).Error }

// update writes the named columns of one row found by its id, and fails when
// there is none.
func (c *change) update(row any, columns ...string) error {
	result := c.Model(row).Select(columns).Updates(row)
	if result.Error == nil && result.RowsAffected != 1 {
		return fmt.Errorf("update of %T changed %d rows", row, result.RowsAffected)
	}
	return result.Error
}
