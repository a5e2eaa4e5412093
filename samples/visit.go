package samples

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// shop is what a visit needs to know: the goods with the popular ones found more
// often, and the regulars who come more often than others.
type shop struct {
	r        *rand.Rand
	products map[string]product
	regulars []user
}

func newShop(r *rand.Rand) *shop {
	s := &shop{r: r, products: map[string]product{}, regulars: shoppers()}
	for _, p := range catalog() {
		s.products[p.ProductID] = p
	}
	r.Shuffle(len(s.regulars), func(i, j int) { s.regulars[i], s.regulars[j] = s.regulars[j], s.regulars[i] })
	return s
}

// often gives an index below n, the low ones several times as often as the high ones.
func often(r *rand.Rand, n int) int { return int(float64(n) * r.Float64() * r.Float64()) }

// visit is one shopper's way through the shop, as far as it has come.
type visit struct {
	shop   *shop
	who    user
	known  bool // signed in: the interactions carry the user's id
	anon   string
	agent  string
	ad     *campaign
	at     time.Time
	cart   []string
	counts []int
	log    []interaction
}

var agents = []string{
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 " +
		"Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile " +
		"Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 " +
		"Safari/605.1.15",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0",
}

var campaigns = []campaign{
	{"new-harvest-tea", "newsletter", "email"},
	{"hot-pot-season", "search", "cpc"},
	{"pantry-basics", "social", "post"},
}

// visit plays one visit that starts at the given time, or earlier if it would not be over
// by now, and what the shopper did in the days after.
func (s *shop) visit(start, now time.Time) []interaction {
	v := &visit{
		shop:  s,
		who:   s.regulars[often(s.r, len(s.regulars))],
		known: chance(s.r, 0.6),
		anon:  fmt.Sprintf("anon-%012x", s.r.Uint64()>>16),
		agent: pick(s.r, agents),
		at:    start,
	}
	v.arrive()
	for range 1 + s.r.IntN(4) {
		v.browse()
	}
	v.pay()
	if late := v.at.Sub(now); late > 0 {
		v.shift(-late)
	}
	v.later(now)
	return v.log
}

// shift moves the whole visit in time.
func (v *visit) shift(by time.Duration) {
	for i := range v.log {
		v.log[i].Timestamp = v.log[i].Timestamp.Add(by).Truncate(time.Second)
	}
	v.at = v.at.Add(by)
}

// note writes down one interaction at the visit's clock, on the given page of the shop.
func (v *visit) note(path string, i interaction) {
	i.AnonymousID = v.anon
	if v.known {
		i.UserID = v.who.UserID
	}
	i.Timestamp = v.at.UTC().Truncate(time.Second)
	i.Context = setting{
		Campaign: v.ad, Locale: v.who.locale, Page: page{"https://pantry.example" + path}, UserAgent: v.agent,
	}
	v.log = append(v.log, i)
}

// linger writes down one interaction and stays for a while, its duration.
func (v *visit) linger(path string, least time.Duration, i interaction) {
	v.note(path, i)
	v.log[len(v.log)-1].Duration = v.pass(least)
}

// pass lets some time go by, at least least and at most four times that, and gives it in seconds.
func (v *visit) pass(least time.Duration) int {
	took := least + time.Duration(v.shop.r.Int64N(int64(3*least)))
	v.at = v.at.Add(took)
	return int(took.Seconds())
}

func (v *visit) arrive() {
	switch n := v.shop.r.IntN(20); {
	case n < 13:
		v.linger("/", 6*time.Second, interaction{Type: "home_page_view"})
	case n < 17:
		ad := pick(v.shop.r, campaigns)
		v.ad = &ad
		v.linger("/offers/"+ad.Name, 8*time.Second, interaction{Type: "promo_page_view"})
	}
}

// browse finds a shelf, looks at what is on it, and opens one or two of its goods.
func (v *visit) browse() {
	r := v.shop.r
	s := shelves[r.IntN(len(shelves))]
	path := "/shelves/" + s.tag
	if chance(r, 0.55) {
		path = "/search"
		v.note(path, interaction{Type: "search", Search: s.search(r)})
	} else {
		v.linger(path, 7*time.Second, interaction{Type: "category_page_view", Category: []string{s.aisle, s.name}})
	}
	v.pass(3 * time.Second)
	ids := s.shown(r)
	if chance(r, 0.35) {
		v.note(path, interaction{Type: pick(r, []string{"impression", "viewable_impression"}), ProductIDs: ids})
		v.pass(4 * time.Second)
	}
	for _, id := range ids[:r.IntN(3)] {
		if chance(r, 0.3) {
			v.note(path, interaction{Type: "click", ProductIDs: []string{id}})
			v.pass(time.Second)
		}
		v.open(id)
	}
}

func (s shelf) search(r *rand.Rand) *search {
	found := &search{Keywords: pick(r, s.keywords)}
	if chance(r, 0.2) {
		found.Filters = map[string][]string{"brand": {pick(r, s.makers).name}}
	}
	return found
}

// shown gives four different goods of the shelf, its first ones more often.
func (s shelf) shown(r *rand.Rand) []string {
	first := often(r, len(s.goods))
	ids := make([]string, 4)
	for i := range ids {
		ids[i] = s.id((first + 3*i) % len(s.goods))
	}
	return ids
}

func productPath(id string) string { return "/products/" + strings.ToLower(id) }
