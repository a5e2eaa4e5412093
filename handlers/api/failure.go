package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/records"
)

// Fail answers a request whose handler returned an error, and logs what a person
// must look into. It is the API's echo.HTTPErrorHandler. Nothing of an unknown
// error is shown.
func (a *API) Fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	failure, ctx := answerTo(err), c.Request().Context()
	// When the client goes away, the work for its answer fails, which is no fault.
	if failure.status >= http.StatusInternalServerError && ctx.Err() == nil {
		a.options.Logger.ErrorContext(ctx, "api request failed", "method", c.Request().Method, "route", c.Path(),
			"status", failure.status, "error", err, "request_id", requestID(c))
	}
	if err := failure.send(c); err != nil {
		a.options.Logger.DebugContext(ctx, "api answer not sent", "error", err)
	}
}

func answerTo(err error) answer {
	if own, ok := errors.AsType[answer](err); ok {
		return own
	}
	if rejected, ok := errors.AsType[*records.Rejection](err); ok {
		return answer{rejected.Status, encode(rejected)}
	}
	if routing, ok := errors.AsType[*echo.HTTPError](err); ok {
		switch routing.Code {
		case http.StatusNotFound:
			return notFound
		case http.StatusMethodNotAllowed:
			return methodNotAllowed
		}
		return internal
	}
	known, ok := errors.AsType[*models.Error](err)
	if !ok {
		return internal
	}
	return answerToCode(known)
}

// answerToCode answers with the status of the error's code. What the API has fixed
// words for shows nothing of the error.
func answerToCode(err *models.Error) answer {
	switch err.Code {
	case models.Invalid:
		return invalid(err.Message)
	case models.NotFound:
		return notFound
	case models.Unavailable:
		return unavailable
	case models.Unauthenticated, models.Forbidden, models.Conflict, models.Locked, models.TooMany:
		return newAnswer(err.Code.Status(), string(err.Code), err.Message)
	}
	return internal
}
