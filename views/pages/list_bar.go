package pages

import "dojo/models"

// ListBar stands above a list: its search, its filters, its order, and the way to all of it as a
// table for spreadsheets.
type ListBar struct {
	// Label names the search; Hint says what it looks in.
	Label string
	Hint  string
	// Query is the search: the parameter q.
	Query   string
	Filters []ListFilter
	// Sort is the order, one of Sorts: the parameter sort. The first is the list's own, with an
	// empty value.
	Sort  string
	Sorts []Option
	// Kept are parameters that the form sends along, such as the tab one is on.
	Kept []FormField
	// Count says how many there are: "12 teams"; may be empty.
	Count string
	// CSV is the address of the whole list as a table; empty when there is none.
	CSV string
	// All is the address of the list without search and filters.
	All string
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

// Value is what was chosen of a filter.
func (b ListBar) Value(name string) string {
	for _, f := range b.Filters {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// nothingTitle says that nothing matches.
func (b ListBar) nothingTitle() string {
	if b.Query == "" {
		return "Nothing matches"
	}
	return "Nothing matches “" + models.Isolated(b.Query) + "”"
}

// Narrowed reports whether the list does not show everything.
func (b ListBar) Narrowed() bool {
	for _, f := range b.Filters {
		if f.Value != "" {
			return true
		}
	}
	return b.Query != ""
}
