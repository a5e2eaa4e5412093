package pages

import (
	"dojo/models"
	"dojo/views/components"
)

// Snippets are the commands and programs that a page offers to try the API with.
type Snippets struct {
	// APIURL is the base of the API without a trailing slash.
	APIURL string
	// PublishableText is the publishable key to fill in; empty when there is none.
	PublishableText string
	// ReadOnly is set where uploads are refused: then they read.
	ReadOnly bool
	// DryRun lets the commands check the record and write nothing, where people's real data is.
	DryRun bool
}

func (s Snippets) label() string {
	if s.ReadOnly {
		return "List the products"
	}
	return uploadLabel(s.DryRun)
}

func (s Snippets) programs() []components.Code {
	if s.ReadOnly {
		return components.ReadingCode(s.APIURL)
	}
	return components.InteractionCode(s.APIURL, s.PublishableText, s.DryRun)
}

// inProduction reports whether the page is about Production.
func inProduction(b Base) bool { return b.Environment.Slug == string(models.Production) }

// uploadLabel names a command that uploads an interaction, or tries it out.
func uploadLabel(dryRun bool) string {
	if dryRun {
		return "Check one interaction (dry run, nothing is written)"
	}
	return "Upload one interaction"
}
