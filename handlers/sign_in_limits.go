package handlers

import (
	"context"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/models"
	"dojo/passwords"
	"dojo/store"
)

// maxWaiting is how many tries of strangers may wait for their turn at once, in all;
// each holds a connection.
const maxWaiting = 1000

// attempt is a try of the visitor's that was counted, and may be made unless it is
// Refused.
type attempt struct {
	models.Try
	store.Turn
	h *Handlers
}

// try counts a try at the account with the address, and waits for its turn. Whoever
// knows what is asked for is let in that way, however many others guess. The account's
// limits are kept under its address, and under what they hold for beside it.
func (h *Handlers) try(c echo.Context, kind models.TryKind, email string, beside ...byte) (*attempt, error) {
	ctx := c.Request().Context()
	try := models.Try{Kind: kind, Account: email + string(beside), Network: models.NetworkOf(c.RealIP())}
	if device := h.Sessions.Device(c.Request()); device != nil {
		known, err := h.Store.KnownDevice(ctx, email, device)
		if err != nil {
			return nil, err
		}
		if known {
			try.Device = device
		}
	}
	turn, err := h.Store.TakeTry(ctx, try)
	a := &attempt{try, turn, h}
	if err != nil {
		return nil, err
	}
	if a.Refused {
		a.ended(models.FactorLimited)
		a.sayWait(c)
		return a, nil
	}
	return a, a.await(c)
}

// await waits for the turn. Tries of known devices do not compete for places with
// strangers'.
func (a *attempt) await(c echo.Context) error {
	if a.Wait == 0 {
		return nil
	}
	if a.Device == nil {
		select {
		case a.h.waiting <- struct{}{}:
			defer func() { <-a.h.waiting }()
		default:
			a.Refused = true
			a.ended(models.FactorLimited)
			a.sayWait(c)
			return nil
		}
	}
	return a.h.Sleep(c.Request().Context(), a.Wait)
}

// sayWait tells programs too how long to wait.
func (a *attempt) sayWait(c echo.Context) {
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(a.Wait/time.Second)+1))
}

// status is that of an answer which says that the try was wrong: whoever had to wait
// for it has made too many.
func (a *attempt) status(c echo.Context, otherwise int) int {
	if a.Wait == 0 {
		return otherwise
	}
	a.sayWait(c)
	return models.TooMany.Status()
}

// ended counts how the try ended.
func (a *attempt) ended(outcome models.SignInOutcome) {
	a.h.Metrics.SignIn(models.Factor(a.Kind), outcome)
}

// right takes the try back, since it was right.
func (a *attempt) right(c echo.Context) error {
	a.ended(models.FactorRight)
	return a.h.Store.ForgiveTry(c.Request().Context(), a.Try)
}

// hasher is what checks the password: a browser that has signed in to the account
// before does not wait behind strangers.
func (a *attempt) hasher() *passwords.Hasher {
	if a.Device != nil {
		return a.h.KnownPasswords
	}
	return a.h.Passwords
}

// sleep waits, unless the visitor goes away.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
