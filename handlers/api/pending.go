package api

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"dojo/models"
	"dojo/records"
)

// The bounds of what is told of from memory.
const (
	maxPending  = 64   // writes that were answered before they were made
	maxUntold   = 1000 // failures that the database could not be told of
	codePending = http.StatusAccepted
)

// pending is the changes that were answered before they were made, and those that
// failed while the database was not there to be told.
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

// end says what became of a task: the database tells it from now on, or nobody else
// can.
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
func (a *API) finish(ctx context.Context, o order) {
	defer o.body.release()
	err := o.write(ctx)
	if err == nil {
		a.pending.end(o.task, true)
		return
	}
	o.task.Code, o.task.Lines = outcome(err)
	failure := a.options.Store.AddTask(ctx, o.grant, o.task)
	a.pending.end(o.task, failure == nil)
	if o.task.Code >= http.StatusInternalServerError {
		a.options.Logger.ErrorContext(ctx, "an upload failed after it had been answered", "error", errors.Join(err, failure), "team", o.grant.TeamSlug, "task", o.task.ID)
	}
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
