package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/handlers/api"
)

// apiRoute is a line of the table of the API's routes.
type apiRoute struct {
	method, path string
	handler      echo.HandlerFunc
}

// apiRoutes is every route of the API that Dojo answers itself. Other paths under
// /v1 go to the upstream, if there is one. Ids in paths are percent-encoded, and
// may hold an encoded slash.
func apiRoutes(a *api.API) []apiRoute {
	return []apiRoute{
		{http.MethodPost, "/v1/interactions", a.AddInteractions},
		{http.MethodOptions, "/v1/interactions", a.Preflight},
		{http.MethodDelete, "/v1/interactions", a.DeleteInteractions},

		{http.MethodPost, "/v1/products", a.AddProducts},
		{http.MethodGet, "/v1/products/_ids", a.ProductIDs},
		{http.MethodHead, "/v1/products/_ids", a.ProductIDs},
		{http.MethodPost, "/v1/products/_delete", a.DeleteProducts},
		{http.MethodGet, "/v1/products/_status/:task", a.ProductTask},
		{http.MethodHead, "/v1/products/_status/:task", a.ProductTask},
		{http.MethodGet, "/v1/products/:id", a.Product},
		{http.MethodHead, "/v1/products/:id", a.Product},
		{http.MethodDelete, "/v1/products/:id", a.DeleteProduct},

		{http.MethodPost, "/v1/users", a.AddUsers},
		{http.MethodGet, "/v1/users/_ids", a.UserIDs},
		{http.MethodHead, "/v1/users/_ids", a.UserIDs},
		{http.MethodPost, "/v1/users/_delete", a.DeleteUsers},
		{http.MethodGet, "/v1/users/_status/:task", a.UserTask},
		{http.MethodHead, "/v1/users/_status/:task", a.UserTask},
		{http.MethodGet, "/v1/users/:id", a.User},
		{http.MethodHead, "/v1/users/:id", a.User},
		{http.MethodDelete, "/v1/users/:id", a.DeleteUser},

		{http.MethodGet, "/v1/openapi.json", a.Describe},
		{http.MethodHead, "/v1/openapi.json", a.Describe},

		{http.MethodGet, "/verify", a.Verify},
		{http.MethodHead, "/verify", a.Verify},
	}
}

// NewAPI returns the API's own Echo, with none of what browsers' pages need. Every
// answer of it is JSON or empty, also for a path that does not exist and after a
// panic. Each request passes what is given on its way in; /verify has little time for it.
func NewAPI(a *api.API, around ...echo.MiddlewareFunc) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = a.Fail
	e.IPExtractor = ipExtractor(a.TrustedProxies())
	e.Use(append(around, a.Around)...)
	for _, route := range apiRoutes(a) {
		e.Add(route.method, route.path, route.handler)
	}
	return e
}
