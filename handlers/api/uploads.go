package api

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
	"dojo/store"
)

// AddInteractions keeps a batch of interactions. The answer comes when they are
// on disk.
func (a *API) AddInteractions(c echo.Context) error {
	return a.add(c, records.Interaction, success)
}

// AddProducts keeps a batch of products, each in the place of an earlier one with
// its id. The answer comes when they are on disk.
func (a *API) AddProducts(c echo.Context) error {
	return a.add(c, records.Product, taskAnswer("success"))
}

// AddUsers keeps a batch of end users, each in the place of an earlier one with
// its id. The answer comes when they are on disk.
func (a *API) AddUsers(c echo.Context) error {
	return a.add(c, records.User, taskAnswer("success"))
}

// taskAnswer is the answer to what Miso's API calls a task.
func taskAnswer(message string) answer {
	type task struct {
		ID string `json:"task_id"`
	}
	return answer{http.StatusOK, encode(struct {
		Message string `json:"message"`
		Data    task   `json:"data"`
	}{message, task{models.NewID()}})}
}

func (a *API) add(c echo.Context, kind records.Kind, done answer) error {
	dryRun, err := strconv.ParseBool(cmp.Or(c.QueryParam("dry_run"), "0"))
	if err != nil {
		return invalid("The parameter dry_run is 1 or 0.").send(c)
	}
	body, failed := readBody(c)
	if failed != nil {
		return failed.send(c)
	}
	list, rejected := records.Parse(kind, body)
	if rejected != nil {
		return answer{rejected.Status, encode(rejected)}.send(c)
	}
	if !dryRun {
		if err := a.store.AddRecords(c.Request().Context(), grantOf(c), a.rows(kind, list)); err != nil {
			return err
		}
	}
	return done.send(c)
}

// rows brings records into the form in which they are kept.
func (a *API) rows(kind records.Kind, list []records.Record) store.Records {
	switch kind {
	case records.Product:
		return store.Records{Products: records.Products(list)}
	case records.User:
		return store.Records{EndUsers: records.EndUsers(list)}
	}
	return store.Records{Interactions: records.Interactions(list, a.store.Now())}
}
