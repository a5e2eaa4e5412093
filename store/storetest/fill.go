package storetest

import "fmt"

// Fill puts n products, users and interactions into a data set, past the store.
// Titles, users and products repeat in no order; the interactions begin at Unix
// second 1,700,000,000 and are a second apart.
func (d *Database) Fill(dataSetID string, n int) {
	d.t.Helper()
	numbers, moment, blob := "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 - 1)",
		"datetime(1700000000 + i, 'unixepoch') || '+00:00'", "CAST(%s AS blob)"
	pad := func(column string) string { return "substr('0000000' || (" + column + "), -7)" }
	if d.Engine == Postgres {
		numbers, moment, blob = "WITH n AS (SELECT generate_series(0, $1::bigint - 1) AS i)",
			"to_timestamp(1700000000 + i)", "convert_to(%s, 'UTF8')"
		pad = func(column string) string { return "lpad((" + column + ")::text, 7, '0')" }
	}
	sku, title := "'sku-' || "+pad("i"), "'Miso number ' || "+pad("(i * 7919) % 1000000")+" || ', aged in cedar'"
	body := func(text string) string { return fmt.Sprintf(blob, text) }
	for _, statement := range []string{
		"INSERT INTO products (data_set_id, id, title, body, updated_at) " + numbers + " SELECT $2, " + sku + ", " +
			title + ", " + body(`'{"product_id":"' || `+sku+` || '","title":"' || `+title+` || '"}'`) + ", " + moment +
			" FROM n",
		"INSERT INTO end_users (data_set_id, id, name, body, updated_at) " + numbers + " SELECT $2, " + sku + ", " +
			title + ", " + body(`'{"user_id":"' || `+sku+` || '"}'`) + ", " + moment + " FROM n",
		"INSERT INTO interactions (data_set_id, type, user_id, anonymous_id, product_ids, occurred_at, received_at, " +
			"body) " + numbers +
			" SELECT $2, 'type-' || (i % 7), 'user-' || (i % 50000), 'anon-' || (i % 90000), " + sku +
			" || ', sku-' || " + pad("(i * 31) % 1000000") + ", " + moment + ", " + moment + ", " +
			body(`'{"type":"search"}'`) + " FROM n",
	} {
		d.Exec(statement, n, dataSetID)
	}
	d.Exec("UPDATE data_sets SET products = products + $1, end_users = end_users + $1, interactions = interactions + "+
		"$1 WHERE id = $2", n, dataSetID)
}
