package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// Product answers with a product as it was uploaded.
func (a *API) Product(c echo.Context) error { return show(c, a.options.Store.Product) }

// User answers with an end user as it was uploaded.
func (a *API) User(c echo.Context) error { return show(c, a.options.Store.EndUser) }

// ProductIDs answers with the ids of all products.
func (a *API) ProductIDs(c echo.Context) error { return list(c, a.options.Store.ProductIDs) }

// UserIDs answers with the ids of all end users.
func (a *API) UserIDs(c echo.Context) error { return list(c, a.options.Store.EndUserIDs) }

func list(c echo.Context, all func(context.Context, models.Grant) ([]string, error)) error {
	ids, err := all(c.Request().Context(), grantOf(c))
	if err != nil {
		return err
	}
	type data struct {
		IDs []string `json:"ids"`
	}
	return answer{http.StatusOK, encode(struct {
		Message string `json:"message"`
		Data    data   `json:"data"`
	}{"success", data{ids}})}.send(c)
}

func show(c echo.Context, find func(context.Context, models.Grant, string) ([]byte, error)) error {
	id, ok := recordID(c)
	if !ok {
		return notFound.send(c)
	}
	record, err := find(c.Request().Context(), grantOf(c), id)
	if err != nil {
		return err
	}
	return answer{http.StatusOK, slices.Concat([]byte(`{"message":"success","data":`), record, []byte(`}`))}.send(c)
}

// maxID is the longest id of a record, in characters.
const maxID = 512

// recordID returns the id in the path, decoded, and whether a record could have
// it. A NUL is no text to PostgreSQL, and a name with "_" before it is an endpoint's.
func recordID(c echo.Context) (string, bool) {
	id := c.Param("id")
	if c.Request().URL.RawPath != "" { // then the routing went by it, and nothing is decoded yet
		var err error
		if id, err = url.PathUnescape(id); err != nil {
			return "", false
		}
	}
	fits := id != "" && !strings.HasPrefix(id, "_") && utf8.ValidString(id) && utf8.RuneCountInString(id) <= maxID && !strings.ContainsRune(id, 0)
	return id, fits
}
