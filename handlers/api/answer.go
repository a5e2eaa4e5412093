package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"
)

// answer is a whole answer, ready to be sent.
type answer struct {
	status int
	body   []byte
}

// newAnswer makes {"message":…} with, unless it is empty, {"code":…}, and {"errors":true}
// where the status is no success: clients of Miso's API go by that, whatever the status
// is, and take for done what lacks it.
func newAnswer(status int, code, message string) answer {
	return answer{status, encode(struct {
		Message string `json:"message"`
		Code    string `json:"code,omitempty"`
		Errors  bool   `json:"errors,omitempty"`
	}{message, code, status >= http.StatusBadRequest})}
}

// invalid is the answer to a request that breaks a rule outside of its records,
// in the shape that clients know from rejected uploads.
func invalid(message string) answer {
	return answer{http.StatusUnprocessableEntity, encode(struct {
		Errors  bool     `json:"errors"`
		Message string   `json:"message"`
		Data    []string `json:"data"`
	}{true, message, []string{}})}
}

// Error implements error, so that whatever cannot go on returns its answer.
func (a answer) Error() string { return a.message() }

// message is what the answer says to people.
func (a answer) message() string {
	var said struct{ Message string }
	if err := json.Unmarshal(a.body, &said); err != nil {
		return http.StatusText(a.status)
	}
	return said.Message
}

// encode is for values that always encode.
func encode(value any) []byte {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return body
}

var (
	success          = newAnswer(http.StatusOK, "", "success")
	notFound         = newAnswer(http.StatusNotFound, "", "not found")
	methodNotAllowed = newAnswer(http.StatusMethodNotAllowed, "", "method not allowed")
	bodyTooLarge     = newAnswer(http.StatusRequestEntityTooLarge, "too_large",
		"The request body is larger than 16 MiB. Send the records in several requests.")
	bodyTooSlow = newAnswer(http.StatusRequestTimeout, "timeout",
		"The request body did not arrive in time. Send the records in several requests.")
	bodyBroken = newAnswer(http.StatusBadRequest, "invalid",
		"The request body broke off before its end.")
	badGzip = newAnswer(http.StatusBadRequest, "invalid",
		"The request body is not the gzip data that its Content-Encoding says it is, or not all of it.")
	wrongEncoding = newAnswer(http.StatusUnsupportedMediaType, "invalid", "The request body is packed in a way "+
		"that Dojo does not read. Send it as it is, or with Content-Encoding: gzip.")
	tooBusy = newAnswer(http.StatusServiceUnavailable, "unavailable",
		"Dojo has its hands full with other uploads just now. Try again in a few seconds.")
	unavailable = newAnswer(http.StatusServiceUnavailable, "unavailable",
		"Dojo cannot reach its database just now, or cannot write to it. Try again in a few seconds.")
	internal = newAnswer(http.StatusInternalServerError, "internal",
		"Something is wrong inside Dojo. It is in the log, under the id in the header X-Request-Id.")
)

// The values of headers that many answers share. Nobody changes them.
var (
	jsonType   = []string{"application/json"}
	challenge  = []string{"Bearer"} // RFC 9110, section 11.6.1, wants one in each 401
	retryAfter = []string{"2"}      // seconds
)

func (a answer) send(c echo.Context) error {
	a.describe(c.Response().Header())
	if a.status >= http.StatusBadRequest {
		prepareDrain(c, len(a.body))
	}
	c.Response().WriteHeader(a.status)
	_, err := c.Response().Write(a.body)
	return err
}

// describe writes the headers that belong to the body and the status.
func (a answer) describe(header http.Header) {
	header["Content-Type"] = jsonType
	switch a.status {
	case http.StatusUnauthorized:
		header["Www-Authenticate"] = challenge
	case http.StatusServiceUnavailable:
		header["Retry-After"] = retryAfter
	}
}

// Unreadable is the answer to a request that the server could not read, and so gave
// to no handler; said is what the server says of it. The status is the server's.
func Unreadable(said string) (header http.Header, body []byte) {
	header = http.Header{"Content-Type": jsonType}
	putHeaders(header, newRequestID())
	return header, newAnswer(http.StatusBadRequest, "invalid", "Dojo cannot read this request: "+said+".").body
}
