package web

import (
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"dojo/handlers"
	"dojo/metrics"
	"dojo/models"
)

// maxForm is the largest body that the dashboard reads, in bytes.
const maxForm = 64 << 10

// contentPolicy lets a page load this site's own files and nothing else, and
// nobody frame it.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// requestID gives every request a name that its log line, its line in the
// activity list and its error page share. A client's own is not taken over.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// assignRequestIDs gives each request its name.
func assignRequestIDs(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderXRequestID, models.NewID())
		return next(c)
	}
}

// logRequests writes one line a request. It names the route and not the
// address, which may hold a one-time token, and never the query.
func logRequests(logger *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			logger.InfoContext(c.Request().Context(), "request",
				"method", c.Request().Method, "route", c.Path(), "team", c.Param("team"), "status", c.Response().Status,
				"duration", time.Since(start).Round(time.Microsecond), "user", handlers.PersonID(c),
				"address", c.RealIP(), "request_id", requestID(c))
			return nil
		}
	}
}

// countRequests counts the answers of the dashboard, once errors are answered.
func countRequests(m *metrics.Metrics) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			m.Answered(metrics.Dashboard, c.Response().Status, time.Since(start))
			return err
		}
	}
}

// recoverPanics turns a panic into an error, which the error page hides and the
// log shows.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause) // ends the connection, as is wanted
			default:
				err = panicError(cause)
			}
		}()
		return next(c)
	}
}

// secureHeaders are on every answer but the API's. Pages are never kept by a
// cache, since they may show keys; static files say otherwise themselves.
func secureHeaders(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if secure {
			header.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// allowHosts refuses a request that names another host (421): a page of ours under
// a foreign name would run in that name's origin, which DNS rebinding makes use of.
func allowHosts(hosts []string) echo.MiddlewareFunc {
	known := map[string]bool{}
	for _, host := range hosts {
		known[models.LowerASCII(host)] = true
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !known[models.LowerASCII(c.Request().Host)] {
				return echo.NewHTTPError(http.StatusMisdirectedRequest)
			}
			return next(c)
		}
	}
}

// refuseUnstorable refuses an address that no database could look up: with a NUL
// character, or with bytes that are not UTF-8. PostgreSQL would answer with an
// error, and SQLite with nothing.
func refuseUnstorable(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !storable(c.Request().URL.Path) || !allStorable(c.QueryParams()) {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

func storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

func allStorable(form url.Values) bool {
	for name, values := range form {
		if !storable(name) || slices.ContainsFunc(values, func(value string) bool { return !storable(value) }) {
			return false
		}
	}
	return true
}

// limitForms reads the form of a POST within limits. What a handler then finds
// in it stood in the body: a link cannot fill in a form's fields. A form with a
// file, where one is expected, is left to the handler to read, within a limit of
// its own.
func limitForms(files map[string]bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			request := c.Request()
			if request.Method == http.MethodPost && files[c.Path()] {
				request.Body = http.MaxBytesReader(c.Response(), request.Body, handlers.MaxUpload)
				return next(c)
			}
			request.Body = http.MaxBytesReader(c.Response(), request.Body, maxForm)
			if request.Method == http.MethodPost {
				if err := readForm(request); err != nil {
					return err
				}
			}
			return next(c)
		}
	}
}

func readForm(request *http.Request) error {
	if kind, _, _ := mime.ParseMediaType(request.Header.Get(echo.HeaderContentType)); kind == echo.MIMEMultipartForm {
		return badForm("It came as multipart/form-data, which Dojo reads only where a file is uploaded.")
	}
	err := request.ParseForm()
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	if err != nil {
		return badForm("It is not encoded as browsers encode forms.")
	}
	if !allStorable(request.PostForm) {
		return badForm("It holds a character that cannot be kept. Type the text again without it.")
	}
	request.Form = request.PostForm
	return nil
}

// badForm refuses a form that no page of ours sends.
func badForm(why string) error {
	return models.Errorf(models.Invalid, "%s Nothing was changed.", why)
}

// ipExtractor finds the client's address. X-Forwarded-For counts only when a
// trusted reverse proxy sent it: anybody else would choose the address that rate
// limits and the activity list see.
func ipExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range trusted {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}

// refuseCrossOrigin refuses a change that another site's page makes in the
// visitor's name (CSRF), by what browsers say of a request's origin in Sec-Fetch-Site
// and Origin. There are no tokens in forms to keep in step with the session.
func refuseCrossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		if err := protection.Check(c.Request()); err != nil {
			return models.Errorf(models.Forbidden,
				"This form was sent from another site, so nothing was done. Open the page in Dojo and try there.")
		}
		return next(c)
	}
}

func panicError(cause any) error { return fmt.Errorf("panic: %v\n%s", cause, debug.Stack()) }
