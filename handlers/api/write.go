package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// mode is how a write is asked for.
type mode struct {
	dryRun bool // check, and change nothing
	async  bool // the answer may come before the write
}

func modeOf(c echo.Context) (m mode, err error) {
	if m.dryRun, err = flag(c, "dry_run"); err == nil {
		m.async, err = flag(c, "async")
	}
	return m, err
}

// flag reads a parameter that may be left out. One that says nothing, or two things,
// is no reason to write what was perhaps only to be checked.
func flag(c echo.Context, name string) (bool, error) {
	values := c.QueryParams()[name]
	if len(values) == 0 {
		return false, nil
	}
	set, err := strconv.ParseBool(values[0])
	if err != nil || len(values) > 1 {
		return false, invalid("The parameter " + name + " is 1 or 0, and is given once.")
	}
	return set, nil
}

// write is a change of records that is ready to be made.
type write struct {
	task  models.Task // zero for interactions, which have none
	grant models.Grant
	body  *body // is let go of afterwards, since the records are parts of it
	run   func(ctx context.Context) error
	done  string // what the answer says then
}

// carryOut makes the change and answers; or, where that is asked for and not too
// many others are, the other way round.
func (a *API) carryOut(c echo.Context, mode mode, w write) error {
	if mode.async && !mode.dryRun && w.task.ID != "" && a.pending.begin(w.task) {
		go a.finish(context.WithoutCancel(c.Request().Context()), w) // goes on when the client leaves
		return w.answer().send(c)
	}
	defer w.body.release()
	if err := w.run(c.Request().Context()); err != nil {
		return err
	}
	return w.answer().send(c)
}

func (w *write) answer() answer {
	if w.task.ID == "" {
		return success
	}
	type task struct {
		ID string `json:"task_id"`
	}
	return answer{http.StatusOK, encode(struct {
		Message string `json:"message"`
		Data    task   `json:"data"`
	}{w.done, task{w.task.ID}})}
}
