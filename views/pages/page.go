// Package pages holds one struct and one template for every page of the
// dashboard. A struct is shaped like its page and carries no secret beyond what
// the person asked to see; its Page method renders the whole document.
//
// Every page is complete without JavaScript. With it, htmx asks for the same
// pages and picks the part it needs out of them, so that no handler answers
// with fragments.
package pages

import (
	"dojo/views/layout"

	"github.com/a-h/templ"
)

// Page is any page of this package.
type Page interface {
	// Page renders the whole document.
	Page() templ.Component
}

// Base is the frame's part of every page.
type Base = layout.Base

// Pager holds the addresses (path and query) of the neighbouring parts of a
// list that is shown newest first; an address is empty when there is no such part.
type Pager struct {
	Newer string
	Older string
}

// Option is a choice of a filter.
type Option struct {
	// Value is sent; an empty value means "all".
	Value string
	// Label is read.
	Label string
}
