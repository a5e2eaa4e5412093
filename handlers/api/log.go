package api

import (
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/models"
)

// Log is the middleware that writes one line for each request to /v1, and for
// each to /verify where the log's level is debug, for there are many of those. It
// names the route and not the path, in which an end user's id may stand.
func (a *API) Log(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, level := c.Request().Context(), slog.LevelInfo
		if c.Path() == "/verify" {
			level = slog.LevelDebug
		}
		if !a.logger.Enabled(ctx, level) {
			return next(c)
		}
		start := time.Now()
		if err := next(c); err != nil {
			c.Error(err) // now, so that the line has the status
		}
		grant, _ := c.Get(grantKey).(models.Grant)
		a.logger.Log(ctx, level, "api request",
			"method", c.Request().Method, "route", c.Path(), "team", grant.TeamSlug, "status", c.Response().Status,
			"duration", time.Since(start).Round(time.Microsecond), "key_id", grant.KeyID,
			"address", c.RealIP(), "request_id", requestID(c))
		return nil
	}
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }
