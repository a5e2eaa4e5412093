package web_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"dojo/store/storetest"
)

// BenchmarkUnreadDownloads measures a page while 60 clients have asked for a download
// of 100,000 products and read nothing of it: its slowest answer of 40, from the moment
// on at which they ask, and that of as many without them.
func BenchmarkUnreadDownloads(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *storetest.Database
	}{{storetest.SQLite, storetest.OpenSQLite}, {storetest.Postgres, storetest.OpenPostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			db := engine.open(b)
			shop := dataSetOf(b, db, openBench(b, benchConfig(b, db.URL), nil))
			db.Fill(shop.dataSetID, 100_000)
			shop.settle()
			server := httptest.NewServer(shop.handler)
			defer server.Close()
			shop.slowest(b) // fills the caches
			for b.Loop() {
				alone := shop.slowest(b)
				var unread []net.Conn
				for range 60 {
					unread = append(unread, shop.unreadDownload(b, server))
				}
				beside := shop.slowest(b)
				for _, connection := range unread {
					connection.Close()
				}
				b.ReportMetric(float64(alone.Microseconds())/1000, "ms-alone")
				b.ReportMetric(float64(beside.Microseconds())/1000, "ms-beside")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// unreadDownload asks for a download and does not read it.
func (d *dataSet) unreadDownload(b *testing.B, server *httptest.Server) net.Conn {
	b.Helper()
	connection, err := net.Dial("tcp", server.Listener.Addr().String())
	must(b, err)
	must(b, connection.(*net.TCPConn).SetReadBuffer(4<<10))
	_, err = fmt.Fprintf(connection, "GET /t/acme/development/catalog/download?format=jsonl HTTP/1.1\r\n"+
		"Host: localhost:8080\r\nCookie: %s=%s\r\n\r\n", d.cookie.Name, d.cookie.Value)
	must(b, err)
	return connection
}

// slowest is the longest that a page of the catalog takes, of 40.
func (d *dataSet) slowest(b *testing.B) time.Duration {
	took := make([]time.Duration, 40)
	for i := range took {
		answer, start := httptest.NewRecorder(), time.Now()
		d.get(b, "catalog", answer)
		if took[i] = time.Since(start); answer.Code != http.StatusOK {
			b.Fatalf("status %d", answer.Code)
		}
	}
	return slices.Max(took)
}
