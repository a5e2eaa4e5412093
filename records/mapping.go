package records

import (
	"fmt"
	"slices"

	"dojo/models"
)

// Mapping says which fields of a record the columns of a table are.
type Mapping struct {
	Of      models.Collection `json:"of"`
	Columns []Column          `json:"columns,omitempty"`
	// Type is that of all interactions, where no column has it.
	Type string `json:"type,omitempty"`
	// Attributes are the types of custom attributes that the data set does not have: what most of the file's records
	// have, in whatever order they come.
	Attributes models.AttributeTypes `json:"attributes,omitempty"`
}

// ours reports whether the table has the columns that a download has, and nothing else. Its cells are taken at their
// word: what Dojo let out, it lets in again.
func (m Mapping) ours() bool {
	return slices.EqualFunc(m.Columns, columnSets()[m.Of], func(c Column, own column) bool {
		return c.Name == own.name && c.Field == own.name
	})
}

// repeatsHeader reports whether a row is the header once more, as where one file was appended to another.
func (m Mapping) repeatsHeader(cells []string) bool {
	return slices.EqualFunc(m.Columns, cells, func(c Column, cell string) bool { return c.Name == trimCell(cell) })
}

// only reports whether a row of another program holds nothing but what tells records apart, though the table has more.
func (m Mapping) only(cells []string) bool {
	filled := 0
	for i, cell := range cells[:min(len(cells), len(m.Columns))] {
		if m.Columns[i].Field != "" && trimCell(cell) != "" {
			filled++
		}
	}
	return filled == 1 && len(m.Columns) > 1 && !m.ours()
}

// Column is a column of a table.
type Column struct {
	Name  string `json:"name"`
	Field string `json:"field,omitempty"` // "": it is left out
	As    As     `json:"as,omitempty"`
	// Settled is As, or what was recognized. Reading takes no other.
	Settled As `json:"settled,omitempty"`
	// Doubt says what the column does not tell; "": nothing.
	Doubt string `json:"doubt,omitempty"`
	// Samples are the first cells that hold something.
	Samples []string `json:"samples,omitempty"`
	// Example and Read are a cell, and how it is read, where the two differ.
	Example string `json:"example,omitempty"`
	Read    string `json:"read,omitempty"`
}

// Suggest maps columns to the fields that they most likely are; a field is that of one column only. What was chosen
// for columns of the same names before comes first.
func Suggest(of models.Collection, names []string, kept Mapping) Mapping {
	m := Mapping{Of: of, Columns: make([]Column, len(names)), Type: kept.Type}
	taken := map[string]bool{}
	for i, name := range names {
		m.Columns[i].Name = name
		at := slices.IndexFunc(kept.Columns, func(c Column) bool { return c.Name == name })
		if at < 0 || taken[kept.Columns[at].Field] {
			continue
		}
		m.Columns[i].Field, m.Columns[i].As = kept.Columns[at].Field, kept.Columns[at].As
		taken[kept.Columns[at].Field] = kept.Columns[at].Field != ""
	}
	if len(kept.Columns) > 0 {
		return m
	}
	for rank := range nearRanks {
		for i, name := range names {
			field := near(of, name, rank)
			if field == "" || taken[field] || m.Columns[i].Field != "" {
				continue
			}
			m.Columns[i].Field, taken[field] = field, true
		}
	}
	return m
}

// Required is the field that each record must have.
func Required(of models.Collection) string {
	switch of {
	case models.Products:
		return "product_id"
	case models.EndUsers:
		return "user_id"
	}
	return "type"
}

// Wrong says why no records can be made of the columns; "" if they can.
func (m Mapping) Wrong() string {
	fields := map[string]string{}
	for _, c := range m.Columns {
		if c.Field == "" {
			continue
		}
		if _, ok := columnNamed(m.Of, c.Field); !ok {
			return fmt.Sprintf("“%s” is no field of %s.", models.Isolated(shown(c.Field)), m.Of.WithArticle())
		}
		if before, ok := fields[c.Field]; ok {
			return fmt.Sprintf("“%s” and “%s” are both %s. Choose one of them.", models.Isolated(shown(before)),
				models.Isolated(shown(c.Name)), models.Isolated(shown(c.Field)))
		}
		fields[c.Field] = c.Name
	}
	required := Required(m.Of)
	if _, ok := fields[required]; !ok && (required != "type" || m.Type == "") {
		return fmt.Sprintf("No column is %s, which is required.", required)
	}
	return ""
}

// Types are the types of interactions, for a file that has no column of them.
func Types() []string {
	types := slices.Collect(func(yield func(string) bool) {
		for name := range schemas().interactions {
			if name != "custom" && !yield(name) {
				return
			}
		}
	})
	slices.Sort(types)
	return types
}

// Has reports whether a column is the field.
func (m Mapping) Has(field string) bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == field })
}

// OwnField is the field of a custom attribute that is named like a column.
func OwnField(name string) string { return attributePrefix + name }
