package records

import (
	"errors"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var errTimestamp = errors.New("not a date-time of RFC 3339 between the years 1 and 9999 in UTC")

func stringFormat(name string, parse func(string) (time.Time, error)) *jsonschema.Format {
	return &jsonschema.Format{Name: name, Validate: func(v any) error {
		s, ok := v.(string)
		if !ok {
			return nil
		}
		_, err := parse(s)
		return err
	}}
}

func parseDate(s string) (time.Time, error) {
	return time.Parse(time.DateOnly, s)
}

// parseTimestamp reads a date-time of RFC 3339, section 5.6, in UTC. The validator and the columns use the same
// function, so that what is accepted can also be stored: a leap second becomes the second after it, and the year has
// four digits in UTC too.
func parseTimestamp(s string) (time.Time, error) {
	s = strings.ToUpper(s)
	if !strictTimestamp(s) {
		return time.Time{}, errTimestamp
	}
	leap := s[17:19] == "60"
	if leap {
		s = s[:17] + "59" + s[19:]
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, err
	}
	t = t.UTC()
	if leap {
		if t.Hour() != 23 || t.Minute() != 59 {
			return time.Time{}, errTimestamp
		}
		t = t.Truncate(time.Second).Add(time.Second)
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, errTimestamp
	}
	return t, nil
}

// strictTimestamp refuses what [time.Parse] lets through though RFC 3339 does not: an hour of one digit, a comma before
// the fraction, and an offset of 24 hours or 60 minutes.
func strictTimestamp(s string) bool {
	if len(s) < len("2006-01-02T15:04:05Z") || s[13] != ':' || s[19] == ',' {
		return false
	}
	if strings.HasSuffix(s, "Z") {
		return true
	}
	offset := s[len(s)-len("07:00"):]
	return offset[:2] <= "23" && offset[3:] <= "59"
}
