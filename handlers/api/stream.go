package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// stream is a successful answer that is sent as it is made, however long it gets.
type stream struct {
	response *echo.Response
	control  *http.ResponseController
	err      error // of the first part that could not be sent; what comes then is not
}

// newStream begins the answer.
func newStream(c echo.Context) *stream {
	s := &stream{response: c.Response(), control: http.NewResponseController(c.Response().Writer)}
	s.response.Header()["Content-Type"] = jsonType
	s.response.WriteHeader(http.StatusOK)
	return s
}

// write sends a part. The client has its time anew to take it, as the limit on the whole
// answer would not let a long one through.
func (s *stream) write(part []byte) {
	if s.err != nil {
		return
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(takePatience)) // a test's writer has none
	_, s.err = s.response.Write(part)
}
