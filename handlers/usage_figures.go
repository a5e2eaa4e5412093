package handlers

import (
	"cmp"
	"slices"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/pages"
	"dojo/words"
)

// span is the time that the usage page is about: so many bars of so many hours, the last of
// which holds the last moment.
type span struct {
	name        string // in addresses; empty for days that somebody chose
	bars, hours int
	first       time.Time // when the first bar begins; zero: the last one holds this moment
	each        string
	label       string // layout of a bar's label
	short       string // layout of the label on the axis
	every       int    // every which bar has one
	words       string // when that is
	before      string // as long a time before it
}

const hourLabel = "Mon 2 Jan, 15:04"

var spans = map[string]span{
	"day": {"day", 24, 1, time.Time{}, "hour", hourLabel, "15:04", 4, "in the last 24 hours", "in the 24 hours before"},
	"week": {"week", 28, 6, time.Time{}, "6 hours", hourLabel, "Mon 2", 4, "in the last 7 days",
		"in the 7 days before"},
	"month": {"month", 30, 24, time.Time{}, "day", "Mon 2 Jan", "2 Jan", 7, "in the last 30 days",
		"in the 30 days before"},
}

// Bars of a day each are put together when there would be more than maxBars.
const maxBars = 62

// daysSpan is the span of the days from one midnight until another one.
func daysSpan(from, until time.Time) span {
	days := int(until.Sub(from) / (24 * time.Hour))
	s := span{first: from, each: "hour", hours: 1, label: hourLabel, short: "15:04",
		before: "in the " + words.Plural(days, "day") + " before"}
	switch {
	case days > maxBars:
		each := (days + maxBars - 1) / maxBars
		s.each, s.hours, s.label, s.short = words.Plural(each, "day"), 24*each, "Mon 2 Jan", "2 Jan"
	case days > 10:
		s.each, s.hours, s.label, s.short = "day", 24, "Mon 2 Jan", "2 Jan"
	case days > 2:
		s.each, s.hours, s.short = "6 hours", 6, "Mon 2"
	}
	s.bars = (days*24 + s.hours - 1) / s.hours
	s.every = max(1, s.bars/6)
	last := until.AddDate(0, 0, -1)
	if days == 1 {
		s.words = "on " + words.Day(from)
		s.before = "on the day before"
	} else {
		s.words = "from " + words.Day(from) + " to " + words.Day(last)
	}
	return s
}

// lastDay is when the last 24 hours began, wherever requests of them are counted: 24 hours of the
// clock, of which the last one holds this moment.
func lastDay(now time.Time) time.Time { return spans["day"].begin(now) }

func (s span) step() time.Duration { return time.Duration(s.hours) * time.Hour }

// begin is when the first bar begins.
func (s span) begin(now time.Time) time.Time {
	if !s.first.IsZero() {
		return s.first
	}
	return now.UTC().Truncate(s.step()).Add(-time.Duration(s.bars-1) * s.step())
}

// length is how long all bars are together.
func (s span) length() time.Duration { return time.Duration(s.bars) * s.step() }

// chart sorts hours into bars, and adds up those before the first.
func (s span) chart(hours []store.HourCount, now time.Time) (chart pages.Chart, sums, before pages.Counts) {
	begin := s.begin(now)
	chart = pages.Chart{Each: s.each, Bars: make([]pages.Bar, s.bars)}
	for i := range chart.Bars {
		at := begin.Add(time.Duration(i) * s.step())
		chart.Bars[i].Label = at.Format(s.label)
		if (s.bars-1-i)%s.every == 0 {
			chart.Bars[i].Short = at.Format(s.short)
		}
	}
	for _, h := range hours {
		if i := int(h.Hour.Sub(begin) / s.step()); h.Hour.Before(begin) {
			add(&before, h.Outcome, h.Requests)
		} else if i < s.bars {
			add(&chart.Bars[i].Counts, h.Outcome, h.Requests)
			add(&sums, h.Outcome, h.Requests)
		}
	}
	return chart, sums, before
}

// add counts requests with an outcome among the three kinds that charts tell apart:
// errors are those that the gate let in and that did not succeed.
func add(counts *pages.Counts, outcome models.Outcome, requests int64) {
	switch {
	case outcome == models.Succeeded:
		counts.Succeeded += int(requests)
	case outcome.Refused():
		counts.Refused += int(requests)
	default:
		counts.Errors += int(requests)
	}
}

// outcomesOf adds up how requests ended from a moment on, the most frequent first.
func outcomesOf(hours []store.HourCount, since time.Time) []pages.OutcomeCount {
	sums := map[models.Outcome]int{}
	for _, h := range hours {
		if !h.Hour.Before(since) {
			sums[h.Outcome] += int(h.Requests)
		}
	}
	var list []pages.OutcomeCount
	for outcome, requests := range sums {
		list = append(list, pages.OutcomeCount{Outcome: outcomeShown(outcome), Requests: requests})
	}
	slices.SortFunc(list, func(a, b pages.OutcomeCount) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Text, b.Text))
	})
	return list
}

// endpointsOf puts the outcomes of each endpoint together, the busiest first.
func endpointsOf(rows []store.EndpointCount) []pages.EndpointCounts {
	byName := map[string]*pages.Counts{}
	for _, row := range rows {
		if byName[row.Endpoint] == nil {
			byName[row.Endpoint] = &pages.Counts{}
		}
		add(byName[row.Endpoint], row.Outcome, row.Requests)
	}
	var list []pages.EndpointCounts
	for endpoint, counts := range byName {
		list = append(list, pages.EndpointCounts{Endpoint: endpoint, Counts: *counts})
	}
	slices.SortFunc(list, func(a, b pages.EndpointCounts) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return list
}
