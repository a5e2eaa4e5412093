package handlers

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

// A part of a page that refreshes itself asks for the page again every few seconds, with the
// version of what it shows (If-None-Match). While nothing has changed the answer is 304 and
// empty. A page that costs something to make finds that out by a mark (see unchanged), before it
// reads anything else; of all others the page itself is compared (see sameBody).

// build tells versions of the program apart, whose pages differ.
var build = func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.String()
}()

// refreshes reports whether a page that is open refreshes a part of itself,
// rather than somebody opening it.
func refreshes(r *http.Request) bool { return r.Header.Get("HX-Request") != "" }

func (v *Visit) refreshes() bool { return refreshes(v.Request()) }

// unchanged gives the page its version, and reports whether that is the one that a part which
// refreshes itself has already: then the answer is notModified. The version is that of the marks,
// which must change whenever the page does, for this person at this address. It changes with
// each hour, too. Times on a page that is shown for longer are brought up to date by app.js.
func (v *Visit) unchanged(now time.Time, marks ...any) bool {
	return sameVersion(v, fmt.Sprintln(build, v.Actor.UserID, v.Request().URL.RequestURI(), now.UTC().Truncate(time.Hour),
		marks))
}

// notModified is the answer to a part that is up to date.
func notModified(c echo.Context) error { return c.NoContent(http.StatusNotModified) }

// sameBody does for a page that has no version what unchanged does for others.
func sameBody(c echo.Context, status int, body []byte) bool {
	if status != http.StatusOK || !refreshes(c.Request()) || c.Request().Method != http.MethodGet ||
		c.Response().Header().Get("ETag") != "" {
		return false
	}
	return sameVersion(c, string(body))
}

func sameVersion(c echo.Context, content string) bool {
	sum := sha256.Sum256([]byte(content))
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	c.Response().Header().Set("ETag", tag)
	return refreshes(c.Request()) && c.Request().Header.Get("If-None-Match") == tag
}
