package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
	"dojo/store"
)

// AddInteractions keeps a batch of interactions. The answer comes when they are
// on disk.
func (a *API) AddInteractions(c echo.Context) error { return a.add(c, records.Interaction) }

// AddProducts keeps a batch of products, each in the place of an earlier one with
// its id. The answer comes when they are on disk, unless ?async=1 asks for less.
func (a *API) AddProducts(c echo.Context) error { return a.add(c, records.Product) }

// AddUsers keeps a batch of end users, each in the place of an earlier one with
// its id. The answer comes when they are on disk, unless ?async=1 asks for less.
func (a *API) AddUsers(c echo.Context) error { return a.add(c, records.User) }

func (a *API) add(c echo.Context, kind records.Kind) error {
	mode, err := modeOf(c)
	if err != nil {
		return err
	}
	body, err := a.readBody(c)
	if err != nil {
		return err
	}
	parsed, rejected := records.Parse(kind, body.bytes)
	if rejected != nil {
		body.release()
		return rejected
	}
	grant, batch := grantOf(c), a.rows(kind, parsed)
	batch.Task = newTask(kind, grant)
	write := func(ctx context.Context) error {
		return explain(kind, parsed, a.options.Store.AddRecords(ctx, grant, batch))
	}
	if mode.dryRun {
		write = func(ctx context.Context) error {
			return explain(kind, parsed, a.options.Store.CheckRecords(ctx, grant, batch))
		}
	}
	return a.carryOut(c, mode, order{task: batch.Task, grant: grant, body: body, write: write, done: "success"})
}

// rows brings records into the form in which they are kept.
func (a *API) rows(kind records.Kind, parsed []records.Record) store.Records {
	switch kind {
	case records.Product:
		return store.Records{Products: records.Products(parsed), ProductTypes: records.Types(parsed)}
	case records.User:
		return store.Records{EndUsers: records.EndUsers(parsed), EndUserTypes: records.Types(parsed)}
	}
	return store.Records{Interactions: records.Interactions(parsed, a.options.Store.Now())}
}

// explain makes a rejection that names the records out of the store's refusal to
// give an attribute two types.
func explain(kind records.Kind, parsed []records.Record, err error) error {
	if conflict, ok := errors.AsType[*store.TypeConflict](err); ok {
		if _, rejected := records.AttributeTypes(conflict.Known).Check(kind, parsed); rejected != nil {
			return rejected
		}
	}
	return err
}

// newTask names what became of a change of records. Interactions have none.
func newTask(kind records.Kind, grant models.Grant) models.Task {
	task := models.Task{ID: models.NewID(), DataSetID: grant.DataSetID, Code: http.StatusOK}
	switch kind {
	case records.Product:
		task.Collection = models.Products
	case records.User:
		task.Collection = models.EndUsers
	default:
		return models.Task{}
	}
	return task
}
