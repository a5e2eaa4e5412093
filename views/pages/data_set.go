package pages

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/views/components"
	"dojo/views/layout"
	"dojo/words"
)

// DataSet is what the lists of an environment's products, users and interactions
// have in common.
type DataSet struct {
	// Total counts all records of the list, whatever the filters.
	Total int
	// Filtered is set when the list does not show all of them.
	Filtered bool
	// Downloads are the addresses of the list as a file, with its filters.
	Downloads Downloads
	// CanManage offers uploading and deleting; never in Playground.
	CanManage bool
	Pager     Pager
	// Looked is set when a search gave up after so many records; Further goes on.
	Looked  int
	Further string
	// List is the address of the list as it is shown, without what is opened in it.
	List Link
	// Open is the record that is opened at the side; nil when none is.
	Open *OpenRecord
	// Deleting is the open dialog that asks before all are deleted; nil when it is closed.
	Deleting *DeletingAll
	// APIURL is the base of the API, for the command that an empty list offers.
	APIURL string
}

// Downloads are addresses of files.
type Downloads struct{ JSONLines, CSV string }

// Link is what a link leads to: a page with its query.
type Link struct {
	Path  string
	Query []FormField
}

// OpenRecord is a record at the side of its list.
type OpenRecord struct {
	// ID is sent to delete it.
	ID string
	// Title names it: its title or name, or else its id; the type of an interaction.
	Title string
	Facts []Fact
	// Links lead to what belongs to it.
	Links []Option
	// JSON is the record as it came; the page lays it out.
	JSON string
	// Close is the address of the list without it.
	Close string
	// Missing says that there is no such record any more.
	Missing bool
	// Deleting is set when the dialog that asks before it is deleted is open.
	Deleting bool
}

// Fact is a line about a record: a text, code, or a moment.
type Fact struct {
	Name string
	Text string
	Code bool
	At   time.Time
}

// DeletingAll is the form that deletes all records of a list, or of one user.
type DeletingAll struct {
	// User is the user or anonymous id whose interactions go; empty: all records.
	User         string
	Confirm      string
	ConfirmError string
}

// dataWords are the words that differ between the lists.
type dataWords struct {
	of        models.Collection
	icon      string
	empty     string
	emptyText string
}

func (w dataWords) section() layout.Section { return layout.SectionOf(w.of) }

var (
	catalogWords = recordWords{
		dataWords: dataWords{
			of: models.Products, icon: "package", empty: "No products yet",
			emptyText: "Upload a file, or send them with your secret key. They show up here at once.",
		},
		title: "Title", titleWord: "title", search: "Product id or title",
		snippet: "Upload one product", curl: components.ProductCurl,
	}
	usersWords = recordWords{
		dataWords: dataWords{
			of: models.EndUsers, icon: "users", empty: "No users yet",
			emptyText: "Upload a file, or send them with your secret key. They show up here at once.",
		},
		title: "Name", titleWord: "name", search: "User id or name",
		snippet: "Upload one user", curl: components.UserCurl,
	}
	interactionWords = dataWords{
		of: models.Interactions, icon: "mouse-pointer-click", empty: "No interactions yet",
		emptyText: "They show up here as soon as your pages send them.",
	}
)

// Address is the path with the query, its fields in their order.
func (l Link) Address() string {
	address := l.Path
	for i, f := range l.Query {
		separator := "&"
		if i == 0 {
			separator = "?"
		}
		address += separator + url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value)
	}
	return address
}

// With is the address with another field, which is left out when its value is empty.
func (l Link) With(name, value string) string {
	if value != "" {
		l.Query = append(l.Query[:len(l.Query):len(l.Query)], FormField{Name: name, Value: value})
	}
	return l.Address()
}

// Without leaves the named fields out.
func (l Link) Without(names ...string) Link {
	l.Query = slices.DeleteFunc(slices.Clone(l.Query), func(f FormField) bool { return slices.Contains(names, f.Name) })
	return l
}

// opening marks the link of the record that is open.
func (d DataSet) opening(id string) templ.Attributes {
	if d.Open != nil && d.Open.ID == id {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

func (d DataSet) deletingAll() bool { return d.Deleting != nil && d.Deleting.User == "" }

func (d DataSet) deletingUser() bool { return d.Deleting != nil && d.Deleting.User != "" }

// confirmation is what is typed in the open dialog.
func (d DataSet) confirmation() DeletingAll {
	if d.Deleting == nil {
		return DeletingAll{}
	}
	return *d.Deleting
}

// capital writes a word as it begins a sentence.
func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// lookedText says how far a search got.
func (d DataSet) lookedText(nouns dataWords, found int) string {
	among := words.Count(d.Looked) + " " + nouns.of.Many()
	if found == 0 {
		return "Nothing among the first " + among + " that were looked at."
	}
	return "These are the matches among the first " + among + " that were looked at."
}
