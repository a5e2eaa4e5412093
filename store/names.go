package store

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"gorm.io/gorm"

	"dojo/models"
)

// collators compare names as people sort them: neither capitals nor accents come before the
// letters themselves. A collator is one goroutine's at a time.
var collators = sync.Pool{New: func() any { return collate.New(language.Und) }}

// digits are numbers in a name.
var digits = regexp.MustCompile("[0-9]+")

// bySize writes numbers so that they sort by their size: without zeros before them, and behind how many digits
// they have. collate.Numeric would have 0.9 come after 1.0.
func bySize(name string) string {
	return digits.ReplaceAllStringFunc(name, func(number string) string {
		number = strings.TrimLeft(number, "0")
		if len(number) < 9 {
			return strconv.Itoa(len(number)) + number
		}
		return fmt.Sprintf("9%03d", len(number)) + number
	})
}

// CompareNames says which of two names comes first in a list: numbers go by their size. Names that
// sort alike are told apart by their bytes.
func CompareNames(a, b string) int {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return cmp.Or(c.CompareString(bySize(a), bySize(b)), strings.Compare(a, b))
}

// sortKey returns the bytes that a database sorts names by as CompareNames does, where a list is read in parts.
func sortKey(name string) []byte {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return c.KeyFromString(&collate.Buffer{}, bySize(name))
}

// fillSortKeys gives the teams their sort key that have none: those of earlier versions, and those that such a
// program makes beside this one.
func (s *Store) fillSortKeys(ctx context.Context) error { return fill(ctx, s.fillSomeSortKeys) }

// fillSomeSortKeys is fillSortKeys for the next teams.
func (s *Store) fillSomeSortKeys(ctx context.Context, after string) (last string, err error) {
	var teams []models.Team
	query := func(db *gorm.DB) error {
		return db.Select("id", "name").Where("length(sort_key) = 0 AND id > ?", after).Order("id").
			Limit(filledPerChange).Find(&teams).Error
	}
	if err := s.read(ctx, query); err != nil || len(teams) == 0 {
		return "", err
	}
	err = s.write(ctx, func(db *gorm.DB) error {
		for _, team := range teams {
			if err := db.Exec("UPDATE teams SET sort_key = ? WHERE id = ? AND name = ?", sortKey(team.Name), team.ID,
				team.Name).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return teams[len(teams)-1].ID, err
}
