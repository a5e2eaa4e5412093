package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
)

// AddInteractions keeps a batch of interactions. The answer comes when they are
// on disk.
func (a *API) AddInteractions(c echo.Context) error { return a.add(c, models.Interactions) }

// AddProducts keeps a batch of products, each in the place of an earlier one with
// its id. The answer comes when they are on disk.
func (a *API) AddProducts(c echo.Context) error { return a.add(c, models.Products) }

// AddUsers keeps a batch of end users, each in the place of an earlier one with
// its id. The answer comes when they are on disk.
func (a *API) AddUsers(c echo.Context) error { return a.add(c, models.EndUsers) }

func (a *API) add(c echo.Context, of models.Collection) error {
	mode, err := modeOf(c)
	if err != nil {
		return err
	}
	body, err := a.readBody(c)
	if err != nil {
		return err
	}
	batch, rejected := records.Parse(of, body.bytes)
	if rejected != nil {
		body.release()
		a.options.Metrics.UploadRejected(models.ByAPI)
		return rejected
	}
	grant := grantOf(c)
	batch.Task = newTask(of, grant)
	keep := a.options.Store.AddRecords
	if mode.dryRun {
		keep = a.options.Store.CheckRecords
	}
	return a.carryOut(c, mode, write{
		task: batch.Task, body: body, done: "success",
		run: func(ctx context.Context) error { return nameRecords(batch, keep(ctx, grant, batch)) },
	})
}

// nameRecords makes a rejection that names the records out of the store's refusal to
// give an attribute two types: only with the records at hand can it be told which of
// them are to be left out.
func nameRecords(batch models.Batch, err error) error {
	if conflict, ok := errors.AsType[*models.TypeConflict](err); ok {
		if rejected := records.RejectTypes(batch, conflict.Known); rejected != nil {
			return rejected
		}
	}
	return err
}

// newTask begins the task of a write. Interactions have none.
func newTask(of models.Collection, grant models.Grant) models.Task {
	if of == models.Interactions {
		return models.Task{}
	}
	return models.Task{ID: models.NewID(), DataSetID: grant.DataSetID, Collection: of, Code: http.StatusOK}
}
