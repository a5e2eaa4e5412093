package samples

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// product is a product record; see the field names in the uploads API.
type product struct {
	ProductID        string            `json:"product_id"`
	Type             string            `json:"type"`
	Title            string            `json:"title"`
	Subtitle         string            `json:"subtitle"`
	Description      string            `json:"description"`
	ShortDescription string            `json:"short_description"`
	Language         string            `json:"language"`
	CreatedAt        string            `json:"created_at"`
	Categories       [][]string        `json:"categories"`
	Tags             []string          `json:"tags"`
	Brand            string            `json:"brand"`
	Size             string            `json:"size"`
	Material         string            `json:"material,omitempty"`
	OriginalPrice    int               `json:"original_price"`
	SalePrice        int               `json:"sale_price"`
	Availability     string            `json:"availability"`
	Rating           float64           `json:"rating"`
	URL              string            `json:"url"`
	RelatedIDs       []string          `json:"related_ids"`
	Attributes       productAttributes `json:"custom_attributes"`
}

// productAttributes keep one type each across the catalog, as the uploads API asks.
type productAttributes struct {
	Currency      string   `json:"currency"`
	Origin        string   `json:"origin"`
	GiftWrap      bool     `json:"gift_wrap"`
	ShelfLifeDays int      `json:"shelf_life_days,omitempty"`
	Storage       string   `json:"storage,omitempty"`
	MayContain    []string `json:"may_contain,omitempty"`
	PairsWith     []string `json:"pairs_with"`
}

// shopOpened is before every date in the catalog and every shopper's first visit.
var shopOpened = time.Date(2024, time.April, 6, 0, 0, 0, 0, time.UTC)

func catalog() []product {
	r := source(catalogStream)
	products := make([]product, 0, ProductCount)
	for _, s := range shelves {
		for i := range s.goods {
			products = append(products, s.product(r, i))
		}
	}
	return products
}

func (s shelf) product(r *rand.Rand, i int) product {
	g := s.goods[i]
	maker := s.makers[i%len(s.makers)]
	p := product{
		ProductID: s.id(i),
		Type:      "product",
		Title:     g.name,
		Subtitle:  g.japanese,
		Description: fmt.Sprintf("%s (%s), %s, made by %s in %s. %s", g.name, g.japanese, g.size, maker.name,
			maker.place, s.use),
		ShortDescription: s.use,
		Language:         "en",
		CreatedAt:        shopOpened.AddDate(0, 0, r.IntN(700)).Format(time.DateOnly),
		Categories:       [][]string{{s.aisle, s.name}},
		Tags:             append(strings.Fields(g.tags), s.tag),
		Brand:            maker.name,
		Size:             g.size,
		Material:         s.material,
		OriginalPrice:    g.yen,
		SalePrice:        salePrice(r, g.yen),
		Availability:     availability(r),
		Rating:           math.Round(10*min(5, 4.3+0.4*r.NormFloat64())) / 10,
		URL:              "https://pantry.example/products/" + strings.ToLower(s.id(i)),
		RelatedIDs:       []string{s.id((i + 1) % len(s.goods)), s.id((i + 4) % len(s.goods))},
		Attributes: productAttributes{
			Currency:      "JPY",
			Origin:        maker.place,
			GiftWrap:      g.yen >= 1500,
			ShelfLifeDays: s.days,
			Storage:       s.storage,
			MayContain:    s.mayContain,
			PairsWith:     s.pairs,
		},
	}
	if i%6 == 4 {
		// Some of the shop's labels were never translated.
		p.Title, p.Subtitle, p.Language = g.japanese, g.name, "ja"
	}
	return p
}

func (s shelf) id(i int) string { return fmt.Sprintf("%s-%d", s.code, 101+i) }

// salePrice takes a tenth or a quarter off about one price in eight, down to full tens.
func salePrice(r *rand.Rand, yen int) int {
	switch r.IntN(16) {
	case 0:
		return yen * 3 / 4 / 10 * 10
	case 1:
		return yen * 9 / 10 / 10 * 10
	}
	return yen
}

func availability(r *rand.Rand) string {
	switch r.IntN(20) {
	case 0:
		return "OUT_OF_STOCK"
	case 1:
		return "PRE_ORDER"
	}
	return "IN_STOCK"
}
