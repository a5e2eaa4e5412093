package web_test

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"dojo/handlers/api"
	"dojo/models"
	"dojo/records"
	"dojo/store/storetest"
	"dojo/web"
)

// plainRows is how many rows a transaction of plain inserts has.
const plainRows = 1000

// ingest is the same interactions on two ways into one database: uploaded by many
// clients, and inserted plainly.
type ingest struct {
	uploads *load
	rows    []models.Interaction // of one round of all clients
	perBody int
	plain   func(b *testing.B, rows []models.Interaction)
}

func newIngest(b *testing.B, database *storetest.Database, perBody int, plain func(*testing.B, []models.Interaction)) *ingest {
	w := newAPIWorld(b, database)
	server := web.NewAPI(api.New(api.Options{
		Store: w.Store, Gate: w.gate, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}))
	in := &ingest{perBody: perBody, plain: plain}
	now, dataSetID := w.Store.Now(), w.Key(models.Development, models.Secret).EnvironmentID
	var bodies [][]byte
	for client := range benchConnections {
		body := visits(client, perBody)
		parsed, rejected := records.Parse(records.Interaction, body)
		if rejected != nil {
			b.Fatal(rejected)
		}
		rows := records.Interactions(parsed, now)
		for i := range rows {
			rows[i].DataSetID, rows[i].ReceivedAt = dataSetID, now
		}
		bodies, in.rows = append(bodies, body), append(in.rows, rows...)
	}
	in.uploads = newUploads(b, server, "/v1/interactions?api_key="+w.publishable(), bodies)
	return in
}

// visits is a body of what the published browser client sends.
func visits(client, count int) []byte {
	items := make([]string, count)
	for i := range items {
		n := client*count + i
		items[i] = fmt.Sprintf(`{"type":"%s","product_ids":["p-%d"],"user_id":"user-%d",`+
			`"anonymous_id":"b1946ac9-2492-4d23-9b1f-%012d","timestamp":"2026-11-23T06:%02d:%02d.123Z",`+
			`"context":{"page":{"url":"https://shop.example/p/%d","referrer":"https://shop.example/","title":"Soy sauce"},`+
			`"locale":"ja-JP","custom_context":{"sdk_version":"1.3.0","uuid":"b1946ac9-2492-4d23-9b1f-%012d"}}}`,
			[]string{"product_detail_page_view", "add_to_cart", "click", "impression"}[n%4], n%500, n, n, n/60%60, n%60, n%500, n)
	}
	return []byte(`{"data":[` + strings.Join(items, ",") + `]}`)
}

// plainly returns all rows of so many requests, in the order of the clients.
func (in *ingest) plainly(b *testing.B, requests int) time.Duration {
	rows := make([]models.Interaction, 0, requests*in.perBody)
	for len(rows) < cap(rows) {
		rows = append(rows, in.rows[:min(len(in.rows), cap(rows)-len(rows))]...)
	}
	start := time.Now()
	in.plain(b, rows)
	return time.Since(start)
}

// compare uploads and inserts in short turns, so that what else the machine does
// meets both, and reports the ratio of rows a second.
func (in *ingest) compare(b *testing.B, requests int, unit string) {
	in.uploads.run(b, requests)
	in.plainly(b, requests)
	var uploaded, inserted time.Duration
	for b.Loop() {
		uploaded += in.uploads.run(b, requests)
		inserted += in.plainly(b, requests)
	}
	rows := float64(requests * in.perBody * b.N)
	b.ReportMetric(inserted.Seconds()/uploaded.Seconds(), unit)
	b.ReportMetric(rows/uploaded.Seconds(), "uploaded-rows/s")
	b.ReportMetric(rows/inserted.Seconds(), "plain-rows/s")
}

// plainSQLite inserts rows one by one with a prepared statement, so many in a
// transaction, on a connection that is opened as the store's are.
func plainSQLite(b *testing.B, database *storetest.Database, perTransaction int) func(*testing.B, []models.Interaction) {
	pool, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: database.Path}).EscapedPath()+
		"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&_busy_timeout=5000&_txlock=immediate&_cache_size=-32000")
	if err != nil {
		b.Fatal(err)
	}
	pool.SetMaxOpenConns(1)
	b.Cleanup(func() { pool.Close() })
	if _, err := pool.Exec("PRAGMA wal_autocheckpoint = 4000"); err != nil {
		b.Fatal(err)
	}
	insert, err := pool.Prepare("INSERT INTO interactions (data_set_id, type, user_id, anonymous_id, product_ids, occurred_at, received_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	return func(b *testing.B, rows []models.Interaction) {
		for len(rows) > 0 {
			n := min(perTransaction, len(rows))
			if err := insertPlainly(pool, insert, rows[:n]); err != nil {
				b.Fatal(err)
			}
			rows = rows[n:]
		}
	}
}

func insertPlainly(pool *sql.DB, insert *sql.Stmt, rows []models.Interaction) error {
	tx, err := pool.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert = tx.Stmt(insert)
	for i := range rows {
		r := &rows[i]
		if _, err := insert.Exec(r.DataSetID, r.Type, r.UserID, r.AnonymousID, r.ProductIDs, r.OccurredAt, r.ReceivedAt, r.Body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func ingestSQLite(b *testing.B, perBody, perTransaction, requests int, unit string) {
	database := storetest.OpenSQLite(b)
	newIngest(b, database, perBody, plainSQLite(b, database, perTransaction)).compare(b, requests, unit)
}

// The figures are of uploads over HTTP by 64 clients that wait for the answer, which
// comes after the commit, on SQLite with synchronous=FULL.

func BenchmarkIngest100(b *testing.B) { ingestSQLite(b, 100, plainRows, 128, "of-plain-inserts") }

func BenchmarkIngest10(b *testing.B) { ingestSQLite(b, 10, plainRows, 960, "of-plain-inserts") }

// BenchmarkIngest1 compares with a transaction for each record.
func BenchmarkIngest1(b *testing.B) { ingestSQLite(b, 1, 1, 1280, "of-a-transaction-each") }

// BenchmarkIngestPostgres compares with INSERT … SELECT unnest(…) on one connection.
// The tests' cluster does not wait for its disk, so that a commit costs neither of
// the two anything.
func BenchmarkIngestPostgres(b *testing.B) {
	database := storetest.OpenPostgres(b)
	newIngest(b, database, 100, plainPostgres(database)).compare(b, 128, "of-plain-inserts")
}

func plainPostgres(database *storetest.Database) func(*testing.B, []models.Interaction) {
	return func(b *testing.B, rows []models.Interaction) {
		for len(rows) > 0 {
			n := min(plainRows, len(rows))
			if err := insertArrays(database.SQL(), rows[:n]); err != nil {
				b.Fatal(err)
			}
			rows = rows[n:]
		}
	}
}

func insertArrays(pool *sql.DB, rows []models.Interaction) error {
	var sets, types, users, anonymous, products []string
	var occurred, received []time.Time
	var bodies [][]byte
	for i := range rows {
		r := &rows[i]
		sets, types, users = append(sets, r.DataSetID), append(types, r.Type), append(users, r.UserID)
		anonymous, products = append(anonymous, r.AnonymousID), append(products, r.ProductIDs)
		occurred, received, bodies = append(occurred, r.OccurredAt), append(received, r.ReceivedAt), append(bodies, r.Body)
	}
	_, err := pool.Exec("INSERT INTO interactions (data_set_id, type, user_id, anonymous_id, product_ids, occurred_at, received_at, body) "+
		"SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bytea[])",
		sets, types, users, anonymous, products, occurred, received, bodies)
	return err
}
