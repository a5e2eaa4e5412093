package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dojo/store/storetest"
	"dojo/web"
)

// dataPages are the pages of a data set whose work could grow with it.
var dataPages = []struct{ name, address string }{
	{"catalog", "catalog"},
	{"catalog, by title", "catalog?sort=label"},
	{"catalog, in the middle", "catalog?below=1700500000000000-sku-0500000"},
	{"catalog, search that finds a page", "catalog?q=cedar"},
	{"catalog, search that finds one", "catalog?q=number+0000007"},
	{"catalog, search that finds nothing", "catalog?q=nothing"},
	{"users", "users"},
	{"users, search that finds nothing", "users?q=nothing"},
	{"interactions", "interactions"},
	{"interactions of a type", "interactions?type=type-3"},
	{"interactions of a user", "interactions?user=user-7"},
	{"interactions of a day", "interactions?from=2023-11-19&to=2023-11-19"},
	{"interactions with a product", "interactions?product=sku-0999993"},
	{"interactions with no such product", "interactions?product=nothing"},
}

// BenchmarkMillion measures the server's time for the pages of a data set with a
// million products, users and interactions: the median of 21, after one that fills
// the caches. Then it downloads all of it, and compares the most memory that took
// with the most for ten thousand.
func BenchmarkMillion(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{storetest.SQLite, storetest.OpenSQLite}, {storetest.Postgres, storetest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			db := engine.open(b)
			shop := dataSetOf(b, db, openBench(b, benchConfig(b, db.URL), nil))
			db.Fill(shop.dataSetID, 10_000)
			shop.download(b)
			few := shop.download(b)
			shop.clear()
			db.Fill(shop.dataSetID, 1_000_000)
			shop.settle()
			for _, page := range dataPages {
				b.Run(page.name, func(b *testing.B) { shop.measure(b, page.address) })
			}
			b.Run("download", func(b *testing.B) {
				for b.Loop() {
					b.ReportMetric(shop.download(b)/few, "of-ten-thousand")
				}
			})
		})
	}
}

// dataSet is a data set as a member of its team sees it.
type dataSet struct {
	db        *storetest.Database
	dataSetID string
	handler   http.Handler
	cookie    *http.Cookie
}

// dataSetOf is the one of Acme's Development, emptied.
func dataSetOf(b *testing.B, db *storetest.Database, site *web.Server) *dataSet {
	d := &dataSet{db: db, handler: site.Handler()}
	d.cookie = signInAs(b, d.handler, "ade@acme.example")
	must(b, db.SQL().QueryRow(
		"SELECT data_set_id FROM environments WHERE kind = 'development' AND team_id = (SELECT id FROM teams WHERE "+
			"slug = 'acme')").Scan(&d.dataSetID))
	d.clear()
	return d
}

func (d *dataSet) clear() {
	for _, table := range []string{"products", "end_users", "interactions"} {
		d.db.Exec("DELETE FROM "+table+" WHERE data_set_id = $1", d.dataSetID)
		d.db.Exec("UPDATE data_sets SET "+table+" = 0 WHERE id = $1", d.dataSetID)
	}
}

// settle does what the database would do in time.
func (d *dataSet) settle() {
	if d.db.Engine == storetest.Postgres {
		d.db.Exec("VACUUM ANALYZE")
		return
	}
	d.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
}

func (d *dataSet) get(b *testing.B, path string, answer http.ResponseWriter) {
	request := httptest.NewRequest(http.MethodGet, "http://localhost:8080/t/acme/development/"+path, nil)
	request.AddCookie(d.cookie)
	d.handler.ServeHTTP(answer, request)
}

func (d *dataSet) measure(b *testing.B, path string) {
	var took []time.Duration
	for b.Loop() {
		took = took[:0]
		for range 22 {
			answer := httptest.NewRecorder()
			start := time.Now()
			d.get(b, path, answer)
			took = append(took, time.Since(start))
			if answer.Code != http.StatusOK {
				b.Fatalf("%s: status %d", path, answer.Code)
			}
		}
	}
	took = took[1:]
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(0, "ns/op")
}

// download downloads everything, and returns the most memory that the process had
// meanwhile, in MiB.
func (d *dataSet) download(b *testing.B) float64 {
	must(b, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)) // forgets the most so far, see proc(5)
	for _, of := range []string{"catalog", "users", "interactions"} {
		answer := &lineCounter{header: http.Header{}}
		d.get(b, of+"/download?format=jsonl", answer)
		if want := d.db.Count("SELECT count(*) FROM products WHERE data_set_id = $1",
			d.dataSetID); answer.lines != want {
			b.Fatalf("%s: %d lines, not %d", of, answer.lines, want)
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	must(b, err)
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
	must(b, err)
	return kib / 1024
}

// lineCounter is an answer of which only the lines are counted.
type lineCounter struct {
	header http.Header
	lines  int
}

func (l *lineCounter) Header() http.Header { return l.header }

func (l *lineCounter) WriteHeader(int) {}

func (l *lineCounter) Write(p []byte) (int, error) {
	l.lines += strings.Count(string(p), "\n")
	return len(p), nil
}
