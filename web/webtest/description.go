package webtest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	validation "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi/datamodel/high/v3"

	"dojo/handlers/api"
	"dojo/web"
)

// description is what the API says of itself, with what checks requests and
// answers against it.
type description struct {
	Document *v3.Document
	validator.Validator
	Heads validator.Validator // looks at the status and the headers only
}

// BareAPI is the API without anything behind it.
func BareAPI() *echo.Echo {
	return web.NewAPI(api.New(api.Options{Logger: slog.New(slog.DiscardHandler)}))
}

// Described reads the document that the API serves, once.
var Described = sync.OnceValue(func() description {
	recorder := httptest.NewRecorder()
	BareAPI().ServeHTTP(recorder, httptest.NewRequest("GET", "/v1/openapi.json", nil))
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

// Check holds an answer against the description, and the request's body too when
// it was accepted.
func (d description) Check(t testing.TB, e *echo.Echo, r *http.Request, body []byte, answer *http.Response) {
	t.Helper()
	route, item, method := d.Find(e, r)
	if item == nil || method != strings.ToUpper(method) ||
		item.GetOperations().GetOrZero(strings.ToLower(method)) == nil {
		d.CheckUnknown(t, r, answer)
		return
	}
	asked := r.Clone(r.Context())
	asked.Method = method
	checks := d.Validator
	if text, err := io.ReadAll(answer.Body); err != nil || len(text) == 0 {
		checks = d.Heads
		if r.Method != http.MethodHead && route != "/verify" && answer.StatusCode != http.StatusNoContent {
			t.Errorf("%s %s: %s and no body", r.Method, r.URL.Path, answer.Status)
		}
	} else {
		answer.Body = io.NopCloser(bytes.NewReader(text))
	}
	_, faults := checks.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(asked, answer, item, route)
	report(t, r, answer.Status, faults)
	if answer.StatusCode == http.StatusOK && item.GetOperations().GetOrZero(strings.ToLower(method)).
		RequestBody != nil {
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

// Find returns what the description says of the request's route.
func (d description) Find(e *echo.Echo, r *http.Request) (route string, item *v3.PathItem, method string) {
	matched := e.NewContext(nil, nil)
	method = r.Method
	if method == http.MethodHead { // every GET is a HEAD too
		method = http.MethodGet
	}
	e.Router().Find(r.Method, echo.GetPath(r), matched)
	route = Documented(matched.Path())
	return route, d.Document.Paths.PathItems.GetOrZero(route), method
}

// Documented is a route as the description writes it.
func Documented(route string) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// CheckUnknown checks the answer to what the description does not know: that
// there is no such thing, or one of the answers that come before that.
func (d description) CheckUnknown(t testing.TB, r *http.Request, answer *http.Response) {
	t.Helper()
	if r.Method == http.MethodOptions && answer.StatusCode == http.StatusNoContent && answer.Header.Get("Allow") != "" {
		return // what methods there are
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Message, Code string
		Errors        bool
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
