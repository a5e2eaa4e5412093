package web

import (
	"log/slog"
	"net/http"

	"dojo/gate"
	"dojo/handlers"
)

// What the tests of the routes and limits see of this package.

const (
	ContentPolicy = contentPolicy
	MaxForm       = maxForm
	MaxHeader     = maxHeader
)

var AnswerUnreadable = answerUnreadable

// WithLimits makes a server of the handler with the limits that hold on every listener.
func WithLimits(handler http.Handler) *http.Server {
	return (&Server{logger: slog.New(slog.DiscardHandler)}).newHTTP(handler)
}

// Route is a row of the table of the dashboard's addresses.
type Route struct{ Method, Path string }

// DashboardRoutes is that table.
func DashboardRoutes() (all []Route) {
	for _, r := range dashboardRoutes(&handlers.Handlers{}) {
		all = append(all, Route{r.method, r.path})
	}
	return all
}

// ReplaceHandlers lets the server answer the dashboard's requests with others.
func (s *Server) ReplaceHandlers(h *handlers.Handlers) {
	s.dashboard = s.newDashboard(h)
}

// Gate is what the API asks about keys.
func (s *Server) Gate() *gate.Gate { return s.gate }

// Measured is what is served on the listener of figures and profiles.
func (s *Server) Measured() http.Handler { return s.metrics.Handler() }
