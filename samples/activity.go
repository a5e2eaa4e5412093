package samples

import (
	"math/rand/v2"
	"slices"
	"sort"
	"time"
)

// interaction is an interaction record; see the field names in the uploads API.
type interaction struct {
	Type         string    `json:"type"`
	UserID       string    `json:"user_id,omitempty"`
	AnonymousID  string    `json:"anonymous_id"`
	Timestamp    time.Time `json:"timestamp"`
	ProductIDs   []string  `json:"product_ids,omitempty"`
	Duration     int       `json:"duration,omitempty"` // seconds
	Quantities   []int     `json:"quantities,omitempty"`
	Revenue      int       `json:"revenue,omitempty"` // yen
	Rating       int       `json:"rating,omitempty"`  // 1 to 5
	Category     []string  `json:"category,omitempty"`
	Search       *search   `json:"search,omitempty"`
	CustomAction string    `json:"custom_action_name,omitempty"`
	QuestionID   string    `json:"question_id,omitempty"`
	ResultType   string    `json:"result_type,omitempty"`
	Value        string    `json:"value,omitempty"`
	Context      setting   `json:"context"`
}

type search struct {
	Keywords string              `json:"keywords"`
	Filters  map[string][]string `json:"filters,omitempty"`
}

// setting is an interaction's context: where on the site, and from what browser.
type setting struct {
	Campaign  *campaign `json:"campaign,omitempty"`
	Locale    string    `json:"locale"`
	Page      page      `json:"page"`
	UserAgent string    `json:"user_agent"`
}

type campaign struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	Medium string `json:"medium"`
}

type page struct {
	URL string `json:"url"`
}

// activity plays visits until there are enough interactions, and puts them in order.
func activity(now time.Time) []interaction {
	r := source(activityStream)
	shop := newShop(r)
	hours := newRhythm(now)
	all := shop.visit(now, now) // somebody has just been here, whenever one looks
	for len(all) < InteractionCount {
		all = append(all, shop.visit(hours.start(r), now)...)
	}
	// Leave off the end of the last visit, not the newest interactions.
	all = all[:InteractionCount]
	slices.SortStableFunc(all, func(a, b interaction) int { return a.Timestamp.Compare(b.Timestamp) })
	return all
}

// rhythm draws moments so that the shop is busy in the evening and at the weekend,
// and a little busier every week.
type rhythm struct {
	from  time.Time
	total []float64 // running sum of the weights of the hours since from
}

// tokyo is the shop's own time; a fixed zone, as Japan has no summer time and the
// machine may have no time zone database.
var tokyo = time.FixedZone("JST", 9*60*60)

// byHour weighs the hours of the shop's day from midnight.
var byHour = [24]float64{3, 2, 1, 1, 1, 2, 4, 6, 7, 8, 9, 10, 14, 11, 9, 8, 9, 10, 12, 15, 18, 19, 14, 7}

// byWeekday weighs the days from Sunday.
var byWeekday = [7]float64{1.5, 0.8, 0.85, 0.9, 1, 1.15, 1.6}

func newRhythm(now time.Time) rhythm {
	hours := int(Span / time.Hour)
	from := now.Add(-Span)
	total := make([]float64, hours)
	sum := 0.0
	for i := range total {
		at := from.Add(time.Duration(i) * time.Hour).In(tokyo)
		growth := 1 + 0.35*float64(i)/float64(hours)
		sum += byHour[at.Hour()] * byWeekday[at.Weekday()] * growth
		total[i] = sum
	}
	return rhythm{from: from, total: total}
}

func (h rhythm) start(r *rand.Rand) time.Time {
	hour := sort.SearchFloat64s(h.total, r.Float64()*h.total[len(h.total)-1])
	return h.from.Add(time.Duration(hour)*time.Hour + time.Duration(r.IntN(3600))*time.Second)
}
