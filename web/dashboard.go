package web

import (
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"dojo/config"
	"dojo/handlers"
	"dojo/static"
)

// newDashboard makes the handler of everything that browsers visit.
func newDashboard(h *handlers.Handlers, cfg config.Config, logger *slog.Logger) http.Handler {
	e := echo.New()
	e.IPExtractor = ipExtractor(cfg.Proxies())
	e.HTTPErrorHandler = errorHandler(h, logger)
	e.Use(nameRequests, logRequests(logger), recoverPanics, secureHeaders(cfg.Secure()),
		onlyHosts(cfg.Hosts()), onlyText, refuseForeign, limitForms)
	for _, r := range dashboardRoutes(h) {
		e.Add(r.method, r.path, r.Serve)
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, r.Serve)
		}
	}
	// Files are the same for everybody and under no name that could be secret.
	mux := http.NewServeMux()
	mux.Handle("/", e)
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.Handle("GET /favicon.ico", static.Handler())
	return mux
}
