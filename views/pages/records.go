package pages

import (
	"time"

	"github.com/a-h/templ"

	"dojo/views/components"
	"dojo/views/layout"
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

// Records is a list of products or users, most recently updated first.
type Records struct {
	// Total counts the whole data set, whatever the search.
	Total int
	// Query is the id searched for: the parameter q.
	Query string
	Rows  []Record
	Pager Pager
	// APIURL is the base of the API, for the snippet of an empty list.
	APIURL string
}

// Record is a product or a user.
type Record struct {
	ID string
	// Title is the product's title or the user's name; may be empty.
	Title   string
	Updated time.Time
	// JSON is the record as it came; the page indents it.
	JSON string
}

// Interactions is /t/{team}/{environment}/interactions, newest first.
type Interactions struct {
	Base
	Total int
	// Type is the type shown (parameter type), empty for all; Types lists those there are.
	Type  string
	Types []string
	// Query is the user's or product's id searched for: the parameter q.
	Query string
	Rows  []Interaction
	Pager Pager
	// PublishableText and APIURL fill the snippet of an empty list.
	PublishableText string
	APIURL          string
}

// Interaction is one interaction.
type Interaction struct {
	ID   string
	At   time.Time
	Type string
	// User is the user's id, or the anonymous id when Anonymous.
	User      string
	Anonymous bool
	Products  []string
	// JSON is the record as it came; the page indents it.
	JSON string
}

// productsShown is how many products of an interaction its row names.
const productsShown = 3

func (p Interactions) filtered() bool {
	return p.Type != "" || p.Query != ""
}

// polls reports that new interactions can arrive in the part that is shown.
func (p Interactions) polls() bool {
	return p.Environment.State == layout.Unlocked && !p.filtered() && p.Pager.Newer == ""
}

// polling lets new interactions appear by themselves.
func (p Interactions) polling() templ.Attributes {
	if !p.polls() {
		return nil
	}
	return templ.Attributes{
		"data-hx-get":     p.Here(layout.Interactions),
		"data-hx-trigger": "every 4s",
		"data-hx-target":  "#arrivals",
		"data-hx-select":  "#arrivals",
		"data-hx-swap":    "outerMorph",
	}
}

// recordWords are the words that differ between the lists of products and users.
type recordWords struct {
	one, title, titleWord     string
	search, icon              string
	empty, emptyText, snippet string
	curl                      func(apiURL string) string
}

var catalogWords = recordWords{
	one: "product", title: "Title", titleWord: "title",
	search: "Product id", icon: "package",
	empty:     "No products yet",
	emptyText: "Upload them with your secret key; they show up here at once.",
	snippet:   "Upload one product",
	curl:      components.ProductCurl,
}

var usersWords = recordWords{
	one: "user", title: "Name", titleWord: "name",
	search: "User id", icon: "users",
	empty:     "No users yet",
	emptyText: "Upload them with your secret key; they show up here at once.",
	snippet:   "Upload one user",
	curl:      components.UserCurl,
}
