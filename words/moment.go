package words

import (
	"strconv"
	"time"
)

// Moment writes a time for people, in UTC and to the minute: "3 Nov 2026, 14:05 UTC".
func Moment(t time.Time) string {
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

// MomentInFull writes a time as Moment does, for a text that is read by itself, such
// as a mail: "3 November 2026 at 14:05 UTC".
func MomentInFull(t time.Time) string {
	return t.UTC().Format("2 January 2006 at 15:04 UTC")
}

// Instant writes a time to the millisecond, for what is to be compared with a log: "3
// November 2026, 14:05:03.012 UTC".
func Instant(t time.Time) string {
	return t.UTC().Format("2 January 2006, 15:04:05.000 UTC")
}

// Lapse writes a short length of time: "3 ms", "2.4 s". From a minute on it is a Span.
func Lapse(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.Itoa(int(d.Round(time.Millisecond)/time.Millisecond)) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return Span(d)
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
