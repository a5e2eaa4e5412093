package store

import (
	"cmp"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collators compare names as people sort them: neither capitals nor accents come before the
// letters themselves, and numbers go by their size. A collator is one goroutine's at a time.
var collators = sync.Pool{New: func() any { return collate.New(language.Und, collate.Numeric) }}

// CompareNames says which of two names comes first in a list. Names that sort alike are told apart
// by their bytes.
func CompareNames(a, b string) int {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return cmp.Or(c.CompareString(a, b), strings.Compare(a, b))
}
