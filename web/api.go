package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/handlers/api"
	"dojo/models"
)

// apiRoute is a line of the table of the API's routes.
type apiRoute struct {
	method, path string
	handler      echo.HandlerFunc
}

// apiRoutes is every route of the API. Ids in paths are percent-encoded, and may
// hold an encoded slash.
func apiRoutes(a *api.API) []apiRoute {
	return []apiRoute{
		{http.MethodPost, "/v1/interactions", a.AddInteractions},
		{http.MethodOptions, "/v1/interactions", a.Preflight},

		{http.MethodPost, "/v1/products", a.AddProducts},
		{http.MethodGet, "/v1/products/:id", a.Product},
		{http.MethodHead, "/v1/products/:id", a.Product},
		{http.MethodDelete, "/v1/products/:id", a.DeleteProduct},

		{http.MethodPost, "/v1/users", a.AddUsers},
		{http.MethodGet, "/v1/users/:id", a.User},
		{http.MethodHead, "/v1/users/:id", a.User},
		{http.MethodDelete, "/v1/users/:id", a.DeleteUser},

		{http.MethodGet, "/verify", a.Verify},
		{http.MethodHead, "/verify", a.Verify},
	}
}

// NewAPI returns the API's own Echo, with none of what browsers' pages need. Every
// answer of it is JSON or empty, also for a path that does not exist and after a
// panic.
func NewAPI(a *api.API) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = a.Fail
	e.IPExtractor = ipExtractor(a.TrustedProxies())
	e.Use(apiHeaders, a.Log, recoverPanics, a.Guard)
	for _, route := range apiRoutes(a) {
		e.Add(route.method, route.path, route.handler)
	}
	return e
}

// The values of headers that every answer of the API has. Nobody changes them.
var (
	noStore    = []string{"no-store"}
	noReferrer = []string{"no-referrer"} // a key may stand in the address
	noSniff    = []string{"nosniff"}
)

// apiHeaders puts the headers on that every answer of the API has. It writes into
// the map, since Set would allocate a slice for each.
func apiHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		header["Cache-Control"] = noStore
		header["Referrer-Policy"] = noReferrer
		header["X-Content-Type-Options"] = noSniff
		header[echo.HeaderXRequestID] = []string{models.NewID()}
		return next(c)
	}
}
