package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/web/webtest"
)

// TestOverviewSaysHowTheDayGoes, against yesterday at the same time.
func TestOverviewSaysHowTheDayGoes(t *testing.T) {
	s := webtest.OnSQLite(t)
	const overview = "/t/acme/development"
	key := s.KeyText(models.Development, models.Secret)
	upload := func(n int) {
		for range n {
			s.Uploads(key).Expect(http.StatusOK)
		}
	}
	dev := s.As(s.Dev)
	p := dev.Get(overview).Expect(http.StatusOK, "Requests today 0", "Never used",
		"Send the first interaction, and see it arrive", "This line ticks itself")
	if step := webtest.Words(p.Region("What to do next")); !strings.Contains(step, "This line ticks itself") {
		t.Errorf("the step is done too early: %s", step)
	}
	upload(3)
	p = dev.Get(overview).Expect(http.StatusOK, "Requests today 3", "none by this time yesterday", "Last used just now")
	_, done, _ := strings.Cut(webtest.Words(p.Region("What to do next")), "steps done")
	if step := done; !strings.Contains(step, "Send the first interaction, and see it arrive") {
		t.Errorf("the step has not ticked: %s", step)
	}
	s.Database.Clock.Add(26 * time.Hour)
	dev = s.As(s.Dev)
	s.Visitor().Get("/v1/products/p-1", "X-API-KEY: "+key).Expect(http.StatusNotFound)
	dev.Get(overview).Expect(http.StatusOK, "Requests today 1", "about 3 by this time yesterday", "Errors today 1",
		"0 of them refused")
}
