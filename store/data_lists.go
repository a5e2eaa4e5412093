package store

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/dataset"
)

// What people may see of the data set of an environment that is unlocked or has been.

// readData is a query about the data set of an environment. While it is locked again its data stay readable; one that
// never was unlocked has none.
func (t *TeamScope) readData(
	ctx context.Context, kind models.EnvironmentKind, query func(db *gorm.DB, dataSetID string) error,
) error {
	environment, err := t.Environment(kind)
	if err != nil {
		return err
	}
	if !environment.Readable(t.store.Now()) {
		return locked(environment)
	}
	return t.read(ctx, models.ViewTeam, func(db *gorm.DB) error { return query(db, environment.DataSetID) })
}

// Counts returns the size of the environment's data set.
func (t *TeamScope) Counts(ctx context.Context, kind models.EnvironmentKind) (counts models.Counts, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		counts, err = dataset.Counts(db, dataSetID)
		return err
	})
	return counts, err
}

// Records returns products or end users of the environment's data set.
func (t *TeamScope) Records(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, query models.RecordsQuery,
) (list models.List[models.Record], err error) {
	if query.Bodies {
		done, err := t.store.awaitBulk(ctx)
		if err != nil {
			return list, err
		}
		defer done()
	}
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		list, err = dataset.Records(db, dataSetID, collection, query)
		return err
	})
	return list, err
}

// Record returns one product or end user with its body.
func (t *TeamScope) Record(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection, id string,
) (record models.Record, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		record, err = dataset.Record(db, dataSetID, collection, id)
		return err
	})
	return record, err
}

// Interactions returns interactions of the environment's data set.
func (t *TeamScope) Interactions(
	ctx context.Context, kind models.EnvironmentKind, query models.InteractionsQuery,
) (list models.List[models.Interaction], err error) {
	if query.Bodies {
		done, err := t.store.awaitBulk(ctx)
		if err != nil {
			return list, err
		}
		defer done()
	}
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		list, err = dataset.Interactions(db, dataSetID, query)
		return err
	})
	return list, err
}

// Interaction returns one interaction with its body.
func (t *TeamScope) Interaction(
	ctx context.Context, kind models.EnvironmentKind, id int64,
) (row models.Interaction, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		row, err = dataset.Interaction(db, dataSetID, id)
		return err
	})
	return row, err
}

// InteractionTypes returns the types that the environment's interactions have, the
// first hundred of the alphabet.
func (t *TeamScope) InteractionTypes(ctx context.Context, kind models.EnvironmentKind) (types []string, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		types, err = dataset.InteractionTypes(db, dataSetID)
		return err
	})
	return types, err
}

// AttributeTypes returns the types that custom attributes have in the environment's
// products or end users, by name: the first 10,000 of the alphabet.
func (t *TeamScope) AttributeTypes(
	ctx context.Context, kind models.EnvironmentKind, collection models.Collection,
) (types models.AttributeTypes, err error) {
	err = t.readData(ctx, kind, func(db *gorm.DB, dataSetID string) error {
		types, err = dataset.AttributeTypes(db, dataSetID, collection)
		return err
	})
	return types, err
}
