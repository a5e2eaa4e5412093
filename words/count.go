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
func Count(n int) string { return models.Thousands(n) }

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

// Bytes writes an amount of memory in its largest unit: "41 MB", with 1,000 kB to the MB.
func Bytes(n int64) string {
	const thousand = 1000
	switch {
	case n >= thousand*thousand*thousand:
		return strconv.FormatFloat(float64(n)/1e9, 'f', 1, 64) + " GB"
	case n >= thousand*thousand:
		return Count(int(n/1e6)) + " MB"
	}
	return Count(int(n/thousand)) + " kB"
}

// Rate writes how many requests come in a second: "0.4 a second", "1,204 a second".
func Rate(perSecond float64) string {
	if perSecond > 0 && perSecond < 10 {
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + " a second"
	}
	return Count(int(perSecond+0.5)) + " a second"
}
