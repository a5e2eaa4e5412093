package api

import (
	"bytes"
	"errors"
	"net/http"
	"os"

	"github.com/labstack/echo/v4"

	"dojo/records"
)

// firstBuffer is the most memory that a promised Content-Length is given before
// anything has arrived, in bytes.
const firstBuffer = 1 << 20

// readBody reads the request's body, whatever its Content-Type, or says what kept
// it from being read.
func readBody(c echo.Context) ([]byte, *answer) {
	r := c.Request()
	if r.ContentLength > records.MaxBody {
		return nil, &bodyTooLarge
	}
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), firstBuffer)) + bytes.MinRead)
	_, err := body.ReadFrom(http.MaxBytesReader(c.Response().Writer, r.Body, records.MaxBody))
	if err == nil {
		return body.Bytes(), nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, &bodyTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &bodyTooSlow
	}
	return nil, &bodyBroken
}
