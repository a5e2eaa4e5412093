package dataset

import (
	"time"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// A record that is deleted by itself is kept for [models.DeletedRecordKept], in a table beside that of its collection
// and with the same columns, so that it can be brought back to the byte. Copies are made and brought back within the
// database. Whatever deletes records for good drops their copies, too.

// copies is the table of the records that were deleted.
func (t *table) copies() string { return "deleted_" + t.name }

// copyOne keeps a copy of a record that is about to be deleted, and returns the deletion's id. It is NotFound if there
// is no such record. Whoever calls it holds the data set.
func (t *table) copyOne(db *gorm.DB, id string, key any, now time.Time) (deletionID string, err error) {
	deletionID = models.NewID()
	kept := db.Exec("INSERT INTO "+t.copies()+" (deletion_id, deleted_at, data_set_id, "+t.columns+") "+
		"SELECT ?, ?, data_set_id, "+t.columns+" FROM "+t.name+" WHERE data_set_id = ? AND id = ?",
		deletionID, now, id, key)
	if kept.Error == nil && kept.RowsAffected == 0 {
		return "", models.ErrNotFound()
	}
	return deletionID, kept.Error
}

// UndoDeletion brings the record back that was deleted with DeleteOne, within a transaction, and returns its id. It is
// NotFound when there is no copy of it any more, and Conflict when it is back already, or another record has its id.
func UndoDeletion(
	db *gorm.DB, id string, collection models.Collection, deletionID string, now time.Time,
) (recordID string, err error) {
	if err := hold(db.Statement.Context, database.DialectOf(db), db.Statement.ConnPool, id); err != nil {
		return "", err
	}
	t := tableOf(collection)
	if recordID, err = t.copied(db, id, deletionID, now); err != nil {
		return "", err
	}
	back, err := t.bringBack(db, id, deletionID)
	if err == nil && !back {
		err = models.Errorf(models.Conflict, "There is %s with the id %s again. It stays as it is.",
			collection.WithArticle(), models.Isolated(recordID))
	}
	if err != nil {
		return "", err
	}
	return recordID, db.Exec("UPDATE "+t.copies()+" SET undone_at = ?, body = ? WHERE deletion_id = ?",
		now, []byte{}, deletionID).Error
}

// copied returns the id of a deleted record that can be brought back.
func (t *table) copied(db *gorm.DB, id, deletionID string, now time.Time) (string, error) {
	var found struct {
		ID       string
		UndoneAt *time.Time
	}
	err := db.Raw("SELECT CAST(id AS text) AS id, undone_at FROM "+t.copies()+
		" WHERE data_set_id = ? AND deletion_id = ? AND deleted_at > ?",
		id, deletionID, now.Add(-models.DeletedRecordKept)).Take(&found).Error
	if err == nil && found.UndoneAt != nil {
		err = models.Errorf(models.Conflict, "This deletion was undone already.")
	}
	return found.ID, err
}

// bringBack adds a deleted record as it was and counts it, unless another one has its id.
func (t *table) bringBack(db *gorm.DB, id, deletionID string) (bool, error) {
	added := db.Exec("INSERT INTO "+t.name+" (data_set_id, "+t.columns+") SELECT data_set_id, "+t.columns+
		" FROM "+t.copies()+" WHERE deletion_id = ? ON CONFLICT DO NOTHING", deletionID)
	if added.Error != nil || added.RowsAffected == 0 {
		return false, added.Error
	}
	return true, db.Exec("UPDATE data_sets SET "+t.name+" = "+t.name+" + 1 WHERE id = ?", id).Error
}

// DropCopies drops the copies of records that belong to the selection and were deleted by themselves before, within a
// transaction, and returns how many. It takes no part at a time: there are as many as people have deleted one by one
// within the hour.
func (s *Selection) DropCopies(db *gorm.DB, id string) (dropped int, err error) {
	if err := hold(db.Statement.Context, database.DialectOf(db), db.Statement.ConnPool, id); err != nil {
		return 0, err
	}
	for _, copies := range s.copies {
		all := copies.in(id)
		result := db.Exec("DELETE FROM "+s.table.copies()+" WHERE "+all.where, all.args...)
		if dropped += int(result.RowsAffected); result.Error != nil {
			return dropped, result.Error
		}
	}
	return dropped, nil
}

// SweepCopies drops the copies of deleted records whose time is over.
func SweepCopies(db *gorm.DB, now time.Time) error {
	for _, t := range []*table{products, endUsers, interactions} {
		if err := db.Exec("DELETE FROM "+t.copies()+" WHERE deleted_at <= ?", now.Add(-models.DeletedRecordKept)).
			Error; err != nil {
			return err
		}
	}
	return nil
}
