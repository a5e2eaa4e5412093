package pages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// Usage is /t/{team}/{environment}/usage. All of it is about the requests that its bar leaves. Its
// form: Explain, POST …/usage/requests with request.
type Usage struct {
	Base
	Bar ListBar
	// Link is the page's own address, without the place in the list.
	Link Link
	// Range is "day", "week" or "month"; empty where the bar's days say what the figures are about.
	Range string
	// Period and Before say when the requests were: "in the last 24 hours", and the time that it
	// is compared with: "in the 24 hours before".
	Period string
	Before string
	// Ends is set where the period is over: nothing new appears in it.
	Ends  bool
	Chart Chart
	// Sums and SumsBefore are the sums of the period and of the time before it.
	Sums       Counts
	SumsBefore Counts
	// Kept is set where the figures are about the requests that are kept one by one.
	Kept *KeptRequests
	// Endpoints and Outcomes are the most frequent first.
	Endpoints []EndpointCounts
	Outcomes  []OutcomeCount
	// Callers are those with the most requests; MoreCallers is set when there are others.
	// CallersKept is set where they are those of the requests that are kept, and otherwise their
	// requests are counted since each was first seen.
	Callers     []CallerGroup
	MoreCallers bool
	CallersKept bool
	Requests    []RequestGroup
	Pager       Pager
	// Ever is set when a key of the environment was ever shown.
	Ever bool
	// Pasted is what was typed into the form Explain, and PastedError what is wrong
	// with it.
	Pasted      string
	PastedError string
	Snippets    Snippets
}

// KeptRequests says how many requests of a time are kept one by one, out of those that there were.
type KeptRequests struct {
	Requests int
	Counted  int
}

// text says what the figures are about.
func (k KeptRequests) text() string {
	const told = "Status, path and address are known only of requests that are kept one by one. "
	if k.Requests >= k.Counted {
		return told + "All requests of this time are: " + words.Plural(k.Requests, "request") + "."
	}
	return told + "Of the " + words.Plural(k.Counted, "request") + " of this time " + words.Count(k.Requests) +
		" are kept: the newest, for 30 days. Figures, chart, callers and list are about those."
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

// CallerGroup is one program, on the pages of one origin, at all its addresses.
type CallerGroup struct {
	// Callers are its members, those with the most requests first; there is at least one.
	Callers []Caller
	// FirstSeen, LastSeen, Accepted and Refused are those of all of them.
	FirstSeen time.Time
	LastSeen  time.Time
	Accepted  int
	Refused   int
	// Keys names the keys that they show.
	Keys []string
}

// GroupCallers puts the callers, the busiest first, together by program and origin.
func GroupCallers(callers []Caller) []CallerGroup {
	var groups []CallerGroup
	places := map[[2]string]int{}
	for _, c := range callers {
		of := [2]string{models.Program(c.UserAgent), c.Origin}
		i, known := places[of]
		if !known {
			i = len(groups)
			places[of], groups = i, append(groups, CallerGroup{FirstSeen: c.FirstSeen, LastSeen: c.LastSeen})
		}
		groups[i].add(c)
	}
	slices.SortStableFunc(groups, func(a, b CallerGroup) int {
		return cmp.Compare(b.Accepted+b.Refused, a.Accepted+a.Refused)
	})
	return groups
}

func (g *CallerGroup) add(c Caller) {
	g.Callers = append(g.Callers, c)
	g.Accepted, g.Refused = g.Accepted+c.Accepted, g.Refused+c.Refused
	if c.FirstSeen.Before(g.FirstSeen) {
		g.FirstSeen = c.FirstSeen
	}
	if c.LastSeen.After(g.LastSeen) {
		g.LastSeen = c.LastSeen
	}
	if c.Key != "" && !slices.Contains(g.Keys, c.Key) {
		g.Keys = append(g.Keys, c.Key)
	}
}

// userAgent is what all of the group say of themselves; empty where they differ.
func (g CallerGroup) userAgent() string {
	for _, c := range g.Callers {
		if c.UserAgent != g.Callers[0].UserAgent {
			return models.Program(c.UserAgent)
		}
	}
	return g.Callers[0].UserAgent
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

// callersIn is where the callers are as a table of the format.
func (p Usage) callersIn(format string) string {
	link := p.Link
	link.Query = append(slices.Clone(link.Query), FormField{Name: "list", Value: "callers"})
	return link.With("format", format)
}

// RequestGroup is requests in a row that are alike in all but their moments, the latest first.
type RequestGroup struct {
	Rows []RequestRow // at least one
}

// FoldRequests puts requests together that follow one another and are alike.
func FoldRequests(rows []RequestRow) []RequestGroup {
	var groups []RequestGroup
	for _, row := range rows {
		if last := len(groups) - 1; last >= 0 && sameBut(groups[last].Rows[0], row) {
			groups[last].Rows = append(groups[last].Rows, row)
		} else {
			groups = append(groups, RequestGroup{Rows: []RequestRow{row}})
		}
	}
	return groups
}

// sameBut reports whether two requests are alike in all but their moments.
func sameBut(a, b RequestRow) bool {
	a.ID, a.At, a.Duration = b.ID, b.At, b.Duration
	return a == b
}

func (g RequestGroup) latest() RequestRow   { return g.Rows[0] }
func (g RequestGroup) earliest() RequestRow { return g.Rows[len(g.Rows)-1] }

// took is the longest of the group's lengths.
func (g RequestGroup) took() string {
	var longest time.Duration
	for _, row := range g.Rows {
		longest = max(longest, row.Duration)
	}
	if text := took(longest); len(g.Rows) == 1 || strings.HasPrefix(text, "under") {
		return text
	}
	return "up to " + took(longest)
}

// id names the group in the page: it stays the same when requests join it.
func (g RequestGroup) id() string { return "since-" + g.earliest().ID }

// ranges are the choices of the range.
var ranges = []Option{{"day", "24 hours"}, {"week", "7 days"}, {"month", "30 days"}}

// over is the address of this page with another range.
func (p Usage) over(value string) string {
	if value == "day" {
		value = ""
	}
	return p.Link.Without("range", "from", "to").With("range", value)
}

// polling keeps the page fresh, unless nothing new can appear in what it shows.
func (p Usage) polling() templ.Attributes {
	if p.Pager.Newer != "" || p.Ends || p.Bar.Broken() {
		return nil
	}
	return live("figures", p.Link.Address(), "5s")
}

// noRequests says that the period is empty.
func (p Usage) noRequests() string {
	if p.Bar.Narrowed() {
		return "No requests " + p.Period + " match the filter."
	}
	return "No requests " + p.Period + "."
}

// addresses says how many addresses the group has.
func (g CallerGroup) addresses() string {
	seen := map[string]bool{}
	for _, c := range g.Callers {
		seen[c.Address] = true
	}
	if len(seen) == 1 {
		return "1 address"
	}
	return words.Count(len(seen)) + " addresses"
}

// compared says how the number of requests has changed since the time before.
func (p Usage) compared() string {
	now, before := p.Sums.Total(), p.SumsBefore.Total()
	switch {
	case p.Kept != nil:
		return "kept " + p.Period
	case before == 0:
		return "none " + p.Before
	case now >= 2*before || now == 0:
		return words.Count(before) + " " + p.Before
	case now >= before:
		return "up " + share(now-before, before) + " from " + words.Count(before) + " " + p.Before
	}
	return "down " + share(before-now, before) + " from " + words.Count(before) + " " + p.Before
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
