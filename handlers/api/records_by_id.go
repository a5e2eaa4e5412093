package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// Product answers with a product as it was uploaded.
func (a *API) Product(c echo.Context) error { return a.show(c, models.Products) }

// User answers with an end user as it was uploaded.
func (a *API) User(c echo.Context) error { return a.show(c, models.EndUsers) }

// ProductIDs answers with the ids of all products.
func (a *API) ProductIDs(c echo.Context) error { return a.list(c, models.Products) }

// UserIDs answers with the ids of all end users.
func (a *API) UserIDs(c echo.Context) error { return a.list(c, models.EndUsers) }

func (a *API) list(c echo.Context, of models.Collection) error {
	ids, err := a.options.Store.RecordIDs(c.Request().Context(), grantOf(c), of)
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

func (a *API) show(c echo.Context, of models.Collection) error {
	id, ok := recordID(c)
	if !ok {
		return notFound.send(c)
	}
	record, err := a.options.Store.Record(c.Request().Context(), grantOf(c), of, id)
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
	text := utf8.ValidString(id) && !strings.ContainsRune(id, 0)
	return id, text && id != "" && !strings.HasPrefix(id, "_") && utf8.RuneCountInString(id) <= maxID
}
