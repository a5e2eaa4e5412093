package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"dojo/models"
)

// dataSet is where the records of an environment are kept. Its sizes are those of
// its tables, and are written by whoever changes them: see dataSetRows.
type dataSet struct {
	ID           string
	CreatedAt    time.Time
	Products     int64
	EndUsers     int64
	Interactions int64
}

// Records is a batch of uploaded records, all for one data set.
type Records struct {
	Products     []models.Product
	EndUsers     []models.EndUser
	Interactions []models.Interaction

	// The types of the custom attributes that they have, by name. An attribute has
	// one type in all products, or end users, of a data set.
	ProductTypes map[string]string
	EndUserTypes map[string]string

	Task models.Task // kept with them; without an id, there is none
}

func (r *Records) types() map[models.Collection]map[string]string {
	return map[models.Collection]map[string]string{models.Products: r.ProductTypes, models.EndUsers: r.EndUserTypes}
}

// Deletion says which records of a data set go. It is no error when there are none.
type Deletion struct {
	Products       []string // ids
	EndUsers       []string // ids
	InteractionsOf []string // ids of the end users whose interactions go

	Task models.Task // kept with it; without an id, there is none
}

// AddRecords keeps a batch durably, all of it or nothing. A product or end user with a known id replaces the earlier one. A
// custom attribute of another type than it has in the data set makes it fail with a
// [TypeConflict]. Unavailable means that nothing was kept, or that the database
// could not say whether it was.
//
// The gate has judged the grant; a read-only environment is refused here all the
// same.
func (s *Store) AddRecords(ctx context.Context, grant models.Grant, records Records) error {
	return s.ingest(ctx, grant, batch{add: records})
}

// DeleteRecords removes records durably, all of them or none. It fails as AddRecords
// does.
func (s *Store) DeleteRecords(ctx context.Context, grant models.Grant, deletion Deletion) error {
	return s.ingest(ctx, grant, batch{remove: deletion})
}

// LoadPlayground fills the data set that all Playgrounds share, unless it has
// been.
func (s *Store) LoadPlayground(ctx context.Context, load func() (Records, error)) error {
	return s.write(ctx, func(db *gorm.DB) error {
		var count int64
		if err := db.Model(&dataSet{}).Where("id = ?", models.PlaygroundDataSet).Count(&count).Error; err != nil || count > 0 {
			return err
		}
		if err := db.Create(&dataSet{ID: models.PlaygroundDataSet, CreatedAt: s.Now()}).Error; err != nil {
			return err
		}
		records, err := load()
		if err != nil {
			return err
		}
		return s.writeBatch(db, models.PlaygroundDataSet, batch{add: records})
	})
}

// Product returns the body of a product in the grant's data set.
func (s *Store) Product(ctx context.Context, grant models.Grant, id string) ([]byte, error) {
	return recordBody(ctx, s, &models.Product{}, grant, id)
}

// EndUser returns the body of an end user in the grant's data set.
func (s *Store) EndUser(ctx context.Context, grant models.Grant, id string) ([]byte, error) {
	return recordBody(ctx, s, &models.EndUser{}, grant, id)
}

// ProductIDs returns the ids of all products in the grant's data set, in order.
func (s *Store) ProductIDs(ctx context.Context, grant models.Grant) ([]string, error) {
	return recordIDs(ctx, s, &models.Product{}, grant)
}

// EndUserIDs returns the ids of all end users in the grant's data set, in order.
func (s *Store) EndUserIDs(ctx context.Context, grant models.Grant) ([]string, error) {
	return recordIDs(ctx, s, &models.EndUser{}, grant)
}

func recordIDs(ctx context.Context, s *Store, table any, grant models.Grant) ([]string, error) {
	ids := []string{}
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(table).Where("data_set_id = ?", grant.DataSetID).Order("id").Pluck("id", &ids).Error
	})
	return ids, err
}

func recordBody(ctx context.Context, s *Store, table any, grant models.Grant, id string) ([]byte, error) {
	var row struct{ Body []byte }
	err := s.read(ctx, func(db *gorm.DB) error {
		return db.Model(table).Where("data_set_id = ? AND id = ?", grant.DataSetID, id).Take(&row).Error
	})
	return row.Body, err
}
