package api

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"dojo/evidence"
	"dojo/gate"
	"dojo/store"
)

// Options says what the API works with.
type Options struct {
	Store  *store.Store
	Gate   *gate.Gate
	Logger *slog.Logger

	// Evidence is told of every request that needs a key. nil: nobody is told.
	Evidence *evidence.Collector

	// TrustedProxies are the addresses whose forwarded headers are believed.
	TrustedProxies []netip.Prefix

	// MaxHeld is how much of request bodies is in memory at once, in bytes; 0: 128 MiB.
	MaxHeld int64
}

// API answers requests to the uploads API and to /verify.
type API struct {
	store    *store.Store
	gate     *gate.Gate
	logger   *slog.Logger
	evidence *evidence.Collector
	trusted  []netip.Prefix
	room     *semaphore.Weighted // for bodies, in bytes
	pending  pending
}

// New makes an API over the store's records and the gate's verdicts.
func New(options Options) *API {
	return &API{
		store: options.Store, gate: options.Gate, logger: options.Logger, evidence: options.Evidence, trusted: options.TrustedProxies,
		room: semaphore.NewWeighted(cmp.Or(options.MaxHeld, maxHeld)),
	}
}

// TrustedProxies returns the addresses whose forwarded headers are believed.
func (a *API) TrustedProxies() []netip.Prefix { return a.trusted }

// Preflight answers a browser that asks whether a page of another origin may post
// interactions.
func (a *API) Preflight(c echo.Context) error {
	header := c.Response().Header()
	allowAnyOrigin(header)
	header.Set(echo.HeaderAccessControlAllowMethods, http.MethodPost)
	header.Set(echo.HeaderAccessControlAllowHeaders, "Content-Type, X-API-KEY, Authorization")
	header.Set(echo.HeaderAccessControlMaxAge, "7200") // seconds; Chromium goes no higher
	return c.NoContent(http.StatusNoContent)
}

func isPreflight(method, path string) bool {
	return method == http.MethodOptions && path == "/v1/interactions"
}

// allowAnyOrigin lets pages of every origin read the answer. A publishable key is
// made for them, and no cookie counts here.
func allowAnyOrigin(header http.Header) {
	header.Set(echo.HeaderAccessControlAllowOrigin, "*")
	header.Set(echo.HeaderAccessControlExposeHeaders, "Retry-After, X-Request-Id")
}
