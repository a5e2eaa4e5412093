package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/web/webtest"
)

func TestDownload(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev := s.As(s.Dev)
		var lines []string
		for i := range 1203 {
			lines = append(lines,
				fmt.Sprintf(`{"product_id":"p-%04d","title":"=Miso %d","tags":["a|b","-c"],"custom_attributes":{"n":%d}}`, i, i%2, i))
		}
		dev.Upload(webtest.CatalogPath, "a.jsonl", strings.Join(lines, "\n")).GoesTo(webtest.CatalogPath)
		file := dev.Get(webtest.CatalogPath + "/download?format=jsonl&sort=id")
		if got := strings.Split(strings.TrimSpace(file.Body), "\n"); !slices.Equal(got, lines) {
			t.Errorf("%d lines, the first %s", len(got), got[0])
		}
		if name := file.Header.Get("Content-Disposition"); !strings.HasPrefix(name,
			`attachment; filename="acme-development-products-2026-`) || !strings.HasSuffix(name, `.jsonl"`) {
			t.Errorf("the file is called %s", name)
		}
		if some := dev.Get(webtest.CatalogPath +
			"/download?format=jsonl&sort=oldest&q=miso+1"); strings.Count(some.Body, "\n") != 601 {
			t.Errorf("the search has %d lines", strings.Count(some.Body, "\n"))
		}
		table := dev.Get(webtest.CatalogPath + "/download?format=csv&sort=id").Body
		if !strings.HasPrefix(table, "\uFEFFproduct_id,title,") || !strings.Contains(table, ",'=Miso 1,") {
			t.Errorf("the table begins %.200s", table)
		}
		dev.Post(webtest.CatalogPath+"/delete-all", url.Values{"confirm": {"development"}}).GoesTo(webtest.CatalogPath).
			Says("status", "Deleted 1,203 products")
		dev.Upload(webtest.CatalogPath, "a.csv", table).GoesTo(webtest.CatalogPath)
		again := strings.Split(strings.TrimSpace(dev.Get(webtest.CatalogPath+"/download?format=jsonl&sort=id").Body),
			"\n")
		for i, line := range again {
			if !sameJSON(t, line, lines[i]) {
				t.Fatalf("%s came back as %s", lines[i], line)
			}
		}
		dev.Get(webtest.CatalogPath + "/download?format=xlsx").Expect(http.StatusNotFound)
		if head := dev.Send(http.MethodHead, webtest.CatalogPath+"/download?format=csv", ""); head.Status != 200 ||
			head.Body != "" {
			t.Errorf("HEAD is %d %q", head.Status, head.Body)
		}
		template := dev.Get(webtest.CatalogPath + "/upload/template?format=csv").Body
		dev.Upload(webtest.CatalogPath, "template.csv", template).GoesTo(webtest.CatalogPath).
			Says("status", "Uploaded 2 products")
		s.Visitor().Get("/t/explore/playground/interactions/download?format=jsonl").Expect(http.StatusOK)
		dev.Get("/t/acme/development/activity?what=data").Expect(http.StatusOK, "downloaded products as JSON Lines",
			"downloaded products as CSV")
		dev.Get("/t/acme/development/interactions/download?format=csv&from=2026-03-02&to=2026-03-01").
			Expect(http.StatusUnprocessableEntity, "The first day comes after the last one.")
		dev.Get("/t/acme/development/interactions?from=2026-03-02&to=2026-03-01").
			Expect(http.StatusOK, "The first day comes after the last one.", "Nothing is shown")
	})
}

// A record that is updated while a file is on its way stands elsewhere in a list by
// update, and is in the file nevertheless.
func TestDownloadWhileRecordsChange(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev, narrow := s.As(s.Dev), s.Narrow()
		const products = 700 // more than are read in one go
		long := strings.Repeat("x", 1<<10)
		var lines []string
		for i := range products {
			lines = append(lines, fmt.Sprintf(`{"product_id":"p-%03d","custom_attributes":{"long":%q}}`, i, long))
		}
		for _, sort := range []string{"", "oldest", "title"} {
			dev.Upload(webtest.CatalogPath, "a.jsonl", strings.Join(lines, "\n")).GoesTo(webtest.CatalogPath)
			answer := dev.Through(narrow, webtest.CatalogPath+"/download?format=jsonl&sort="+sort)
			_, err := answer.Body.Read(make([]byte, 1))
			s.Ok(err)
			s.Database.Clock.Add(time.Second)
			dev.Upload(webtest.CatalogPath, "b.jsonl", `{"product_id":"p-000","title":"Z"}`+"\n"+
				`{"product_id":"p-699","title":""}`).GoesTo(webtest.CatalogPath)
			rest, err := io.ReadAll(answer.Body)
			s.Ok(err)
			found := map[string]int{}
			for _, id := range regexp.MustCompile(`"product_id":"p-\d+"`).FindAllString(string(rest), -1) {
				found[id]++
			}
			for i := range products {
				if n := found[fmt.Sprintf(`"product_id":"p-%03d"`, i)]; n != 1 {
					t.Errorf("sorted by %q, p-%03d is in the file %d times", sort, i, n)
				}
			}
		}
	})
}

// Whoever is removed from the team while a file is on its way gets no more parts of it,
// and the file does not look whole.
func TestDownloadStopsForWhoeverMayNotSeeIt(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		dev, narrow := s.As(s.Dev), s.Narrow()
		long := strings.Repeat("x", 1<<10)
		var lines []string
		for i := range 1700 { // several times what is read in one go
			lines = append(lines, fmt.Sprintf(`{"product_id":"p-%04d","custom_attributes":{"long":%q}}`, i, long))
		}
		dev.Upload(webtest.CatalogPath, "a.jsonl", strings.Join(lines, "\n")).GoesTo(webtest.CatalogPath)
		answer := dev.Through(narrow, webtest.CatalogPath+"/download?format=jsonl")
		_, err := answer.Body.Read(make([]byte, 1))
		s.Ok(err)
		s.Database.Exec("DELETE FROM members WHERE user_id = '" + s.Dev.UserID + "'")
		rest, err := io.ReadAll(answer.Body)
		if lines := strings.Count(string(rest), "\n"); err == nil || lines > 1000 {
			t.Errorf("%d lines came, and then %v", lines, err)
		}
	})
}

// timed is an answer that counts the writes before which nobody had put off the moment
// until which it may be written.
type timed struct {
	*httptest.ResponseRecorder
	until         time.Time
	writes, stale int
}

// SetWriteDeadline is what an http.ResponseController calls.
func (w *timed) SetWriteDeadline(until time.Time) error { w.until = until; return nil }

func (w *timed) Write(p []byte) (int, error) {
	w.writes++
	if left := time.Until(w.until); left <= 0 || left > 5*time.Minute {
		w.stale++
	}
	w.until = time.Time{}
	return w.ResponseRecorder.Write(p)
}

// A long file has its time anew for each part, and a client that takes none of it does not
// keep it for ever.
func TestDownloadHasItsTimeForEachPart(t *testing.T) {
	s := webtest.OnSQLite(t)
	var lines []string
	for i := range 1203 {
		lines = append(lines, fmt.Sprintf(`{"product_id":"p-%04d"}`, i))
	}
	s.As(s.Dev).Upload(webtest.CatalogPath, "a.jsonl", strings.Join(lines, "\n")).GoesTo(webtest.CatalogPath)
	r := httptest.NewRequest(http.MethodGet, s.Url+webtest.CatalogPath+"/download?format=jsonl", nil)
	r.AddCookie(s.Cookie(s.Dev))
	answer := &timed{ResponseRecorder: httptest.NewRecorder()}
	s.Server.Handler().ServeHTTP(answer, r)
	if n := strings.Count(answer.Body.String(), "\n"); answer.Code != http.StatusOK || n != len(lines) {
		t.Fatalf("%d with %d lines: %.200s", answer.Code, n, answer.Body)
	}
	if answer.stale > 0 || answer.writes < 3 {
		t.Errorf("%d of %d parts were written under no deadline of their own", answer.stale, answer.writes)
	}
}
