package words

import (
	"slices"
	"strconv"
	"strings"

	"dojo/models"
)

// Plural writes a number with its noun: "1 key", "3 keys".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Count writes a number with its thousands apart: "12,345".
func Count(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// Among joins names of which one is enough: "Ann, Ben or Cy".
func Among(names []string) string { return joined(names, " or ") }

// Together joins names of which all are meant: "Ann, Ben and Cy".
func Together(names []string) string { return joined(names, " and ") }

func joined(names []string, last string) string {
	names = slices.Clone(names)
	for i := range names {
		names[i] = models.Isolated(names[i])
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	end := len(names) - 1
	return strings.Join(names[:end], ", ") + last + names[end]
}
