package pages

import (
	"strings"
	"testing"
	"time"
)

func TestSharesNeverCallSomethingNothing(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{
		{0, 0, "0%"}, {0, 9, "0%"}, {1, 100000, "under 0.1%"}, {3, 200, "1.5%"}, {1, 3, "33%"}, {2, 3, "67%"},
		{5, 5, "100%"},
	} {
		if got := share(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d is %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}

func TestTheAxisEndsAtARoundNumber(t *testing.T) {
	for most, want := range map[int]int{0: 2, 1: 2, 3: 4, 5: 6, 11: 12, 17: 20, 101: 120, 1118: 1200, 9999: 10000} {
		chart := Chart{Bars: []Bar{{}, {Counts: Counts{Succeeded: most}}}}
		if got := chart.top(); got != want || got%2 != 0 {
			t.Errorf("for %d it ends at %d, want %d", most, got, want)
		}
	}
}

// TestBarsStayInTheDrawing, however little or much of each part there is.
func TestBarsStayInTheDrawing(t *testing.T) {
	chart := Chart{Bars: []Bar{{Counts: Counts{Succeeded: 100000, Refused: 1, Errors: 1}}, {Counts: Counts{Errors: 3}},
		{}}}
	for i, want := range []string{"bar-good bar-refused bar-error", "bar-error", ""} {
		var classes []string
		for _, s := range chart.slices(i) {
			classes = append(classes, s.class)
			if strings.HasPrefix(s.y, "-") || s.height == "0.00" {
				t.Errorf("bar %d has a part at %s of %s", i, s.y, s.height)
			}
		}
		if got := strings.Join(classes, " "); got != want {
			t.Errorf("bar %d is made of %q, want %q", i, got, want)
		}
	}
}

func TestTheCountdownGoesByTheMinute(t *testing.T) {
	now := time.Date(2026, time.November, 23, 14, 5, 0, 0, time.UTC)
	for distance, want := range map[time.Duration]string{
		-time.Second: "ends now", 0: "ends now", 30 * time.Second: "less than a minute left",
		59*time.Minute + time.Second: "1 h 0 min left",
		10 * time.Minute:             "10 min left", 130 * time.Minute: "2 h 10 min left",
		167 * time.Hour: "6 d 23 h left",
	} {
		if got := left(now.Add(distance), now); got != want {
			t.Errorf("%s before the end it says %q, want %q", distance, got, want)
		}
	}
}

func TestHowLongARequestTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		20 * time.Microsecond: "under 0.1 ms", 3400 * time.Microsecond: "3.4 ms", 12 * time.Millisecond: "12 ms",
		1234 * time.Millisecond: "1.2 s",
	} {
		if got := took(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}
