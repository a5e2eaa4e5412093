package pages

import (
	"time"

	"dojo/words"
)

// Catalog is /t/{team}/{environment}/catalog: the products.
type Catalog struct {
	Base
	Records
}

// Users is /t/{team}/{environment}/users.
type Users struct {
	Base
	Records
}

// Records is a list of products or users.
type Records struct {
	DataSet
	// Query is what is searched for: the parameter q.
	Query string
	// Sort is the order: a value of recordSorts.
	Sort string
	Rows []Record
	// Exact is the record whose whole id was searched for, when it is not among the rows.
	Exact *Record
}

// Record is a product or a user in a list.
type Record struct {
	ID string
	// Title is the product's title or the user's name; may be empty.
	Title   string
	Updated time.Time
}

// recordSorts are the orders, the usual one first. The labels of the third and
// fourth name the columns.
func recordSorts(nouns recordWords) []Option {
	return []Option{{"", "Last updated"}, {"oldest", "Oldest update"}, {"id", "Id, A to Z"},
		{"title", nouns.title + ", A to Z"}}
}

// neighbours are the words for the parts before and behind.
func (r Records) neighbours() (before, behind string) {
	switch r.Sort {
	case "":
		return "Newer", "Older"
	case "oldest":
		return "Older", "Newer"
	}
	return "Previous", "Next"
}

// recordWords are the words that differ between the lists of products and users.
type recordWords struct {
	dataWords
	title, titleWord string
	search           string
	snippet          string
	curl             func(apiURL string) string
}

// all are the rows, after the one that was meant exactly.
func (r Records) all() []Record {
	if r.Exact == nil {
		return r.Rows
	}
	return append([]Record{*r.Exact}, r.Rows...)
}

// countLine says how many there are.
func (r Records) countLine(nouns recordWords) string {
	if r.Query != "" {
		return "Out of " + words.Plural(r.Total, nouns.of.One())
	}
	return words.Plural(r.Total, nouns.of.One())
}
