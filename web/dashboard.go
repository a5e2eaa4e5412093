package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"dojo/handlers"
	"dojo/static"
)

// newDashboard makes the handler of everything that browsers visit.
func (s *Server) newDashboard(h *handlers.Handlers) http.Handler {
	cfg, logger := s.config, s.logger
	e := echo.New()
	e.IPExtractor = ipExtractor(cfg.Proxies())
	e.HTTPErrorHandler = errorHandler(h, logger)
	routes := dashboardRoutes(h)
	// From the outside in: what refuses is inside of what logs, so that a refusal has
	// its line too, and a panic in any of it has its error page.
	e.Use(assignRequestIDs)
	e.Use(traceRequests(s.tracer)...)
	e.Use(countRequests(s.metrics), logRequests(logger), recoverPanics,
		allowHosts(cfg.Hosts()), refuseUnstorable, refuseCrossOrigin, limitForms(filePaths(routes)))
	for _, r := range append(routes, formPages(routes)...) {
		e.Add(r.method, r.path, r.Serve)
		if r.method == http.MethodGet {
			e.Add(http.MethodHead, r.path, r.Serve)
		}
	}
	return secureHeaders(cfg.Secure(), withFiles(static.Handler(), compress(e)))
}

// formPages answer a visit to the address of a form, which stands in the browser after a form that was not right, with
// the way to the page that the form is on: the nearest address above it that has a page.
func formPages(routes []route) []route {
	pages := map[string]bool{}
	for _, r := range routes {
		pages[r.path] = pages[r.path] || r.method == http.MethodGet
	}
	var ways []route
	for _, r := range routes {
		if r.method != http.MethodPost || pages[r.path] {
			continue
		}
		page := strings.Replace(r.path, "/invitations", "/members", 1) // which that page has
		for page != "" && !pages[page] {
			page = page[:strings.LastIndexByte(page, '/')]
		}
		ways = append(ways, route{http.MethodGet, r.path, handlers.ToPage(page)})
	}
	return ways
}

// filePaths are the paths to which forms with a file are posted.
func filePaths(routes []route) map[string]bool {
	paths := map[string]bool{}
	for _, r := range routes {
		if r.Files {
			paths[r.path] = true
		}
	}
	return paths
}

// withFiles answers with files below their prefix and with pages elsewhere. Files
// are the same for everybody, and need none of the middleware that guards pages.
func withFiles(files, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, static.Prefix) || r.URL.Path == "/favicon.ico" {
			files.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}
