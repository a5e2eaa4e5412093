package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"dojo/models"
	"dojo/store/database"
)

// Uploads that wait at the same time share a transaction, since a commit waits for
// the disk: 64 clients are not 64 commits. A writer is one goroutine that takes
// what waits, writes it, and answers everybody after the commit.

// The bounds of one transaction. It is over them by one request at most.
const (
	maxGroupRows  = 8192
	maxGroupBytes = 16 << 20 // of records' bodies
)

// After a commit, those who waited for it come back one by one. When the last group
// had several, and the first who come bring so few rows that the commit would cost
// more than they do, the writer waits for the others: for as long as the cheapest
// transaction of late took, which is what one more costs, and not for more than the
// last group had.
const (
	fewRows  = 128
	maxPause = 2 * time.Millisecond
)

// postgresWriters is how many data sets are written at the same time on PostgreSQL.
// On SQLite there is one connection for writing.
const postgresWriters = 4

// job is one request that waits for its commit.
type job struct {
	dataSetID string
	batch     batch
	taken     atomic.Bool // by the writer, or by the caller who has left
	done      chan error  // has room for the answer
	err       error
}

// writer writes the records of some data sets, one transaction at a time.
type writer struct {
	store   *Store
	wake    chan struct{} // has room for one
	stopped chan struct{}

	cheapest time.Duration // the least that a transaction took lately

	mu      sync.Mutex
	waiting []*job
	rows    int // that wait
	last    int // how many the last group had
	closed  bool
}

func (s *Store) startWriters() {
	count := 1
	if s.engine.Dialect == database.Postgres {
		count = postgresWriters
	}
	for range count {
		w := &writer{store: s, wake: make(chan struct{}, 1), stopped: make(chan struct{}), cheapest: maxPause}
		s.writers = append(s.writers, w)
		go w.run()
	}
}

// stopWriters waits until what was handed in is written.
func (s *Store) stopWriters() {
	for _, w := range s.writers {
		w.close()
	}
	for _, w := range s.writers {
		<-w.stopped
	}
}

var writerSeed = maphash.MakeSeed()

// ingest makes a change of records durable, together with others. When the caller
// goes away before a writer has taken it, nothing of it is written; later, all of
// it is, and the caller is told what became of it.
func (s *Store) ingest(ctx context.Context, grant models.Grant, change batch) error {
	if grant.Environment.ReadOnly() {
		return models.Errorf(models.Forbidden, "The Playground environment is read-only.")
	}
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	j := &job{dataSetID: grant.DataSetID, batch: change, done: make(chan error, 1)}
	if !s.writers[maphash.String(writerSeed, j.dataSetID)%uint64(len(s.writers))].put(j) {
		return database.Translate(sql.ErrConnDone)
	}
	select {
	case err := <-j.done:
		return database.Translate(err)
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return database.Translate(ctx.Err())
		}
		return database.Translate(<-j.done)
	}
}

// put hands a job in, unless the store is closed.
func (w *writer) put(j *job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	w.waiting = append(w.waiting, j)
	w.rows += j.batch.rows()
	w.poke()
	return true
}

func (w *writer) poke() {
	select {
	case w.wake <- struct{}{}:
	default: // it will look anyway
	}
}

func (w *writer) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.poke()
}

func (w *writer) run() {
	defer close(w.stopped)
	for range w.wake {
		w.gather()
		for group := w.take(); len(group) > 0; group = w.take() {
			start := time.Now()
			w.write(group)
			w.cheapest = min(time.Since(start), w.cheapest+w.cheapest/16)
			w.gather()
		}
		if w.over() {
			return
		}
	}
}

// gather waits until enough wait for a transaction to be worth its commit.
func (w *writer) gather() {
	if w.enough() {
		return
	}
	over := time.NewTimer(min(w.cheapest, maxPause))
	defer over.Stop()
	for !w.enough() {
		select {
		case <-w.wake:
		case <-over.C:
			return
		}
	}
}

func (w *writer) enough() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed || w.last < 2 || len(w.waiting) >= w.last || w.rows >= fewRows
}

// over reports whether nothing more will come.
func (w *writer) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed && len(w.waiting) == 0
}

// take gives the jobs that waited longest, as many as one transaction is to hold,
// without those whose callers have left.
func (w *writer) take() (group []*job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, rows, bytes := 0, 0, 0
	for ; n < len(w.waiting) && rows < maxGroupRows && bytes < maxGroupBytes; n++ {
		j := w.waiting[n]
		w.rows -= j.batch.rows()
		if !j.taken.CompareAndSwap(false, true) {
			continue
		}
		group = append(group, j)
		rows += j.batch.rows()
		bytes += j.batch.bytes()
	}
	w.waiting = slices.Delete(w.waiting, 0, n)
	if len(group) > 0 {
		w.last = len(group)
	}
	return group
}

// write writes a group and answers it. A job on which the database chokes must not
// hurt the others: then each is written by itself. A commit that fails is not tried
// again, since it may have happened.
func (w *writer) write(group []*job) {
	committed, err := w.transact(group)
	if err != nil && !committed && len(group) > 1 && !database.Unavailable(err) {
		for _, j := range group {
			w.write([]*job{j})
		}
		return
	}
	for _, j := range group {
		j.done <- cmp.Or(err, j.err)
	}
}

// transact writes a group in one transaction. It reports whether it came to the
// commit.
func (w *writer) transact(group []*job) (committed bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), database.ChangeTimeout)
	defer cancel()
	pool, err := w.store.engine.Writer.DB()
	if err != nil {
		return false, err
	}
	tx, err := pool.BeginTx(ctx, nil) // when the time is over, it is rolled back
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if w.store.engine.Dialect == database.SQLite {
		ctx = context.WithoutCancel(ctx) // with a context that may end, the driver starts a goroutine for each statement
	}
	if err := w.store.apply(ctx, tx, group); err != nil {
		return false, err
	}
	if err := tx.Commit(); err != nil {
		return true, &models.Error{Code: models.Unavailable, Message: "Dojo's database could not say whether it has kept this.", Err: err}
	}
	return true, nil
}

// apply makes the changes of a group, one data set after the other: in the order of
// their ids, so that no two transactions wait for each other.
func (s *Store) apply(ctx context.Context, tx *sql.Tx, group []*job) error {
	byDataSet := slices.Clone(group)
	slices.SortStableFunc(byDataSet, func(a, b *job) int { return cmp.Compare(a.dataSetID, b.dataSetID) })
	for len(byDataSet) > 0 {
		id, n := byDataSet[0].dataSetID, 1
		for n < len(byDataSet) && byDataSet[n].dataSetID == id {
			n++
		}
		if err := s.applyTo(ctx, tx, id, byDataSet[:n]); err != nil {
			return err
		}
		byDataSet = byDataSet[n:]
	}
	return nil
}

func (s *Store) applyTo(ctx context.Context, tx *sql.Tx, dataSetID string, jobs []*job) error {
	rows, err := s.beginRows(ctx, tx, dataSetID)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		j.err = rows.apply(j.batch)
		if _, refused := errors.AsType[*TypeConflict](j.err); j.err != nil && !refused {
			return j.err
		}
	}
	return rows.finish()
}
