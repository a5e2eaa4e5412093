package pages

import (
	"strconv"

	"dojo/models"
	"dojo/views/layout"
)

// Upload is …/catalog/upload, and the same of users and interactions.
type Upload struct {
	Base
	Collection models.Collection
	// MaxBytes is how long a file may be.
	MaxBytes int
	// Columns are the fields that a table may have.
	Columns []string
	// Error says why the file could not be read; empty when it could.
	Error string
	// Kept says how much was kept of an upload that stopped on the way.
	Kept string
}

func (p Upload) list() string { return p.Here(layout.SectionOf(p.Collection)) }

func (p Upload) template(format string) string {
	return p.list() + "/upload/template?format=" + format
}

// limits says how much a file may hold.
func (p Upload) limits() string { return "Up to " + strconv.Itoa(p.MaxBytes>>20) + " MiB." }
