package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	validation "github.com/pb33f/libopenapi-validator/errors"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"

	"dojo/handlers/api"
	"dojo/store/storetest"
	"dojo/web"
)

// description is what the API says of itself, with what checks requests and
// answers against it.
type description struct {
	document *v3.Document
	validator.Validator
	heads validator.Validator // looks at the status and the headers only
}

// bareAPI is the API without anything behind it.
func bareAPI() *echo.Echo {
	return web.NewAPI(api.New(api.Options{Logger: slog.New(slog.DiscardHandler)}))
}

// described reads the document that the API serves, once.
var described = sync.OnceValue(func() description {
	recorder := httptest.NewRecorder()
	bareAPI().ServeHTTP(recorder, httptest.NewRequest("GET", "/v1/openapi.json", nil))
	parsed, err := libopenapi.NewDocument(recorder.Body.Bytes())
	if err != nil {
		panic(err)
	}
	model, err := parsed.BuildV3Model()
	if err != nil {
		panic(err)
	}
	checks, errs := validator.NewValidator(parsed)
	if errs != nil {
		panic(errs)
	}
	return description{
		&model.Model, checks,
		validator.NewValidatorFromV3Model(&model.Model, config.WithoutResponseBodyValidation()),
	}
})

// check holds an answer against the description, and the request's body too when
// it was accepted.
func (d description) check(t testing.TB, e *echo.Echo, r *http.Request, body []byte, answer *http.Response) {
	t.Helper()
	route, item, method := d.find(e, r)
	if item == nil || method != strings.ToUpper(method) || item.GetOperations().GetOrZero(strings.ToLower(method)) == nil {
		d.checkUnknown(t, r, answer)
		return
	}
	asked := r.Clone(r.Context())
	asked.Method = method
	checks := d.Validator
	if text, err := io.ReadAll(answer.Body); err != nil || len(text) == 0 {
		checks = d.heads
		if r.Method != http.MethodHead && route != "/verify" && answer.StatusCode != http.StatusNoContent {
			t.Errorf("%s %s: %s and no body", r.Method, r.URL.Path, answer.Status)
		}
	} else {
		answer.Body = io.NopCloser(bytes.NewReader(text))
	}
	_, faults := checks.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(asked, answer, item, route)
	report(t, r, answer.Status, faults)
	if answer.StatusCode == http.StatusOK && item.GetOperations().GetOrZero(strings.ToLower(method)).RequestBody != nil {
		asked.Header.Set("Content-Type", "application/json") // it is read as that
		asked.Header.Del("Content-Encoding")
		asked.Body = io.NopCloser(bytes.NewReader(unpacked(t, body)))
		_, faults := d.GetRequestBodyValidator().ValidateRequestBodyWithPathItem(asked, item, route)
		report(t, r, "the accepted body", faults)
	}
}

// unpacked is a body as it was before it was packed with gzip.
func unpacked(t testing.TB, body []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		return body
	}
	packed, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// find returns what the description says of the request's route.
func (d description) find(e *echo.Echo, r *http.Request) (route string, item *v3.PathItem, method string) {
	matched := e.NewContext(nil, nil)
	method = r.Method
	if method == http.MethodHead { // every GET is a HEAD too
		method = http.MethodGet
	}
	e.Router().Find(r.Method, echo.GetPath(r), matched)
	route = documented(matched.Path())
	return route, d.document.Paths.PathItems.GetOrZero(route), method
}

// documented is a route as the description writes it.
func documented(route string) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// checkUnknown checks the answer to what the description does not know: that
// there is no such thing, or one of the answers that come before that.
func (d description) checkUnknown(t testing.TB, r *http.Request, answer *http.Response) {
	t.Helper()
	if r.Method == http.MethodOptions && answer.StatusCode == http.StatusNoContent && answer.Header.Get("Allow") != "" {
		return // what methods there are
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Errors        bool
		Message, Code string
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&said); r.Method != http.MethodHead && (err != nil || said.Message == "") {
		t.Errorf("%s %s: %s is no answer for a program: %s", r.Method, r.URL.Path, answer.Status, body)
	}
	if answer.StatusCode < 400 {
		t.Errorf("%s %s: %s, and the description does not know it", r.Method, r.URL.Path, answer.Status)
	}
}

func report(t testing.TB, r *http.Request, what string, faults []*validation.ValidationError) {
	t.Helper()
	for _, fault := range faults {
		t.Errorf("%s %s, %s: %s (%s)", r.Method, r.URL.Path, what, fault.Message, fault.Reason)
		for _, detail := range fault.SchemaValidationErrors {
			t.Errorf("\t%s: %s", detail.FieldPath, detail.Reason)
		}
	}
}

func TestAPIDescriptionIsOpenAPI(t *testing.T) {
	if version := described().document.Version; !strings.HasPrefix(version, "3.1.") {
		t.Errorf("it is OpenAPI %s", version)
	}
	_, faults := described().ValidateDocument()
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
	for _, route := range bareAPI().Routes() {
		if route.Method != http.MethodHead {
			routes = append(routes, route.Method+" "+documented(route.Path))
		}
	}
	for path, item := range described().document.Paths.PathItems.FromOldest() {
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
	w := newAPIWorld(t, storetest.OpenSQLite(t))
	got := w.request("GET", "/v1/openapi.json", "", "Origin: https://docs.example")
	if got.Code != 200 || got.Header().Get("Access-Control-Allow-Origin") != "*" || !json.Valid(got.Body.Bytes()) {
		t.Errorf("got %d %v", got.Code, got.Header())
	}
	var document struct{ Servers []struct{ URL string } }
	if err := json.Unmarshal(got.Body.Bytes(), &document); err != nil || len(document.Servers) != 1 || document.Servers[0].URL != "https://api.dojo.example" {
		t.Errorf("the servers are %v %v", document.Servers, err)
	}
	expect(t, w.request("POST", "/v1/openapi.json", ""), 401, invalidKey)
	expect(t, w.request("POST", "/v1/openapi.json", "", "X-API-KEY: "+w.secret()), 405, `{"message":"method not allowed"}`)
}
