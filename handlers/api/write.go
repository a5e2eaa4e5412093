package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
)

// mode is how a write is asked for.
type mode struct {
	dryRun bool // check, and change nothing
	async  bool // the task tells of a conflict, and not the answer
}

// modeOf reads the parameters of a write. It refuses what was perhaps meant for one.
func modeOf(c echo.Context) (m mode, err error) {
	if err := refuseNearWrite(c.Request()); err != nil {
		return m, err
	}
	if m.dryRun, err = flag(c, models.DryRun); err == nil {
		m.async, err = flag(c, models.Async)
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
	task models.Task // zero for interactions, which have none
	body *body       // is let go of afterwards, since the records are parts of it
	run  func(ctx context.Context) error
	done string // what the answer says then
}

// carryOut makes the change and answers.
func (a *API) carryOut(c echo.Context, mode mode, w write) error {
	defer w.body.release()
	ctx := c.Request().Context()
	err := w.run(ctx)
	if mode.async && !mode.dryRun && w.task.ID != "" {
		err = a.keepRejection(ctx, grantOf(c), w.task, err)
	}
	if refused, ok := errors.AsType[*models.KeyRefused](err); ok {
		return visitOf(c).refuseLate(refused.Outcome)
	}
	if err != nil {
		return err
	}
	return w.answer().send(c)
}

// keepRejection makes a task of a change that was rejected for what is in the data set,
// for a client that asks for the task and not for the answer. Other errors stay.
func (a *API) keepRejection(ctx context.Context, grant models.Grant, task models.Task, err error) error {
	rejected, ok := errors.AsType[*records.Rejection](err)
	if !ok {
		return err
	}
	task.Code, task.Lines = rejected.Status, rejected.Lines
	return a.options.Store.AddTask(ctx, grant, task)
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
