package records

import "math"

// takes reads the value that the cursor stands before, and reports whether the shape takes it and whether it is one that
// a record may have, as decode says. If not, the cursor may stand anywhere.
func (s *shape) takes(c *cursor) bool {
	if s.anyOf != nil {
		return s.takesAlternative(c)
	}
	switch c.peek() {
	case '{':
		return s.types&typeObject != 0 && s.takesObject(c)
	case '[':
		return s.types&typeArray != 0 && s.takesArray(c)
	case '"':
		text, bad := c.text()
		return s.types&typeString != 0 && bad == nil && s.takesText(text)
	case 't', 'f':
		c.bare()
		return s.types&typeBoolean != 0 && s.enum == nil
	case 'n':
		c.bare()
		return s.types&typeNull != 0 && s.enum == nil
	}
	return s.takesNumber(c)
}

// takesAlternative looks at the alternatives only: where there are some, the schema says nothing beside them.
func (s *shape) takesAlternative(c *cursor) bool {
	start := c.pos
	for _, alternative := range s.anyOf {
		c.pos = start
		if alternative.takes(c) {
			return true
		}
	}
	return false
}

func (s *shape) takesNumber(c *cursor) bool {
	value, bad := c.float()
	if bad || s.enum != nil {
		return false
	}
	return s.types&typeNumber != 0 || s.types&typeInteger != 0 && value == math.Trunc(value)
}

func (s *shape) takesArray(c *cursor) bool {
	for c.pos++; c.peek() != ']'; {
		if c.peek() == ',' {
			c.pos++
		}
		if !s.items.takes(c) {
			return false
		}
	}
	c.pos++
	return s.enum == nil
}

func (s *shape) takesObject(c *cursor) bool {
	var seen members
	for c.pos++; c.peek() != '}'; {
		name, ok := c.name()
		if !ok || !s.takesMember(c, name, &seen) {
			return false
		}
	}
	c.pos++
	return s.enum == nil && seen.known&s.required == s.required
}

// takesMember reads the value of the name that has been read.
func (s *shape) takesMember(c *cursor, name string, seen *members) bool {
	if known, ok := s.properties[name]; ok {
		return seen.first(known.bit) && known.takes(c)
	}
	return s.extra != nil && seen.firstOther(name) && s.extra.takes(c)
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

// glance reads a record that keeps its schema, without making values of all of it. It is not ok about one that does not,
// and about one that is out of the ordinary.
func glance(kind Kind, src string, at span) (record Record, ok bool) {
	c := &cursor{src, at.start}
	if c.peek() != '{' {
		return Record{}, false
	}
	s := shapeFor(kind, c)
	if s == nil || s.types&typeObject == 0 {
		return Record{}, false
	}
	var seen members
	for c.pos++; c.peek() != '}'; {
		name, ok := c.name()
		if !ok {
			return Record{}, false
		}
		c.peek()
		value := cursor{src, c.pos}
		if !s.takesMember(c, name, &seen) {
			return Record{}, false
		}
		record.note(kind, name, value)
	}
	return record, seen.known&s.required == s.required
}

// shapeFor chooses the shape, as schemaFor does the schema. The cursor stands before the record, and stays there.
func shapeFor(kind Kind, c *cursor) *shape {
	switch kind {
	case User:
		return schemas().userShape
	case Product:
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

// note keeps a member of which there is a column, as columns does.
func (r *Record) note(kind Kind, name string, value cursor) {
	switch {
	case name == customAttributes && kind != Interaction:
		attributes, _ := value.decode()
		r.AttributeTypes = attributeTypes(attributes)
	case name == "product_ids":
		r.ProductIDs = value.texts()
	case name == "timestamp":
		r.Timestamp, _ = parseTimestamp(value.textOrNone())
	default:
		if column := r.column(kind, name); column != nil {
			*column = value.textOrNone()
		}
	}
}

// column is where a text of this name is kept; nil: nowhere. What is no column of this kind of record is no attribute of
// it either, with one exception.
func (r *Record) column(kind Kind, name string) *string {
	switch name {
	case "type":
		if kind == Interaction { // a product has one too
			return &r.Type
		}
	case "custom_action_name":
		return &r.CustomActionName
	case "user_id":
		return &r.UserID
	case "anonymous_id":
		return &r.AnonymousID
	case "name":
		return &r.Name
	case "product_id":
		return &r.ProductID
	case "title":
		return &r.Title
	}
	return nil
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
