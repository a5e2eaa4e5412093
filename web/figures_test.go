package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"dojo/web/webtest"
)

// figures are what a server answers to a scrape: values by their names with labels.
type figures map[string]float64

// scraped is the text of /metrics.
func scraped(t testing.TB, s *webtest.Site) string {
	t.Helper()
	answer := httptest.NewRecorder()
	s.Server.Measured().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("/metrics is %d: %s", answer.Code, answer.Body)
	}
	return answer.Body.String()
}

func figuresOf(t testing.TB, s *webtest.Site) figures {
	t.Helper()
	all := figures{}
	for line := range strings.Lines(scraped(t, s)) {
		line = strings.TrimSpace(line)
		end := strings.LastIndexByte(line, ' ')
		if line == "" || line[0] == '#' {
			continue
		}
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if err != nil {
			t.Fatalf("the line %q: %v", line, err)
		}
		all[line[:end]] = value
	}
	return all
}

// of is the figure, which must be there.
func (f figures) of(t testing.TB, name string) float64 {
	t.Helper()
	value, there := f[name]
	if !there {
		t.Fatalf("there is no figure %s", name)
	}
	return value
}

// grows checks by how much the figures grow while something happens.
func grows(t testing.TB, s *webtest.Site, by map[string]float64, happens func()) {
	t.Helper()
	before := figuresOf(t, s)
	happens()
	after := figuresOf(t, s)
	for name, want := range by {
		if got := after.of(t, name) - before.of(t, name); got != want {
			t.Errorf("%s grew by %v; want %v", name, got, want)
		}
	}
}

// equals waits until a figure has a value.
func equals(t *testing.T, s *webtest.Site, name string, want float64) {
	t.Helper()
	webtest.WaitUntil(t, name+" is "+strconv.FormatFloat(want, 'g', -1, 64), func() bool {
		got, there := figuresOf(t, s)[name]
		return there && got == want
	})
}
