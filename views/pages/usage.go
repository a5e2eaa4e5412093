package pages

import (
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"dojo/views/layout"
	"dojo/words"
)

// Usage is /t/{team}/{environment}/usage. Its filters are the query's range
// (day|week|month), refused (1) and key (a key's id). Its form: Explain, POST
// …/usage/requests with request.
type Usage struct {
	Base
	// Range is "day", "week" or "month"; it is what the figures are about.
	Range string
	Chart Chart
	// Sums and Before are the sums of the range and of as long a time before it.
	Sums   Counts
	Before Counts
	// Endpoints and Outcomes are the most frequent first.
	Endpoints []EndpointCounts
	Outcomes  []OutcomeCount
	// Callers are those with the most requests in the range; MoreCallers is set
	// when there are others.
	Callers     []Caller
	MoreCallers bool
	// RefusedOnly and KeyID narrow the callers and the list of requests; Keys are
	// the choices.
	RefusedOnly bool
	KeyID       string
	Keys        []Option
	Requests    []RequestRow
	Pager       Pager
	// Pasted is what was typed into the form Explain, and PastedError what is wrong
	// with it.
	Pasted      string
	PastedError string
	Snippets    Snippets
}

// EndpointCounts are the requests of an endpoint.
type EndpointCounts struct {
	// Endpoint is its method and route: "GET /v1/products/:id".
	Endpoint string
	Counts
}

// OutcomeCount is how many requests ended in one way.
type OutcomeCount struct {
	Outcome
	Requests int
}

// Outcome is how a request ended, in words.
type Outcome struct {
	// Tone is "good", "wait" for what the gate refused, or "bad" for an error.
	Tone string
	Text string
}

func (o Outcome) icon() string {
	switch o.Tone {
	case "good":
		return "circle-check"
	case "bad":
		return "circle-alert"
	}
	return "ban"
}

// Caller is a program at an address that shows a key.
type Caller struct {
	Address string
	// UserAgent is what the program says of itself; may be empty.
	UserAgent string
	// Origin is that of the page, for a browser; may be empty.
	Origin    string
	FirstSeen time.Time
	LastSeen  time.Time
	// Accepted and Refused count its requests since it was first seen.
	Accepted int
	Refused  int
	// Key names the key: "Secret key, revoked 3 Nov 2026"; empty where it is clear.
	Key string
}

// perDay says how many requests a day the caller has sent since it was first seen.
func (c Caller) perDay(now time.Time) string {
	days := max(1, int(now.Sub(c.FirstSeen)/(24*time.Hour)))
	requests := (c.Accepted + c.Refused + days - 1) / days
	return "about " + words.Plural(requests, "request") + " a day"
}

// RequestRow is one request in a list.
type RequestRow struct {
	ID        string
	At        time.Time
	Method    string
	Path      string
	Status    int
	Outcome   Outcome
	Address   string
	UserAgent string
	Duration  time.Duration
	// Key names the key; empty when it is not known.
	Key string
}

// ranges are the choices of the range.
var ranges = []Option{{"day", "Day"}, {"week", "Week"}, {"month", "Month"}}

// rangeWords says what is compared: the range, and the time before it.
var rangeWords = map[string]struct{ now, before string }{
	"day":   {"in the last 24 hours", "in the 24 hours before"},
	"week":  {"in the last 7 days", "in the 7 days before"},
	"month": {"in the last 30 days", "in the 30 days before"},
}

// with is the address of this page with another value in the query; an empty
// value takes the name out. It leads to the first page of the list.
func (p Usage) with(name, value string) string {
	query := url.Values{}
	set := func(name, value string) {
		if value == "" {
			query.Del(name)
		} else {
			query.Set(name, value)
		}
	}
	if p.Range != "day" {
		set("range", p.Range)
	}
	if p.RefusedOnly {
		set("refused", "1")
	}
	set("key", p.KeyID)
	set(name, value)
	if len(query) == 0 {
		return p.Here(layout.Usage)
	}
	return p.Here(layout.Usage) + "?" + query.Encode()
}

// used reports whether there is anything to show, in the range or in the list.
func (p Usage) used() bool {
	return p.Sums.Total() > 0 || p.Before.Total() > 0 || len(p.Requests) > 0 || p.filtered() || p.Pager != Pager{}
}

func (p Usage) filtered() bool { return p.RefusedOnly || p.KeyID != "" }

// polling keeps the figures fresh, unless somebody reads older parts of the list.
func (p Usage) polling() templ.Attributes {
	if p.Pager.Newer != "" {
		return nil
	}
	return templ.Attributes{
		"data-hx-get": p.with("", ""), "data-hx-trigger": "every 5s", "data-hx-target": "#figures",
		"data-hx-select": "#figures", "data-hx-swap": "outerMorph",
	}
}

// compared says how the number of requests has changed since the time before.
func (p Usage) compared() string {
	now, before, span := p.Sums.Total(), p.Before.Total(), rangeWords[p.Range]
	switch {
	case before == 0:
		return "none " + span.before
	case now >= 2*before || now == 0:
		return words.Count(before) + " " + span.before
	case now >= before:
		return "up " + share(now-before, before) + " from " + words.Count(before) + " " + span.before
	}
	return "down " + share(before-now, before) + " from " + words.Count(before) + " " + span.before
}

// requestHref is where a request is explained.
func requestHref(b Base, id string) string { return b.Here(layout.Usage) + "/requests/" + id }

// took writes how long a request took: "0.4 ms", "12 ms", "1.2 s".
func took(d time.Duration) string {
	milliseconds := float64(d) / float64(time.Millisecond)
	switch {
	case milliseconds < 0.05:
		return "under 0.1 ms"
	case milliseconds < 10:
		return strconv.FormatFloat(milliseconds, 'f', 1, 64) + " ms"
	case milliseconds < 1000:
		return strconv.FormatFloat(milliseconds, 'f', 0, 64) + " ms"
	}
	return strconv.FormatFloat(milliseconds/1000, 'f', 1, 64) + " s"
}

// chosen marks the link of a group that holds at the moment; what says how.
func chosen(what string, is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": what}
}

// pastedAttributes tie the field Explain a request to its hint, and to what is
// wrong with it.
func pastedAttributes(wrong string) templ.Attributes {
	if wrong == "" {
		return templ.Attributes{"aria-describedby": "request-hint"}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": "request-hint request-error", "autofocus": true}
}
