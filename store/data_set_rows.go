package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// batch is what one request changes in a data set.
type batch struct {
	add    Records
	remove Deletion
}

// rows is how many rows it writes or looks for at least.
func (b *batch) rows() int {
	return 1 + len(b.add.Products) + len(b.add.EndUsers) + len(b.add.Interactions) +
		len(b.remove.Products) + len(b.remove.EndUsers) + len(b.remove.InteractionsOf)
}

// bytes is how much of records it holds, about.
func (b *batch) bytes() (total int) {
	for i := range b.add.Products {
		total += len(b.add.Products[i].Body)
	}
	for i := range b.add.EndUsers {
		total += len(b.add.EndUsers[i].Body)
	}
	for i := range b.add.Interactions {
		total += len(b.add.Interactions[i].Body)
	}
	return total
}

// dataSetRows changes one data set within somebody's transaction: it holds the data
// set until the commit, gathers what is added, and in the end writes that, the
// attributes' types, the sizes and the tasks. Between begin and finish, the changes
// of many requests may be applied one after the other.
type dataSetRows struct {
	ctx        context.Context
	tx         gorm.ConnPool
	statements *statements
	id         string
	now        time.Time

	adds  Records
	grown Counts                                  // by how much the sizes differ
	types map[models.Collection]map[string]string // of the attributes asked for, by name; empty: not known
	fresh []attributeType
	tasks []models.Task
}

// writeBatch makes the change of one request within a transaction of GORM's.
func (s *Store) writeBatch(db *gorm.DB, dataSetID string, change batch) error {
	rows, err := s.beginRows(db.Statement.Context, db.Statement.ConnPool, dataSetID)
	if err != nil {
		return err
	}
	if err := rows.apply(change); err != nil {
		return err
	}
	return rows.finish()
}

// beginRows holds the data set: what the types and the sizes are compared with
// stays until the commit.
func (s *Store) beginRows(ctx context.Context, tx gorm.ConnPool, dataSetID string) (*dataSetRows, error) {
	return s.rowsOf(ctx, tx, dataSetID), s.statements.hold(ctx, tx, dataSetID)
}

func (s *Store) rowsOf(ctx context.Context, tx gorm.ConnPool, dataSetID string) *dataSetRows {
	return &dataSetRows{
		ctx: ctx, tx: tx, statements: s.statements, id: dataSetID, now: s.Now(),
		types: map[models.Collection]map[string]string{},
	}
}

// apply makes the change of one request. After a TypeConflict nothing of it will be
// written, and the transaction can go on; after another error it cannot.
func (w *dataSetRows) apply(change batch) error {
	if err := w.agree(change.add.types()); err != nil {
		return err
	}
	if err := w.remove(change.remove); err != nil {
		return err
	}
	w.adds.Products = append(w.adds.Products, change.add.Products...)
	w.adds.EndUsers = append(w.adds.EndUsers, change.add.EndUsers...)
	w.adds.Interactions = append(w.adds.Interactions, change.add.Interactions...)
	for _, task := range []models.Task{change.add.Task, change.remove.Task} {
		if task.ID != "" {
			w.tasks = append(w.tasks, task)
		}
	}
	return nil
}

func (w *dataSetRows) finish() error {
	if err := w.write(); err != nil {
		return err
	}
	if err := w.writeTypes(); err != nil {
		return err
	}
	if err := w.writeTasks(); err != nil {
		return err
	}
	if w.grown == (Counts{}) {
		return nil
	}
	return w.exec("UPDATE data_sets SET products = products + $1, end_users = end_users + $2, interactions = interactions + $3 WHERE id = $4",
		w.grown.Products, w.grown.EndUsers, w.grown.Interactions, w.id)
}

// write writes what was added so far.
func (w *dataSetRows) write() error {
	products, users := labelledProducts(w.adds.Products), labelledEndUsers(w.adds.EndUsers)
	interactions := w.adds.Interactions
	w.adds = Records{}
	fresh, err := w.writeLabelled(productsTable, products)
	if err != nil {
		return err
	}
	w.grown.Products += fresh
	if fresh, err = w.writeLabelled(endUsersTable, users); err != nil {
		return err
	}
	w.grown.EndUsers += fresh
	w.grown.Interactions += int64(len(interactions))
	return w.statements.addInteractions(w, interactions)
}

// writeLabelled writes products or end users, and returns how many of them are new.
func (w *dataSetRows) writeLabelled(table *table, rows []labelled) (fresh int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	rows = lastOfEach(rows)
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].id
	}
	known, err := w.count(w.statements.known(table), w.id, w.statements.list(ids))
	if err != nil {
		return 0, err
	}
	return int64(len(rows)) - known, w.statements.addLabelled(w, table, rows)
}

// remove deletes records; what was added before goes too.
func (w *dataSetRows) remove(deletion Deletion) error {
	for _, of := range []struct {
		table *table
		ids   []string
		size  *int64
	}{
		{productsTable, deletion.Products, &w.grown.Products},
		{endUsersTable, deletion.EndUsers, &w.grown.EndUsers},
		{interactionsTable, deletion.InteractionsOf, &w.grown.Interactions},
	} {
		if len(of.ids) == 0 {
			continue
		}
		if err := w.write(); err != nil {
			return err
		}
		result, err := w.tx.ExecContext(w.ctx, w.statements.remove(of.table), w.id, w.statements.list(of.ids))
		if err != nil {
			return err
		}
		gone, err := result.RowsAffected()
		if err != nil {
			return err
		}
		*of.size -= gone
	}
	return nil
}

func (w *dataSetRows) writeTasks() error {
	for _, task := range w.tasks {
		lines, err := json.Marshal(append([]string{}, task.Lines...))
		if err != nil {
			return err
		}
		if err := w.exec("INSERT INTO tasks (id, data_set_id, collection, code, lines, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
			task.ID, w.id, string(task.Collection), task.Code, string(lines), w.now); err != nil {
			return err
		}
	}
	return nil
}

func (w *dataSetRows) exec(statement string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, statement, args...)
	return err
}

func (w *dataSetRows) count(query string, args ...any) (count int64, err error) {
	err = w.tx.QueryRowContext(w.ctx, query, args...).Scan(&count)
	return count, err
}

// labelled is a product or an end user: a record with an id, and a label to be
// shown.
type labelled struct {
	id, label string
	body      []byte
}

func labelledProducts(rows []models.Product) []labelled {
	out := make([]labelled, len(rows))
	for i, row := range rows {
		out[i] = labelled{row.ID, row.Title, row.Body}
	}
	return out
}

func labelledEndUsers(rows []models.EndUser) []labelled {
	out := make([]labelled, len(rows))
	for i, row := range rows {
		out[i] = labelled{row.ID, row.Name, row.Body}
	}
	return out
}

// lastOfEach keeps the last row of each id, since one statement may not write a
// row twice.
func lastOfEach(rows []labelled) []labelled {
	last := make(map[string]int, len(rows))
	for i, row := range rows {
		last[row.id] = i
	}
	if len(last) == len(rows) {
		return rows
	}
	kept := make([]labelled, 0, len(last))
	for _, i := range slices.Sorted(maps.Values(last)) {
		kept = append(kept, rows[i])
	}
	return kept
}
