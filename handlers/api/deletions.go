package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
)

// DeleteInteractions deletes all interactions of a list of end users.
func (a *API) DeleteInteractions(c echo.Context) error { return a.removeListed(c, models.Interactions) }

// DeleteProducts deletes a list of products. What is not there is deleted already.
func (a *API) DeleteProducts(c echo.Context) error { return a.removeListed(c, models.Products) }

// DeleteUsers deletes a list of end users. What is not there is deleted already.
func (a *API) DeleteUsers(c echo.Context) error { return a.removeListed(c, models.EndUsers) }

// DeleteProduct deletes a product. What is not there is deleted already.
func (a *API) DeleteProduct(c echo.Context) error { return a.removeNamed(c, models.Products) }

// DeleteUser deletes an end user. What is not there is deleted already.
func (a *API) DeleteUser(c echo.Context) error { return a.removeNamed(c, models.EndUsers) }

// removeListed deletes what the body names.
func (a *API) removeListed(c echo.Context, of models.Collection) error {
	mode, err := modeOfDeletion(c)
	if err != nil {
		return err
	}
	body, err := a.readBody(c)
	if err != nil {
		return err
	}
	deletion, rejected := records.ParseDelete(of, body.bytes)
	if rejected != nil {
		body.release()
		return rejected
	}
	return a.remove(c, mode, deletion, body)
}

// removeNamed deletes what the path names. A body says nothing: it is read only to see
// that it was not meant to.
func (a *API) removeNamed(c echo.Context, of models.Collection) error {
	mode, err := modeOfDeletion(c)
	if err != nil {
		return err
	}
	id, ok := recordID(c)
	if !ok {
		return invalid("The id in the path is not one: " +
			"it is 1 to 512 characters of percent-encoded UTF-8, and does not start with '_'.")
	}
	if err := a.readNothing(c); err != nil {
		return err
	}
	return a.remove(c, mode, models.Deletion{Collection: of, IDs: []string{id}}, nil)
}

// readNothing reads a body that has nothing to say.
func (a *API) readNothing(c echo.Context) error {
	body, err := a.readBody(c)
	if err != nil {
		return err
	}
	defer body.release()
	if rejected := records.CheckUnread(body.bytes); rejected != nil {
		return rejected
	}
	return nil
}

// modeOfDeletion is modeOf for a deletion, which no filter narrows down.
func modeOfDeletion(c echo.Context) (mode, error) {
	if err := refuseNearRead(c.Request()); err != nil {
		return mode{}, err
	}
	return modeOf(c)
}

func (a *API) remove(c echo.Context, mode mode, deletion models.Deletion, body *body) error {
	grant := grantOf(c)
	deletion.Task = newTask(deletion.Collection, grant)
	run := func(ctx context.Context) error { return a.options.Store.DeleteRecords(ctx, grant, deletion) }
	if mode.dryRun {
		// what is not there is deleted already, so nothing can be wrong
		run = func(context.Context) error { return nil }
	}
	return a.carryOut(c, mode, write{task: deletion.Task, body: body, done: "deleted", run: run})
}
