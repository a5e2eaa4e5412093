package handlers

import (
	"cmp"
	"slices"
	"time"

	"dojo/models"
	"dojo/store"
	"dojo/views/pages"
)

// span is a range of the usage page: so many bars of so many hours, the last of
// which holds this moment.
type span struct {
	bars, hours int
	each        string
	label       string // layout of a bar's label
	short       string // layout of the label on the axis
	every       int    // every which bar has one
}

var spans = map[string]span{
	"day":   {24, 1, "hour", "Mon 2 Jan, 15:04", "15:04", 4},
	"week":  {28, 6, "6 hours", "Mon 2 Jan, 15:04", "Mon 2", 4},
	"month": {30, 24, "day", "Mon 2 Jan", "2 Jan", 7},
}

func (s span) step() time.Duration { return time.Duration(s.hours) * time.Hour }

// begin is when the first bar begins.
func (s span) begin(now time.Time) time.Time {
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
