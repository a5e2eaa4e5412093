package api_test

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/handlers/api"
	"dojo/models"
	"dojo/records"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// plainRows is how many rows a transaction of plain inserts has.
const plainRows = 1000

// plainInsert inserts rows into a data set in a way that has nothing of the store.
type plainInsert func(dataSetID string, rows []models.Interaction) error

// ingest is the same interactions on two ways into one database: uploaded by many
// clients, and inserted plainly.
type ingest struct {
	uploads   *load
	bodies    [][]byte             // of each client
	rows      []models.Interaction // of one round of all clients
	perBody   int
	now       time.Time
	dataSetID string
	insert    plainInsert
}

func newIngest(b *testing.B, database *storetest.Database, perBody int, insert plainInsert) *ingest {
	w := webtest.NewAPI(b, database)
	server := web.NewAPI(api.New(api.Options{
		Store: w.Store, Gate: w.Gate, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}))
	in := &ingest{perBody: perBody, insert: insert, now: w.Store.Now(),
		dataSetID: w.Key(models.Development, models.Secret).EnvironmentID}
	for client := range benchConnections {
		body := visits(client, perBody)
		parsed, rejected := records.Parse(models.Interactions, body)
		if rejected != nil {
			b.Fatal(rejected)
		}
		in.bodies, in.rows = append(in.bodies, body), append(in.rows, in.arrived(parsed)...)
	}
	in.uploads = newUploads(b, server, "/v1/interactions?api_key="+w.Publishable(), in.bodies)
	return in
}

func (in *ingest) arrived(batch models.Batch) []models.Interaction {
	for i := range batch.Interactions {
		batch.Interactions[i].ReceivedAt = in.now
	}
	return batch.Interactions
}

// visits is a body of what the published browser client sends. One visitor of four
// has signed in.
func visits(client, count int) []byte {
	items := make([]string, count)
	for i := range items {
		n := client*count + i
		user := ""
		if n%4 == 0 {
			user = fmt.Sprintf(`"user_id":"user-%d",`, n)
		}
		items[i] = fmt.Sprintf(`{"type":"%s","product_ids":["p-%d"],`+user+
			`"anonymous_id":"b1946ac9-2492-4d23-9b1f-%012d","timestamp":"2026-11-23T06:%02d:%02d.123Z",`+
			`"context":{"page":{"url":"https://shop.example/p/%d","referrer":"https://shop.example/","title":"Soy sauce"},`+
			`"locale":"ja-JP","custom_context":{"sdk_version":"1.3.0","uuid":"b1946ac9-2492-4d23-9b1f-%012d"}}}`,
			[]string{"product_detail_page_view", "add_to_cart", "click", "impression"}[n/4%4], n%500, n, n/60%60, n%60,
			n%500, n)
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
	if err := in.insert(in.dataSetID, rows); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// eachPlainly answers every upload after a transaction of its own, as a server does
// that does not let them share.
func (in *ingest) eachPlainly(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	parsed, rejected := records.Parse(models.Interactions, body)
	if rejected != nil {
		return rejected
	}
	if err := in.insert(in.dataSetID, in.arrived(parsed)); err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, []byte(`{"message":"success"}`))
}

// compareWithEach is compare with a server that makes a transaction for each
// request.
func (in *ingest) compareWithEach(b *testing.B, requests int, unit string) {
	e := echo.New()
	e.POST("/v1/interactions", in.eachPlainly)
	each := newUploads(b, e, "/v1/interactions", in.bodies)
	in.uploads.run(b, requests)
	each.run(b, requests)
	var uploaded, alone time.Duration
	for b.Loop() {
		uploaded += in.uploads.run(b, requests)
		alone += each.run(b, requests)
	}
	count := float64(requests * b.N)
	b.ReportMetric(alone.Seconds()/uploaded.Seconds(), unit)
	b.ReportMetric(count/uploaded.Seconds(), "uploaded-rows/s")
	b.ReportMetric(count/alone.Seconds(), "each-alone-rows/s")
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
func plainSQLite(b *testing.B, database *storetest.Database, perTransaction int) plainInsert {
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
	insert, err := pool.Prepare(
		"INSERT INTO interactions (data_set_id, type, user_id, anonymous_id, product_ids, occurred_at, received_at, " +
			"body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	return func(dataSetID string, rows []models.Interaction) error {
		for some := range slices.Chunk(rows, perTransaction) {
			if err := insertPlainly(pool, insert, dataSetID, some); err != nil {
				return err
			}
		}
		return nil
	}
}

func insertPlainly(pool *sql.DB, insert *sql.Stmt, dataSetID string, rows []models.Interaction) error {
	tx, err := pool.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert = tx.Stmt(insert)
	for i := range rows {
		r := &rows[i]
		if _, err := insert.Exec(dataSetID, r.Type, r.UserID, r.AnonymousID, r.ProductIDs, r.OccurredAt, r.ReceivedAt,
			r.Body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func ingestSQLite(b *testing.B, perBody, requests int, unit string) {
	database := storetest.OpenSQLite(b)
	newIngest(b, database, perBody, plainSQLite(b, database, plainRows)).compare(b, requests, unit)
}

// The figures are of uploads over HTTP by 64 clients that wait for the answer, which
// comes after the commit, on SQLite with synchronous=FULL.

func BenchmarkIngest100(b *testing.B) { ingestSQLite(b, 100, 128, "of-plain-inserts") }

func BenchmarkIngest10(b *testing.B) { ingestSQLite(b, 10, 960, "of-plain-inserts") }

// BenchmarkIngest1 compares with a server that makes a transaction for each request.
// By how much that is slower depends on what a sync takes: scripts/bench runs it once
// more with a slower one.
func BenchmarkIngest1(b *testing.B) {
	database := storetest.OpenSQLite(b)
	newIngest(b, database, 1, plainSQLite(b, database, 1)).compareWithEach(b, 1280, "of-a-transaction-each")
}

// BenchmarkIngestPostgres compares with INSERT … SELECT unnest(…) on one connection.
// The tests' cluster does not wait for its disk, so that a commit costs neither of
// the two anything.
func BenchmarkIngestPostgres(b *testing.B) {
	database := storetest.OpenPostgres(b)
	newIngest(b, database, 100, plainPostgres(database)).compare(b, 128, "of-plain-inserts")
}

func plainPostgres(database *storetest.Database) plainInsert {
	return func(dataSetID string, rows []models.Interaction) error {
		for some := range slices.Chunk(rows, plainRows) {
			if err := insertArrays(database.SQL(), dataSetID, some); err != nil {
				return err
			}
		}
		return nil
	}
}

func insertArrays(pool *sql.DB, dataSetID string, rows []models.Interaction) error {
	var sets, types, users, anonymous, products []string
	var occurred, received []time.Time
	var bodies [][]byte
	for i := range rows {
		r := &rows[i]
		sets, types, users = append(sets, dataSetID), append(types, r.Type), append(users, r.UserID)
		anonymous, products = append(anonymous, r.AnonymousID), append(products, r.ProductIDs)
		occurred, received, bodies = append(occurred, r.OccurredAt), append(received, r.ReceivedAt),
			append(bodies, r.Body)
	}
	_, err := pool.Exec("INSERT INTO interactions (data_set_id, type, user_id, anonymous_id, product_ids, "+
		"occurred_at, received_at, body) "+
		"SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], "+
		"$7::timestamptz[], $8::bytea[])",
		sets, types, users, anonymous, products, occurred, received, bodies)
	return err
}
