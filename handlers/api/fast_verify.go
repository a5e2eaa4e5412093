package api

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/evidence"
	"dojo/gate"
	"dojo/metrics"
	"dojo/models"
)

// AnswerPlainCheck answers most checks of a key alone, GET /verify with nothing unusual
// about it, without the router, the middleware and their pools. What it answers and what it
// observes is what Around and Verify would, which answer everything else: it reports false,
// and has answered nothing, for a request that it leaves to them.
func (a *API) AnswerPlainCheck(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != "/verify" {
		return false
	}
	start := time.Now()
	shown, plain := a.plainCheck(r)
	if !plain {
		return false
	}
	found, refusal, ok := a.findPlain(&shown)
	if !ok {
		return false
	}
	id, status := newRequestID(), http.StatusOK
	if found.Outcome == models.Accepted {
		acceptPlain(w, id, &found.Grant)
	} else {
		status = refusePlain(w, id, refusal.in(found.Grant.Environment), &found)
	}
	took := time.Since(start)
	a.options.Metrics.Answered(metrics.Verify, status, took)
	a.observePlain(r, id, status, &shown, &found, took.Truncate(time.Microsecond))
	return true
}

// plainCheck returns the key that is shown, unless the request is more than a plain check:
// has another method, a body, more than the key in the query, or a proxy's headers about
// its client, wants JSON, or is to be logged.
func (a *API) plainCheck(r *http.Request) (shown shownKey, plain bool) {
	header := r.Header
	if r.Method != http.MethodGet || r.URL.RawPath != "" || mayHaveMore(r) || tellsOfAnother(header) ||
		len(header[echo.HeaderXForwardedFor]) > 0 && len(a.options.TrustedProxies) > 0 ||
		strings.Contains(first(header["Accept"]), "application/json") ||
		a.options.Logger.Enabled(r.Context(), slog.LevelDebug) {
		return shown, false
	}
	if query := r.URL.RawQuery; query != "" {
		key, named := strings.CutPrefix(query, "api_key=")
		if !named || !models.WellFormedKey(key) {
			return shown, false
		}
		shown = shownKey{key: key, inURL: true}
	}
	shown.inHeader(header)
	return shown, true
}

// tellsOfAnother reports whether a header tells of another request.
func tellsOfAnother(header http.Header) bool {
	for _, name := range methodTellers {
		if len(header[name]) > 0 {
			return true
		}
	}
	for _, name := range uriTellers {
		if len(header[name]) > 0 {
			return true
		}
	}
	return false
}

// findPlain asks the gate, and finds the answer unless the key is accepted. It reports false
// when that panics, or when there is no answer: then Around asks again, and logs what is
// wrong.
func (a *API) findPlain(shown *shownKey) (found gate.Finding, refused refusal, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if shown.ambiguous {
		found.Outcome = models.AmbiguousKey
	} else {
		found = a.options.Gate.CheckKey(shown.key)
	}
	if found.Outcome != models.Accepted {
		if refused, ok = refusals[found.Outcome]; !ok {
			return found, refused, false
		}
	}
	a.options.Metrics.Checked(found.Outcome)
	return found, refused, true
}

func acceptPlain(w http.ResponseWriter, id string, grant *models.Grant) {
	header := w.Header()
	putHeaders(header, id)
	describe(header, grant)
	w.WriteHeader(http.StatusOK)
}

// refusePlain sends the refusal and returns its status.
func refusePlain(w http.ResponseWriter, id string, refusal answer, found *gate.Finding) int {
	header := w.Header()
	putHeaders(header, id)
	refusal.describe(header)
	if found.RetryAfter > 0 {
		header["Retry-After"] = wholeSeconds(found.RetryAfter)
	}
	w.WriteHeader(refusal.status)
	_, _ = w.Write(refusal.body) // whoever has gone away needs no answer
	return refusal.status
}

// directAddress is where a connection comes from.
var directAddress = echo.ExtractIPDirect()

// observePlain is observe for a plain check.
func (a *API) observePlain(
	r *http.Request, id string, status int, shown *shownKey, found *gate.Finding, took time.Duration,
) {
	if a.options.Evidence == nil {
		return
	}
	outcome, grant := found.Outcome, &found.Grant
	if outcome == models.Accepted {
		outcome = models.Succeeded
	}
	a.options.Evidence.Observe(&evidence.Observation{
		Request: models.Request{
			ID: id, At: a.options.Store.Now().Add(-took), EnvironmentID: grant.EnvironmentID, KeyID: grant.KeyID,
			Method: http.MethodGet, Path: "/verify", Endpoint: "/verify", Status: status, Outcome: outcome,
			Duration: took, Origin: first(r.Header["Origin"]), Address: directAddress(r),
			UserAgent: first(r.Header["User-Agent"]),
		},
		KeyKind: grant.Kind, Environment: grant.Environment, InQuery: shown.inURL,
	})
}
