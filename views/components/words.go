package components

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Moment writes a time for people, in UTC and to the minute: "3 Nov 2026, 14:05 UTC".
func Moment(t time.Time) string {
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

// exactly writes a time to the second, for the title of a shorter form.
func exactly(t time.Time) string {
	return t.UTC().Format("Monday, 2 January 2006, 15:04:05 UTC")
}

// Day writes the day of a time, in UTC: "3 Nov 2026".
func Day(t time.Time) string {
	return t.UTC().Format("2 Jan 2006")
}

// Relative writes how far t lies from now: "just now", "2 minutes ago", "in 3
// hours". Beyond 30 days it is the day.
func Relative(t, now time.Time) string {
	distance := now.Sub(t)
	switch {
	case distance.Abs() < 45*time.Second:
		if distance < 0 {
			return "in a moment"
		}
		return "just now"
	case distance.Abs() > 30*24*time.Hour:
		return Day(t)
	case distance < 0:
		return "in " + Span(-distance)
	}
	return Span(distance) + " ago"
}

// Span writes a length of time in its largest unit, rounded: "1 minute", "3
// hours", "12 days".
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 50*time.Second:
		return Plural(int(d.Round(time.Second)/time.Second), "second")
	case d < 55*time.Minute:
		return Plural(int(max(d.Round(time.Minute), time.Minute)/time.Minute), "minute")
	case d < 23*time.Hour:
		return Plural(int(max(d.Round(time.Hour), time.Hour)/time.Hour), "hour")
	}
	return Plural(int(max((d+day/2)/day, 1)), "day")
}

// Plural writes a number with its noun: "1 key", "3 keys".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Count writes a number with its thousands apart: "12,345".
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Among joins names of which one is enough: "Ann, Ben or Cy".
func Among(names []string) string { return joined(names, " or ") }

// Together joins names of which all are meant: "Ann, Ben and Cy".
func Together(names []string) string { return joined(names, " and ") }

func joined(names []string, last string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	end := len(names) - 1
	return strings.Join(names[:end], ", ") + last + names[end]
}

// Indented lays a JSON text out over lines; what is not JSON stays as it is.
func Indented(text string) string {
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(text), "", "  "); err != nil {
		return text
	}
	return out.String()
}
