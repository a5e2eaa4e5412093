package pages

import (
	"strings"

	"dojo/models"
)

// ListBar stands above a list: its search, its filters, its days, its order, and the way to all
// that it leaves as a table.
type ListBar struct {
	// Label names the search; Hint says what it looks in. Without a label there is none.
	Label string
	Hint  string
	// Query is the search: the parameter q.
	Query   string
	Filters []ListFilter
	Fields  []ListField
	// Dates are the days that the list is narrowed to; nil where it is not by days.
	Dates *ListDates
	// Sort is the order, one of Sorts: the parameter sort. The first is the list's own, with an
	// empty value.
	Sort  string
	Sorts []Option
	// Kept are parameters that the form sends along, such as the tab one is on.
	Kept []FormField
	// Count says how many there are: "12 teams"; may be empty.
	Count string
	// CSV and JSONLines are the addresses of the whole list as a table; empty when there is none.
	CSV       string
	JSONLines string
	// All is the address of the list without search and filters.
	All string
	// Unknown are values in the address that are none of a filter's choices, under the filter's
	// label. The bar says so.
	Unknown []Option
}

// ListFilter is one choice that narrows a list.
type ListFilter struct {
	// Name is the parameter, Label what is read, All the choice of everything.
	Name  string
	Label string
	All   string
	// Value is what was chosen; empty: everything.
	Value   string
	Options []Option
}

// ListField is a text that narrows a list.
type ListField struct {
	// Name is the parameter, Label what is read, Hint an example of what to write.
	Name  string
	Label string
	Hint  string
	// Value is what was written, and Error what is wrong with it.
	Value string
	Error string
}

// ListDates are the first and the last day of a list: the parameters from and to.
type ListDates struct {
	From string // as they were written: 2006-01-02
	To   string
	// Local is set where the days are those of the reader's time zone, which a script tells in the
	// parameter zone. Zone is the one they are read in.
	Local bool
	Zone  string
	Error string
}

// Value is what was chosen or written in a filter or field.
func (b ListBar) Value(name string) string {
	for _, f := range b.Filters {
		if f.Name == name {
			return f.Value
		}
	}
	for _, f := range b.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Broken reports whether something that was asked for cannot be: then the list shows nothing.
func (b ListBar) Broken() bool { return b.Wrong() != "" }

// Wrong says the first thing that cannot be; it is empty when there is none.
func (b ListBar) Wrong() string {
	if b.Dates != nil && b.Dates.Error != "" {
		return b.Dates.Error
	}
	for _, f := range b.Fields {
		if f.Error != "" {
			return f.Error
		}
	}
	return ""
}

// verb is what the bar's button does.
func (b ListBar) verb() string {
	if b.Label == "" {
		return "Filter"
	}
	return "Search"
}

// tall reports whether the fields' names stand above them, as there are many.
func (b ListBar) tall() bool { return b.Dates != nil || len(b.Fields) > 0 }

// nothingTitle says that nothing matches.
func (b ListBar) nothingTitle() string {
	if b.Query == "" {
		return "Nothing matches the filter"
	}
	return "Nothing matches “" + models.Isolated(b.Query) + "”"
}

// nothingText says what was asked for.
func (b ListBar) nothingText() string {
	if b.Query != "" {
		return "The search looks in: " + b.Hint + "."
	}
	var asked []string
	for _, f := range b.Filters {
		for _, o := range f.Options {
			if f.Value != "" && o.Value == f.Value {
				asked = append(asked, f.Label+": "+models.Isolated(o.Label))
			}
		}
	}
	for _, f := range b.Fields {
		if f.Value != "" {
			asked = append(asked, f.Label+": "+models.Isolated(f.Value))
		}
	}
	if b.Dates != nil && b.Dates.From != "" {
		asked = append(asked, "From: "+b.Dates.From)
	}
	if b.Dates != nil && b.Dates.To != "" {
		asked = append(asked, "To: "+b.Dates.To)
	}
	return strings.Join(asked, " · ")
}

// unknownText says which choices of the address there are not.
func (b ListBar) unknownText() string {
	said := make([]string, len(b.Unknown))
	for i, o := range b.Unknown {
		said[i] = "“" + models.Isolated(o.Value) + "” is none of the choices of " + o.Label + "."
	}
	return strings.Join(said, " ")
}

// Narrowed reports whether the list does not show everything.
func (b ListBar) Narrowed() bool {
	for _, f := range b.Filters {
		if f.Value != "" {
			return true
		}
	}
	for _, f := range b.Fields {
		if f.Value != "" {
			return true
		}
	}
	return b.Query != "" || b.Dates != nil && b.Dates.From+b.Dates.To != ""
}
