package words_test

import (
	"testing"
	"time"

	"dojo/words"
)

var now = time.Date(2026, time.November, 3, 14, 5, 9, 0, time.UTC)

func TestMomentIsInUTC(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	if got := words.Moment(now.In(tokyo)); got != "3 Nov 2026, 14:05 UTC" {
		t.Errorf("Moment = %q", got)
	}
}

func TestRelative(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		distance time.Duration // how long ago; negative lies ahead
		want     string
	}{
		{0, "just now"},
		{44 * time.Second, "just now"},
		{-10 * time.Second, "in a moment"},
		{46 * time.Second, "46 seconds ago"},
		{50 * time.Second, "1 minute ago"},
		{89 * time.Second, "1 minute ago"},
		{2 * time.Minute, "2 minutes ago"},
		{54 * time.Minute, "54 minutes ago"},
		{55 * time.Minute, "1 hour ago"},
		{22*time.Hour + 29*time.Minute, "22 hours ago"},
		{23 * time.Hour, "1 day ago"},
		{35 * time.Hour, "1 day ago"},
		{36 * time.Hour, "2 days ago"},
		{30 * day, "30 days ago"},
		{31 * day, "3 Oct 2026"},
		{-3 * time.Hour, "in 3 hours"},
		{-7 * day, "in 7 days"},
		{-40 * day, "13 Dec 2026"},
	}
	for _, test := range tests {
		if got := words.Relative(now.Add(-test.distance), now); got != test.want {
			t.Errorf("%v: %q, want %q", test.distance, got, test.want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 1204331: "1,204,331",
		-4500: "-4,500"} {
		if got := words.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 keys", 1: "1 key", 2: "2 keys", 3000: "3,000 keys"} {
		if got := words.Plural(n, "key"); got != want {
			t.Errorf("Plural(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestAmong(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "Ann": {"Ann"}, "Ann or Ben": {"Ann", "Ben"},
		"Ann, Ben or Cy": {"Ann", "Ben", "Cy"}} {
		if got := words.Among(names); got != want {
			t.Errorf("Among(%v) = %q, want %q", names, got, want)
		}
	}
}

func TestTogether(t *testing.T) {
	for want, names := range map[string][]string{"Ann": {"Ann"}, "Ann, Ben and Cy": {"Ann", "Ben", "Cy"}} {
		if got := words.Together(names); got != want {
			t.Errorf("Together(%v) = %q, want %q", names, got, want)
		}
	}
}

func TestDaysLeft(t *testing.T) {
	for want, left := range map[string]time.Duration{"12 days left": 12 * 24 * time.Hour,
		"2 days left": 24*time.Hour + 1, "Last day": 24 * time.Hour} {
		if got := words.DaysLeft(now.Add(left), now); got != want {
			t.Errorf("DaysLeft(%v) = %q, want %q", left, got, want)
		}
	}
}
