package records

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

var (
	yearFirst = []string{"2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05-07", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05-0700", "2006-01-02", "2006/01/02 15:04:05",
		"2006/01/02 15:04", "2006/01/02", "20060102", "20060102150405", "20060102T150405", "20060102T150405Z"}
	dayFirst   = withClock("2.1.2006", "2/1/2006", "2-1-2006")
	monthFirst = withClock("1/2/2006", "1-2-2006", "1.2.2006")
	// Of zones that are given by letters only UTC is the same everywhere.
	monthNamed = append(withClock("2 Jan 2006", "2 January 2006", "2-Jan-2006", "Jan 2, 2006", "January 2, 2006",
		"Jan 2 2006"), "Mon, 2 Jan 2006 15:04:05 GMT", "Mon, 2 Jan 2006 15:04:05 UTC", time.RFC1123Z,
		"Mon Jan 2 2006 15:04:05 GMT-0700", "Mon Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 UTC 2006", "Mon Jan 2 15:04:05 -0700 2006")
)

func withClock(days ...string) (all []string) {
	for _, day := range days {
		all = append(all, day, day+" 15:04:05", day+" 15:04", day+" 3:04:05 PM", day+" 3:04 PM", day+", 15:04:05",
			day+", 15:04", day+", 3:04:05 PM", day+", 3:04 PM")
	}
	return all
}

// Days that a spreadsheet counts, from 1954 to 2119.
const firstDay, lastDay = 20_000, 80_000

// readTime reads a moment; one without a zone is in UTC.
func readTime(cell string, as As) (string, bool) {
	var moment time.Time
	var ok bool
	switch as {
	case AsWritten:
		_, notMoment := parseTimestamp(cell)
		_, notDay := parseDate(cell)
		return cell, notMoment == nil || notDay == nil
	case YearFirst:
		moment, ok = parseAny(cell, yearFirst)
		if !ok {
			moment, ok = parsed(cell)
		}
	case DayFirst:
		moment, ok = parseAny(cell, dayFirst)
	case MonthFirst:
		moment, ok = parseAny(cell, monthFirst)
	case MonthNamed:
		moment, ok = parseNamed(cell)
	case UnixSeconds:
		moment, ok = sinceUnix(cell, 9, 10, time.Second)
	case UnixMilliseconds:
		moment, ok = sinceUnix(cell, 12, 13, time.Millisecond)
	case UnixMicroseconds:
		moment, ok = sinceUnix(cell, 15, 16, time.Microsecond)
	case DayNumbers:
		days, err := strconv.ParseFloat(cell, 64)
		if err != nil || days < firstDay || days > lastDay {
			return "", false
		}
		seconds := int64(days*24*60*60 + 0.5)
		// The day 0 of spreadsheets, which take 1900 for a leap year.
		moment, ok = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(seconds)*time.Second), true
	}
	if !ok || moment.Year() < 1 || moment.Year() > 9999 {
		return "", false
	}
	return moment.UTC().Format(time.RFC3339Nano), true
}

func parsed(cell string) (time.Time, bool) {
	moment, err := parseTimestamp(cell)
	return moment, err == nil
}

func parseAny(cell string, layouts []string) (time.Time, bool) {
	// Most cells are no dates of this kind, and finding that out by parsing is slow.
	at := strings.IndexAny(cell, "-./")
	if digits := leadingDigits(cell); digits == 0 || digits != 8 && digits != 14 && (at < 1 || at > 4) {
		return time.Time{}, false
	}
	return parseWith(cell, layouts)
}

// parseNamed reads a day whose month is named, in English.
func parseNamed(cell string) (time.Time, bool) {
	if len(cell) < len("2 Jan 2006") || len(cell) > 80 || !strings.ContainsFunc(cell, unicode.IsLetter) {
		return time.Time{}, false
	}
	cell, _, _ = strings.Cut(cell, " (") // JavaScript adds the name of the zone
	return parseWith(cell, monthNamed)
}

func parseWith(cell string, layouts []string) (time.Time, bool) {
	cell = strings.ToUpper(cell)
	for _, layout := range layouts {
		if moment, err := time.Parse(layout, cell); err == nil {
			return moment, true
		}
	}
	return time.Time{}, false
}

func leadingDigits(cell string) int { return len(cell) - len(strings.TrimLeft(cell, "0123456789")) }

// sinceUnix reads a number of so many digits, perhaps with a fraction: since 1973 for seconds and milliseconds
// alike, so that no small number is taken for a moment.
func sinceUnix(cell string, least, most int, unit time.Duration) (time.Time, bool) {
	whole, fraction, _ := strings.Cut(cell, ".")
	if len(whole) < least || len(whole) > most || strings.Trim(whole+fraction, "0123456789") != "" {
		return time.Time{}, false
	}
	n, _ := strconv.ParseInt(whole, 10, 64) // no more than 16 digits
	each := int64(time.Second / unit)
	moment := time.Unix(n/each, n%each*int64(unit))
	part, _ := strconv.ParseFloat("0."+fraction, 64)
	return moment.Add(time.Duration(part * float64(unit)).Truncate(time.Microsecond)), true
}
