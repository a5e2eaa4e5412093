package components

import "github.com/a-h/templ"

// Field is a text field of a form with its label, its hint and what is wrong
// with it.
type Field struct {
	// ID is unique in the page; Name is sent.
	ID   string
	Name string
	// Label is the accessible name.
	Label string
	// Hint and Error describe the field; each may be empty. A field in error
	// takes the focus.
	Hint  string
	Error string
	Value string
	// Type is the input's type ("email", "date"); empty means text.
	Type string
	// Lines makes it a field of several lines.
	Lines int
	// EnterSends lets Enter send the form from a field of several lines, in which Shift+Enter
	// begins a new one.
	EnterSends bool
	// MaxLength is the most characters; zero means no limit.
	MaxLength int
	// Autocomplete is the attribute of that name; empty means "off".
	Autocomplete string
	// Optional lets it stay empty.
	Optional bool
	// Focus gives the field the focus when nothing is wrong.
	Focus bool
	// Code sets it in the monospaced type.
	Code bool
}

// attributes are those that an input and a textarea share.
func (f Field) attributes() templ.Attributes {
	autocomplete := f.Autocomplete
	if autocomplete == "" {
		autocomplete = "off"
	}
	attributes := templ.Attributes{
		"id":           f.ID,
		"name":         f.Name,
		"autocomplete": autocomplete,
		"required":     !f.Optional,
		"autofocus":    f.Focus || f.Error != "",
	}
	if f.MaxLength > 0 {
		attributes["maxlength"] = f.MaxLength
	}
	if f.EnterSends {
		attributes["data-enter-sends"] = true
	}
	if f.Code {
		attributes["class"] = "code"
		attributes["spellcheck"] = "false"
		attributes["autocapitalize"] = "none"
	}
	if described := f.describedBy(); described != "" {
		attributes["aria-describedby"] = described
	}
	if f.Error != "" {
		attributes["aria-invalid"] = "true"
	}
	return attributes
}

func (f Field) describedBy() string {
	switch {
	case f.Hint != "" && f.Error != "":
		return f.ID + "-hint " + f.ID + "-error"
	case f.Hint != "":
		return f.ID + "-hint"
	case f.Error != "":
		return f.ID + "-error"
	}
	return ""
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}
