package models

import (
	"strconv"
	"strings"
	"time"
)

// TrialOffer is what a team may take by itself, once: its Development is unlocked for some
// days, with so many requests a day. The zero value offers nothing.
type TrialOffer struct {
	Days   int // from 1 to MaxTrialDays; the day on which it is taken is not counted
	PerDay int // requests a day, in UTC
}

// MaxTrialDays is how long a trial may be offered for.
const MaxTrialDays = 365

// ParseTrialOffer reads an offer as String writes it, such as "14d,1000". An empty text
// offers nothing.
func ParseTrialOffer(text string) (TrialOffer, error) {
	if text == "" {
		return TrialOffer{}, nil
	}
	wrong := Errorf(Invalid, "is not an offer; give days, from 1 to %d, and requests a day, such as 14d,1000",
		MaxTrialDays)
	days, perDay, ok := strings.Cut(text, ",")
	days, inDays := strings.CutSuffix(strings.TrimSpace(days), "d")
	offer := TrialOffer{}
	var err error
	if offer.Days, err = strconv.Atoi(days); err != nil || !ok || !inDays || offer.Days < 1 || offer.Days > MaxTrialDays {
		return TrialOffer{}, wrong
	}
	if offer.PerDay, err = strconv.Atoi(strings.TrimSpace(perDay)); err != nil || offer.PerDay < 1 ||
		offer.PerDay > MaxPerDay {
		return TrialOffer{}, wrong
	}
	return offer, nil
}

// String is the offer as ParseTrialOffer reads it.
func (o TrialOffer) String() string {
	if o == (TrialOffer{}) {
		return ""
	}
	return strconv.Itoa(o.Days) + "d," + strconv.Itoa(o.PerDay)
}

// Open reports whether the environment's team may take the offer: for its Development,
// as long as no agreement has covered that or will.
func (o TrialOffer) Open(environment Environment) bool {
	return o != (TrialOffer{}) && environment.Kind == Development && len(environment.Covers) == 0
}

// Terms are those of a trial that is taken now.
func (o TrialOffer) Terms(now time.Time) Terms {
	return Terms{
		Reference: "Trial of " + now.UTC().Format("2 January 2006"), FirstAt: now,
		EndsAt: DayOf(now).AddDate(0, 0, o.Days+1), Covers: []EnvironmentKind{Development}, PerDay: o.PerDay,
	}
}

// Check refuses terms that an agreement of the kind cannot have: a trial opens Development
// and nothing else.
func (k AgreementKind) Check(terms Terms) error {
	for _, covered := range terms.Covers {
		if k == Trial && covered != Development {
			return InvalidField("covers", "A trial is for Development only. Make an agreement for %s.", covered.Name())
		}
	}
	return nil
}
