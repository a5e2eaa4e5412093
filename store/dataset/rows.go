package dataset

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// rows changes one data set within somebody's transaction: it holds the data set
// until the commit, gathers what is added, and in the end writes that, the
// attributes' types, the sizes and the tasks. Between hold and finish the changes of
// many requests may be made one after the other, so that 64 small uploads are
// written with as many statements as one.
type rows struct {
	ctx    context.Context
	engine *database.Engine
	tx     gorm.ConnPool
	id     string
	now    time.Time

	parts []*part // those of the collections that are changed
	tasks []models.Task
}

// part is what is changed in one collection.
type part struct {
	*table
	collection   models.Collection
	records      []models.Record // to be added
	interactions []models.Interaction
	grown        int64 // by how much its size differs so far

	known models.AttributeTypes // of the attributes that were asked for; empty: the data set does not have it
	fresh models.AttributeTypes // of those, what the data set does not have yet
}

// Add adds a batch within a transaction of GORM's. It fails with a
// [models.TypeConflict] when an attribute has another type in the data set.
func Add(db *gorm.DB, engine *database.Engine, id string, now time.Time, batch *models.Batch) error {
	r := &rows{ctx: db.Statement.Context, engine: engine, tx: db.Statement.ConnPool, id: id, now: now}
	if err := r.hold(); err != nil {
		return err
	}
	if err := r.add(batch); err != nil {
		return err
	}
	return r.finish()
}

// Check fails as Add would, as far as that can be known without adding.
func Check(db *gorm.DB, engine *database.Engine, id string, batch *models.Batch) error {
	r := &rows{ctx: db.Statement.Context, engine: engine, tx: db.Statement.ConnPool, id: id}
	return r.agree(r.part(batch.Collection), batch.Types)
}

func (r *rows) hold() error { return hold(r.ctx, r.engine.Dialect, r.tx, r.id) }

func (r *rows) part(collection models.Collection) *part {
	for _, p := range r.parts {
		if p.collection == collection {
			return p
		}
	}
	p := &part{table: tableOf(collection), collection: collection}
	r.parts = append(r.parts, p)
	return p
}

// add takes a batch on. After a TypeConflict nothing of it will be written, and the
// transaction can go on; after another error it cannot.
func (r *rows) add(batch *models.Batch) error {
	p := r.part(batch.Collection)
	if err := r.agree(p, batch.Types); err != nil {
		return err
	}
	p.records = append(p.records, batch.Records...)
	p.interactions = append(p.interactions, batch.Interactions...)
	r.end(batch.Task)
	return nil
}

// delete deletes records; what was added before goes too, so it is written first. So do copies of those that were
// deleted by themselves.
func (r *rows) delete(deletion *models.Deletion) error {
	r.end(deletion.Task)
	if len(deletion.IDs) == 0 {
		return nil
	}
	p := r.part(deletion.Collection)
	if err := r.write(p); err != nil {
		return err
	}
	keys := r.engine.Dialect.Texts(deletion.IDs)
	if err := r.exec(p.deletion(p.copies(), r.engine.Dialect), r.id, keys); err != nil {
		return err
	}
	result, err := r.tx.ExecContext(r.ctx, p.deletion(p.name, r.engine.Dialect), r.id, keys)
	if err != nil {
		return err
	}
	gone, err := result.RowsAffected()
	p.grown -= gone
	return err
}

// end notes the task of a change, if it has one.
func (r *rows) end(task models.Task) {
	if task.ID != "" {
		r.tasks = append(r.tasks, task)
	}
}

// deletion is the statement that deletes what a list of keys names, from the table of records or that of copies.
// Interactions of nobody have the empty key, and are in no index.
func (t *table) deletion(from string, dialect database.Dialect) string {
	return "DELETE FROM " + from + " WHERE data_set_id = $1 AND " +
		t.key + " <> '' AND " + t.key + " " + dialect.In("$2")
}

// finish writes what was gathered.
func (r *rows) finish() error {
	grown := models.Counts{}
	for _, p := range r.parts {
		if err := r.write(p); err != nil {
			return err
		}
		if err := r.writeTypes(p); err != nil {
			return err
		}
		switch p.table {
		case products:
			grown.Products = p.grown
		case endUsers:
			grown.EndUsers = p.grown
		default:
			grown.Interactions = p.grown
		}
	}
	if err := r.writeTasks(); err != nil || grown == (models.Counts{}) {
		return err
	}
	return r.exec("UPDATE data_sets SET products = products + $1, end_users = end_users + $2, "+
		"interactions = interactions + $3 WHERE id = $4",
		grown.Products, grown.EndUsers, grown.Interactions, r.id)
}

// write writes what was added to a collection so far.
func (r *rows) write(p *part) error {
	records, happened := p.records, p.interactions
	p.records, p.interactions = nil, nil
	if p.table == interactions {
		p.grown += int64(len(happened))
		r.date(happened)
		return p.table.interactions.Add(r.ctx, r.engine, r.tx, happened, r.id, r.now)
	}
	if len(records) == 0 {
		return nil
	}
	records = lastOfEach(records)
	ids := make([]string, len(records))
	for i := range records {
		ids[i] = records[i].ID
	}
	var known int64
	dialect := r.engine.Dialect
	if err := r.tx.QueryRowContext(r.ctx, "SELECT count(*) FROM "+p.name+" WHERE data_set_id = $1 AND id "+
		dialect.In("$2"),
		r.id, dialect.Texts(ids)).Scan(&known); err != nil {
		return err
	}
	p.grown += int64(len(records)) - known
	return p.table.records.Add(r.ctx, r.engine, r.tx, records, r.id, r.now)
}

// date gives the interactions that do not say when they happened the moment of
// their arrival.
func (r *rows) date(happened []models.Interaction) {
	for i := range happened {
		if happened[i].OccurredAt.IsZero() {
			happened[i].OccurredAt = r.now
		}
	}
}

// lastOfEach keeps the last record of each id, since one statement may not write a
// row twice.
func lastOfEach(records []models.Record) []models.Record {
	last := make(map[string]int, len(records))
	for i := range records {
		last[records[i].ID] = i
	}
	if len(last) == len(records) {
		return records
	}
	kept := make([]models.Record, 0, len(last))
	for _, i := range slices.Sorted(maps.Values(last)) {
		kept = append(kept, records[i])
	}
	return kept
}

func (r *rows) writeTasks() error {
	for _, task := range r.tasks {
		lines, err := json.Marshal(append([]string{}, task.Lines...))
		if err != nil {
			return err
		}
		if err := r.exec("INSERT INTO tasks (id, data_set_id, collection, code, lines, created_at) "+
			"VALUES ($1, $2, $3, $4, $5, $6)",
			task.ID, r.id, string(task.Collection), task.Code, string(lines), r.now); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) exec(statement string, args ...any) error {
	_, err := r.tx.ExecContext(r.ctx, statement, args...)
	return err
}
