package webtest

import (
	"context"
	"net/http"

	"golang.org/x/net/html"

	"dojo/models"
)

// Accepted reports whether the API lets the key in.
func (s *Site) Accepted(key string) bool {
	s.T.Helper()
	answer := s.Visitor().Get("/verify", "X-API-KEY: "+key)
	if answer.Status != http.StatusOK && answer.Status != http.StatusUnauthorized &&
		answer.Status != http.StatusForbidden {
		s.T.Fatalf("/verify is %d", answer.Status)
	}
	return answer.Status == http.StatusOK
}

// View has the person view Acme's active secret key.
func (b *Browser) View(path string) string {
	b.Site.T.Helper()
	p := b.Get(path)
	return ShownKey(p.Press(p.Region("Secret key"), "View").Expect(http.StatusOK).Region("Secret key"))
}

// ShownKey is the key in a region as text; empty when there is none.
func ShownKey(region *html.Node) string {
	for _, n := range Find(region, IsTag("code")) {
		if Attribute(n, "class") == "key" {
			return Words(n)
		}
	}
	return ""
}

// KeyText is the text of one of Acme's active keys.
func (s *Site) KeyText(environment models.EnvironmentKind, kind models.KeyKind) string {
	s.T.Helper()
	text, err := s.Team(s.Olivia, s.Acme).ViewKey(context.Background(), environment, s.Key(environment, kind).ID)
	s.Ok(err)
	return text
}
