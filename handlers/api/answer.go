package api

import (
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/gate"
)

// answer is a whole answer, ready to be sent.
type answer struct {
	status int
	body   []byte
}

// newAnswer makes {"message":…} with, unless it is empty, {"code":…}.
func newAnswer(status int, code, message string) answer {
	return answer{status, encode(struct {
		Message string `json:"message"`
		Code    string `json:"code,omitempty"`
	}{message, code})}
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
	ambiguousKey     = newAnswer(http.StatusBadRequest, "", "more than one api key was given.")
	notFound         = newAnswer(http.StatusNotFound, "", "not found")
	methodNotAllowed = newAnswer(http.StatusMethodNotAllowed, "", "method not allowed")
	bodyTooLarge     = newAnswer(http.StatusRequestEntityTooLarge, "too_large", "The request body is larger than 16 MiB. Send the records in several requests.")
	bodyTooSlow      = newAnswer(http.StatusRequestTimeout, "timeout", "The request body did not arrive in time. Send the records in several requests.")
	bodyBroken       = newAnswer(http.StatusBadRequest, "invalid", "The request body broke off before its end.")
	unavailable      = newAnswer(http.StatusServiceUnavailable, "unavailable", "Dojo cannot reach its database just now, or cannot write to it. Try again in a few seconds.")
	internal         = newAnswer(http.StatusInternalServerError, "internal", "Something is wrong inside Dojo. It is in the log, under the id in the header X-Request-Id.")
)

// The values of headers that many answers share. Nobody changes them.
var (
	jsonType   = []string{"application/json"}
	challenge  = []string{"Bearer"} // RFC 9110, section 11.6.1, wants one in each 401
	retryAfter = []string{"2"}      // seconds
)

func (a answer) send(c echo.Context) error {
	header := c.Response().Header()
	header["Content-Type"] = jsonType
	switch a.status {
	case http.StatusUnauthorized:
		header["Www-Authenticate"] = challenge
	case http.StatusServiceUnavailable:
		header["Retry-After"] = retryAfter
	}
	c.Response().WriteHeader(a.status)
	_, err := c.Response().Write(a.body)
	return err
}

func refuse(c echo.Context, found gate.Finding) error {
	return answer{found.Verdict.Status(), found.Verdict.Body(found.Grant.Environment)}.send(c)
}
