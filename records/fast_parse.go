package records

import (
	"math"
	"strings"

	"dojo/models"
)

// matches reads the value that the cursor stands before, and reports whether it matches the shape and is one that a
// record may have, as decode says. If not, the cursor may stand anywhere.
func (s *shape) matches(c *cursor) bool {
	if s.anyOf != nil {
		return s.matchesAlternative(c)
	}
	switch c.peek() {
	case '{':
		return s.types&typeObject != 0 && s.matchesObject(c)
	case '[':
		return s.types&typeArray != 0 && s.matchesArray(c)
	case '"':
		text, bad := c.text()
		return s.types&typeString != 0 && bad == nil && s.matchesText(text)
	case 't', 'f':
		c.bare()
		return s.types&typeBoolean != 0 && s.enum == nil
	case 'n':
		c.bare()
		return s.types&typeNull != 0 && s.enum == nil
	}
	return s.matchesNumber(c)
}

// matchesAlternative looks at the alternatives only: where there are some, the schema says nothing beside them.
func (s *shape) matchesAlternative(c *cursor) bool {
	start := c.pos
	for _, alternative := range s.anyOf {
		c.pos = start
		if alternative.matches(c) {
			return true
		}
	}
	return false
}

func (s *shape) matchesNumber(c *cursor) bool {
	value, bad := c.float()
	if bad || s.enum != nil {
		return false
	}
	return s.types&typeNumber != 0 || s.types&typeInteger != 0 && value == math.Trunc(value)
}

func (s *shape) matchesArray(c *cursor) bool {
	for c.pos++; c.peek() != ']'; {
		if c.peek() == ',' {
			c.pos++
		}
		if !s.items.matches(c) {
			return false
		}
	}
	c.pos++
	return s.enum == nil
}

func (s *shape) matchesObject(c *cursor) bool {
	var seen members
	for c.pos++; c.peek() != '}'; {
		name, ok := c.name()
		if !ok || !s.matchesMember(c, name, &seen) {
			return false
		}
	}
	c.pos++
	return s.enum == nil && seen.known&s.required == s.required
}

// matchesMember reads the value of the name that has been read.
func (s *shape) matchesMember(c *cursor, name string, seen *members) bool {
	if known, ok := s.properties[name]; ok {
		return seen.first(known.bit) && known.matches(c)
	}
	return s.extra != nil && seen.firstOther(name) && s.extra.matches(c)
}

// name reads the name of an object's member and what stands around it. It is not ok if the name is no text that can be
// stored.
func (c *cursor) name() (string, bool) {
	if c.peek() == ',' {
		c.pos++
		c.peek()
	}
	name, bad := c.text()
	c.peek()
	c.pos++ // the colon
	return name, bad == nil
}

// members is which names an object has had, to see one that comes twice.
type members struct {
	known  uint64
	others [16]string
	count  int
}

func (m *members) first(bit uint64) bool {
	again := m.known&bit != 0
	m.known |= bit
	return !again
}

// firstOther is not for objects with many names: of those it knows nothing.
func (m *members) firstOther(name string) bool {
	if m.count == len(m.others) {
		return false
	}
	for _, other := range m.others[:m.count] {
		if other == name {
			return false
		}
	}
	m.others[m.count] = name
	m.count++
	return true
}

// fastParse reads a record that keeps its schema, without making values of all of it. It is not ok about one that does
// not, and about one that is out of the ordinary: the validator decides about those, and has the words.
func fastParse(of models.Collection, src string, at span) (row row, ok bool) {
	c := &cursor{src, at.start}
	if c.peek() != '{' {
		return row, false
	}
	s := shapeFor(of, c)
	if s == nil || s.types&typeObject == 0 {
		return row, false
	}
	var seen members
	for c.pos++; c.peek() != '}'; {
		name, ok := c.name()
		if !ok {
			return row, false
		}
		c.peek()
		value := cursor{src, c.pos}
		if !s.matchesMember(c, name, &seen) {
			return row, false
		}
		row.note(of, name, value)
	}
	return row, seen.known&s.required == s.required
}

// shapeFor chooses the shape, as schemaFor does the schema. The cursor stands before the record, and stays there.
func shapeFor(of models.Collection, c *cursor) *shape {
	switch of {
	case models.EndUsers:
		return schemas().userShape
	case models.Products:
		return schemas().productShape
	}
	look := *c
	for look.pos++; look.peek() != '}'; {
		name, ok := look.name()
		if !ok {
			return nil
		}
		if name == "type" && look.peek() == '"' {
			value, _ := look.text()
			return schemas().interactionShapes[value]
		}
		look.skip()
	}
	return nil
}

// note keeps a member of which there is a column, as rowOf does.
func (r *row) note(of models.Collection, name string, value cursor) {
	switch {
	case name == customAttributes && of != models.Interactions:
		attributes, _ := value.decode()
		r.record.Types = attributeTypes(attributes)
	case name == "product_ids":
		r.interaction.ProductIDs = strings.Join(value.texts(), productSeparator)
	case name == "timestamp":
		r.interaction.OccurredAt, _ = parseTimestamp(value.textOrNone())
	default:
		if column := r.column(of, name); column != nil {
			*column = value.textOrNone()
		}
	}
}

func (c *cursor) textOrNone() string {
	if c.peek() != '"' {
		return ""
	}
	text, _ := c.text()
	return text
}

// texts reads an array of texts, nil if it is empty or there is none.
func (c *cursor) texts() (all []string) {
	if c.peek() != '[' {
		return nil
	}
	for c.pos++; c.peek() != ']'; {
		if c.peek() == ',' {
			c.pos++
		}
		all = append(all, c.textOrNone())
	}
	return all
}
