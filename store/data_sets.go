package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
)

// dataSet is where the records of an environment are kept.
type dataSet struct {
	ID        string
	CreatedAt time.Time
}

// rowsPerInsert keeps one INSERT below SQLite's and PostgreSQL's limits of
// 32,766 and 65,535 parameters.
const rowsPerInsert = 1000

// Records is a batch of uploaded records, all for one data set.
type Records struct {
	Products     []models.Product
	EndUsers     []models.EndUser
	Interactions []models.Interaction
}

// AddRecords keeps a batch durably, all of it or nothing. A product or end user
// with a known id replaces the earlier one. The gate has judged the grant; a
// read-only environment is refused here all the same.
func (s *Store) AddRecords(ctx context.Context, grant models.Grant, records Records) error {
	if grant.Environment.ReadOnly() {
		return models.Errorf(models.Forbidden, "The Playground environment is read-only.")
	}
	return s.write(ctx, func(db *gorm.DB) error { return insertRecords(db, grant.DataSetID, s.Now(), records) })
}

func insertRecords(db *gorm.DB, dataSetID string, now time.Time, records Records) error {
	for i := range records.Products {
		records.Products[i].DataSetID, records.Products[i].UpdatedAt = dataSetID, now
	}
	for i := range records.EndUsers {
		records.EndUsers[i].DataSetID, records.EndUsers[i].UpdatedAt = dataSetID, now
	}
	for i := range records.Interactions {
		records.Interactions[i].DataSetID, records.Interactions[i].ReceivedAt = dataSetID, now
	}
	if err := insert(db, lastOfEach(records.Products, func(p models.Product) string { return p.ID }), replaces("title")); err != nil {
		return err
	}
	if err := insert(db, lastOfEach(records.EndUsers, func(u models.EndUser) string { return u.ID }), replaces("name")); err != nil {
		return err
	}
	return insert(db, records.Interactions)
}

func insert[T any](db *gorm.DB, rows []T, clauses ...clause.Expression) error {
	if len(rows) == 0 {
		return nil
	}
	return db.Clauses(clauses...).CreateInBatches(rows, rowsPerInsert).Error
}

// replaces makes a row with a known id take the place of the earlier one.
func replaces(column string) clause.Expression {
	return clause.OnConflict{
		Columns:   []clause.Column{{Name: "data_set_id"}, {Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{column, "body", "updated_at"}),
	}
}

// lastOfEach keeps the last row of each id, since one statement may not write a
// row twice.
func lastOfEach[T any](rows []T, id func(T) string) []T {
	last := make(map[string]int, len(rows))
	for i, row := range rows {
		last[id(row)] = i
	}
	if len(last) == len(rows) {
		return rows
	}
	kept := make([]T, 0, len(last))
	for i, row := range rows {
		if last[id(row)] == i {
			kept = append(kept, row)
		}
	}
	return kept
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
		return insertRecords(db, models.PlaygroundDataSet, s.Now(), records)
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

// DeleteProduct removes a product from the grant's data set. It is no error
// when there is none.
func (s *Store) DeleteProduct(ctx context.Context, grant models.Grant, id string) error {
	return deleteRecord(ctx, s, &models.Product{}, grant, id)
}

// DeleteEndUser removes an end user from the grant's data set. It is no error
// when there is none.
func (s *Store) DeleteEndUser(ctx context.Context, grant models.Grant, id string) error {
	return deleteRecord(ctx, s, &models.EndUser{}, grant, id)
}

func deleteRecord(ctx context.Context, s *Store, table any, grant models.Grant, id string) error {
	if grant.Environment.ReadOnly() {
		return models.Errorf(models.Forbidden, "The Playground environment is read-only.")
	}
	return s.write(ctx, func(db *gorm.DB) error {
		return db.Where("data_set_id = ? AND id = ?", grant.DataSetID, id).Delete(table).Error
	})
}
