package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// mode is how a change of records is asked for.
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

// order is a change of records that is ready to be made.
type order struct {
	task  models.Task // zero for interactions, which have none
	grant models.Grant
	body  *body // is let go of afterwards
	write func(ctx context.Context) error
	done  string // what the answer says then
}

// carryOut makes the change and answers; or, where that is asked for and not too
// many others are, the other way round.
func (a *API) carryOut(c echo.Context, mode mode, o order) error {
	if mode.async && !mode.dryRun && o.task.ID != "" && a.pending.begin(o.task) {
		go a.finish(context.WithoutCancel(c.Request().Context()), o)
		return o.answer().send(c)
	}
	defer o.body.release()
	if err := o.write(c.Request().Context()); err != nil {
		return err
	}
	return o.answer().send(c)
}

func (o *order) answer() answer {
	if o.task.ID == "" {
		return success
	}
	type task struct {
		ID string `json:"task_id"`
	}
	return answer{http.StatusOK, encode(struct {
		Message string `json:"message"`
		Data    task   `json:"data"`
	}{o.done, task{o.task.ID}})}
}
