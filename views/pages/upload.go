package pages

import (
	"strconv"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

// Upload is …/catalog/upload, and the same of users and interactions.
type Upload struct {
	Base
	Collection models.Collection
	// MaxBytes and MaxRecords are how much a file may hold.
	MaxBytes   int
	MaxRecords int
	// Columns are the fields that a table may have.
	Columns []string
	// Error says why the file could not be read; empty when it could.
	Error string
	// Kept says how much was kept of an upload that stopped on the way.
	Kept string
	// Rejected are the first lines that were rejected; RejectedCount counts all of them.
	Rejected      []RejectedLine
	RejectedCount int
	// Good counts the lines that could be uploaded without the rejected ones.
	Good int
	// FileName is the name of the file that was rejected.
	FileName string
}

// RejectedLine is a line of a file with what is wrong with it.
type RejectedLine struct {
	Number int
	Wrong  []string
}

func (p Upload) list() string { return p.Here(layout.SectionOf(p.Collection)) }

func (p Upload) template(format string) string {
	return p.list() + "/upload/template?format=" + format
}

// limits says how much a file may hold.
func (p Upload) limits() string {
	return "Up to " + strconv.Itoa(p.MaxBytes>>20) + " MiB and " + words.Plural(p.MaxRecords, "record") + "."
}

// button is what the form's button says.
func (p Upload) button() string {
	if p.Good > 0 {
		return "Upload the " + words.Plural(p.Good, "good row") + " without them"
	}
	return "Upload"
}

func (p Upload) rejectedLine() string {
	line := words.Plural(p.RejectedCount, "line")
	if p.RejectedCount == 1 {
		return line + " was rejected, so nothing was uploaded"
	}
	return line + " were rejected, so nothing was uploaded"
}

// more counts the rejected lines that are not listed.
func (p Upload) more() int { return p.RejectedCount - len(p.Rejected) }

func (p Upload) consequence() string {
	if p.Collection == models.Interactions {
		return "Every line becomes an interaction; uploading a file twice makes each of them twice."
	}
	return "A record with an id that is there already replaces it. What is not in the file stays."
}
