package samples_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"dojo/samples"
)

// now is a Tuesday afternoon in Tokyo.
var now = time.Date(2026, time.November, 24, 6, 30, 0, 0, time.UTC)

func decode[T any](t *testing.T, bodies []json.RawMessage) []T {
	t.Helper()
	out := make([]T, len(bodies))
	for i, body := range bodies {
		if err := json.Unmarshal(body, &out[i]); err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
	}
	return out
}

type product struct {
	ProductID  string   `json:"product_id"`
	Title      string   `json:"title"`
	Original   float64  `json:"original_price"`
	Sale       float64  `json:"sale_price"`
	RelatedIDs []string `json:"related_ids"`
}

type interaction struct {
	Type        string    `json:"type"`
	UserID      string    `json:"user_id"`
	AnonymousID string    `json:"anonymous_id"`
	Timestamp   time.Time `json:"timestamp"`
	ProductIDs  []string  `json:"product_ids"`
	Quantities  []float64 `json:"quantities"`
	Revenue     float64   `json:"revenue"`
}

func productsByID(t *testing.T) map[string]product {
	t.Helper()
	byID := map[string]product{}
	for _, p := range decode[product](t, samples.Products()) {
		byID[p.ProductID] = p
	}
	return byID
}

func userIDs(t *testing.T) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, u := range decode[struct {
		UserID string `json:"user_id"`
	}](t, samples.Users()) {
		ids[u.UserID] = true
	}
	return ids
}

func TestSizesAndUniqueIDs(t *testing.T) {
	if got := len(samples.Products()); got != samples.ProductCount {
		t.Errorf("%d products, want %d", got, samples.ProductCount)
	}
	if got := len(productsByID(t)); got != samples.ProductCount {
		t.Errorf("%d different product ids, want %d", got, samples.ProductCount)
	}
	if got := len(samples.Users()); got != samples.UserCount {
		t.Errorf("%d users, want %d", got, samples.UserCount)
	}
	if got := len(userIDs(t)); got != samples.UserCount {
		t.Errorf("%d different user ids, want %d", got, samples.UserCount)
	}
	if got := len(samples.Interactions(now)); got != samples.InteractionCount {
		t.Errorf("%d interactions, want %d", got, samples.InteractionCount)
	}
}

func TestTheSameCallGivesTheSameBytes(t *testing.T) {
	same := func(name string, a, b []json.RawMessage) {
		if !slices.EqualFunc(a, b, func(x, y json.RawMessage) bool { return bytes.Equal(x, y) }) {
			t.Errorf("two calls gave different %s", name)
		}
	}
	same("products", samples.Products(), samples.Products())
	same("users", samples.Users(), samples.Users())
	same("interactions", samples.Interactions(now), samples.Interactions(now))
}

func TestProductsAreToldApartAndPriced(t *testing.T) {
	byID := productsByID(t)
	titles := map[string]string{}
	for id, p := range byID {
		if other := titles[p.Title]; other != "" {
			t.Errorf("%s and %s are both called %q", id, other, p.Title)
		}
		titles[p.Title] = id
		if p.Sale <= 0 || p.Sale > p.Original {
			t.Errorf("%s sells for %v of %v yen", id, p.Sale, p.Original)
		}
		for _, related := range p.RelatedIDs {
			if _, ok := byID[related]; !ok || related == id {
				t.Errorf("%s is related to %q", id, related)
			}
		}
	}
}

func TestUsersHaveNamesOfTheirOwn(t *testing.T) {
	names := map[string]bool{}
	for _, u := range decode[struct{ Name, City, Country string }](t, samples.Users()) {
		if names[u.Name] || u.Name == "" || u.City == "" || u.Country == "" {
			t.Errorf("a second or an incomplete %+v", u)
		}
		names[u.Name] = true
	}
}

func TestInteractionsNameWhatExists(t *testing.T) {
	products, users := productsByID(t), userIDs(t)
	for i, in := range decode[interaction](t, samples.Interactions(now)) {
		if in.UserID != "" && !users[in.UserID] {
			t.Errorf("interaction %d names user %q", i, in.UserID)
		}
		for _, id := range in.ProductIDs {
			if _, ok := products[id]; !ok {
				t.Errorf("interaction %d names product %q", i, id)
			}
		}
	}
}

// The demo makes the data set at its start, which is to take less than a second in all.
func BenchmarkInteractions(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		samples.Interactions(now)
	}
}
