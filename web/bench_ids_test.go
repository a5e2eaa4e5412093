package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// BenchmarkIDs compares the most memory that the process has while it answers with
// 300,000 long ids to twelve clients at once, with that for 10,000.
func BenchmarkIDs(b *testing.B) {
	for _, open := range []func(testing.TB) *storetest.Database{storetest.OpenSQLite, storetest.OpenPostgres} {
		db := open(b)
		b.Run(db.Engine, func(b *testing.B) {
			site := openBench(b, benchConfig(b, db.URL), nil)
			shop := dataSetOf(b, db, site)
			key := secretOf(b, site.Store)
			peak := func(records int) float64 {
				shop.clear()
				db.Fill(shop.dataSetID, records)
				db.Exec("UPDATE products SET id = id || '" + strings.Repeat("x", 450) + "' WHERE data_set_id = '" +
					shop.dataSetID + "'")
				shop.settle()
				db.SQL().SetMaxIdleConns(0) // lets go of what filling has taken
				debug.FreeOSMemory()
				must(b, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0))
				done := make(chan int64)
				for range 12 {
					go func() {
						r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/v1/products/_ids?api_key="+key,
							nil)
						answer := &byteCounter{header: http.Header{}}
						shop.handler.ServeHTTP(answer, r)
						done <- answer.bytes
					}()
				}
				for range 12 {
					if got := <-done; got < int64(records)*450 {
						b.Errorf("%d bytes for %d ids", got, records)
					}
				}
				status, err := os.ReadFile("/proc/self/status")
				must(b, err)
				_, after, _ := strings.Cut(string(status), "VmHWM:")
				kib, err := strconv.ParseFloat(strings.Fields(after)[0], 64)
				must(b, err)
				return kib / 1024
			}
			peak(10_000)
			few := peak(10_000)
			for b.Loop() {
				many := peak(300_000)
				b.ReportMetric(many, "MiB")
				b.ReportMetric(many/few, "of-ten-thousand")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func secretOf(b *testing.B, s *store.Store) string {
	b.Helper()
	user, err := s.UserByEmail(b.Context(), "ade@acme.example")
	must(b, err)
	team, err := s.Team(b.Context(), models.Actor{UserID: user.ID, Name: user.Name, Email: user.Email}, "acme")
	must(b, err)
	keys, err := team.Keys(b.Context(), models.Development)
	must(b, err)
	for _, key := range keys {
		if key.Kind == models.Secret && key.State == models.Active {
			text, err := team.ViewKey(b.Context(), models.Development, key.ID)
			must(b, err)
			return text
		}
	}
	b.Fatal("there is no secret key")
	return ""
}

// byteCounter is an answer of which only the bytes are counted.
type byteCounter struct {
	header http.Header
	bytes  int64
}

func (c *byteCounter) Header() http.Header { return c.header }
func (c *byteCounter) WriteHeader(int)     {}
func (c *byteCounter) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	return len(p), nil
}
