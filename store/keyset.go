package store

import (
	"slices"
	"strings"

	"gorm.io/gorm"
)

// keyset is how a list of the desk is read in parts (keyset pagination): by the columns, which
// together tell rows apart, all downwards or all upwards.
type keyset struct {
	columns []string
	down    bool
}

// from orders the query, and begins it behind the keys of a row unless there are none. With back
// it reads the other way.
func (k keyset) from(query *gorm.DB, keys []any, back bool) *gorm.DB {
	down := k.down != back
	direction, beyond := "", ">"
	if down {
		direction, beyond = " DESC", "<"
	}
	if len(keys) > 0 {
		// The space keeps gorm from taking bytes that follow the parenthesis for a list of values.
		places := strings.TrimSuffix(strings.Repeat(" ?,", len(keys)), ",")
		query = query.Where("("+strings.Join(k.columns, ", ")+") "+beyond+" ("+places+")", keys...)
	}
	order := slices.Clone(k.columns)
	for i := range order {
		order[i] += direction
	}
	return query.Order(strings.Join(order, ", "))
}
