package api

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// The server's limits on one connection hold for what is answered here. An upload
// to the upstream, and its answer, take as long as they go on: a limit is on how
// long the client may send nothing, or take nothing.
const (
	sendPatience = 30 * time.Second
	takePatience = 45 * time.Second
)

// exchange is a client's side of a request that is handed on: an
// http.ResponseWriter for the answer, and the body that is uploaded.
type exchange struct {
	response *echo.Response
	control  *http.ResponseController
	body     io.ReadCloser
	failed   atomic.Pointer[error] // why the body could not be read
}

func newExchange(response *echo.Response, r *http.Request) *exchange {
	e := &exchange{response: response, control: http.NewResponseController(response.Writer), body: r.Body}
	// A test's writer knows neither of the two, and does without.
	_ = e.control.SetReadDeadline(time.Time{})
	_ = e.control.EnableFullDuplex() // the answer may begin before the upload has ended
	return e
}

// request is the client's request with a body that is read with patience.
func (e *exchange) request(r *http.Request) *http.Request {
	patient := r.WithContext(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		patient.Body = upload{e}
	}
	return patient
}

// Header implements http.ResponseWriter.
func (e *exchange) Header() http.Header { return e.response.Writer.Header() }

// WriteHeader implements http.ResponseWriter. A status below 200 does not end the
// head of the answer, which Echo's own writer does not know.
func (e *exchange) WriteHeader(status int) {
	e.awaitTaking()
	if status < http.StatusOK {
		putOurs(e.Header(), nil)
	} else {
		e.response.Status, e.response.Committed = status, true
	}
	e.response.Writer.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *exchange) Write(p []byte) (int, error) {
	e.awaitTaking()
	n, err := e.response.Writer.Write(p)
	e.response.Size += int64(n)
	return n, err
}

// awaitTaking gives the client its time anew to take what comes next. That may be
// the end of the answer, or one that Dojo gives itself, after a long silence.
func (e *exchange) awaitTaking() { _ = e.control.SetWriteDeadline(time.Now().Add(takePatience)) }

// Unwrap lets an http.ResponseController flush, and take the connection over.
func (e *exchange) Unwrap() http.ResponseWriter { return e.response.Writer }

// finish notes the status of a connection that was taken over: it has no other.
func (e *exchange) finish() {
	if !e.response.Committed {
		e.response.Status, e.response.Committed = http.StatusSwitchingProtocols, true
	}
}

func (e *exchange) uploadFailure() error {
	if failed := e.failed.Load(); failed != nil {
		return *failed
	}
	return nil
}

// upload is the body of a request that is handed on.
type upload struct{ *exchange }

// Read implements io.Reader. At the end the deadline goes, since from then on the
// server waits in the background for the client to hang up.
func (u upload) Read(p []byte) (int, error) {
	_ = u.control.SetReadDeadline(time.Now().Add(sendPatience))
	n, err := u.body.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		_ = u.control.SetReadDeadline(time.Time{})
	case err != nil:
		u.failed.Store(&err)
	}
	return n, err
}

// Close implements io.Closer.
func (u upload) Close() error { return u.body.Close() }

// takeAnswer makes the upstream's answer one that may be handed back.
func takeAnswer(answer *http.Response, upstream *url.URL, ours http.Header) error {
	if answer.StatusCode < http.StatusContinue { // net/http reads it, and does not write it
		return fmt.Errorf("the upstream's status is %q", answer.Status)
	}
	comeBack(answer.Header, upstream)
	putOurs(answer.Header, ours)
	dropNotFromUpstream(answer.Trailer)
	if answer.StatusCode != http.StatusSwitchingProtocols {
		answer.Body = &trailed{answer.Body, answer}
	}
	return nil
}

// trailed is the body of an answer that may have trailers, which are known at its end.
type trailed struct {
	io.ReadCloser
	answer *http.Response
}

// Read implements io.Reader.
func (t *trailed) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		dropNotFromUpstream(t.answer.Trailer)
	}
	return n, err
}

// putOurs removes from the upstream's headers those that are not to come from
// there, and adds ours.
func putOurs(header, ours http.Header) {
	dropNotFromUpstream(header)
	maps.Copy(header, ours)
	if ours != nil {
		header["Content-Security-Policy"] = sandbox
	}
}

// sandbox keeps a page that an upstream may answer with from acting as one of the
// dashboard's. Programs do not mind it.
var sandbox = []string{"default-src 'none'; frame-ancestors 'none'; sandbox"}
