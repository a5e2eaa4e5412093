package handlers

import (
	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
)

// newPassword checks a password that somebody chose, and hashes it. What is known of
// the person (personal) makes a password easy to guess, and is refused in it.
func (h *Handlers) newPassword(c echo.Context, password string, personal ...string) (hash string, err error) {
	if err := passwords.Check(password, personal...); err != nil {
		return "", models.InvalidField("password", "%s", err.Error())
	}
	hash, err = h.KnownPasswords.Hash(c.Request().Context(), password)
	return hash, busy(err)
}
