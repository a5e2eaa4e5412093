package dataset

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

// Ingest writes what requests to the API add and delete. It is safe for concurrent
// use.
type Ingest struct {
	engine  *database.Engine
	clock   func() time.Time
	writers []*writer
}

// job is one request that waits for its commit.
type job struct {
	keyID       string // of the key with which it was asked for
	dataSetID   string
	rows, bytes int // how many it writes or looks for at least, and how long they are together
	change      func(r *rows) error

	taken atomic.Bool // by the writer, or by the caller who has left
	done  chan error  // has room for the answer
	err   error
}

// writer writes the records of some data sets, one transaction at a time.
type writer struct {
	*Ingest
	wake    chan struct{} // has room for one
	stopped chan struct{}

	cheapest time.Duration // the least that a transaction took lately

	mu      sync.Mutex
	waiting []*job
	rows    int // that wait
	last    int // how many the last group had
	closed  bool
}

// StartIngest begins to take changes. The clock says when records arrive; it is read
// once for each data set of a transaction.
func StartIngest(engine *database.Engine, clock func() time.Time) *Ingest {
	in := &Ingest{engine: engine, clock: clock}
	count := 1
	if engine.Dialect == database.Postgres {
		count = postgresWriters
	}
	for range count {
		w := &writer{Ingest: in, wake: make(chan struct{}, 1), stopped: make(chan struct{}), cheapest: maxPause}
		in.writers = append(in.writers, w)
		go w.run()
	}
	return in
}

// Close waits until what was handed in is written. Later changes are refused.
func (in *Ingest) Close() {
	for _, w := range in.writers {
		w.close()
	}
	for _, w := range in.writers {
		<-w.stopped
	}
}

// HandedIn is how many changes wait for a transaction, or are in the one that is
// being written, or was last.
func (in *Ingest) HandedIn() (count int) {
	for _, w := range in.writers {
		w.mu.Lock()
		count += len(w.waiting) + w.last
		w.mu.Unlock()
	}
	return count
}

// Waiting is how many changes wait for a transaction.
func (in *Ingest) Waiting() (count int) {
	for _, w := range in.writers {
		w.mu.Lock()
		count += len(w.waiting)
		w.mu.Unlock()
	}
	return count
}

// Add makes a batch durable, all of it or nothing, together with others. It fails
// with a [models.TypeConflict] as the function Add does, with a [models.KeyRefused] when
// the grant's key is not good any more, and as Unavailable when nothing was kept, or when
// the database could not say whether it was.
func (in *Ingest) Add(ctx context.Context, grant *models.Grant, batch *models.Batch) error {
	return in.do(ctx, &job{
		keyID: grant.KeyID, dataSetID: grant.DataSetID, rows: 1 + batch.Len(), bytes: batch.Bytes(),
		change: func(r *rows) error { return r.add(batch) },
	})
}

// Delete makes a deletion durable, as Add does.
func (in *Ingest) Delete(ctx context.Context, grant *models.Grant, deletion *models.Deletion) error {
	return in.do(ctx, &job{
		keyID: grant.KeyID, dataSetID: grant.DataSetID, rows: 1 + len(deletion.IDs),
		change: func(r *rows) error { return r.delete(deletion) },
	})
}

var writerSeed = maphash.MakeSeed()

// do hands a job to the writer of its data set. When the caller goes away before the
// writer has taken it, nothing of it is written; later, all of it is, and the caller
// is told how it ended.
func (in *Ingest) do(ctx context.Context, j *job) error {
	if err := in.engine.Unsure(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, database.ChangeTimeout)
	defer cancel()
	j.done = make(chan error, 1)
	if !in.writers[maphash.String(writerSeed, j.dataSetID)%uint64(len(in.writers))].put(j) {
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
	w.rows += j.rows
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
		w.rows -= j.rows
		if !j.taken.CompareAndSwap(false, true) {
			continue
		}
		group = append(group, j)
		rows += j.rows
		bytes += j.bytes
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
	pool, err := w.engine.Writer.DB()
	if err != nil {
		return false, err
	}
	tx, err := pool.BeginTx(ctx, nil) // when the time is over, it is rolled back
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if w.engine.Dialect == database.SQLite {
		ctx = context.WithoutCancel(ctx) // the driver starts a goroutine for each statement whose context may end
	}
	if err := w.engine.Fence(ctx, tx); err != nil {
		return false, err
	}
	good, err := w.checkKeys(ctx, tx, group)
	if err != nil || len(good) == 0 {
		return false, err
	}
	if err := w.apply(ctx, tx, good); err != nil {
		return false, err
	}
	if err := tx.Commit(); err != nil {
		return true, &models.Error{
			Code:    models.Unavailable,
			Message: "Dojo's database could not say whether it has kept this.", Err: err,
		}
	}
	return true, nil
}

// apply makes the changes of a group, one data set after the other: in the order of
// their ids, so that no two transactions wait for each other.
func (in *Ingest) apply(ctx context.Context, tx *sql.Tx, byDataSet []*job) error {
	slices.SortStableFunc(byDataSet, func(a, b *job) int { return cmp.Compare(a.dataSetID, b.dataSetID) })
	for len(byDataSet) > 0 {
		id, n := byDataSet[0].dataSetID, 1
		for n < len(byDataSet) && byDataSet[n].dataSetID == id {
			n++
		}
		if err := in.applyTo(ctx, tx, id, byDataSet[:n]); err != nil {
			return err
		}
		byDataSet = byDataSet[n:]
	}
	return nil
}

func (in *Ingest) applyTo(ctx context.Context, tx *sql.Tx, dataSetID string, jobs []*job) error {
	r := &rows{ctx: ctx, engine: in.engine, tx: tx, id: dataSetID, now: in.clock()}
	if err := r.hold(); err != nil {
		return err
	}
	for _, j := range jobs {
		j.err = j.change(r)
		if _, refused := errors.AsType[*models.TypeConflict](j.err); j.err != nil && !refused {
			return j.err
		}
	}
	return r.finish()
}
