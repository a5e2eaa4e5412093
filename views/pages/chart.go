package pages

import (
	"strconv"

	"dojo/words"
)

// Chart is requests over time, a bar for each stretch of it, the earliest first.
type Chart struct {
	Bars []Bar
	// Each is how long a bar is: "hour", "6 hours", "day".
	Each string
}

// Bar is the requests of one stretch of time.
type Bar struct {
	// Label says when it begins, in UTC: "14:00", "Mon 3 Nov, 06:00".
	Label string
	// Short is the label on the axis; empty where there is no room for one.
	Short string
	Counts
}

// Counts tells requests apart by how they ended.
type Counts struct {
	// Succeeded were answered with what they asked for.
	Succeeded int
	// Refused did not pass the checks on their key.
	Refused int
	// Errors passed them and were answered with an error.
	Errors int
}

// Total is all of them together.
func (c Counts) Total() int { return c.Succeeded + c.Refused + c.Errors }

// unsuccessful is the share of requests that did not succeed: "2.5%".
func (c Counts) unsuccessful() string { return share(c.Refused+c.Errors, c.Total()) }

// share writes a part of a whole as a percentage, with a digit after the point
// where it is small. Something is never written as nothing.
func share(part, whole int) string {
	switch {
	case whole == 0 || part == 0:
		return "0%"
	case part*1000 < whole:
		return "under 0.1%"
	case part*10 < whole:
		return strconv.FormatFloat(float64(part)*100/float64(whole), 'f', 1, 64) + "%"
	}
	return strconv.Itoa((part*100+whole/2)/whole) + "%"
}

// Sizes of a drawing, in units of its own: it is stretched to the room there is.
const (
	barStep   = 10
	barWidth  = 7
	barHeight = 100
)

// top is the number at the upper end of the axis: round, and with a half that is
// a whole number.
func (c Chart) top() int {
	most := 0
	for _, bar := range c.Bars {
		most = max(most, bar.Total())
	}
	for power := 1; ; power *= 10 {
		for _, step := range []int{2, 4, 6, 8, 10, 12, 16} {
			if top := step * power; top >= most {
				return top
			}
		}
	}
}

func (c Chart) viewBox() string {
	return "0 0 " + strconv.Itoa(len(c.Bars)*barStep) + " " + strconv.Itoa(barHeight)
}

// slice is one part of a bar.
type slice struct{ class, x, y, width, height string }

// slices stacks the parts of the bar at the place i: what succeeded at the
// bottom. A part that has something in it is tall enough to be seen.
func (c Chart) slices(i int) []slice {
	var drawn []slice
	bar, top, base := c.Bars[i], float64(c.top()), float64(barHeight)
	for _, part := range []struct {
		class string
		count int
	}{{"bar-good", bar.Succeeded}, {"bar-refused", bar.Refused}, {"bar-error", bar.Errors}} {
		if part.count == 0 {
			continue
		}
		height := min(max(float64(part.count)/top*barHeight, 1), base)
		base -= height
		drawn = append(drawn, slice{part.class,
			strconv.FormatFloat(float64(i*barStep)+(barStep-barWidth)/2.0, 'f', -1, 64), decimal(base),
			strconv.Itoa(barWidth), decimal(height)})
	}
	return drawn
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// inWords is what a bar shows, for its tooltip.
func (b Bar) inWords() string {
	text := b.Label + ": " + words.Count(b.Succeeded) + " succeeded"
	if b.Refused > 0 {
		text += ", " + words.Count(b.Refused) + " refused"
	}
	if b.Errors > 0 {
		text += ", " + words.Plural(b.Errors, "error")
	}
	return text
}

// inWords is what the whole drawing shows.
func (c Chart) inWords() string {
	var sum Counts
	for _, bar := range c.Bars {
		sum.Succeeded, sum.Refused, sum.Errors = sum.Succeeded+bar.Succeeded, sum.Refused+bar.Refused,
			sum.Errors+bar.Errors
	}
	return "Requests by " + c.Each + ": " + words.Count(sum.Succeeded) + " succeeded, " + words.Count(sum.Refused) +
		" refused, " + words.Plural(sum.Errors, "error") + ". The numbers are in the table below."
}

// Sparkline is a small drawing of how many requests there were, the earliest
// first.
type Sparkline []int

func (s Sparkline) viewBox() string { return "0 0 " + strconv.Itoa(len(s)*4) + " 24" }

// bars are its bars; where there was nothing there is a dot of a bar.
func (s Sparkline) bars() []slice {
	most := 1
	for _, n := range s {
		most = max(most, n)
	}
	drawn := make([]slice, len(s))
	for i, n := range s {
		class, height := "spark", max(float64(n)/float64(most)*24, 2)
		if n == 0 {
			class, height = "spark-none", 1
		}
		drawn[i] = slice{class, strconv.Itoa(i * 4), decimal(24 - height), "3", decimal(height)}
	}
	return drawn
}

func (s Sparkline) inWords() string {
	sum := 0
	for _, n := range s {
		sum += n
	}
	return words.Plural(sum, "request") + " in the last 7 days"
}
