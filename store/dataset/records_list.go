package dataset

import (
	"slices"
	"strings"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// How many records a search looks at before it answers, so that no search takes
// long: reading a title in the order of ids visits the records themselves.
const (
	searchReach     = 50_000
	searchReachByID = 40_000
)

// maxBodies is how many bytes of records are read in one go.
const maxBodies = 4 << 20

// Records returns products or end users. It finds the ids in an index first, and
// then reads those records only.
func Records(
	db *gorm.DB, id string, collection models.Collection, q models.RecordsQuery,
) (list models.List[models.Record], err error) {
	t, part, limit := tableOf(collection), partOf(collection, id, q), limitOf(q.Limit)
	var ids []string
	text, args := part.find(db, q)
	if err := db.Raw(text, args...).Scan(&ids).Error; err != nil {
		return list, err
	}
	if list.More = len(ids) > limit; list.More {
		ids = ids[:limit]
	} else if searches(q) {
		if err := part.gaveUp(db, &list); err != nil {
			return list, err
		}
	}
	found, err := t.sized(db, id, ids)
	if err != nil {
		return list, err
	}
	if q.Bodies {
		if kept := fitting(found, func(r *sized) int { return r.Size }); kept < len(found) {
			found, list = found[:kept], models.List[models.Record]{More: true}
		}
		err = t.fill(db, id, found)
	}
	list.Rows = make([]models.Record, len(found))
	for i := range found {
		list.Rows[i] = found[i].Record
	}
	return models.Finish(list, q.Cursor), err
}

func searches(q models.RecordsQuery) bool { return strings.TrimSpace(q.Search) != "" }

func limitOf(limit int) int {
	if limit > 0 {
		return limit
	}
	return models.PageSize
}

// listPart is a part of a table in an order, as SQL made of constants.
type listPart struct {
	*table
	columns string // what an index holds that the search looks at
	from    string // FROM … WHERE … ORDER BY …
	args    []any
	reach   int
}

func partOf(collection models.Collection, id string, q models.RecordsQuery) listPart {
	t := tableOf(collection)
	p := listPart{table: t, columns: "SELECT id, " + t.label + " AS label", args: []any{id}, reach: searchReach}
	key, descending := "updated_at", q.Sorting == models.LastUpdated
	switch q.Sorting {
	case models.ByID:
		key, p.reach = "", searchReachByID
	case models.ByLabel:
		key = t.label
	}
	if q.Cursor.Back {
		descending = !descending
	}
	where := "data_set_id = ?"
	if !q.Cursor.IsZero() {
		where += " AND " + beyond(key, descending)
		p.args = append(p.args, keysOf(q.Cursor, q.Sorting)...)
	}
	p.from = " FROM " + t.name + " WHERE " + where + " ORDER BY " + ordered(key, descending)
	return p
}

// beyond compares a row with a cursor, both keys at once, so that an index answers it.
func beyond(key string, descending bool) string {
	sign := " > "
	if descending {
		sign = " < "
	}
	if key == "" {
		return "id" + sign + "?"
	}
	return "(" + key + ", id)" + sign + "(?, ?)"
}

func ordered(key string, descending bool) string {
	direction := ""
	if descending {
		direction = " DESC"
	}
	if key == "" {
		return "id" + direction
	}
	return key + direction + ", id" + direction
}

// keysOf is what of a cursor counts in a list.
func keysOf(cursor models.Cursor, sorting models.Sorting) []any {
	switch sorting {
	case models.ByID:
		return []any{cursor.ID}
	case models.ByLabel:
		return []any{cursor.Label, cursor.ID}
	}
	return []any{cursor.At, cursor.ID}
}

// find returns the query for the ids of one row more than the limit.
func (p listPart) find(db *gorm.DB, q models.RecordsQuery) (string, []any) {
	limit := limitOf(q.Limit) + 1
	if !searches(q) {
		return "SELECT id" + p.from + " LIMIT ?", append(slices.Clone(p.args), limit)
	}
	search := database.EscapeLike(strings.TrimSpace(q.Search))
	like := likeIn(db)
	return "SELECT id FROM (" + p.columns + p.from + " LIMIT ?) AS looked " +
			"WHERE (id " + like + " OR label " + like + ") LIMIT ?",
		append(slices.Clone(p.args), p.reach, search+"%", "%"+search+"%", limit)
}

// likeIn compares whatever the case of letters: with SQLite, of those of ASCII.
func likeIn(db *gorm.DB) string {
	if database.DialectOf(db) == database.Postgres {
		return `ILIKE ? ESCAPE '\'`
	}
	return `LIKE ? ESCAPE '\'`
}

// gaveUp notes in the list that a search ended before the list did.
func (p listPart) gaveUp(db *gorm.DB, list *models.List[models.Record]) error {
	var last []models.Record
	err := db.Raw("SELECT id, "+p.label+" AS label, updated_at"+p.from+" LIMIT 1 OFFSET ?",
		append(slices.Clone(p.args), p.reach-1)...).Scan(&last).Error
	if err == nil && len(last) > 0 {
		list.More, list.Looked, list.Next = true, p.reach, last[0].Cursor()
	}
	return err
}

// fitting is how many of the rows, from the first on, have bodies that hold
// maxBodies together; at least one.
func fitting[T any](rows []T, size func(row *T) int) int {
	total := 0
	for i := range rows {
		if total += size(&rows[i]); total > maxBodies && i > 0 {
			return i
		}
	}
	return len(rows)
}

// sized is a record with the length of its body, in bytes.
type sized struct {
	models.Record
	Size int
}

// sized reads the records with the ids, in the order of the ids, without their
// bodies. One that was deleted in between is left out.
func (t *table) sized(db *gorm.DB, id string, ids []string) ([]sized, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []sized
	if err := db.Raw(t.byIDs(), id, ids).Scan(&found).Error; err != nil {
		return nil, err
	}
	at := make(map[string]int, len(found))
	for i := range found {
		at[found[i].ID] = i
	}
	rows := make([]sized, 0, len(found))
	for _, id := range ids {
		if i, ok := at[id]; ok {
			rows = append(rows, found[i])
		}
	}
	return rows, nil
}

// byIDs asks for the size too, which no index has: SQLite would rather go through
// all of an index that has every column than find some rows by their ids.
func (t *table) byIDs() string {
	return "SELECT id, " + t.label + " AS label, updated_at, length(body) AS size FROM " + t.name +
		" WHERE data_set_id = ? AND id IN ?"
}

// fill reads the bodies of rows.
func (t *table) fill(db *gorm.DB, id string, rows []sized) error {
	if len(rows) == 0 {
		return nil
	}
	at, ids := make(map[string]int, len(rows)), make([]string, len(rows))
	for i := range rows {
		at[rows[i].ID], ids[i] = i, rows[i].ID
	}
	var found []models.Record
	err := db.Raw("SELECT id, body FROM "+t.name+" WHERE data_set_id = ? AND id IN ?", id, ids).Scan(&found).Error
	if err != nil {
		return err
	}
	for i := range found {
		rows[at[found[i].ID]].Body = found[i].Body
	}
	return nil
}
