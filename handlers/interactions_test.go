package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dojo/models"
	"dojo/web/webtest"
)

func TestInteractions(t *testing.T) {
	s := webtest.OnSQLite(t)
	dev := s.As(s.Dev)
	const path = "/t/acme/development/interactions"
	empty := dev.Get(path).Expect(http.StatusOK, "No interactions yet")
	publishable := webtest.ShownKey(dev.Get(webtest.KeysPath).Region("Publishable key"))
	if !strings.Contains(empty.Body, publishable) {
		t.Error("the command does not hold the publishable key")
	}
	batch := models.Batch{Collection: models.Interactions}
	for i := range 60 {
		kind := []string{"search", "like"}[i%2]
		batch.Interactions = append(batch.Interactions, models.Interaction{
			Type: kind, UserID: fmt.Sprintf("user-%d", i), OccurredAt: s.Store.Now(), ProductIDs: "a, b, c, d",
			Body: []byte(`{"type":"` + kind + `"}`),
		})
	}
	s.Upload(batch)
	p := dev.Get(path).Expect(http.StatusOK, "60 interactions", "user-59", "and 1 more")
	if len(p.Rows()) != 50 {
		t.Errorf("the first part has %d rows", len(p.Rows()))
	}
	if rest := dev.Get(p.Link("Older")); len(rest.Rows()) != 10 {
		t.Errorf("the rest has %d rows", len(rest.Rows()))
	}
	if likes := dev.Get(path + "?type=like"); len(likes.Rows()) != 30 {
		t.Errorf("%d likes", len(likes.Rows()))
	}
	if one := dev.Get(path + "?user=user-7"); len(one.Rows()) != 1 {
		t.Errorf("user-7 has %d rows", len(one.Rows()))
	}
	dev.Get(path+"?type=like&user=user-8").Expect(http.StatusOK, "Nothing matches the filter")
	s.As(s.Uma).Get("/t/umami/playground/interactions").Expect(http.StatusOK)
}
