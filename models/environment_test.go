package models_test

import (
	"strings"
	"testing"
	"time"

	"dojo/models"
)

func TestAgreementDates(t *testing.T) {
	zone := time.FixedZone("UTC-8", -8*3600)
	leapDay := time.Date(2028, time.February, 29, 8, 0, 0, 0, time.UTC)
	cases := map[string]struct {
		lastDay string
		now     time.Time
		ends    string // empty: refused
		says    string
	}{
		"today":                  {"2026-03-02", noon, "2026-03-03T00:00:00Z", ""},
		"today's last moment":    {"2026-03-02", noon.Add(12*time.Hour - 1), "2026-03-03T00:00:00Z", ""},
		"yesterday":              {"2026-03-02", noon.Add(12 * time.Hour), "", "in the past"},
		"long ago":               {"0001-01-01", noon, "", "in the past"},
		"today in UTC, not here": {"2026-03-02", time.Date(2026, 3, 2, 16, 0, 0, 0, zone), "", "in the past"},
		"ten years":              {"2036-03-02", noon, "2036-03-03T00:00:00Z", ""},
		"ten years and a day":    {"2036-03-03", noon, "", "more than 10 years away"},
		"a typing error":         {"20260-03-02", noon, "", "not a date"},
		"a far year":             {"9999-12-31", noon, "", "more than 10 years away"},
		"a leap day":             {"2028-02-29", noon, "2028-03-01T00:00:00Z", ""},
		"no leap day":            {"2027-02-29", noon, "", "not a date"},
		"year's end":             {"2026-12-31", noon, "2027-01-01T00:00:00Z", ""},
		"from a leap day":        {"2038-02-28", leapDay, "2038-03-01T00:00:00Z", ""},
		"too far from a leap":    {"2038-03-03", leapDay, "", "more than 10 years away"},
		"nothing":                {"", noon, "", "Choose the agreement's last day"},
		"another order":          {"02.03.2027", noon, "", "such as 2027-03-02"},
		"with a time":            {"2027-03-02T00:00", noon, "", "not a date"},
	}
	for name, c := range cases {
		agreement, err := models.NewTerms(" MSA-1 ", c.lastDay, c.now)
		if c.ends == "" {
			refused(t, name, err, models.Invalid, c.says)
			continue
		}
		if err != nil || agreement.EndsAt.Format(time.RFC3339) != c.ends || agreement.Reference != "MSA-1" {
			t.Errorf("%s: %+v, %v; want an end at %s", name, agreement, err, c.ends)
		}
		if got := models.LastDay(agreement.EndsAt).Format(time.DateOnly); err == nil && got != c.lastDay {
			t.Errorf("%s: its last day shows as %s; want %s", name, got, c.lastDay)
		}
	}
	for what, reference := range map[string]string{"none": " ", "long": strings.Repeat("x", 121), "two lines": "a\nb"} {
		_, err := models.NewTerms(reference, "2027-01-01", noon)
		refused(t, what, err, models.Invalid, "")
	}
}

func TestEnvironmentLocksWhenItsAgreementEnds(t *testing.T) {
	ends := noon.Add(time.Hour)
	environment := models.Environment{Kind: models.Production}
	if environment.Unlocked(noon) || environment.Lapsed(noon) != nil {
		t.Error("a new environment is unlocked, or lapsed")
	}
	environment.Covers = []models.Cover{{StartsAt: noon, EndsAt: &ends}}
	for at, unlocked := range map[time.Time]bool{noon.Add(-1): false, noon: true, ends.Add(-1): true, ends: false,
		ends.Add(time.Hour): false} {
		if environment.Unlocked(at) != unlocked || (environment.Lapsed(at) != nil) == (at.Before(ends)) ||
			(environment.Next(at) != nil) != at.Before(noon) {
			t.Errorf("at %v: unlocked %v, lapsed %v", at, environment.Unlocked(at), environment.Lapsed(at))
		}
	}
	cover := environment.Cover(noon)
	if err := cover.Lock(sol, "A leak.", noon); err != nil || environment.Unlocked(noon) {
		t.Errorf("locked by an engineer, %v, it is unlocked", err)
	}
	refused(t, "twice", cover.Lock(sol, "A leak.", noon), models.Conflict, "already locked it on 2 March 2026")
	refused(t, "without a reason", cover.Lock(sol, " ", noon), models.Invalid, "Say why")
	if err := cover.Unlock(); err != nil || !environment.Unlocked(noon) || cover.LockReason != "" {
		t.Errorf("unlocked again, %v, it is %+v", err, cover)
	}
	refused(t, "unlocked twice", cover.Unlock(), models.Conflict, "not locked")
	cover.ClosedAt = &ends
	if environment.Unlocked(noon) {
		t.Error("with the clock set back, what has ended is unlocked")
	}
	playground := models.Environment{Kind: models.Playground}
	if !playground.Unlocked(noon.AddDate(100, 0, 0)) || !playground.Kind.ReadOnly() || models.Production.ReadOnly() {
		t.Error("Playground is open for ever and read-only, and it alone")
	}
	if models.EnvironmentKind("staging").Valid() || !models.Development.Valid() {
		t.Error("there are three kinds of environment")
	}
}
