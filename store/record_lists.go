package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// RecordsSort is the order of a list of products or end users.
type RecordsSort string

// The orders. Each goes on by id where it says nothing.
const (
	LastUpdated  RecordsSort = ""       // the latest update first
	FirstUpdated RecordsSort = "oldest" // the oldest update first
	ByID         RecordsSort = "id"     // A to Z
	ByLabel      RecordsSort = "title"  // by title or name, A to Z
)

// Place is where a record stands in a list. The zero Place is none.
type Place struct {
	UpdatedAt time.Time // counts where the list is sorted by update
	Label     string    // the title or name; counts where the list is sorted by it
	ID        string
}

// RecordsQuery narrows a list of products or end users, and says which part of
// it to read.
type RecordsQuery struct {
	Search string // the beginning of the id, or part of the title or name; the case of letters does not count
	Sort   RecordsSort
	Below  Place // what stands below this place
	Above  Place // what stands above it, the nearest
	Limit  int   // how many at most; 0: a page
	Bodies bool  // with the records' JSON, which can be long: then what comes holds some 4 MiB, or one record
}

// Reach says how far a list was read in the direction of reading.
type Reach struct {
	More bool // there is more

	// Looked is set when a search gave up before the end of the list: it had looked
	// at this many records, the last of them at Place. It goes on from there.
	Looked int
	Place  Place
}

// How many records a search looks at before it answers, so that no search takes
// long: reading a title in the order of ids visits the records themselves.
const (
	searchReach     = 50_000
	searchReachByID = 40_000
)

// maxBodies is how many bytes of records are read in one go.
const maxBodies = 4 << 20

// shelf is a table of products or of end users; the texts are constants.
type shelf struct{ table, label string }

var (
	productShelf = shelf{"products", "title"}
	endUserShelf = shelf{"end_users", "name"}
)

// shelved is a row of such a table.
type shelved struct {
	ID        string
	Label     string
	UpdatedAt time.Time
	Size      int // of the body, in bytes
	Body      []byte
}

func (r *shelved) place() Place { return Place{r.UpdatedAt, r.Label, r.ID} }

// Products returns products of the environment's data set.
func (t *TeamScope) Products(ctx context.Context, kind models.EnvironmentKind, query RecordsQuery) ([]models.Product, Reach, error) {
	rows, reach, err := t.shelved(ctx, kind, productShelf, query)
	products := make([]models.Product, len(rows))
	for i, r := range rows {
		products[i] = models.Product{ID: r.ID, Title: r.Label, Body: r.Body, UpdatedAt: r.UpdatedAt}
	}
	return products, reach, err
}

// EndUsers returns end users of the environment's data set.
func (t *TeamScope) EndUsers(ctx context.Context, kind models.EnvironmentKind, query RecordsQuery) ([]models.EndUser, Reach, error) {
	rows, reach, err := t.shelved(ctx, kind, endUserShelf, query)
	users := make([]models.EndUser, len(rows))
	for i, r := range rows {
		users[i] = models.EndUser{ID: r.ID, Name: r.Label, Body: r.Body, UpdatedAt: r.UpdatedAt}
	}
	return users, reach, err
}

func (t *TeamScope) shelved(ctx context.Context, kind models.EnvironmentKind, of shelf, query RecordsQuery) (rows []shelved, reach Reach, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		rows, reach, err = query.run(db, of, dataSetID)
		return err
	})
	return rows, reach, err
}

// run finds the ids in an index first, and then reads those records only.
func (q RecordsQuery) run(db *gorm.DB, of shelf, dataSetID string) (rows []shelved, reach Reach, err error) {
	limit := q.limit()
	list := q.list(of, dataSetID)
	var ids []string
	text, args := list.find(db, q, limit)
	if err := db.Raw(text, args...).Scan(&ids).Error; err != nil {
		return nil, reach, err
	}
	if reach.More = len(ids) > limit; reach.More {
		ids = ids[:limit]
	} else if q.searches() {
		if reach, err = list.gaveUp(db, of); err != nil {
			return nil, reach, err
		}
	}
	if rows, err = of.rows(db, dataSetID, ids); err != nil {
		return nil, reach, err
	}
	if q.Bodies {
		if kept := fitting(rows); kept < len(rows) {
			rows, reach = rows[:kept], Reach{More: true}
		}
		err = of.fill(db, dataSetID, rows)
	}
	if q.Above.ID != "" {
		slices.Reverse(rows)
	}
	return rows, reach, err
}

func (q RecordsQuery) searches() bool { return strings.TrimSpace(q.Search) != "" }

func (q RecordsQuery) limit() int {
	if q.Limit > 0 {
		return q.Limit
	}
	return pageSize
}

// list is a part of a table in an order, as SQL made of constants.
type list struct {
	columns string // what an index holds that the search looks at
	from    string // FROM … WHERE … ORDER BY …
	args    []any
	reach   int
}

func (q RecordsQuery) list(of shelf, dataSetID string) list {
	l := list{columns: "SELECT id, " + of.label + " AS label", args: []any{dataSetID}, reach: searchReach}
	key, descending := "updated_at", q.Sort == LastUpdated
	switch q.Sort {
	case ByID:
		key, l.reach = "", searchReachByID
	case ByLabel:
		key = of.label
	}
	place := q.Below
	if q.Above.ID != "" {
		place, descending = q.Above, !descending
	}
	where := "data_set_id = ?"
	if place.ID != "" {
		where += " AND " + beyond(key, descending)
		l.args = append(l.args, place.values(key)...)
	}
	l.from = " FROM " + of.table + " WHERE " + where + " ORDER BY " + ordered(key, descending)
	return l
}

// beyond compares a row with a place.
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

func (p Place) values(key string) []any {
	switch key {
	case "":
		return []any{p.ID}
	case "updated_at":
		return []any{p.UpdatedAt, p.ID}
	}
	return []any{p.Label, p.ID}
}

// find returns the query for the ids of one row more than the limit.
func (l list) find(db *gorm.DB, q RecordsQuery, limit int) (string, []any) {
	if !q.searches() {
		return "SELECT id" + l.from + " LIMIT ?", append(slices.Clone(l.args), limit+1)
	}
	search := escapeLike(strings.TrimSpace(q.Search))
	like := likeIn(db)
	return "SELECT id FROM (" + l.columns + l.from + " LIMIT ?) AS looked WHERE (id " + like + " OR label " + like + ") LIMIT ?",
		append(slices.Clone(l.args), l.reach, search+"%", "%"+search+"%", limit+1)
}

// likeIn compares whatever the case of letters: with SQLite, of those of ASCII.
func likeIn(db *gorm.DB) string {
	if database.DialectOf(db) == database.Postgres {
		return `ILIKE ? ESCAPE '\'`
	}
	return `LIKE ? ESCAPE '\'`
}

// gaveUp reports whether a search ended before the list.
func (l list) gaveUp(db *gorm.DB, of shelf) (Reach, error) {
	var last []shelved
	err := db.Raw("SELECT id, "+of.label+" AS label, updated_at"+l.from+" LIMIT 1 OFFSET ?",
		append(slices.Clone(l.args), l.reach-1)...).Scan(&last).Error
	if err != nil || len(last) == 0 {
		return Reach{}, err
	}
	return Reach{More: true, Looked: l.reach, Place: last[0].place()}, nil
}

// fitting is how many of the rows, from the first on, have bodies that hold
// maxBodies together; at least one.
func fitting(rows []shelved) int {
	total := 0
	for i := range rows {
		if total += rows[i].Size; total > maxBodies && i > 0 {
			return i
		}
	}
	return len(rows)
}

// rows reads the records with the ids, in the order of the ids, without their
// bodies. One that was deleted in between is left out.
func (of shelf) rows(db *gorm.DB, dataSetID string, ids []string) ([]shelved, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []shelved
	if err := db.Raw(of.byIDs(), dataSetID, ids).Scan(&found).Error; err != nil {
		return nil, err
	}
	return inOrder(found, ids), nil
}

// byIDs asks for the size too, which no index has: SQLite would rather go through
// all of an index that has every column than find some rows by their ids.
func (of shelf) byIDs() string {
	return "SELECT id, " + of.label + " AS label, updated_at, length(body) AS size FROM " + of.table + " WHERE data_set_id = ? AND id IN ?"
}

// fill reads the bodies of rows.
func (of shelf) fill(db *gorm.DB, dataSetID string, rows []shelved) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	var found []shelved
	if err := db.Raw("SELECT id, body FROM "+of.table+" WHERE data_set_id = ? AND id IN ?", dataSetID, ids).Scan(&found).Error; err != nil {
		return err
	}
	bodies := make(map[string][]byte, len(found))
	for _, row := range found {
		bodies[row.ID] = row.Body
	}
	for i := range rows {
		rows[i].Body = bodies[rows[i].ID]
	}
	return nil
}

func inOrder(found []shelved, ids []string) []shelved {
	at := make(map[string]int, len(found))
	for i := range found {
		at[found[i].ID] = i
	}
	rows := make([]shelved, 0, len(found))
	for _, id := range ids {
		if i, ok := at[id]; ok {
			rows = append(rows, found[i])
		}
	}
	return rows
}

// Product returns one product with its body.
func (t *TeamScope) Product(ctx context.Context, kind models.EnvironmentKind, id string) (row models.Product, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Where("data_set_id = ? AND id = ?", dataSetID, id).Take(&row).Error
	})
	return row, err
}

// EndUser returns one end user with its body.
func (t *TeamScope) EndUser(ctx context.Context, kind models.EnvironmentKind, id string) (row models.EndUser, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		return db.Where("data_set_id = ? AND id = ?", dataSetID, id).Take(&row).Error
	})
	return row, err
}
