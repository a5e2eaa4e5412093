package handlers

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// usageFilter is what the usage page is about, as its address says.
type usageFilter struct {
	bar   pages.ListBar
	link  pages.Link // the page's address, without the place in the list
	span  span
	last  time.Time // the last moment of the span
	query store.UseQuery
}

// countsKept is how many days back the counts of hours go.
const countsKept = 400

func usageFilterOf(v *EnvironmentVisit, keys []models.Key, now time.Time) usageFilter {
	dates, from, until := days(v.Visit, now, false)
	if dates.Error == "" && !from.IsZero() && now.Sub(from) > countsKept*24*time.Hour {
		dates.Error = "Requests are counted for " + words.Count(countsKept) + " days. Choose a later first day."
	}
	f := usageFilter{last: now, link: linkTo(v.Request().URL).Without("before", "after", "format", "list", "refused")}
	f.link.Path = v.here(layout.Usage) // the page is also the answer to a form with another address
	f.bar = listBar(v.Visit, pages.ListBar{
		Filters: []pages.ListFilter{
			{Name: "key", Label: "Key", All: "Any", Options: keyOptions(keys, v.QueryParam("key"))},
			{Name: "outcome", Label: "Outcome", All: "Any", Options: outcomeOptions()},
		},
		Fields: []pages.ListField{
			{Name: "status", Label: "Status", Hint: "404 or 4xx"},
			{Name: "path", Label: "Path", Hint: "/v1/products"},
			{Name: "address", Label: "Address", Hint: "203.0.113."},
		},
		Dates: &dates,
	})
	if v.QueryParam("refused") != "" && f.bar.Filters[1].Value == "" { // as addresses said it before
		f.bar.Filters[1].Value = refusedAny
		f.link.Query = append(f.link.Query, pages.FormField{Name: "outcome", Value: refusedAny})
	}
	f.bar.All = pages.Link{Path: f.link.Path}.With("range", v.QueryParam("range"))
	f.bar.Kept = rangeKept(v)
	f.readSpan(v, from, until)
	f.query.From = f.span.begin(now)
	f.query.KeyID, f.query.Outcomes = f.bar.Value("key"), outcomesNamed(f.bar.Value("outcome"))
	f.readFields()
	return f
}

// rangeKept has the bar's form send the range along.
func rangeKept(v *EnvironmentVisit) []pages.FormField {
	if name := v.QueryParam("range"); name != "" {
		return []pages.FormField{{Name: "range", Value: name}}
	}
	return nil
}

// readSpan finds out which time is meant. Days win over a range.
func (f *usageFilter) readSpan(v *EnvironmentVisit, from, until time.Time) {
	name := v.QueryParam("range")
	if _, known := spans[name]; !known {
		if name != "" {
			f.bar.Unknown = append(f.bar.Unknown, pages.Option{Value: name, Label: "Range"})
		}
		name = "day"
	}
	f.span = spans[name]
	if f.bar.Broken() || from.IsZero() && until.IsZero() {
		return
	}
	end := f.last.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	if !until.IsZero() && until.Before(end) {
		end, f.query.Until, f.last = until, until, until.Add(-time.Microsecond)
	}
	if from.IsZero() { // as far back as requests are kept
		from = end.AddDate(0, 0, -30)
	}
	f.span = daysSpan(from, end)
}

// What an outcome may be named in the address beside the outcomes themselves.
const (
	refusedAny = "refused"
	errorAny   = "errors"
)

// outcomesNamed are the outcomes that one name means; none for no name.
func outcomesNamed(name string) []models.Outcome {
	switch name {
	case "":
		return nil
	case refusedAny:
		return models.Refusals()
	case errorAny:
		return []models.Outcome{models.Missed, models.Rejected, models.Failed}
	}
	return []models.Outcome{models.Outcome(name)}
}

func outcomeOptions() []pages.Option {
	options := []pages.Option{{Value: string(models.Succeeded), Label: words.Outcome(models.Succeeded)},
		{Value: refusedAny, Label: "Refused, for any reason"}, {Value: errorAny, Label: "Errors of any kind"}}
	for _, outcome := range append([]models.Outcome{models.Missed, models.Rejected, models.Failed}, models.Refusals()...) {
		options = append(options, pages.Option{Value: string(outcome), Label: words.Outcome(outcome)})
	}
	return options
}

// keyOptions are the environment's keys. One that is not among them is a choice too when it is
// chosen: nothing is about it.
func keyOptions(keys []models.Key, chosen string) []pages.Option {
	var options []pages.Option
	for i := range keys {
		options = append(options, pages.Option{Value: keys[i].ID, Label: words.Key(&keys[i])})
	}
	if chosen != "" && keyName(keys, chosen) == "" {
		options = append(options, pages.Option{Value: chosen, Label: "A key that is not here"})
	}
	return options
}

var (
	statusPattern  = regexp.MustCompile(`(?i)^([1-5])(\d\d|xx)$`)
	addressPattern = regexp.MustCompile(`^[0-9a-f.:]+$`)
)

// readFields reads what was written into the bar's fields.
func (f *usageFilter) readFields() {
	status, path, address := &f.bar.Fields[0], &f.bar.Fields[1], &f.bar.Fields[2]
	if status.Value != "" {
		switch first, rest := status.Value[:1], strings.ToLower(status.Value[1:]); {
		case !statusPattern.MatchString(status.Value):
			status.Error = "Write a status as 404, or 4xx for all from 400 to 499."
		case rest == "xx":
			f.query.MinStatus, _ = strconv.Atoi(first + "00")
			f.query.MaxStatus = f.query.MinStatus + 99
		default:
			f.query.MinStatus, _ = strconv.Atoi(status.Value)
			f.query.MaxStatus = f.query.MinStatus
		}
	}
	if path.Value != "" {
		method, rest, found := strings.Cut(path.Value, " ")
		if !found {
			method, rest = "", path.Value
		}
		rest, _, _ = strings.Cut(strings.TrimSpace(rest), "?")
		if !strings.HasPrefix(rest, "/") {
			path.Error = "Write the beginning of a path, such as /v1/products or GET /verify."
		}
		f.query.Method, f.query.Path = strings.ToUpper(method), rest
	}
	if address.Value != "" {
		if f.query.Address = strings.ToLower(address.Value); !addressPattern.MatchString(f.query.Address) {
			address.Error = "Write an IP address or the beginning of one, such as 203.0.113."
		}
	}
	// No key belongs into the addresses that the page leads to.
	for _, field := range []*pages.ListField{status, path, address} {
		if models.HoldsKey(field.Value) {
			field.Value, field.Error = "", "This held a key. Nothing is found by one: choose it under Key."
			f.link = f.link.Without(field.Name)
		}
	}
}
