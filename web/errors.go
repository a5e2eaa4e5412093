package web

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/handlers"
	"dojo/models"
)

// retryAfter is how long a visitor is asked to wait for the database.
const retryAfter = 5 * time.Second

// failure turns any error into what a visitor may see. An unknown error, and
// one about the database, show nothing of themselves.
func failure(err error) handlers.Failure {
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return handlers.Failure{Status: e.Code}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return handlers.Failure{Status: http.StatusRequestEntityTooLarge}
	}
	f := handlers.Failure{Status: models.CodeOf(err).Status()}
	switch f.Status {
	case http.StatusServiceUnavailable:
		f.Wait = retryAfter
		if e, ok := errors.AsType[*models.Error](err); ok && e.Message != models.NoDatabase {
			f.Heading, f.Message = "Dojo cannot do this just now", e.Message
		}
	case http.StatusNotFound, http.StatusInternalServerError:
	default:
		if e, ok := errors.AsType[*models.Error](err); ok {
			f.Message = e.Message
		}
	}
	return f
}

// errorHandler answers a dashboard request that failed, and logs what is our
// own fault.
func errorHandler(h *handlers.Handlers, logger *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		if c.Response().Committed {
			return
		}
		f := failure(err)
		if f.Status >= http.StatusInternalServerError {
			logger.ErrorContext(c.Request().Context(), "request failed",
				"error", err, "route", c.Path(), "request_id", requestID(c))
		}
		if f.Wait > 0 {
			c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(f.Wait/time.Second)))
		}
		if err := h.Fail(c, f); err != nil {
			logger.ErrorContext(c.Request().Context(), "the error page failed",
				"error", err, "route", c.Path(), "request_id", requestID(c))
			_ = c.NoContent(http.StatusInternalServerError)
		}
	}
}
