package records

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	textRequired = "The attribute is required."
	textSchema   = "The attribute does not keep to the schema."
	textType     = "The attribute should be one of the interaction types, such as 'product_detail_page_view', " +
		"or 'custom' with a 'custom_action_name'."
	// maxPath and maxName keep the line of a hostile record short. No path of the schemas is longer.
	maxPath = 8
	maxName = 100
)

// violation is one rule that one attribute of a record breaks.
type violation struct {
	path    []string // from the record to the attribute
	text    string   // what is said of it, unless types or formats say it
	types   []string // the types expected in place of the one given
	given   string
	formats []string // the formats of which none is matched
}

func (v *violation) String() string {
	switch {
	case v.types != nil:
		expected := quotedList(v.types)
		if strings.Contains(expected, ",") {
			// As published: a list has quotes of its own around it.
			expected = "'" + expected + "'"
		}
		return fmt.Sprintf("The attribute was expected to be of type %s but type '%s' was given.", expected, v.given)
	case v.formats != nil:
		return fmt.Sprintf("The attribute should match the %s format.", strings.Join(quotedEach(v.formats), " or "))
	default:
		return v.text
	}
}

// line is the violation as the client gets it, for the record with this index.
func (v *violation) line(index int) string {
	var b strings.Builder
	b.WriteString("data.")
	b.WriteString(strconv.Itoa(index))
	for _, name := range v.path[:min(maxPath, len(v.path))] {
		b.WriteByte('.')
		b.WriteString(printable(name))
	}
	b.WriteString(" is invalid. ")
	b.WriteString(v.String())
	return b.String()
}

// printable writes an attribute's name without white space, which would end the path, and without what does not print:
// such characters, and %, are percent-encoded. The empty name is written "". A long name is cut.
func printable(name string) string {
	if name == "" {
		return `""`
	}
	var b strings.Builder
	count := 0
	for _, r := range name {
		if count++; count > maxName {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(r) && r != ' ' && r != '%' {
			b.WriteRune(r)
			continue
		}
		for _, octet := range []byte(string(r)) {
			fmt.Fprintf(&b, "%%%02X", octet)
		}
	}
	return b.String()
}

// lines sorts the violations by path and gives each line once.
func lines(index int, violations []*violation) []string {
	slices.SortFunc(violations, func(a, b *violation) int {
		return cmp.Or(slices.CompareFunc(a.path, b.path, compareNames), cmp.Compare(a.String(), b.String()))
	})
	out := make([]string, 0, min(len(violations), maxLines))
	for _, v := range violations {
		if len(out) == maxLines {
			break
		}
		if line := v.line(index); len(out) == 0 || out[len(out)-1] != line {
			out = append(out, line)
		}
	}
	return out
}

// compareNames puts an array's 2 before its 10.
func compareNames(a, b string) int {
	if isNumber(a) && isNumber(b) {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

func isNumber(name string) bool {
	return name != "" && strings.Trim(name, "0123456789") == ""
}

// quotedList is sorted and without repetition, as in 'array', 'null'.
func quotedList(names []string) string {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	return strings.Join(quotedEach(names), ", ")
}

func quotedEach(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = "'" + name + "'"
	}
	return out
}
