package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"dojo/store/storetest"
	"dojo/web/webtest"
)

func TestAPIDescriptionIsOpenAPI(t *testing.T) {
	if version := webtest.Described().Document.Version; !strings.HasPrefix(version, "3.1.") {
		t.Errorf("it is OpenAPI %s", version)
	}
	_, faults := webtest.Described().ValidateDocument()
	for _, fault := range faults {
		t.Errorf("%s: %s", fault.Message, fault.Reason)
		for _, detail := range fault.SchemaValidationErrors {
			t.Errorf("\t%s: %s", detail.KeywordLocation, detail.Reason)
		}
	}
}

// The description has every route of the router, and no other.
func TestAPIDescriptionHasEveryRoute(t *testing.T) {
	var routes, operations []string
	for _, route := range webtest.BareAPI().Routes() {
		if route.Method != http.MethodHead {
			routes = append(routes, route.Method+" "+webtest.Documented(route.Path))
		}
	}
	for path, item := range webtest.Described().Document.Paths.PathItems.FromOldest() {
		for method, operation := range item.GetOperations().FromOldest() {
			operations = append(operations, strings.ToUpper(method)+" "+path)
			if operation.OperationId == "" || operation.Summary == "" {
				t.Errorf("%s %s has no name or no summary", method, path)
			}
		}
	}
	slices.Sort(routes)
	slices.Sort(operations)
	for _, route := range routes {
		if !slices.Contains(operations, route) {
			t.Errorf("%s is not described", route)
		}
	}
	for _, operation := range operations {
		if !slices.Contains(routes, operation) {
			t.Errorf("%s is described, and there is no such route", operation)
		}
	}
}

func TestAPIDescriptionIsOpen(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	got := w.Request("GET", "/v1/openapi.json", "", "Origin: https://docs.example")
	if got.Code != 200 || got.Header().Get("Access-Control-Allow-Origin") != "*" || !json.Valid(got.Body.Bytes()) {
		t.Errorf("got %d %v", got.Code, got.Header())
	}
	var document struct{ Servers []struct{ URL string } }
	if err := json.Unmarshal(got.Body.Bytes(), &document); err != nil || len(document.Servers) != 1 ||
		document.Servers[0].URL != "https://api.dojo.example" {
		t.Errorf("the servers are %v %v", document.Servers, err)
	}
	webtest.Expect(t, w.Request("POST", "/v1/openapi.json", ""), 401, invalidKey)
	webtest.Expect(t, w.Request("POST", "/v1/openapi.json", "", "X-API-KEY: "+w.Secret()), 405,
		`{"message":"method not allowed","errors":true}`)
}
