package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// InteractionsQuery narrows the list of interactions, which goes by arrival.
type InteractionsQuery struct {
	Type    string    // all of one type; empty: any
	User    string    // of the user with this id or anonymous id; empty: of any
	Product string    // with this product's id; empty: with any or none
	From    time.Time // that arrived then or later; zero: any
	Until   time.Time // that arrived before; zero: any
	Oldest  bool      // the oldest first; otherwise the newest
	Bodies  bool      // with the JSON, which can be long: then what comes holds some 4 MiB, or one interaction
	Page              // Before and After go by id; Limit may be above a page
}

// InteractionsReach says how far the list was read in the direction of reading.
type InteractionsReach struct {
	More bool // there is more

	// Looked is set when a search gave up before the end of the list: it had looked
	// at this many interactions, the last of them with the id Last. It goes on from
	// there.
	Looked int
	Last   int64
}

// interactionsReach is how many interactions a search looks at whose filters no
// index answers.
const interactionsReach = 40_000

// Interactions returns interactions of the environment's data set.
func (t *TeamScope) Interactions(ctx context.Context, kind models.EnvironmentKind, query InteractionsQuery) (rows []models.Interaction, reach InteractionsReach, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		rows, reach, err = query.run(db, dataSetID)
		return err
	})
	return rows, reach, err
}

// Interaction returns one interaction with its body.
func (t *TeamScope) Interaction(ctx context.Context, kind models.EnvironmentKind, id int64) (row models.Interaction, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Where("data_set_id = ? AND id = ?", dataSetID, id).Take(&row).Error
	})
	return row, err
}

// ascending reports whether rows are read from the oldest to the newest.
func (q InteractionsQuery) ascending() bool {
	if q.Oldest {
		return q.Before == 0 || q.After > 0
	}
	return q.After > 0
}

func (q InteractionsQuery) limit() int {
	if q.Limit > 0 {
		return q.Limit
	}
	return pageSize
}

func (q InteractionsQuery) run(db *gorm.DB, dataSetID string) ([]models.Interaction, InteractionsReach, error) {
	low, high, err := q.bounds(db, dataSetID)
	if err != nil {
		return nil, InteractionsReach{}, err
	}
	var found interactionsFound
	for _, source := range q.sources() {
		if err := source.in(dataSetID).between(low, high).find(db, q, &found); err != nil {
			return nil, InteractionsReach{}, err
		}
	}
	ids, reach := found.merged(q)
	if q.Bodies {
		kept, err := fittingInteractions(db, dataSetID, ids)
		if err != nil {
			return nil, reach, err
		}
		if kept < len(ids) {
			ids, reach = ids[:kept], InteractionsReach{More: true}
		}
	}
	rows, err := interactionRows(db, dataSetID, ids, q.Bodies)
	slices.SortFunc(rows, func(a, b models.Interaction) int {
		if q.Oldest {
			return cmp.Compare(a.ID, b.ID)
		}
		return cmp.Compare(b.ID, a.ID)
	})
	return rows, reach, err
}

// bounds returns the ids between which the interactions lie, both excluded; 0 is
// no bound.
func (q InteractionsQuery) bounds(db *gorm.DB, dataSetID string) (low, high int64, err error) {
	if q.After > 0 {
		low = q.After
	} else {
		high = q.Before
	}
	if !q.From.IsZero() {
		first, err := firstArrival(db, dataSetID, q.From)
		if err != nil {
			return 0, 0, err
		}
		low = max(low, first-1)
	}
	if !q.Until.IsZero() {
		end, err := firstArrival(db, dataSetID, q.Until)
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
func firstArrival(db *gorm.DB, dataSetID string, moment time.Time) (int64, error) {
	type arrival struct {
		ID         int64
		ReceivedAt time.Time
	}
	const arrivals = "SELECT id, received_at FROM interactions WHERE data_set_id = ?"
	var newest []arrival
	if err := db.Raw(arrivals+" ORDER BY id DESC LIMIT 1", dataSetID).Scan(&newest).Error; err != nil || len(newest) == 0 {
		return 1, err
	}
	low, high := int64(1), newest[0].ID+1
	for low < high {
		middle := low + (high-low)/2
		var next []arrival
		if err := db.Raw(arrivals+" AND id >= ? ORDER BY id LIMIT 1", dataSetID, middle).Scan(&next).Error; err != nil {
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

func (s source) in(dataSetID string) source {
	return source{"data_set_id = ?" + s.where, append([]any{dataSetID}, s.args...)}
}

// sources returns what an index answers of the query.
func (q InteractionsQuery) sources() []source {
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
		{" AND substr(anonymous_id, 1, 256) = ? AND anonymous_id <> '' AND anonymous_id = ?", []any{cut(user, 256), user}},
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
func (s source) find(db *gorm.DB, q InteractionsQuery, found *interactionsFound) error {
	limit := q.limit()
	text, args, searches := s.query(db, q)
	var ids []int64
	if err := db.Raw(text+" LIMIT ?", append(args, limit+1)...).Scan(&ids).Error; err != nil {
		return err
	}
	found.ids = append(found.ids, ids...)
	if !searches || len(ids) > limit {
		return nil
	}
	var last []int64
	err := db.Raw("SELECT id FROM interactions WHERE "+s.where+q.order()+" LIMIT 1 OFFSET ?",
		append(slices.Clone(s.args), interactionsReach-1)...).Scan(&last).Error
	found.last = append(found.last, last...)
	return err
}

func (q InteractionsQuery) order() string {
	if q.ascending() {
		return " ORDER BY id"
	}
	return " ORDER BY id DESC"
}

// query returns the query for ids, but for its limit, and whether it looks at
// rows that it may not return.
func (s source) query(db *gorm.DB, q InteractionsQuery) (string, []any, bool) {
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
	return "SELECT id FROM (SELECT id, type, product_ids FROM interactions WHERE " + s.where + q.order() + " LIMIT ?) AS looked WHERE " +
		strings.Join(filters, " AND "), args, true
}

// productIn finds one of the ids that are kept separated by a comma and a space.
func productIn(db *gorm.DB) string {
	if database.DialectOf(db) == database.Postgres {
		return "strpos(', ' || product_ids || ', ', ?) > 0"
	}
	return "instr(', ' || product_ids || ', ', ?) > 0"
}

// merged returns the ids in the order of reading, as far as all sources were
// read.
func (f interactionsFound) merged(q InteractionsQuery) ([]int64, InteractionsReach) {
	ascending := q.ascending()
	order := func(a, b int64) int {
		if ascending {
			return cmp.Compare(a, b)
		}
		return cmp.Compare(b, a)
	}
	slices.SortFunc(f.ids, order)
	ids := slices.Compact(f.ids)
	var reach InteractionsReach
	if len(f.last) > 0 {
		reach = InteractionsReach{More: true, Looked: interactionsReach, Last: slices.MinFunc(f.last, order)}
		beyond := slices.IndexFunc(ids, func(id int64) bool { return order(id, reach.Last) > 0 })
		if beyond >= 0 {
			ids = ids[:beyond]
		}
	}
	if len(ids) > q.limit() {
		return ids[:q.limit()], InteractionsReach{More: true}
	}
	return ids, reach
}

// fittingInteractions is fitting for interactions.
func fittingInteractions(db *gorm.DB, dataSetID string, ids []int64) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	var sizes []struct {
		ID   int64
		Size int
	}
	err := db.Raw("SELECT id, length(body) AS size FROM interactions WHERE data_set_id = ? AND id IN ?", dataSetID, ids).Scan(&sizes).Error
	if err != nil {
		return 0, err
	}
	rows, at := make([]shelved, len(ids)), map[int64]int{}
	for i, id := range ids {
		at[id] = i
	}
	for _, s := range sizes {
		rows[at[s.ID]].Size = s.Size
	}
	return fitting(rows), nil
}

func interactionRows(db *gorm.DB, dataSetID string, ids []int64, bodies bool) (rows []models.Interaction, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	columns := "id, type, user_id, anonymous_id, product_ids, occurred_at, received_at"
	if bodies {
		columns += ", body"
	}
	err = db.Raw("SELECT "+columns+" FROM interactions WHERE data_set_id = ? AND id IN ?", dataSetID, ids).Scan(&rows).Error
	return rows, err
}

// maxTypes is how many types a filter offers. Custom actions have a type each,
// and can be without number.
const maxTypes = 100

// InteractionTypes returns the types that the environment's interactions have,
// the first hundred of the alphabet. It steps from one to the next in an index,
// and does not look at every interaction.
func (t *TeamScope) InteractionTypes(ctx context.Context, kind models.EnvironmentKind) (types []string, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Raw(typesQuery, dataSetID, dataSetID, maxTypes).Scan(&types).Error
	})
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
