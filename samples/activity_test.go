package samples_test

import (
	"slices"
	"testing"
	"time"

	"dojo/samples"
)

func TestInteractionsLieInTheSpanOldestFirst(t *testing.T) {
	all := decode[interaction](t, samples.Interactions(now))
	if !slices.IsSortedFunc(all, func(a, b interaction) int { return a.Timestamp.Compare(b.Timestamp) }) {
		t.Error("not oldest first")
	}
	first, last := all[0].Timestamp, all[len(all)-1].Timestamp
	if first.Before(now.Add(-samples.Span)) || first.After(now.Add(-samples.Span+48*time.Hour)) {
		t.Errorf("the first is of %v, %v before now", first, now.Sub(first))
	}
	if last.After(now) || last.Before(now.Add(-5*time.Minute)) {
		t.Errorf("the last is of %v, %v before now", last, now.Sub(last))
	}
}

func TestNoInteractionIsInTheFutureWheneverTheShopIsAsked(t *testing.T) {
	for hour := range 24 {
		at := now.Add(time.Duration(hour) * time.Hour)
		all := samples.Interactions(at)
		last := decode[interaction](t, all[len(all)-1:])[0].Timestamp
		if last.After(at) {
			t.Errorf("asked at %v, the last is of %v", at, last)
		}
	}
}

func TestTheShopHasADailyAndAWeeklyRhythm(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	var hours [24]int
	var days [7]int
	for _, in := range decode[interaction](t, samples.Interactions(now)) {
		at := in.Timestamp.In(tokyo)
		hours[at.Hour()]++
		days[at.Weekday()]++
	}
	evening, night := hours[19]+hours[20]+hours[21], hours[2]+hours[3]+hours[4]
	if evening < 4*night {
		t.Errorf("%d interactions from 19 to 22, %d from 2 to 5", evening, night)
	}
	weekend := (days[time.Saturday] + days[time.Sunday]) / 2
	midweek := (days[time.Tuesday] + days[time.Wednesday]) / 2
	if 4*weekend < 5*midweek {
		t.Errorf("%d interactions on a weekend day, %d on one of the middle of the week", weekend, midweek)
	}
}

func TestTheMixOfTypesIsAShops(t *testing.T) {
	count := map[string]int{}
	for _, in := range decode[interaction](t, samples.Interactions(now)) {
		count[in.Type]++
	}
	falling := []string{"product_detail_page_view", "add_to_cart", "checkout", "refund"}
	for i, kind := range falling[1:] {
		if more := falling[i]; count[kind] == 0 || 2*count[kind] > 3*count[more] || count[kind] >= count[more] {
			t.Errorf("%d %s, %d %s", count[more], more, count[kind], kind)
		}
	}
	if len(count) < 20 {
		t.Errorf("only %d types: %v", len(count), count)
	}
}

// A visitor is known by the anonymous id, which is new on each visit.
func TestVisitsMakeSense(t *testing.T) {
	products := productsByID(t)
	seen := map[string]map[string]bool{} // visitor → what was viewed, added and bought
	for i, in := range decode[interaction](t, samples.Interactions(now)) {
		did := seen[in.AnonymousID]
		if did == nil {
			did = map[string]bool{}
			seen[in.AnonymousID] = did
		}
		needs := map[string]string{"add_to_cart": "product_detail_page_view", "checkout": "add_to_cart",
			"rate": "checkout", "refund": "checkout"}[in.Type]
		for _, id := range in.ProductIDs {
			if needs != "" && !did[needs+id] {
				t.Errorf("interaction %d: %s of %s without a %s before", i, in.Type, id, needs)
			}
			did[in.Type+id] = true
		}
		if in.Type != "checkout" {
			continue
		}
		if in.UserID == "" {
			t.Errorf("interaction %d: an anonymous checkout", i)
		}
		sum := 0.0
		for j, id := range in.ProductIDs {
			sum += in.Quantities[j] * products[id].Sale
		}
		if sum == 0 || sum != in.Revenue {
			t.Errorf("interaction %d: revenue %v, the goods cost %v", i, in.Revenue, sum)
		}
	}
}
