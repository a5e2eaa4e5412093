package samples

import (
	"slices"
	"time"
)

// asides are what shoppers do on a product's page besides buying, with their odds.
var asides = []struct {
	kind   string
	chance float64
	lasts  bool // the interaction carries a duration
}{
	{"product_image_view", 0.18, false},
	{"read", 0.08, true}, // the recipe card
	{"watch", 0.04, true},
	{"like", 0.09, false},
	{"dislike", 0.01, false},
	{"bookmark", 0.05, false},
	{"add_to_collection", 0.04, false},
	{"remove_from_collection", 0.01, false},
	{"share", 0.03, false},
}

// open looks at a product's page, and perhaps puts it in the cart.
func (v *visit) open(id string) {
	path, one := productPath(id), []string{id}
	v.linger(path, 12*time.Second, interaction{Type: "product_detail_page_view", ProductIDs: one})
	for _, aside := range asides {
		if !chance(v.shop.r, aside.chance) {
			continue
		}
		did := interaction{Type: aside.kind, ProductIDs: one}
		if aside.lasts {
			v.linger(path, 20*time.Second, did)
			continue
		}
		v.note(path, did)
		v.pass(5 * time.Second)
	}
	p := v.shop.products[id]
	switch {
	case p.Availability == "OUT_OF_STOCK" && chance(v.shop.r, 0.4):
		v.note(path, interaction{Type: "custom", CustomAction: "back_in_stock_alert", ProductIDs: one})
	case p.Availability != "OUT_OF_STOCK" && !slices.Contains(v.cart, id) && chance(v.shop.r, 0.3):
		v.add(id)
	}
	v.pass(4 * time.Second)
}

func (v *visit) add(id string) {
	count := 1 + often(v.shop.r, 4)
	v.pass(2 * time.Second)
	v.note(productPath(id), interaction{Type: "add_to_cart", ProductIDs: []string{id}, Quantities: []int{count}})
	v.cart, v.counts = append(v.cart, id), append(v.counts, count)
}

// pay ends the visit at the till if there is something in the cart and the shopper means it.
// Nobody pays anonymously: a visitor signs in first.
func (v *visit) pay() {
	r := v.shop.r
	if len(v.cart) > 1 && chance(r, 0.2) {
		v.pass(10 * time.Second)
		v.note("/cart", interaction{Type: "remove_from_cart", ProductIDs: v.cart[:1:1]})
		v.cart, v.counts = v.cart[1:], v.counts[1:]
	}
	if len(v.cart) == 0 || chance(r, 0.35) {
		v.cart = nil
		return
	}
	v.pass(30 * time.Second)
	v.known = true
	v.note("/checkout", interaction{Type: "checkout", ProductIDs: v.cart, Quantities: v.counts, Revenue: v.revenue()})
	if chance(r, 0.15) {
		v.pass(10 * time.Second)
		v.note("/account", interaction{
			Type: pick(r, []string{"subscribe", "subscribe", "unsubscribe"}), ProductIDs: v.cart[:1:1],
		})
	}
}

func (v *visit) revenue() int {
	yen := 0
	for i, id := range v.cart {
		yen += v.counts[i] * v.shop.products[id].SalePrice
	}
	return yen
}

// later is what comes of a purchase once the parcel is there: a rating, an answer to the
// shop's question, now and then a refund. What would lie after now has not happened yet.
func (v *visit) later(now time.Time) {
	if len(v.cart) == 0 {
		return
	}
	r := v.shop.r
	one := v.cart[:1:1]
	v.ad = nil
	v.at = v.at.Add(time.Duration(2*24+r.IntN(6*24)) * time.Hour)
	if v.at.After(now) {
		return
	}
	switch n := r.IntN(20); {
	case n < 7:
		v.note(productPath(one[0]), interaction{Type: "rate", ProductIDs: one, Rating: min(5, 3+r.IntN(4))})
	case n < 8:
		v.note(productPath(one[0]), interaction{Type: "rate", ProductIDs: one, Rating: 1 + r.IntN(2)})
	case n < 10:
		v.note("/orders", interaction{Type: "refund", ProductIDs: one})
	case n < 12:
		v.note("/orders", interaction{
			Type: "feedback", QuestionID: "delivery", ResultType: "answer",
			Value: pick(r, []string{"on time", "on time", "early", "late"}),
		})
	}
}
