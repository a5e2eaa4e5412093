package api

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/gate"
)

const (
	// dialTimeout is how long reaching the upstream may take.
	dialTimeout = 10 * time.Second
	// firstByteTimeout is how long the upstream may take from the end of the request
	// to the beginning of its answer. What follows takes as long as it takes.
	firstByteTimeout = time.Minute
)

// newTransport makes the connections to the upstream.
func newTransport(options Options) *http.Transport {
	dialer := net.Dialer{Timeout: dialTimeout}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTimeout,
		ResponseHeaderTimeout: cmp.Or(options.FirstByte, firstByteTimeout),
		MaxIdleConnsPerHost:   64, IdleConnTimeout: time.Minute, ExpectContinueTimeout: time.Second,
		ForceAttemptHTTP2: true, DisableCompression: true, // what is packed stays packed
	}
}

// isUpstreams reports whether the upstream answers the path, still encoded, in which
// the gate has found no fault. Dojo's own families are Dojo's whole: PUT /v1/products
// is a 405 here, and no endpoint of an upstream that may have products too.
func isUpstreams(path string) bool {
	return strings.HasPrefix(path, "/v1/") && !gate.IsFamily(path)
}

// proxy is the reverse proxy: it hands an accepted request on to the upstream, and
// the upstream's answer back, both as a stream. It follows no redirect.
func (a *API) proxy(v *visit) error {
	v.SetPath("/v1/*")
	r, response, key := v.Request(), v.Response(), v.shown.key
	if !isForUpstream(r.Method) || holds(echo.GetPath(r), key) || holds(r.Method, key) {
		return notFound.send(v)
	}
	ours := maps.Clone(response.Header())
	clear(response.Header()) // the proxy adds the upstream's, and what is ours comes last
	exchange := newExchange(response, r)
	var failure error
	reverse := httputil.ReverseProxy{
		Transport: a.transport, FlushInterval: -1, // at once
		Rewrite: func(r *httputil.ProxyRequest) {
			outgoing{r, a.trusts(r.In.RemoteAddr)}.write(a.options.Upstream, key, &v.found.Grant)
			r.Out.Header[echo.HeaderXRequestID] = ours[echo.HeaderXRequestID]
		},
		ModifyResponse: func(answer *http.Response) error { return takeAnswer(answer, a.options.Upstream, ours) },
		ErrorHandler:   func(_ http.ResponseWriter, _ *http.Request, err error) { failure = err },
		ErrorLog:       slog.NewLogLogger(a.options.Logger.Handler(), slog.LevelDebug),
	}
	reverse.ServeHTTP(exchange, exchange.request(r))
	exchange.awaitTaking()
	if failure == nil {
		exchange.finish()
		return nil
	}
	clear(response.Header())
	maps.Copy(response.Header(), ours)
	return a.upstreamFailed(v, exchange.uploadFailure(), failure)
}

// isForUpstream reports whether a request with the method is handed on. TRACE would
// have the upstream tell the client what only Dojo and the upstream know, such as
// the password between them, and CONNECT is for proxies that a client has chosen.
func isForUpstream(method string) bool {
	return method != http.MethodTrace && method != http.MethodConnect
}

// upstreamFailed answers a request that has no answer, and says why in the log
// unless that is the client's doing.
func (a *API) upstreamFailed(c echo.Context, upload, failure error) error {
	ctx := c.Request().Context()
	switch {
	case errors.Is(upload, os.ErrDeadlineExceeded):
		return bodyTooSlow.send(c)
	case upload != nil:
		return bodyBroken.send(c)
	case ctx.Err() != nil || errors.Is(failure, context.Canceled):
		return hungUp.send(c)
	}
	a.options.Logger.WarnContext(ctx, "the upstream gave no answer", "method", c.Request().Method, "route", c.Path(),
		"error", failure, "request_id", requestID(c))
	if isLate(failure) {
		return upstreamTimeout.send(c)
	}
	return upstreamUnavailable.send(c)
}

// isLate reports whether the upstream was reached, and did not answer in time.
func isLate(failure error) bool {
	if dialing, ok := errors.AsType[*net.OpError](failure); ok && dialing.Op == "dial" {
		return false
	}
	timeout, ok := errors.AsType[net.Error](failure)
	return ok && timeout.Timeout()
}

var (
	upstreamUnavailable = newAnswer(http.StatusBadGateway, "upstream_unavailable",
		"The service behind this endpoint cannot be reached just now. Try again in a few seconds.")
	upstreamTimeout = newAnswer(http.StatusGatewayTimeout, "upstream_timeout",
		"The service behind this endpoint did not answer in time.")
	// hungUp is for a client that is gone, and so for the log only, with the status that
	// nginx uses for it.
	hungUp = newAnswer(499, "", "the client went away.")
)
