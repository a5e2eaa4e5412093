package handlers_test

import (
	"net/http"
	"strings"
	"testing"

	"dojo/web/webtest"
)

func TestActivityFilters(t *testing.T) {
	s := webtest.OnSQLite(t)
	ade := s.As(s.Ade)
	ade.View(webtest.KeysPath)
	const path = "/t/acme/activity"
	ade.Get(path).Expect(http.StatusOK, "created the team Acme Books", "added Vic Viewer as viewer",
		"viewed the secret key", "unlocked the environment under agreement MSA-2026-014, until 2 Mar 2027")
	p := ade.Get(path+"?what=key&who="+s.Ade.UserID).Expect(http.StatusOK, "viewed the secret key")
	if len(p.Rows()) != 1 {
		t.Errorf("the filter lists %v", p.Rows())
	}
	for _, query := range []string{"what=%25", "who=nobody", "what=_&who='"} {
		ade.Get(path+"?"+query).Expect(http.StatusOK, "Nothing matches the filter")
	}
	p = ade.Get("/t/acme/playground/activity").Expect(http.StatusOK)
	if strings.Contains(webtest.Words(p.Root), "viewed the secret key") {
		t.Error("Playground lists what happened in Development")
	}
}
