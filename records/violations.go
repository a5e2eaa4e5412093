package records

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// violations flattens what the validator found into one violation an attribute and rule. own is where attributes of the
// sender's own may stand, for the line about one that does not belong.
func violations(found *jsonschema.ValidationError, own string) []*violation {
	one := func(v violation) []*violation {
		v.path = found.InstanceLocation
		return []*violation{&v}
	}
	switch k := found.ErrorKind.(type) {
	case *kind.AnyOf:
		return closest(found, own)
	case *kind.Type:
		return one(violation{types: k.Want, given: k.Got})
	case *kind.Format:
		return one(violation{formats: []string{k.Want}})
	case *kind.Required:
		return children(found.InstanceLocation, k.Missing, textRequired)
	case *kind.AdditionalProperties:
		return children(found.InstanceLocation, k.Properties,
			"The attribute is not known. Attributes of your own belong in '"+own+"'.")
	case *kind.Enum:
		return one(violation{text: "The attribute should be one of " + quotedList(asStrings(k.Want)) + "."})
	case *kind.MaxLength:
		return one(violation{text: fmt.Sprintf("The attribute should have at most %s.", characters(k.Want))})
	case *kind.MinLength:
		return one(violation{text: fmt.Sprintf("The attribute should have at least %s.", characters(k.Want))})
	case *kind.Pattern:
		return one(violation{text: patternTexts[k.Want]})
	}
	if len(found.Causes) == 0 {
		return one(violation{text: textSchema})
	}
	// What is left only holds others: the schema itself, a group, $ref, allOf.
	var all []*violation
	for _, cause := range found.Causes {
		all = append(all, violations(cause, own)...)
	}
	return all
}

// closest says what an attribute with several allowed forms is missing. The alternatives that come nearest speak, all
// of those that come equally near together.
func closest(found *jsonschema.ValidationError, own string) []*violation {
	alternatives := make([][]*violation, len(found.Causes))
	for i, cause := range found.Causes {
		alternatives[i] = violations(cause, own)
	}
	top := len(found.InstanceLocation)
	slices.SortStableFunc(alternatives, func(a, b []*violation) int { return compareDistance(a, b, top) })
	merged := alternatives[0]
	for _, other := range alternatives[1:] {
		if compareDistance(merged, other, top) == 0 {
			widen(merged, other)
		}
	}
	return merged
}

// compareDistance orders alternatives by how far the value is from each: first those of the right type at the top, then
// those with fewer violations, then those that went deeper before they failed.
func compareDistance(a, b []*violation, top int) int {
	return cmp.Or(
		cmp.Compare(wrongAt(a, top), wrongAt(b, top)),
		cmp.Compare(len(a), len(b)),
		-cmp.Compare(totalDepth(a), totalDepth(b)),
	)
}

// wrongAt counts the violations that say that the value at this depth itself has the wrong type: none or one.
func wrongAt(violations []*violation, depth int) int {
	count := 0
	for _, v := range violations {
		if v.types != nil && len(v.path) == depth {
			count++
		}
	}
	return count
}

func totalDepth(violations []*violation) int {
	sum := 0
	for _, v := range violations {
		sum += len(v.path)
	}
	return sum
}

// widen adds to each violation the types and formats that another alternative expects in the same place.
func widen(merged, other []*violation) {
	places := make(map[string]*violation, len(other))
	for _, v := range other {
		places[strings.Join(v.path, "\x00")] = v
	}
	for _, v := range merged {
		at := places[strings.Join(v.path, "\x00")]
		switch {
		case at == nil:
		case v.types != nil && at.types != nil:
			v.types = append(v.types, at.types...)
		case v.formats != nil && at.formats != nil:
			v.formats = append(v.formats, at.formats...)
		}
	}
}

func children(path, names []string, text string) []*violation {
	out := make([]*violation, len(names))
	for i, name := range names {
		out[i] = &violation{path: append(slices.Clone(path), name), text: text}
	}
	return out
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", n)
}

func asStrings(values []any) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = fmt.Sprint(value)
	}
	return out
}
