package dataset

import (
	"fmt"
	"strings"

	"dojo/models"
	"dojo/store/database"
)

// PlanOf is how the database goes about the query of a list, for a test that it
// goes by an index.
func PlanOf(engine *database.Engine, id string, query any) (string, error) {
	db, explain := engine.Reader, "EXPLAIN QUERY PLAN "
	if engine.Dialect == database.Postgres {
		explain = "EXPLAIN "
	}
	var text string
	var args []any
	switch q := query.(type) {
	case models.RecordsQuery:
		part := partOf(models.Products, id, q)
		part.reach = 500 // far less than the table has, as with a million
		text, args = part.find(db, q)
	case models.InteractionsQuery:
		of := queryOf(q)
		low, high := of.cursor, int64(0)
		if !of.ascending {
			low, high = high, low
		}
		text, args, _ = of.sources()[0].in(id).between(low, high).query(db, of)
		text, args = text+" LIMIT ?", append(args, of.Limit+1)
	case models.Deletion:
		text, args = interactions.deletion(interactions.name, engine.Dialect), []any{id, engine.Dialect.Texts(q.IDs)}
	case []string:
		text, args = products.byIDs(), []any{id, q}
	case nil:
		text, args = typesQuery, []any{id, id, maxTypes}
	}
	var lines []struct {
		Detail    string
		QueryPlan string `gorm:"column:QUERY PLAN"`
	}
	err := db.Raw(explain+text, args...).Scan(&lines).Error
	var plan strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&plan, line.Detail+line.QueryPlan)
	}
	return plan.String(), err
}
