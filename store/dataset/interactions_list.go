package dataset

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// interactionsReach is how many interactions a search looks at whose filters no
// index answers, so that no search takes long.
const interactionsReach = 40_000

// interactionsQuery is the query in the terms of what is read.
type interactionsQuery struct {
	models.InteractionsQuery
	cursor    int64 // the id; 0: none
	ascending bool  // rows are read from the oldest to the newest
}

func queryOf(q models.InteractionsQuery) interactionsQuery {
	cursor, err := strconv.ParseInt(q.Cursor.ID, 10, 64)
	if err != nil || cursor <= 0 { // what is no id is as good as absent
		cursor, q.Cursor = 0, models.Cursor{}
	}
	q.Limit = limitOf(q.Limit)
	return interactionsQuery{q, cursor, q.Oldest != q.Cursor.Back}
}

// Interactions returns interactions of a data set. It finds the ids in the indexes
// first, and then reads those interactions only.
func Interactions(
	db *gorm.DB, id string, query models.InteractionsQuery,
) (list models.List[models.Interaction], err error) {
	q := queryOf(query)
	low, high, err := q.bounds(db, id)
	if err != nil {
		return list, err
	}
	var found interactionsFound
	for _, source := range q.sources() {
		if err := source.in(id).between(low, high).find(db, q, &found); err != nil {
			return list, err
		}
	}
	ids := found.merged(q, &list)
	if q.Bodies {
		kept, err := fittingInteractions(db, id, ids)
		if err != nil {
			return list, err
		}
		if kept < len(ids) {
			ids, list = ids[:kept], models.List[models.Interaction]{More: true}
		}
	}
	list.Rows, err = interactionRows(db, id, ids, q.Bodies)
	slices.SortFunc(list.Rows, func(a, b models.Interaction) int { return q.compare(a.ID, b.ID) })
	return models.Finish(list, q.Cursor), err
}

// compare puts ids in the order of reading.
func (q interactionsQuery) compare(a, b int64) int {
	if q.ascending {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(b, a)
}

// bounds returns the ids between which the interactions lie, both excluded; 0 is
// no bound.
func (q interactionsQuery) bounds(db *gorm.DB, id string) (low, high int64, err error) {
	if q.ascending {
		low = q.cursor
	} else {
		high = q.cursor
	}
	if !q.From.IsZero() {
		first, err := firstArrival(db, id, q.From)
		if err != nil {
			return 0, 0, err
		}
		low = max(low, first-1)
	}
	if !q.Until.IsZero() {
		end, err := firstArrival(db, id, q.Until)
		if err != nil {
			return 0, 0, err
		}
		if high == 0 || end < high {
			high = end
		}
	}
	return low, high, nil
}

// firstArrival returns the id from which on interactions arrived at the moment
// or later. Ids are given in the order of arrival, so that it is found by
// halving; where two arrived at the same time, it may be off by their
// difference, which is that of two commits.
func firstArrival(db *gorm.DB, id string, moment time.Time) (int64, error) {
	type arrival struct {
		ID         int64
		ReceivedAt time.Time
	}
	const arrivals = "SELECT id, received_at FROM interactions WHERE data_set_id = ?"
	var newest []arrival
	if err := db.Raw(arrivals+" ORDER BY id DESC LIMIT 1", id).Scan(&newest).Error; err != nil || len(newest) == 0 {
		return 1, err
	}
	low, high := int64(1), newest[0].ID+1
	for low < high {
		middle := low + (high-low)/2
		var next []arrival
		if err := db.Raw(arrivals+" AND id >= ? ORDER BY id LIMIT 1", id, middle).Scan(&next).Error; err != nil {
			return 0, err
		}
		if len(next) > 0 && next[0].ReceivedAt.Before(moment) {
			low = next[0].ID + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// source is a part of the interactions that an index holds in the order of ids.
type source struct {
	where string // goes on behind "data_set_id = ?"
	args  []any
}

func (s source) in(id string) source {
	return source{"data_set_id = ?" + s.where, append([]any{id}, s.args...)}
}

// sources returns what an index answers of the query.
func (q interactionsQuery) sources() []source {
	switch {
	case q.User != "":
		return sourcesOf(q.User)
	case q.Type != "":
		return []source{{" AND type = ?", []any{q.Type}}}
	}
	return []source{{}}
}

// sourcesOf are the interactions of the user with the id, and those with the
// anonymous id. It can be longer than an index takes on PostgreSQL, so that only
// its beginning is in there. What has neither id is in neither index, and a query
// finds its way to an index only when it says that it looks for no such thing.
func sourcesOf(user string) []source {
	return []source{
		{" AND user_id = ? AND user_id <> ''", []any{user}},
		{" AND substr(anonymous_id, 1, 256) = ? AND anonymous_id <> '' AND anonymous_id = ?",
			[]any{cut(user, 256), user}},
	}
}

// cut returns the first n characters of a text.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

func (s source) between(low, high int64) source {
	s.args = slices.Clone(s.args)
	if low > 0 {
		s.where += " AND id > ?"
		s.args = append(s.args, low)
	}
	if high > 0 {
		s.where += " AND id < ?"
		s.args = append(s.args, high)
	}
	return s
}

// interactionsFound gathers what the sources hold.
type interactionsFound struct {
	ids  []int64
	last []int64 // where sources gave up
}

// find adds the ids of one row more than the limit.
func (s source) find(db *gorm.DB, q interactionsQuery, found *interactionsFound) error {
	text, args, searches := s.query(db, q)
	var ids []int64
	if err := db.Raw(text+" LIMIT ?", append(args, q.Limit+1)...).Scan(&ids).Error; err != nil {
		return err
	}
	found.ids = append(found.ids, ids...)
	if !searches || len(ids) > q.Limit {
		return nil
	}
	var last []int64
	err := db.Raw("SELECT id FROM interactions WHERE "+s.where+q.order()+" LIMIT 1 OFFSET ?",
		append(slices.Clone(s.args), interactionsReach-1)...).Scan(&last).Error
	found.last = append(found.last, last...)
	return err
}

func (q interactionsQuery) order() string {
	if q.ascending {
		return " ORDER BY id"
	}
	return " ORDER BY id DESC"
}

// query returns the query for ids, but for its limit, and whether it looks at
// rows that it may not return.
func (s source) query(db *gorm.DB, q interactionsQuery) (string, []any, bool) {
	var filters []string
	args := slices.Clone(s.args)
	args = append(args, interactionsReach)
	if q.User != "" && q.Type != "" {
		filters, args = append(filters, "type = ?"), append(args, q.Type)
	}
	if q.Product != "" {
		filters, args = append(filters, productIn(db)), append(args, ", "+q.Product+", ")
	}
	if len(filters) == 0 {
		return "SELECT id FROM interactions WHERE " + s.where + q.order(), slices.Clone(s.args), false
	}
	return "SELECT id FROM (SELECT id, type, product_ids FROM interactions WHERE " + s.where + q.order() +
		" LIMIT ?) AS looked WHERE " +
		strings.Join(filters, " AND "), args, true
}

// productIn finds one of the ids that are kept separated by a comma and a space.
func productIn(db *gorm.DB) string {
	if database.DialectOf(db) == database.Postgres {
		return "strpos(', ' || product_ids || ', ', ?) > 0"
	}
	return "instr(', ' || product_ids || ', ', ?) > 0"
}

// merged returns the ids in the order of reading, as far as all sources were read,
// and notes in the list what is behind them.
func (f interactionsFound) merged(q interactionsQuery, list *models.List[models.Interaction]) []int64 {
	slices.SortFunc(f.ids, q.compare)
	ids := slices.Compact(f.ids)
	if len(f.last) > 0 {
		last := slices.MinFunc(f.last, q.compare)
		list.More, list.Looked, list.Next = true, interactionsReach, models.Interaction{ID: last}.Cursor()
		beyond := slices.IndexFunc(ids, func(id int64) bool { return q.compare(id, last) > 0 })
		if beyond >= 0 {
			ids = ids[:beyond]
		}
	}
	if len(ids) > q.Limit {
		*list = models.List[models.Interaction]{More: true}
		return ids[:q.Limit]
	}
	return ids
}

// fittingInteractions is how many of the interactions, from the first on, are read
// with their bodies.
func fittingInteractions(db *gorm.DB, id string, ids []int64) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	var rows []struct {
		ID   int64
		Size int
	}
	err := db.Raw("SELECT id, length(body) AS size FROM interactions WHERE data_set_id = ? AND id IN ?", id, ids).
		Scan(&rows).Error
	if err != nil {
		return 0, err
	}
	sizes := make(map[int64]int, len(rows))
	for _, row := range rows {
		sizes[row.ID] = row.Size
	}
	return fitting(ids, func(id *int64) int { return sizes[*id] }), nil
}

func interactionRows(db *gorm.DB, id string, ids []int64, bodies bool) (rows []models.Interaction, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	columns := "id, type, user_id, anonymous_id, product_ids, occurred_at, received_at"
	if bodies {
		columns += ", body"
	}
	err = db.Raw("SELECT "+columns+" FROM interactions WHERE data_set_id = ? AND id IN ?", id, ids).Scan(&rows).Error
	return rows, err
}

// maxTypes is how many types a filter offers. Custom actions have a type each,
// and can be without number.
const maxTypes = 100

// InteractionTypes returns the types that a data set's interactions have, the first
// hundred of the alphabet. It steps from one to the next in an index, and does not
// look at every interaction.
func InteractionTypes(db *gorm.DB, id string) (types []string, err error) {
	err = db.Raw(typesQuery, id, id, maxTypes).Scan(&types).Error
	return types, err
}

const typesQuery = `
WITH RECURSIVE steps (type) AS (
    SELECT (SELECT type FROM interactions WHERE data_set_id = ? ORDER BY type LIMIT 1)
    UNION ALL
    SELECT (SELECT i.type FROM interactions AS i WHERE i.data_set_id = ? AND i.type > steps.type ORDER BY i.type LIMIT 1)
    FROM steps WHERE steps.type IS NOT NULL
)
SELECT type FROM steps WHERE type IS NOT NULL LIMIT ?`
