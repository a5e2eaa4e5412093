package api

import (
	_ "embed"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"dojo/records"
)

// description is the OpenAPI 3.1 document of the API, but for the records' schemas
// and the address, which only the running program knows. A test holds every answer
// of the API's tests against it.
//
//go:embed openapi.json
var description []byte

// describeAPI completes the document. Without an address it is about the server
// that it comes from.
func describeAPI(address *url.URL) []byte {
	var document map[string]any
	if err := json.Unmarshal(description, &document); err != nil {
		panic(err) // the embedded document is JSON
	}
	schemas := document["components"].(map[string]any)["schemas"].(map[string]any)
	maps.Copy(schemas, records.Schemas())
	if address != nil {
		document["servers"] = []map[string]string{{"url": address.String()}}
	}
	return encode(document)
}

// Describe answers with the description of the API. It needs no key, and every
// page may read it.
func (a *API) Describe(c echo.Context) error {
	allowAnyOrigin(c.Response().Header(), "")
	return a.description.send(c)
}

// isDescription reports whether a request asks for the API's description.
func isDescription(method, path string) bool {
	return (method == http.MethodGet || method == http.MethodHead) && path == "/v1/openapi.json"
}
