package dataset

import (
	"context"

	"gorm.io/gorm"

	"dojo/models"
	"dojo/store/database"
)

// table is where the records of a collection are. All of its texts are constants of
// SQL.
type table struct {
	name    string // also that of its column in data_sets, which has its size
	key     string // the column that a deletion through the API goes by
	label   string // the column of titles or names; interactions have none
	columns string // of a record, but for its data set
	before  string // which rows were there at the moment, or up to the id, that is its parameter
	order   string // the order in which an index finds those

	records      *database.Insert[models.Record]      // nil for interactions
	interactions *database.Insert[models.Interaction] // nil for others
}

var (
	products = &table{
		name: "products", key: "id", label: "title", before: "updated_at <= ?", order: "updated_at, id",
		columns: "id, title, body, updated_at",
		records: recordsInto("products", "title"),
	}
	endUsers = &table{
		name: "end_users", key: "id", label: "name", before: "updated_at <= ?", order: "updated_at, id",
		columns: "id, name, body, updated_at",
		records: recordsInto("end_users", "name"),
	}
	interactions = &table{
		name: "interactions", key: "user_id", before: "id <= ?", order: "id",
		columns: "id, type, user_id, anonymous_id, product_ids, occurred_at, received_at, body",
		interactions: database.NewInsert(database.Into{
			Table:   "interactions",
			Shared:  "data_set_id text, received_at timestamptz",
			Columns: "type text, user_id text, anonymous_id text, product_ids text, occurred_at timestamptz, body bytea",
		}, func(row *models.Interaction, values []any) []any {
			return append(values, row.Type, row.UserID, row.AnonymousID, row.ProductIDs, row.OccurredAt, row.Body)
		}),
	}
)

// recordsInto adds products or end users. One with a known id takes the place of the
// earlier one.
func recordsInto(name, label string) *database.Insert[models.Record] {
	return database.NewInsert(database.Into{
		Table:   name,
		Shared:  "data_set_id text, updated_at timestamptz",
		Columns: "id text, " + label + " text, body bytea",
		Conflict: "ON CONFLICT (data_set_id, id) DO UPDATE SET " +
			label + " = excluded." + label + ", body = excluded.body, updated_at = excluded.updated_at",
	}, func(row *models.Record, values []any) []any { return append(values, row.ID, row.Label, row.Body) })
}

func tableOf(collection models.Collection) *table {
	switch collection {
	case models.Products:
		return products
	case models.EndUsers:
		return endUsers
	}
	return interactions
}

// Statements are those that happen with every upload, to be kept prepared.
func Statements(dialect database.Dialect) []database.Prepared {
	return []database.Prepared{products.records, endUsers.records, interactions.interactions, keysQuery(dialect)}
}

// hold keeps others from changing the data set until the commit, so that what is
// compared with its types and added to its sizes stays true. On SQLite a transaction
// that writes is alone from its start.
func hold(ctx context.Context, dialect database.Dialect, tx gorm.ConnPool, id string) error {
	if dialect == database.SQLite {
		return nil
	}
	var held string
	return tx.QueryRowContext(ctx, "SELECT id FROM data_sets WHERE id = $1 FOR NO KEY UPDATE", id).Scan(&held)
}
