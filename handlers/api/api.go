package api

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"dojo/evidence"
	"dojo/gate"
	"dojo/metrics"
	"dojo/models"
	"dojo/store"
)

// Options says what the API works with.
type Options struct {
	Store  *store.Store
	Gate   *gate.Gate
	Logger *slog.Logger

	// Evidence is told of every request that needs a key. nil: nobody is told.
	Evidence *evidence.Collector

	// Metrics counts; nil: nobody reads it.
	Metrics *metrics.Metrics

	// TrustedProxies are the addresses whose forwarded headers are believed.
	TrustedProxies []netip.Prefix

	// MaxHeld is how much of request bodies is in memory at once, in bytes; 0: 128 MiB.
	// Those of one team have half of it.
	MaxHeld int64

	// Upstream is where requests go that are not answered here; nil: nowhere. What is
	// before the "@" in it is what Dojo signs in as.
	Upstream *url.URL
	// FirstByte is how long the upstream may take to begin its answer; 0: a minute.
	FirstByte time.Duration

	// URL is where programs reach the API. It stands in the API's description.
	URL *url.URL
}

// API answers requests to the uploads API and to /verify.
type API struct {
	options     Options
	faults      *proxyFaults
	bodies      *bodyBudget
	transport   *http.Transport // to the upstream
	description answer
}

// New makes an API over the store's records and the gate's findings.
func New(options Options) *API {
	if options.Metrics == nil {
		options.Metrics = metrics.New("")
	}
	now := time.Now
	if options.Store != nil {
		now = options.Store.Now
	}
	return &API{
		faults:      newProxyFaults(options.Logger, now),
		options:     options,
		bodies:      newBodyBudget(cmp.Or(options.MaxHeld, maxBodyBudget)),
		transport:   newTransport(options),
		description: answer{status: http.StatusOK, body: describeAPI(options.URL)},
	}
}

// ProxyFaults returns the proxies that were seen in the last day and are not set up,
// the latest first.
func (a *API) ProxyFaults() []models.ProxyFault { return a.faults.list() }

// TrustedProxies returns the addresses whose forwarded headers are believed.
func (a *API) TrustedProxies() []netip.Prefix { return a.options.TrustedProxies }
