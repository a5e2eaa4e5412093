package store

import (
	"context"
	"errors"
	"sync"

	"gorm.io/gorm"

	"dojo/models"
)

// An operation is a change that takes many transactions, so that others who write need
// not wait for all of it. The activity list must say what happened however it ends: a line
// at the beginning says what was asked, each transaction counts what it has done, and a line
// at the end, written when the row of the operation is removed, says how far it came. An
// operation that is over in its first transaction leaves its last line alone.
type operation struct {
	ID      string
	Process string
	Line    models.AuditEvent `gorm:"serializer:json"`
	Done    int
}

// ErrUncounted is in the error of an operation that stopped when the database could not
// say how much of it is done. The activity list says it later.
var ErrUncounted = errors.New("how much is done is not known yet")

// begun are the actions with which operations begin, by those with which they end.
var begun = map[models.AuditAction]models.AuditAction{
	models.DataUploaded: models.DataUploadBegun,
	models.DataDeleted:  models.DataDeletionBegun,
}

// running are the operations that this store carries out, by their ids.
type running struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (r *running) set(id string, is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids == nil {
		r.ids = map[string]bool{}
	}
	if r.ids[id] = is; !is {
		delete(r.ids, id)
	}
}

func (r *running) has(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ids[id]
}

// progress is an operation as its own goroutine knows it.
type progress struct {
	id     string
	asked  int // how many records
	done   int // in transactions that were committed
	begun  bool
	over   bool // the last transaction was committed
	staged struct {
		done        int
		begun, over bool
	}
}

func (s *Store) newProgress(asked int) *progress {
	p := &progress{id: models.NewID(), asked: asked}
	s.running.set(p.id, true)
	return p
}

// step counts, within one of the operation's transactions, what it has done. The line is
// that of the end, and last says that nothing more is to come.
func (p *progress) step(c *change, line models.AuditEvent, count int, last bool) error {
	line.Detail.Count = p.done + count
	var err error
	switch {
	case p.begun:
		err = p.goOn(c, line, count, last)
	case last:
		err = c.audit(line, models.AsMember)
	default:
		err = p.begin(c, line, count)
	}
	if err == nil {
		p.staged.done, p.staged.begun, p.staged.over = count, true, last
	}
	return err
}

func (p *progress) goOn(c *change, line models.AuditEvent, count int, last bool) error {
	c.audited = true // by the first and the last one's lines
	row := c.Model(&operation{}).Where("id = ?", p.id)
	if last {
		row = row.Delete(&operation{})
	} else {
		row = row.Update("done", gorm.Expr("done + ?", count))
	}
	switch {
	case row.Error != nil:
		return row.Error
	case row.RowsAffected != 1: // a process that took over has ended it
		return models.Errorf(models.Unavailable,
			"Another process has ended this. The activity list says how far it came.")
	case last:
		return c.audit(line, models.AsMember)
	}
	return nil
}

func (p *progress) begin(c *change, line models.AuditEvent, count int) error {
	first := line
	first.Action, first.Detail.Count = begun[line.Action], p.asked
	if err := c.audit(first, models.AsMember); err != nil {
		return err
	}
	line.Actor = c.actor.Sign(models.AsMember)
	line.Address, line.RequestID = c.actor.Address, c.actor.RequestID
	line.Detail.Count, line.Detail.Asked = 0, p.asked
	return c.Create(&operation{ID: p.id, Process: c.store.process, Line: line, Done: count}).Error
}

// committed takes over what step staged.
func (p *progress) committed() {
	p.done += p.staged.done
	p.begun, p.over = p.begun || p.staged.begun, p.staged.over
}

// leave ends an operation for its goroutine, whether or not it came to its end, and
// returns how many records are done. The error is that which stopped it, or nil when it
// turns out that it came to its end all the same.
func (s *Store) leave(ctx context.Context, p *progress, stopped error) (done int, err error) {
	defer s.running.set(p.id, false)
	if p.over || !p.begun && !p.staged.begun {
		return p.done, stopped
	}
	// The transaction that failed may have been committed all the same: the row knows.
	done, found, err := s.endOperation(context.WithoutCancel(ctx), p.id, models.StoppedOnTheWay)
	switch {
	case err != nil:
		return p.done, errors.Join(stopped, ErrUncounted)
	case found:
		return done, stopped
	case p.begun && p.staged.over: // only its last transaction removes the row
		return p.done + p.staged.done, nil
	}
	return p.done, stopped
}

// endOperation removes the row of an operation that stopped, and writes the line that says
// how far it came. It does not find one that has been ended.
func (s *Store) endOperation(ctx context.Context, id string, why models.Stop) (done int, found bool, err error) {
	err = s.change(ctx, dojo, func(c *change) error {
		var row operation
		err := c.lock().Where("id = ?", id).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return errUnchanged
		}
		if err != nil {
			return err
		}
		if err := c.Where("id = ?", id).Delete(&operation{}).Error; err != nil {
			return err
		}
		done, found = row.Done, true
		line := row.Line
		line.At, line.Detail.Count, line.Detail.Stopped = c.now, row.Done, why
		c.audited = true // in the name of whoever began it
		return c.Create(&line).Error
	})
	return done, found && err == nil, err
}

// endOperations ends the operations that nobody carries out any more: those of processes
// that are gone, if this one serves, and those of this one whose end could not be
// written when they stopped.
func (s *Store) endOperations(ctx context.Context) error {
	var rows []operation
	err := s.read(ctx, func(db *gorm.DB) error { return db.Find(&rows).Error })
	for _, row := range rows {
		if s.running.has(row.ID) {
			continue
		}
		why := models.StoppedOnTheWay
		if row.Process != s.process {
			gone, err := s.gone(ctx, row.Process)
			if err != nil {
				return err
			}
			if !gone {
				continue
			}
			why = models.StoppedWithDojo
		}
		if _, _, err := s.endOperation(ctx, row.ID, why); err != nil {
			return err
		}
	}
	return err
}
