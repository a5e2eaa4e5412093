package records

import (
	"cmp"
	"strings"

	"dojo/models"
)

// Fault is one thing that is wrong with a line. Lines that have the same are told of together.
type Fault struct {
	Field string `json:"field,omitempty"` // "": the line as a whole
	Text  string `json:"text"`
	Yours string `json:"yours,omitempty"` // the cell that has it
	Write string `json:"write,omitempty"` // what would be taken
}

// String says it in a sentence.
func (f Fault) String() string {
	text := f.What()
	if f.Yours != "" || f.Write != "" {
		text = strings.TrimSuffix(text, ".")
	}
	if f.Yours != "" {
		text += "; yours: " + f.Yours
	}
	if f.Write != "" {
		text += "; write " + f.Write
	}
	return text
}

// What is the fault without what differs from line to line.
func (f Fault) What() string {
	switch {
	case f.Field == "":
		return f.Text
	case strings.HasPrefix(f.Text, "is "):
		return f.Field + " " + f.Text
	}
	return f.Field + ": " + f.Text
}

// maxReasons is how many reasons a rejected line is given.
const maxReasons = 5

// faults words the violations for the person who made the file.
func faults(found []*violation) []Fault {
	var all []Fault
	for _, line := range lines(0, found) {
		if len(all) == maxReasons {
			break
		}
		all = append(all, faultOf(line))
	}
	return all
}

// withNames adds to each field that is not known the one that is most likely meant.
func withNames(of models.Collection, all []Fault) []Fault {
	for i, f := range all {
		if _, known := columnNamed(of, f.Field); !known && f.Field != "" {
			all[i].Write = Near(of)(f.Field)
		}
	}
	return all
}

// faultOf takes a line's beginning, "data.0.title is invalid. ", apart.
func faultOf(line string) Fault {
	const middle = " is invalid. "
	path, text, _ := strings.Cut(line, middle)
	return Fault{Field: strings.TrimPrefix(strings.TrimPrefix(path, "data.0"), "."), Text: text}
}

// fault says what a cell is not that is not of its column's kind.
func (c column) fault(cell string) Fault {
	f := Fault{Field: c.name}
	switch c.kind {
	case numberKind:
		f.Text, f.Write = "is not a number", "12.50"
	case attributeKind:
		f.Text, f.Write = "is not a number", "12.50, or map it as text"
	case timeKind:
		f.Text, f.Write = "is not a date-time", "2000-07-30T18:45:03Z"
	case textsKind:
		f.Text, f.Write = "is not a list", "a|b"
	case booleanKind:
		f.Text, f.Write = "is neither true nor false", "true"
	case choiceKind:
		if c.name == "type" {
			// There are few of them, and what to write is another thing for each.
			f.Text = "“" + models.Isolated(shown(cell)) + "” is no type of interaction"
			f.Write = cmp.Or(eventTypes[nearly(cell)],
				"one such as product_detail_page_view, or custom with a custom_action_name")
			break
		}
		f.Text, f.Write = "is none of "+strings.Join(c.choices, ", "), c.choices[0]
	}
	return f
}

// explain adds to each fault the cell that has it, and how it could be read.
func explain(all []Fault, m Mapping, columns []column, cells []string) {
	for n := range all {
		f := &all[n]
		for i, cell := range cells {
			name := columns[i].name
			if name == "" || f.Field != name && !strings.HasPrefix(f.Field, name+".") {
				continue
			}
			if !strings.HasPrefix(f.Text, "“") { // it names the cell
				f.Yours = models.Isolated(models.Excerpt(strings.TrimSpace(cell), 60))
			}
			if f.Write == "" || columns[i].kind != timeKind && columns[i].kind != numberKind {
				break
			}
			for _, as := range conversions[columns[i].kind] {
				if _, ok := columns[i].convert(strings.TrimSpace(cell), as); ok && as != m.Columns[i].Settled {
					f.Write += ", or map it as " + as.Label()
					break
				}
			}
			break
		}
	}
}
