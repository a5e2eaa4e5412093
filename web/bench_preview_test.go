package web_test

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"dojo/web/webtest"
)

// BenchmarkPreview sends a table of 100 MB through the form for uploads and reports how long after its last byte the
// page with its first records is there.
func BenchmarkPreview(b *testing.B) {
	b.Run("plain", func(b *testing.B) { benchmarkPreview(b, "sku-%d;Tea cup of clay, number %d;%d,50 €;%d\n") })
	b.Run("quoted", func(b *testing.B) {
		benchmarkPreview(b, `"sku-%d";"Tea cup of clay, number %d";"%d,50 €";"%d"`+"\n")
	})
}

func benchmarkPreview(b *testing.B, row string) {
	s := openCrowded(b, 1)
	handler := s.Handler()
	cookie := signInAs(b, handler, "ade@acme.example")
	file, err := os.Create(filepath.Join(b.TempDir(), "form"))
	must(b, err)
	defer file.Close()
	form := multipart.NewWriter(file)
	part, err := form.CreateFormFile("file", "table.csv")
	must(b, err)
	size, _ := fmt.Fprintln(part, "SKU;Title;Preis;created_at")
	for i := 0; size < 100_000_000; i++ {
		n, err := fmt.Fprintf(part, row, i, i*7919, i%900, 964982703+i)
		must(b, err)
		size += n
	}
	must(b, form.Close())
	var times []time.Duration
	for b.Loop() {
		body := &timedBody{Reader: io.NewSectionReader(file, 0, 1<<40)}
		request := httptest.NewRequest(http.MethodPost, "http://localhost:8080/t/acme/development/catalog/upload", body)
		request.Header.Set("Content-Type", form.FormDataContentType())
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		request.AddCookie(cookie)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusSeeOther {
			b.Fatalf("status %d: %s", answer.Code, answer.Body)
		}
		address, _, _ := strings.Cut(answer.Header().Get("Location"), "#")
		request = httptest.NewRequest(http.MethodGet, "http://localhost:8080"+address, nil)
		request.AddCookie(cookie)
		answer = httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		times = append(times, time.Since(body.end))
		page, err := html.Parse(answer.Body)
		must(b, err)
		if text := webtest.Words(page); !strings.Contains(text, "Tea cup of clay, number 7919") {
			b.Fatalf("status %d: %s", answer.Code, text)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-median")
}

// timedBody notes when its last byte was read.
type timedBody struct {
	io.Reader
	end time.Time
}

func (t *timedBody) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n > 0 {
		t.end = time.Now()
	}
	return n, err
}
