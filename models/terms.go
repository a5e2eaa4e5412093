package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Terms are what an agreement says.
type Terms struct {
	Reference  string            `json:"reference"`
	Signatory  string            `json:"signatory,omitempty"`
	EngineerID string            `json:"engineer_id,omitempty"`
	FirstAt    time.Time         `json:"first_at,omitzero"` // zero: at once
	EndsAt     time.Time         `json:"ends_at,omitzero"`  // the first moment after its last day, in UTC; zero: open-ended
	Covers     []EnvironmentKind `json:"covers,omitempty"`
	PerSecond  int               `json:"per_second,omitempty"` // requests a second of each environment; 0: as elsewhere
	PerDay     int               `json:"per_day,omitempty"`    // requests a day of each; 0: no limit
}

const (
	maxReference      = 120
	maxSignatory      = 120
	maxAgreementYears = 10
	dateLayout        = "2006-01-02"

	// MaxPerSecond and MaxPerDay are the highest limits that an agreement may set.
	MaxPerSecond = 1_000_000
	MaxPerDay    = 100_000_000_000
)

// NewTerms checks an agreement's reference and its last day, written YYYY-MM-DD. The last
// day counts in full, in UTC. Today is the earliest.
func NewTerms(reference, lastDay string, now time.Time) (Terms, error) {
	reference, err := checkReference("agreement", reference)
	if err != nil {
		return Terms{}, err
	}
	if lastDay == "" {
		return Terms{}, InvalidField("ends", "Choose the agreement's last day.")
	}
	ends, err := parseLastDay("ends", lastDay, now)
	return Terms{Reference: reference, EndsAt: ends}, err
}

func checkReference(field, reference string) (string, error) {
	return checkLine(field, "Enter the reference of the agreement, such as its number.", reference, maxReference)
}

// TermsForm is what an engineer typed about an agreement.
type TermsForm struct {
	Reference, Signatory, EngineerID string
	FirstDay, LastDay                string // YYYY-MM-DD; empty: today, and open-ended
	PerSecond, PerDay                string // empty: no limit
	Covers                           []EnvironmentKind
}

// Parse checks what was typed. The first day is today or later unless it is as it was
// before; in a new agreement before is nil. Errors name the fields reference, signatory,
// first_day, last_day, per_second, per_day and covers.
func (f TermsForm) Parse(now time.Time, before *Terms) (t Terms, err error) {
	if t.Reference, err = checkReference("reference", f.Reference); err != nil {
		return Terms{}, err
	}
	if strings.TrimSpace(f.Signatory) != "" {
		if t.Signatory, err = checkLine("signatory", "", f.Signatory, maxSignatory); err != nil {
			return Terms{}, err
		}
	}
	t.EngineerID = f.EngineerID
	if t.FirstAt, err = f.firstDay(now, before); err != nil {
		return Terms{}, err
	}
	if f.LastDay != "" {
		if t.EndsAt, err = parseLastDay("last_day", f.LastDay, now); err != nil {
			return Terms{}, err
		}
		if !t.EndsAt.After(t.FirstAt) {
			return Terms{}, InvalidField("last_day", "The last day is before the first.")
		}
	}
	for _, kind := range []EnvironmentKind{Development, Production} {
		if slices.Contains(f.Covers, kind) {
			t.Covers = append(t.Covers, kind)
		}
	}
	if t.PerSecond, err = parseLimit("per_second", f.PerSecond, MaxPerSecond); err != nil {
		return Terms{}, err
	}
	if t.PerDay, err = parseLimit("per_day", f.PerDay, MaxPerDay); err != nil {
		return Terms{}, err
	}
	if len(t.Covers) == 0 && (t.PerSecond > 0 || t.PerDay > 0) {
		return Terms{}, InvalidField("covers", "Choose the environments that the limits are for.")
	}
	return t, nil
}

func (f TermsForm) firstDay(now time.Time, before *Terms) (time.Time, error) {
	if before != nil && (f.FirstDay == "" || f.FirstDay == before.FirstAt.Format(dateLayout)) {
		return before.FirstAt, nil
	}
	if f.FirstDay == "" {
		return now, nil
	}
	day, err := parseDay("first_day", f.FirstDay, now)
	switch today := DayOf(now); {
	case err != nil:
		return time.Time{}, err
	case before != nil && !before.FirstAt.After(now):
		return time.Time{}, InvalidField("first_day", "The agreement has begun. Its first day stays %s.",
			before.FirstAt.Format(dateLayout))
	case day.Before(today):
		return time.Time{}, InvalidField("first_day", "That day is in the past. The first day is today or later.")
	case day.After(now.AddDate(maxAgreementYears, 0, 0)):
		return time.Time{}, tooFar("first_day")
	case day.Equal(today):
		return now, nil
	}
	return day, nil
}

func parseDay(field, text string, now time.Time) (time.Time, error) {
	day, err := time.Parse(dateLayout, text)
	if err != nil {
		return time.Time{}, InvalidField(field, "That is not a date. Write it as YYYY-MM-DD, such as %s.",
			now.AddDate(1, 0, 0).Format(dateLayout))
	}
	return day, nil
}

// parseLastDay returns the first moment after the day.
func parseLastDay(field, text string, now time.Time) (time.Time, error) {
	day, err := parseDay(field, text, now)
	if err != nil {
		return time.Time{}, err
	}
	ends := day.AddDate(0, 0, 1)
	switch {
	case !ends.After(now):
		return time.Time{}, InvalidField(field,
			"That day is in the past. The agreement must last until today or later.")
	case ends.After(now.AddDate(maxAgreementYears, 0, 1)):
		return time.Time{}, tooFar(field)
	}
	return ends, nil
}

func tooFar(field string) error {
	return InvalidField(field, "That is more than %d years away. Check the year.", maxAgreementYears)
}

// parseLimit returns 0 for no limit.
func parseLimit(field, text string, most int) (int, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > most {
		return 0, InvalidField(field, "Enter a whole number from 1 to %s, or nothing for no limit.", Thousands(most))
	}
	return limit, nil
}
