package records

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// shape is a schema in a form against which a record is held while its text is read, without a value being made of it.
// It can only say yes: what does not match goes to the validator, which knows why. It is made of the same schemas, and
// what it does not understand in them matches nothing.
type shape struct {
	types      typeSet
	anyOf      []*shape // one of them matches the value, if there are any
	minLength  int
	maxLength  int // 0: none
	texts      []func(string) bool
	enum       []string
	items      *shape
	properties map[string]*named
	required   uint64 // a bit for each property
	extra      *shape // matches the values of other names; nil: there are none
}

// named is a property that the schema names.
type named struct {
	*shape
	bit uint64
}

// typeSet is a set of JSON's types.
type typeSet uint8

const (
	typeNull typeSet = 1 << iota
	typeBoolean
	typeInteger // a number without a fraction
	typeNumber
	typeString
	typeArray
	typeObject

	typeAny = typeNull | typeBoolean | typeNumber | typeString | typeArray | typeObject
)

var typeSets = map[string]typeSet{
	"null": typeNull, "boolean": typeBoolean, "integer": typeInteger, "number": typeNumber,
	"string": typeString, "array": typeArray, "object": typeObject,
}

// anything matches every value, nothing none.
var (
	anything = &shape{types: typeAny}
	nothing  = &shape{}
)

func init() { anything.items, anything.extra = anything, anything }

// formats are checks that accept some of what the validator's formats accept, and nothing else.
var formats = map[string]func(string) bool{
	"date-time": func(s string) bool { _, err := parseTimestamp(s); return err == nil },
	"date":      func(s string) bool { _, err := parseDate(s); return err == nil },
	"uuid":      plainUUID,
	"uri":       plainURL,
}

// patterns are the same for the patterns of applyDocumentedRules.
var patterns = map[string]func(string) bool{
	noUnderscore: func(s string) bool { return !strings.HasPrefix(s, "_") },
	noComma:      func(s string) bool { return !strings.Contains(s, ",") },
}

// shapeOf makes the shape of a schema, which may refer to the definitions.
func shapeOf(schema any, definitions object) *shape {
	s, ok := schema.(object)
	if !ok {
		return nothing // the schemas have no true and no false in these places
	}
	if ref, ok := s["$ref"].(string); ok {
		return shapeOf(definitions[ref[strings.LastIndexByte(ref, '/')+1:]], definitions)
	}
	if _, ok := s["anyOf"]; ok && len(s) > 1 {
		return nothing
	}
	made := &shape{types: typeAny, extra: anything, items: anything}
	for keyword, value := range s {
		if !made.add(keyword, value, definitions) {
			return nothing
		}
	}
	made.require(s["required"])
	return made
}

// add puts one keyword of a schema into its shape. It is not ok if it does not know the keyword.
func (s *shape) add(keyword string, value any, definitions object) (ok bool) {
	switch keyword {
	case "title", "description", "default", "example", "required":
		return true
	case "type":
		s.types, ok = typesOf(value)
	case "enum":
		s.enum, ok = asTexts(value)
	case "minLength":
		s.minLength, ok = asInt(value)
	case "maxLength":
		s.maxLength, ok = asInt(value)
	case "format":
		ok = s.addText(formats, value)
	case "pattern":
		ok = s.addText(patterns, value)
	case "allOf":
		ok = s.addAll(value)
	case "anyOf":
		for _, alternative := range value.([]any) {
			s.anyOf = append(s.anyOf, shapeOf(alternative, definitions))
		}
		ok = true
	case "items":
		s.items, ok = shapeOf(value, definitions), true
	case "additionalProperties":
		if s.extra, ok = nil, value == false; !ok {
			s.extra, ok = shapeOf(value, definitions), true
		}
	case "properties":
		ok = s.addProperties(value.(object), definitions)
	}
	return ok
}

func (s *shape) addText(known map[string]func(string) bool, name any) bool {
	text, _ := name.(string)
	check, ok := known[text]
	s.texts = append(s.texts, check)
	return ok
}

// addAll understands patterns only.
func (s *shape) addAll(value any) bool {
	for _, part := range value.([]any) {
		schema := part.(object)
		if len(schema) != 1 || !s.addText(patterns, schema["pattern"]) {
			return false
		}
	}
	return true
}

func (s *shape) addProperties(schemas object, definitions object) bool {
	s.properties = make(map[string]*named, len(schemas))
	for name, schema := range schemas {
		s.properties[name] = &named{shapeOf(schema, definitions), 1 << len(s.properties)}
	}
	return len(schemas) <= 64
}

// require comes when the properties are known. A name that is not among them makes a bit that nothing sets.
func (s *shape) require(names any) {
	list, _ := names.([]any)
	for _, name := range list {
		known, ok := s.properties[name.(string)]
		if !ok {
			*s = *nothing
			return
		}
		s.required |= known.bit
	}
}

func typesOf(value any) (set typeSet, ok bool) {
	names, several := value.([]any)
	if !several {
		names = []any{value}
	}
	for _, name := range names {
		text, _ := name.(string)
		one, known := typeSets[text]
		if !known {
			return 0, false
		}
		set |= one
	}
	return set, true
}

func asTexts(value any) (texts []string, ok bool) {
	for _, one := range value.([]any) {
		text, ok := one.(string)
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, true
}

func asInt(value any) (int, bool) {
	number, ok := value.(interface{ Int64() (int64, error) })
	if !ok {
		return 0, false
	}
	n, err := number.Int64()
	return int(n), err == nil
}

func plainUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if b != '-' {
				return false
			}
		case '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F':
		default:
			return false
		}
	}
	return true
}

// plainURL accepts an address on the web whose host is a name, without a port, and which has nothing that is escaped.
func plainURL(s string) bool {
	rest, found := strings.CutPrefix(s, "https://")
	if !found {
		rest, found = strings.CutPrefix(s, "http://")
	}
	host, path, _ := strings.Cut(rest, "/")
	return found && host != "" && consists(host, "-.") && consists(path, "-._~/?=&+,;")
}

// consists reports whether the text has letters and digits of ASCII and these other characters only.
func consists(s, others string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case '0' <= b && b <= '9', 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', strings.IndexByte(others, b) >= 0:
		default:
			return false
		}
	}
	return true
}

// matchesText reports whether a text keeps to the schema.
func (s *shape) matchesText(text string) bool {
	if s.enum != nil && !slices.Contains(s.enum, text) {
		return false
	}
	if s.minLength > 0 || s.maxLength > 0 && len(text) > s.maxLength {
		length := utf8.RuneCountInString(text)
		if length < s.minLength || s.maxLength > 0 && length > s.maxLength {
			return false
		}
	}
	for _, check := range s.texts {
		if !check(text) {
			return false
		}
	}
	return true
}
