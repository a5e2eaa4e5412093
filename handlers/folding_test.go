package handlers_test

import (
	"net/http"
	"testing"

	"dojo/store/storetest"
	"dojo/web/webtest"
)

// TestLettersThatFoldAreOthers: U+212A, the sign for kelvin, is "k" to Unicode's mapping of
// case, and an address with it is somebody else's.
func TestLettersThatFoldAreOthers(t *testing.T) {
	s := newProviderSite(t)
	kay, err := s.Store.CreateUser(t.Context(), storetest.System, "kay@acme.example", "Kay Kelvin", "")
	s.Ok(err)
	hash, err := webtest.PasswordHash()
	s.Ok(err)
	s.Database.Exec("UPDATE users SET password_hash = $1 WHERE id = $2", hash, kay.ID)
	b := s.Visitor()
	leaving := b.Post("/login/oidc", nil)
	s.Unchanged(t, "an address that folds", func() {
		leaving.AtProvider("kelvin").Expect(http.StatusUnprocessableEntity).Says("alert", "did not work")
		b.Get("/account").Expect(http.StatusSeeOther)
		b.SignIn("\u212aay@acme.example", webtest.Password).Expect(http.StatusUnprocessableEntity)
	})
	b.SignIn("KAY@acme.example", webtest.Password).Expect(http.StatusSeeOther)
}
