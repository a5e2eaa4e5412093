package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// deleteBatch is how many records one transaction deletes, so that other writers
// wait some milliseconds and not for all of them.
const deleteBatch = 2000

// deleteTimeout ends the deletion of many records, in wall time. It goes on when
// the browser has left.
const deleteTimeout = 10 * time.Minute

// drawer is where the records of a collection are, as constants of SQL: the
// table, its column in data_sets, and which of its rows were there at a moment.
type drawer struct{ table, size, standing, order string }

var drawers = map[models.Collection]drawer{
	models.Products:     {"products", "products", "updated_at <= ?", "updated_at, id"},
	models.EndUsers:     {"end_users", "end_users", "updated_at <= ?", "updated_at, id"},
	models.Interactions: {"interactions", "interactions", "id <= ?", "id"},
}

// DeleteRecord deletes one record of an unlocked environment. The line in the
// activity list names a product; it names no user, who may have asked to be
// forgotten.
func (t *TeamScope) DeleteRecord(ctx context.Context, kind models.EnvironmentKind, collection models.Collection, id any) error {
	d := drawers[collection]
	return t.changeData(ctx, kind, func(c *change, environment models.Environment) error {
		gone, err := d.delete(c, environment.DataSetID, "DELETE FROM "+d.table+" WHERE data_set_id = ? AND id = ?", environment.DataSetID, id)
		if err == nil && gone == 0 {
			err = models.ErrNotFound()
		}
		if err != nil {
			return err
		}
		line := deletion(environment, collection, 1)
		if name, ok := id.(string); ok && collection == models.Products {
			line.Detail.Subject = name
		}
		return c.audit(line, models.AsMember)
	})
}

func deletion(environment models.Environment, collection models.Collection, count int) models.AuditEvent {
	line := event(models.DataDeleted, environment, "")
	line.Detail.Collection, line.Detail.Count = string(collection), count
	return line
}

// DeleteAll deletes all records of a collection that are there at its beginning,
// in an unlocked environment whose address name the actor typed to confirm. It
// returns how many it deleted: not all of them when it failed on the way.
func (t *TeamScope) DeleteAll(ctx context.Context, kind models.EnvironmentKind, collection models.Collection, confirm string) (int, error) {
	if !t.Role.May(models.ManageData) {
		return 0, forbidden(t.Role)
	}
	if confirm != string(kind) {
		return 0, models.InvalidField("confirm", "Type %s to confirm that you mean %s.", kind, kind.Name())
	}
	d := drawers[collection]
	return t.deleteMany(ctx, kind, collection, selection{
		where: " AND " + d.standing, order: d.order,
		mark: func(c *change, dataSetID string) ([]any, int, error) {
			if collection != models.Interactions {
				count, err := d.count(c.DB, dataSetID)
				return []any{c.now}, count, err
			}
			newest, err := newestInteraction(c.DB, dataSetID)
			if err != nil {
				return nil, 0, err
			}
			count, err := d.count(c.DB, dataSetID)
			return []any{newest}, count, err
		},
	})
}

// DeleteInteractionsOf deletes the interactions of one user, whose id or anonymous
// id it is, that are there at its beginning. It returns how many it deleted, and is NotFound
// when there are none. The line in the activity list does not say whose.
func (t *TeamScope) DeleteInteractionsOf(ctx context.Context, kind models.EnvironmentKind, user string) (int, error) {
	if user == "" {
		return 0, models.ErrNotFound() // a drawer of its own, of those who have none
	}
	total, sources := 0, sourcesOf(user)
	for i, whose := range sources {
		gone, err := t.deleteMany(ctx, kind, models.Interactions, selection{
			where: whose.where + " AND id <= ?", order: "id", one: true,
			mark: func(c *change, dataSetID string) (args []any, count int, err error) {
				newest, err := newestInteraction(c.DB, dataSetID)
				if err == nil && i == 0 { // the first one's line speaks for all
					count, err = countAll(c.DB, dataSetID, sources)
				}
				return append(slices.Clone(whose.args), newest), count, err
			},
		})
		total += gone
		if err != nil {
			return total, err
		}
	}
	if total == 0 {
		return 0, models.ErrNotFound()
	}
	return total, nil
}

// countAll counts what the sources hold together.
func countAll(db *gorm.DB, dataSetID string, sources []source) (total int, err error) {
	for _, whose := range sources {
		all, count := whose.in(dataSetID), 0
		if err := db.Raw("SELECT count(*) FROM interactions WHERE "+all.where, all.args...).Scan(&count).Error; err != nil {
			return 0, err
		}
		total += count
	}
	return total, nil
}

func newestInteraction(db *gorm.DB, dataSetID string) (id int64, err error) {
	err = db.Raw("SELECT id FROM interactions WHERE data_set_id = ? ORDER BY id DESC LIMIT 1", dataSetID).Scan(&id).Error
	return id, err
}

// selection says which records of a data set go.
type selection struct {
	where string // a constant; goes on behind "data_set_id = ?"
	order string // a constant
	one   bool   // of one user

	// mark returns what the question marks of where stand for, and how many records
	// there are, at the beginning.
	mark func(c *change, dataSetID string) (args []any, count int, err error)
}

// deleteMany deletes in batches. The first one writes the line in the activity
// list, which says how many there are to delete.
func (t *TeamScope) deleteMany(ctx context.Context, kind models.EnvironmentKind, collection models.Collection, s selection) (total int, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTimeout)
	defer cancel()
	d := drawers[collection]
	statement := "DELETE FROM " + d.table + " WHERE data_set_id = ? AND id IN (SELECT id FROM " + d.table +
		" WHERE data_set_id = ?" + s.where + " ORDER BY " + s.order + " LIMIT ?)"
	var args []any
	for more := true; more; {
		gone := 0
		err := t.changeData(ctx, kind, func(c *change, environment models.Environment) (err error) {
			if args != nil {
				c.changeContinued()
			} else if err := t.beginDeletion(c, environment, collection, s, &args); err != nil {
				return err
			}
			all := append(append([]any{environment.DataSetID, environment.DataSetID}, args...), deleteBatch)
			gone, err = d.delete(c, environment.DataSetID, statement, all...)
			return err
		})
		if err != nil {
			return total, err
		}
		total += gone
		more = gone == deleteBatch
	}
	return total, nil
}

func (t *TeamScope) beginDeletion(c *change, environment models.Environment, collection models.Collection, s selection, args *[]any) error {
	marked, count, err := s.mark(c, environment.DataSetID)
	if err != nil {
		return err
	}
	*args = marked
	if count == 0 { // there are none, or the line about another part of the deletion counts these too
		c.changeContinued()
		return nil
	}
	line := deletion(environment, collection, count)
	if s.one {
		line.Detail.Text = "of one user"
	}
	return c.audit(line, models.AsMember)
}

// count is the size of the data set as it is kept.
func (d drawer) count(db *gorm.DB, dataSetID string) (count int, err error) {
	err = db.Raw("SELECT "+d.size+" FROM data_sets WHERE id = ?", dataSetID).Scan(&count).Error
	return count, err
}

// delete runs a statement that deletes, and keeps the size of the data set true.
// It holds the data set first, as all who change its records do.
func (d drawer) delete(c *change, dataSetID, statement string, args ...any) (int, error) {
	if err := c.store.statements.hold(c.Statement.Context, c.Statement.ConnPool, dataSetID); err != nil {
		return 0, err
	}
	result := c.Exec(statement, args...)
	if result.Error != nil || result.RowsAffected == 0 {
		return 0, result.Error
	}
	err := c.Exec("UPDATE data_sets SET "+d.size+" = "+d.size+" - ? WHERE id = ?", result.RowsAffected, dataSetID).Error
	return int(result.RowsAffected), err
}
