package api

import (
	"math/rand/v2"

	"github.com/labstack/echo/v4"
)

// newRequestID returns a name for a request, of the form of models.NewID. It is
// no secret, so the randomness need not be that of a key, which takes longer.
func newRequestID() string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	var id [26]byte
	for i := 0; i < len(id); {
		for bits, n := rand.Uint64(), 0; n < 12 && i < len(id); n++ { // 12 letters of 5 bits
			id[i] = alphabet[bits&31]
			bits >>= 5
			i++
		}
	}
	return string(id[:])
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }
