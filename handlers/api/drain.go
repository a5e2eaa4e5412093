package api

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"
)

// A client that sends a body reads the answer when all of it is sent, and so does many
// a proxy: a connection that is closed meanwhile loses the answer. What still comes of
// a body that was refused is read and thrown away, within these bounds.
const (
	drainBytes   = 32 << 20 // twice what is accepted
	drainTime    = 30 * time.Second
	drainSilence = 5 * time.Second
	maxDrains    = 128 // at once
)

// drains are the bodies that are read in vain.
var drains = semaphore.NewWeighted(maxDrains)

// draining is the body of a refused request that has a place among the drains.
type draining struct{ io.ReadCloser }

// mayHaveMore reports whether more of the request's body may be on its way. Who expects
// 100 Continue does not send it once there is another answer.
func mayHaveMore(r *http.Request) bool {
	return r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0 &&
		!strings.EqualFold(r.Header.Get("Expect"), "100-continue")
}

// prepareDrain lets a refusal of so many bytes be sent before the request's body has been
// read: net/http would read a part of the body first, and close the connection on the
// rest. That is also what happens where too many bodies are drained already.
func prepareDrain(c echo.Context, length int) {
	r, response := c.Request(), c.Response()
	if !mayHaveMore(r) || !drains.TryAcquire(1) {
		return
	}
	if http.NewResponseController(response.Writer).EnableFullDuplex() != nil { // a test's writer
		drains.Release(1)
		return
	}
	response.Header()["Content-Length"] = []string{strconv.Itoa(length)} // it is sent before its handler has ended
	r.Body = draining{r.Body}
}

// drain sends what was answered, and reads what still comes of a refused request's body.
// It closes the connection when that does not come to its end.
func drain(c echo.Context) {
	body, ok := c.Request().Body.(draining)
	if !ok {
		return
	}
	defer drains.Release(1)
	control := http.NewResponseController(c.Response().Writer)
	if control.Flush() != nil {
		return
	}
	buffer := make([]byte, 16<<10)
	end := time.Now().Add(drainTime)
	for left := drainBytes; left > 0; {
		deadline := time.Now().Add(drainSilence)
		if deadline.After(end) {
			deadline = end
		}
		_ = control.SetReadDeadline(deadline)
		n, err := body.Read(buffer)
		if left -= n; err == io.EOF {
			_ = control.SetReadDeadline(time.Time{}) // the next request on the connection gets its own
			return
		}
		if err != nil {
			break
		}
	}
	panic(http.ErrAbortHandler) // net/http would go on reading, or take what comes for the next request
}
