package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// BenchmarkPromisedBodies counts how many of 48 uploads of an uninvolved team, with its
// secret key, are refused while 160 connections with two publishable keys have promised
// 16 MB each, and have sent a byte, or a megabyte.
func BenchmarkPromisedBodies(b *testing.B) {
	for name, beginning := range map[string]string{"a byte": "{", "a megabyte": `{"data":[` +
		strings.Repeat(" ", 1<<20)} {
		b.Run(name, func(b *testing.B) {
			w := webtest.NewAPI(b, storetest.OpenSQLite(b))
			w.Unlock(models.Production)
			_, secret := umamiKeys(w)
			server := httptest.NewServer(w.Echo)
			keys := []string{w.Publishable(), w.KeyText(models.Production, models.Publishable)}
			var open []io.Closer
			for i := range 160 {
				open = append(open, promise(b, server, keys[i%2], "Content-Length: 16000000", beginning))
			}
			var refused atomic.Int64
			for b.Loop() {
				var uploads sync.WaitGroup
				for i := range 48 {
					uploads.Go(func() {
						body := fmt.Sprintf(`{"data":[{"user_id":"u%d","custom_attributes":{"x":"%s"}}]}`, i,
							strings.Repeat("x", 1<<20))
						answer,
							err := http.Post(server.URL+"/v1/users?api_key="+secret, "application/json",
							strings.NewReader(body))
						if err != nil {
							refused.Add(1)
							return
						}
						_, _ = io.Copy(io.Discard, answer.Body)
						if answer.Body.Close(); answer.StatusCode != http.StatusOK {
							refused.Add(1)
						}
					})
				}
				uploads.Wait()
			}
			b.ReportMetric(float64(refused.Load())/float64(b.N), "refused-of-48")
			for _, connection := range open {
				connection.Close()
			}
			server.CloseClientConnections()
			server.Close()
		})
	}
}
