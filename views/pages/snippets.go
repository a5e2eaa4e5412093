package pages

import "dojo/views/components"

// Snippets are the commands and programs that a page offers to try the API with.
type Snippets struct {
	// APIURL is the base of the API without a trailing slash.
	APIURL string
	// PublishableText is the publishable key to fill in; empty when there is none.
	PublishableText string
	// ReadOnly is set where uploads are refused: then they read.
	ReadOnly bool
}

func (s Snippets) label() string {
	if s.ReadOnly {
		return "List the products"
	}
	return "Upload one interaction"
}

func (s Snippets) programs() []components.Code {
	if s.ReadOnly {
		return components.ReadingCode(s.APIURL)
	}
	return components.InteractionCode(s.APIURL, s.PublishableText)
}
