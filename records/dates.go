package records

import (
	"strconv"
	"strings"
	"time"
)

var (
	yearFirst = []string{"2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700",
		"2006-01-02 15:04:05 UTC", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05-0700",
		"2006-01-02", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02"}
	dayFirst   = withClock("2.1.2006", "2/1/2006", "2-1-2006")
	monthFirst = withClock("1/2/2006", "1-2-2006", "1.2.2006")
)

func withClock(days ...string) (all []string) {
	for _, day := range days {
		all = append(all, day, day+" 15:04:05", day+" 15:04", day+" 3:04:05 PM", day+" 3:04 PM", day+", 15:04:05",
			day+", 15:04")
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
	case UnixSeconds:
		moment, ok = sinceUnix(cell, 9, 10, time.Second)
	case UnixMilliseconds:
		moment, ok = sinceUnix(cell, 12, 13, time.Millisecond)
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
	if at := strings.IndexAny(cell, "-./"); at < 1 || at > 4 || cell[0] < '0' || cell[0] > '9' {
		return time.Time{}, false
	}
	cell = strings.ToUpper(cell)
	for _, layout := range layouts {
		if moment, err := time.Parse(layout, cell); err == nil {
			return moment, true
		}
	}
	return time.Time{}, false
}

// sinceUnix reads a number of so many digits, perhaps with a fraction: since 1973 for seconds and milliseconds
// alike, so that no small number is taken for a moment.
func sinceUnix(cell string, least, most int, unit time.Duration) (time.Time, bool) {
	whole, fraction, _ := strings.Cut(cell, ".")
	if len(whole) < least || len(whole) > most || strings.Trim(whole+fraction, "0123456789") != "" {
		return time.Time{}, false
	}
	n, _ := strconv.ParseInt(whole, 10, 64) // no more than 13 digits
	moment := time.UnixMilli(n)
	if unit == time.Second {
		moment = time.Unix(n, 0)
	}
	part, _ := strconv.ParseFloat("0."+fraction, 64)
	return moment.Add(time.Duration(part * float64(unit)).Truncate(time.Microsecond)), true
}
