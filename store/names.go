package store

import (
	"cmp"
	"context"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"gorm.io/gorm"

	"dojo/models"
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

// sortKey returns the bytes that a database sorts names by as CompareNames does, where a list is read in parts.
func sortKey(name string) []byte {
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	return c.KeyFromString(&collate.Buffer{}, name)
}

// sortKeysPerChange is how many teams get their sort key in one transaction.
const sortKeysPerChange = 500

// fillSortKeys gives the teams their sort key that have none: those of earlier versions, and those that such a
// program makes beside this one.
func (s *Store) fillSortKeys(ctx context.Context) error {
	for {
		var teams []models.Team
		err := s.read(ctx, func(db *gorm.DB) error {
			return db.Select("id", "name").Where("length(sort_key) = 0").Limit(sortKeysPerChange).Find(&teams).Error
		})
		if err != nil || len(teams) == 0 {
			return err
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
		if err != nil {
			return err
		}
	}
}
