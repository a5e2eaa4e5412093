package dataset

import (
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// Selection is records of a collection that are to be deleted, those that were there
// at one moment. It is deleted a part at a time, so that other writers wait some
// milliseconds and not for all of it.
type Selection struct {
	Count int // how many there were

	table  *table
	parts  []source // one after the other; each is in the order in which an index has it
	copies []source // of records that were deleted by themselves
}

// SelectAll selects all records of a collection.
func SelectAll(db *gorm.DB, id string, collection models.Collection, now time.Time) (Selection, error) {
	t := tableOf(collection)
	until, err := any(now), error(nil)
	if t == interactions {
		until, err = newestInteraction(db, id)
	}
	if err != nil {
		return Selection{}, err
	}
	counts, err := Counts(db, id)
	return Selection{Count: int(counts.Of(collection)), table: t, parts: []source{{" AND " + t.before, []any{until}}},
		copies: []source{{}}}, err
}

// SelectInteractionsOf selects the interactions of one user, whose id or anonymous
// id it is.
func SelectInteractionsOf(db *gorm.DB, id, user string) (Selection, error) {
	newest, err := newestInteraction(db, id)
	if err != nil {
		return Selection{}, err
	}
	s := Selection{table: interactions, copies: sourcesOf(user)}
	for _, part := range sourcesOf(user) {
		all, count := part.in(id), 0
		if err := db.Raw("SELECT count(*) FROM interactions WHERE "+all.where, all.args...).Scan(&count).
			Error; err != nil {
			return Selection{}, err
		}
		s.Count += count
		s.parts = append(s.parts,
			source{part.where + " AND " + interactions.before, append(slices.Clone(part.args), newest)})
	}
	return s, nil
}

func newestInteraction(db *gorm.DB, id string) (newest int64, err error) {
	err = db.Raw("SELECT id FROM interactions WHERE data_set_id = ? ORDER BY id DESC LIMIT 1", id).Scan(&newest).Error
	return newest, err
}

// DeleteSome deletes up to so many of the selected records, within a transaction, and
// reports how many went and whether there may be more. All copies of such records go.
func (s *Selection) DeleteSome(db *gorm.DB, id string, limit int) (gone int, more bool, err error) {
	part := s.parts[0]
	args := slices.Concat([]any{id, id}, part.args, []any{limit})
	gone, err = s.table.delete(db, id, "id IN (SELECT id FROM "+s.table.name+" WHERE data_set_id = ?"+part.where+
		" ORDER BY "+s.table.order+" LIMIT ?)", args...)
	if err != nil {
		return 0, false, err
	}
	if gone < limit {
		s.parts = s.parts[1:]
	}
	_, err = s.DropCopies(db, id)
	return gone, len(s.parts) > 0, err
}

// DeleteOne deletes one record, within a transaction, and keeps a copy of it. It returns the deletion's id, which
// UndoDeletion takes. It is NotFound if there is none with the id.
func DeleteOne(
	db *gorm.DB, id string, collection models.Collection, recordID string, now time.Time,
) (deletionID string, err error) {
	t, key := tableOf(collection), any(recordID)
	if t == interactions {
		number, err := strconv.ParseInt(recordID, 10, 64)
		if err != nil {
			return "", models.ErrNotFound()
		}
		key = number
	}
	if err := hold(db.Statement.Context, database.DialectOf(db), db.Statement.ConnPool, id); err != nil {
		return "", err
	}
	if deletionID, err = t.copyOne(db, id, key, now); err != nil {
		return "", err
	}
	_, err = t.delete(db, id, "id = ?", id, key)
	return deletionID, err
}

// delete deletes what the condition, a constant, names behind the data set, and keeps
// the size of the data set true. It holds the data set first, as all do who change
// its records.
func (t *table) delete(db *gorm.DB, id, condition string, args ...any) (int, error) {
	if err := hold(db.Statement.Context, database.DialectOf(db), db.Statement.ConnPool, id); err != nil {
		return 0, err
	}
	result := db.Exec("DELETE FROM "+t.name+" WHERE data_set_id = ? AND "+condition, args...)
	if result.Error != nil || result.RowsAffected == 0 {
		return 0, result.Error
	}
	err := db.Exec("UPDATE data_sets SET "+t.name+" = "+t.name+" - ? WHERE id = ?", result.RowsAffected, id).Error
	return int(result.RowsAffected), err
}
