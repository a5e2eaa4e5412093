package api

import (
	_ "embed"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
)

// description is the OpenAPI 3.1 document of the API, but for the codes of refusals,
// which models has a table of, the records' schemas and the address, which only the
// running program knows. A test holds every answer of the API's tests against it.
//
//go:embed openapi.json
var description []byte

// object is an object of the document.
type object = map[string]any

// describeAPI completes the document. Without an address it is about the server
// that it comes from.
func describeAPI(address *url.URL) []byte {
	var document object
	if err := json.Unmarshal(description, &document); err != nil {
		panic(err) // the embedded document is JSON
	}
	describeRefusals(document)
	maps.Copy(inside(document, "components", "schemas"), records.Schemas())
	if address != nil {
		document["servers"] = []map[string]string{{"url": address.String()}}
	}
	return encode(document)
}

// describeRefusals adds the code of each refusal to those that the responses with
// its status may have. /verify gives every refusal, so its responses are all there
// are; the document has one for each status, or the program does not start.
func describeRefusals(document object) {
	responses := inside(document, "paths", "/verify", "get", "responses")
	for _, check := range models.Checks() {
		for _, refusal := range check.Refusals {
			reference := inside(responses, strconv.Itoa(refusal.Status))["$ref"].(string)
			name := strings.TrimPrefix(reference, "#/components/responses/")
			if refusal.Code == "" { // the status says it all
				continue
			}
			body := inside(document, "components", "responses", name, "content", "application/json", "schema")
			code := inside(body, "properties", "code")
			if codes := code["enum"].([]any); !slices.Contains(codes, any(refusal.Code)) {
				code["enum"] = append(codes, refusal.Code)
			}
		}
	}
}

// inside returns an object in the document. It panics when there is none.
func inside(within object, path ...string) object {
	for _, name := range path {
		within = within[name].(object)
	}
	return within
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
