package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"dojo/models"
	"dojo/records"
	"dojo/samples"
)

// send uploads a list of records, which is parsed the way an upload is.
func (b *builder) send(email, team string, kind models.EnvironmentKind, of models.Collection, list any) {
	var batch models.Batch
	b.do(func() error {
		body, err := json.Marshal(map[string]any{"data": list})
		if err != nil {
			return err
		}
		var rejected *records.Rejection
		if batch, rejected = records.Parse(of, body); rejected != nil {
			return fmt.Errorf("%s: %v", rejected.Message, rejected.Lines)
		}
		return nil
	})
	b.upload(email, team, kind, batch)
}

// uploadCatalog gives a team of grocers the sample shop's catalog for its own.
func (b *builder) uploadCatalog(email, team string, kind models.EnvironmentKind) {
	b.send(email, team, kind, models.Products, samples.Products())
	b.send(email, team, kind, models.EndUsers, samples.Users())
	b.send(email, team, kind, models.Interactions, samples.Interactions(b.clock)[samples.InteractionCount-400:])
}

// books is the beginning of Acme's catalog.
var books = []struct{ title, author, shelf string }{
	{"The Lighthouse Ledger", "Maren Oduya", "Fiction"}, {"Salt in the Orchard", "Tomas Lindqvist", "Fiction"},
	{"A Map of Small Rivers", "Ines Okafor", "Travel"}, {"Nine Winters North", "Pekka Aalto", "Travel"},
	{"The Patient Compiler", "Ruth Adeyemi", "Technology"}, {"Queues and Quiet", "Daniel Weiss", "Technology"},
	{"Bread Before Dawn", "Claire Fontaine", "Cooking"}, {"Fermenting at Home", "Hana Sato", "Cooking"},
	{"The Paper Astronomer", "Lucía Herrera", "Science"}, {"What Moss Remembers", "Eilidh Fraser", "Science"},
	{"Letters to a Younger Sea", "João Prado", "Poetry"}, {"Unfinished Bridges", "Amara Nwosu", "Poetry"},
	{"The Understudy", "Felix Brandt", "Crime"}, {"Cold Harbour Lane", "Siobhan Reilly", "Crime"},
	{"The Clockmaker's Index", "Noor Haddad", "Crime"}, {"Little Owl Counts to Ten", "Mei Chen", "Children"},
	{"The Boat That Would Not Wait", "Ana Kovač", "Children"}, {"Green Towns", "Priya Menon", "Society"},
	{"How Cities Sleep", "Omar Farouk", "Society"}, {"The Second Violin", "Greta Nowak", "Biography"},
}

const readerCount = 36

func readerID(n int) string { return fmt.Sprintf("reader-%03d", n+1) }
func bookID(n int) string   { return fmt.Sprintf("book-%04d", 1001+n) }

func (b *builder) uploadBooks() {
	var products, users []map[string]any
	for i, book := range books {
		products = append(products, map[string]any{
			"product_id": bookID(i), "title": book.title, "authors": []string{book.author},
			"categories": [][]string{{"Books", book.shelf}}, "sale_price": 9.5 + float64(i%7)*2,
			"availability":      "IN_STOCK",
			"custom_attributes": map[string]any{"pages": 180 + 17*i, "signed": i%6 == 0},
		})
	}
	for i := range readerCount {
		users = append(users, map[string]any{"user_id": readerID(i), "country": []string{"GB", "IE", "DE", "NL"}[i%4]})
	}
	b.send("dev@acme.example", "acme", models.Development, models.Products, products)
	b.send("dev@acme.example", "acme", models.Development, models.EndUsers, users)
}

// readers lets Acme's test readers browse for some hours of one day.
func (b *builder) readers(daysAgo int, hours int) {
	dice := rand.New(rand.NewPCG(uint64(daysAgo), 1))
	for hour := hours; hour > 0; hour-- {
		b.ago(daysAgo, float64(hour))
		var visits []map[string]any
		for range 1 + dice.IntN(5) {
			visits = append(visits, b.visit(dice))
		}
		b.send("dev@acme.example", "acme", models.Development, models.Interactions, visits)
	}
}

func (b *builder) visit(dice *rand.Rand) map[string]any {
	kinds := []string{"product_detail_page_view", "product_detail_page_view", "product_detail_page_view", "search",
		"add_to_cart", "like", "checkout"}
	kind := kinds[dice.IntN(len(kinds))]
	visit := map[string]any{
		"type": kind, "user_id": readerID(dice.IntN(readerCount)),
		"timestamp": b.clock.Add(-time.Duration(dice.IntN(600)) * time.Second).Format(time.RFC3339),
	}
	switch book := dice.IntN(len(books)); kind {
	case "search":
		visit["search"] = map[string]any{"keywords": books[book].shelf}
	case "checkout":
		visit["product_ids"], visit["revenue"] = []string{bookID(book)}, 9.5+float64(book%7)*2
	default:
		visit["product_ids"] = []string{bookID(book)}
	}
	return visit
}
