package dataset

import (
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// DataSet is where the records of an environment are kept. Its sizes are those of
// its tables, and are kept true by whoever changes them, so that no page counts a
// million rows.
type DataSet struct {
	ID           string
	CreatedAt    time.Time
	Products     int64
	EndUsers     int64
	Interactions int64
}

// Counts returns the sizes of a data set.
func Counts(db *gorm.DB, id string) (counts models.Counts, err error) {
	err = db.Model(&DataSet{}).Where("id = ?", id).Take(&counts).Error
	return counts, err
}

// Record returns a product or an end user with its body.
func Record(db *gorm.DB, id string, collection models.Collection, recordID string) (record models.Record, err error) {
	t := tableOf(collection)
	err = db.Raw("SELECT id, "+t.label+" AS label, body, updated_at FROM "+t.name+
		" WHERE data_set_id = ? AND id = ?", id, recordID).Take(&record).Error
	return record, err
}

// Interaction returns an interaction with its body.
func Interaction(db *gorm.DB, id string, number int64) (row models.Interaction, err error) {
	err = db.Where("data_set_id = ? AND id = ?", id, number).Take(&row).Error
	return row, err
}

// IDs appends the first ids of products or end users, in order, that come after an id. It
// has them from the driver as they are: GORM would copy each.
func IDs(
	db *gorm.DB, ids []string, id string, collection models.Collection, after string, limit int,
) ([]string, error) {
	rows, err := db.Raw("SELECT id FROM "+tableOf(collection).name+" WHERE data_set_id = ? AND id > ? ORDER BY id LIMIT ?",
		id, after, limit).Rows()
	if err != nil {
		return ids, err
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return ids, err
		}
		ids = append(ids, one)
	}
	return ids, rows.Err()
}

// Task returns how an upload to the data set, or a deletion, ended.
func Task(db *gorm.DB, id string, collection models.Collection, taskID string) (task models.Task, err error) {
	err = db.Where("id = ? AND data_set_id = ? AND collection = ?", taskID, id, collection).Take(&task).Error
	return task, err
}
