package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"dojo/records"
	"dojo/store"
)

// DeleteInteractions deletes all interactions of a list of end users.
func (a *API) DeleteInteractions(c echo.Context) error { return a.removeListed(c, records.Interaction) }

// DeleteProducts deletes a list of products. What is not there is deleted already.
func (a *API) DeleteProducts(c echo.Context) error { return a.removeListed(c, records.Product) }

// DeleteUsers deletes a list of end users. What is not there is deleted already.
func (a *API) DeleteUsers(c echo.Context) error { return a.removeListed(c, records.User) }

// DeleteProduct deletes a product. What is not there is deleted already.
func (a *API) DeleteProduct(c echo.Context) error { return a.removeNamed(c, records.Product) }

// DeleteUser deletes an end user. What is not there is deleted already.
func (a *API) DeleteUser(c echo.Context) error { return a.removeNamed(c, records.User) }

// removeListed deletes what the body names.
func (a *API) removeListed(c echo.Context, kind records.Kind) error {
	mode, err := modeOf(c)
	if err != nil {
		return err
	}
	body, err := a.readBody(c)
	if err != nil {
		return err
	}
	ids, rejected := records.ParseDelete(kind, body.bytes)
	if rejected != nil {
		body.release()
		return rejected
	}
	return a.remove(c, mode, kind, ids, body)
}

// removeNamed deletes what the path names. A body is not looked at.
func (a *API) removeNamed(c echo.Context, kind records.Kind) error {
	mode, err := modeOf(c)
	if err != nil {
		return err
	}
	id, ok := recordID(c)
	if !ok {
		return invalid("The id in the path is not one: it is 1 to 512 characters of percent-encoded UTF-8, and does not start with '_'.")
	}
	return a.remove(c, mode, kind, []string{id}, nil)
}

func (a *API) remove(c echo.Context, mode mode, kind records.Kind, ids []string, body *body) error {
	grant := grantOf(c)
	deletion := store.Deletion{Task: newTask(kind, grant)}
	switch kind {
	case records.Product:
		deletion.Products = ids
	case records.User:
		deletion.EndUsers = ids
	default:
		deletion.InteractionsOf = ids
	}
	write := func(ctx context.Context) error { return a.options.Store.DeleteRecords(ctx, grant, deletion) }
	if mode.dryRun {
		write = func(context.Context) error { return nil }
	}
	return a.carryOut(c, mode, order{task: deletion.Task, grant: grant, body: body, write: write, done: "deleted"})
}
