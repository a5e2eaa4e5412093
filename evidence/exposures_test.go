package evidence_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/evidence"
	"dojo/models"
)

func TestExposures(t *testing.T) {
	secret := func(o *evidence.Observation) {}
	publishable := func(o *evidence.Observation) {
		o.KeyKind, o.Interactions, o.UserAgent = models.Publishable, true, "curl/8"
	}
	missed := func(o *evidence.Observation) { o.Outcome = models.Missed }
	for name, test := range map[string]struct {
		requests int
		request  func(o *evidence.Observation)
		change   func(o *evidence.Observation)
		want     []models.ExposureKind
	}{
		"a secret key on a server": {100, secret, func(o *evidence.Observation) {}, nil},
		"a secret key in a browser": {1, secret, func(o *evidence.Observation) { o.Browser = true },
			[]models.ExposureKind{models.SecretInBrowser}},
		"a secret key in a query": {1, secret, func(o *evidence.Observation) { o.InQuery = true },
			[]models.ExposureKind{models.SecretInURL}},
		"both": {1, secret,
			func(o *evidence.Observation) { o.Browser, o.InQuery = true, true },
			[]models.ExposureKind{models.SecretInBrowser, models.SecretInURL}},
		"refused, where the team refuses that": {1, secret,
			func(o *evidence.Observation) { o.Browser, o.Outcome = true, models.SecretFromBrowser },
			[]models.ExposureKind{models.SecretInBrowser}},
		"sample data's secret key": {1, secret,
			func(o *evidence.Observation) { o.Browser, o.InQuery, o.Environment = true, true, models.Playground }, nil},
		"a revoked secret key": {1, secret,
			func(o *evidence.Observation) { o.Browser, o.Outcome = true, models.KeyIsRevoked }, nil},
		"a retired secret key": {1, secret,
			func(o *evidence.Observation) { o.InQuery, o.Outcome = true, models.KeyIsRetired }, nil},
		"a few misses": {19, missed, func(o *evidence.Observation) {}, nil},
		"many misses": {20, missed, func(o *evidence.Observation) {},
			[]models.ExposureKind{models.WrongEnvironment}},
		"a publishable key in a browser": {50, publishable, func(o *evidence.Observation) { o.Browser = true },
			nil},
		"in one that tells no origin": {50, publishable,
			func(o *evidence.Observation) { o.UserAgent = "Mozilla/5.0 (X11)" }, nil},
		"a publishable key tried by hand": {49, publishable, func(o *evidence.Observation) {}, nil},
		"a publishable key on a server": {50, publishable, func(o *evidence.Observation) {},
			[]models.ExposureKind{models.PublishableOnServer}},
		"one that is refused": {50, publishable,
			func(o *evidence.Observation) { o.Outcome = models.PlaygroundReadOnly }, nil},
		"a publishable key in a query": {10, publishable, func(o *evidence.Observation) { o.InQuery = true },
			nil},
	} {
		t.Run(name, func(t *testing.T) {
			c, kept := collector()
			observe(c, test.requests, func(i int, o *evidence.Observation) {
				test.request(o)
				test.change(o)
				if i%10 == 0 { // the flushes between do not matter
					flush(t, c)
				}
			})
			flush(t, c)
			var kinds []models.ExposureKind
			for _, e := range kept.all().Exposures {
				kinds = append(kinds, e.Kind)
				if e.EnvironmentID != "environment" || e.KeyID != "key" || e.Address != "192.0.2.7" ||
					e.Requests == 0 || e.FirstSeenAt.IsZero() || e.LastSeenAt.IsZero() {
					t.Errorf("the exposure is %+v", e)
				}
			}
			slices.Sort(kinds)
			slices.Sort(test.want)
			if !slices.Equal(kinds, test.want) {
				t.Errorf("the exposures are %v; want %v", kinds, test.want)
			}
		})
	}
}

func TestBurstsAreOfOneHour(t *testing.T) {
	c, kept := collector()
	miss := func(n int, at time.Time) {
		observe(c, n, func(_ int, o *evidence.Observation) { o.At, o.Outcome = at, models.Missed })
		flush(t, c)
	}
	start := observation().At
	miss(19, start)
	miss(19, start.Add(time.Hour))
	if got := kept.all().Exposures; len(got) > 0 {
		t.Errorf("19 misses in each of two hours are %+v; want nothing", got)
	}
	miss(1, start.Add(time.Hour))
	if got := kept.all().Exposures; len(got) != 1 || got[0].Requests != 20 {
		t.Errorf("20 misses in an hour are %+v; want one exposure of 20 requests", got)
	}
	miss(19, start.Add(time.Hour)) // after a burst it takes another one
	if got := kept.all().Exposures; len(got) != 1 {
		t.Errorf("there are %d exposures; want one", len(got))
	}
}

func TestAKeyThatMostlyHitsIsInItsEnvironment(t *testing.T) {
	c, kept := collector()
	observe(c, 30, func(int, *evidence.Observation) {})
	flush(t, c)
	observe(c, 25, func(_ int, o *evidence.Observation) { o.Outcome = models.Missed })
	flush(t, c)
	if got := kept.all().Exposures; len(got) > 0 {
		t.Errorf("25 misses after 30 hits are %+v; want nothing", got)
	}
}

// TestProgramsThatSendKeysInURLsAreToldApart, by name, up to a limit, and none that holds a key.
func TestProgramsThatSendKeysInURLsAreToldApart(t *testing.T) {
	c, kept := collector()
	key := models.NewKey()
	agents := []string{"curl/8.5.0", "curl/8.6.0", "shop-sync/2 (linux)", "", key}
	observe(c, len(agents), func(i int, o *evidence.Observation) { o.InQuery, o.UserAgent = true, agents[i] })
	flush(t, c)
	requests := map[string]int64{}
	for _, e := range kept.all().Exposures {
		requests[e.Program] += e.Requests
	}
	if len(requests) != 4 || requests["curl"] != 2 || requests["shop-sync"] != 1 || requests["Unnamed program"] != 1 {
		t.Errorf("the programs are %v", requests)
	}
	for program := range requests {
		if strings.Contains(program, key[:12]) {
			t.Errorf("a part of a key is the program %q", program)
		}
	}

	c, kept = collector()
	observe(c, 50, func(i int, o *evidence.Observation) { o.InQuery, o.UserAgent = true, fmt.Sprintf("made-up-%d", i) })
	flush(t, c)
	var sum, others int64
	for _, e := range kept.all().Exposures {
		sum += e.Requests
		if e.Program == "" {
			others = e.Requests
		}
	}
	if n := len(kept.all().Exposures); n != 21 || sum != 50 || others != 30 {
		t.Errorf("50 programs are %d exposures of %d requests, %d of them of programs not told apart", n, sum, others)
	}
}
