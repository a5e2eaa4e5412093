package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"

	"dojo/models"
	"dojo/records"
)

// The bounds of the tasks that are kept in memory.
const (
	maxPending  = 64   // writes that were answered before they were made
	maxUntold   = 1000 // failures that could not be written to the database
	codePending = http.StatusAccepted
)

// pending is the tasks of the writes that were answered before they were made, and of
// those that failed while the database could not keep that.
type pending struct {
	writes sync.WaitGroup

	mu      sync.Mutex
	running int
	tasks   map[string]models.Task
}

// begin takes a task on, unless there are too many.
func (p *pending) begin(task models.Task) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == maxPending {
		return false
	}
	p.running++
	p.writes.Add(1)
	if p.tasks == nil {
		p.tasks = map[string]models.Task{}
	}
	task.Code = codePending
	p.tasks[task.ID] = task
	return true
}

// end ends a task. If it is kept, it is read from the database from now on; otherwise
// it stays here, as long as there is room.
func (p *pending) end(task models.Task, kept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.writes.Done()
	if kept || len(p.tasks) > maxUntold {
		delete(p.tasks, task.ID)
		return
	}
	p.tasks[task.ID] = task
}

func (p *pending) find(id string) (models.Task, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	task, ok := p.tasks[id]
	return task, ok
}

// finish makes a change that has been answered, and leaves its task where it can be
// asked for.
func (a *API) finish(ctx context.Context, w write) {
	defer w.body.release()
	err := w.try(ctx)
	if err == nil {
		a.pending.end(w.task, true)
		return
	}
	w.task.Code, w.task.Lines = outcome(err)
	failure := a.options.Store.AddTask(ctx, w.grant, w.task)
	a.pending.end(w.task, failure == nil)
	if w.task.Code >= http.StatusInternalServerError {
		a.options.Logger.ErrorContext(ctx, "an upload failed after it had been answered",
			"error", errors.Join(err, failure), "team", w.grant.TeamSlug, "task", w.task.ID)
	}
}

// try makes the change. A panic becomes an error: here nobody else takes it, and the runtime
// would print what it says, which may hold a key.
func (w *write) try(ctx context.Context) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return w.run(ctx)
}

// outcome is what a task says of a change that was not made.
func outcome(err error) (code int, lines []string) {
	if rejected, ok := errors.AsType[*records.Rejection](err); ok {
		return rejected.Status, rejected.Lines
	}
	failure := answerTo(err)
	return failure.status, []string{failure.message()}
}

// Close waits for the changes that were answered before they were made.
func (a *API) Close() { a.pending.writes.Wait() }
