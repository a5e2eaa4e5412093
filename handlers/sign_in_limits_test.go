package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"dojo/models"
	"dojo/web"
	"dojo/web/webtest"
)

// longestWait is how long the right password may take on a device that has not been
// signed in with.
const longestWait = 30 * time.Second

// waits checks that the steps take the visitor a while, and no longer than is said.
func waits(b *webtest.Browser, steps func()) {
	b.Site.T.Helper()
	if waited := took(b, steps); waited <= 0 || waited > longestWait {
		b.Site.T.Errorf("it took %s; want a wait of %s at most", waited, longestWait)
	}
}

// took is how long the visitor had to wait by the site's clock.
func took(b *webtest.Browser, steps func()) time.Duration {
	b.Site.T.Helper()
	before := b.Site.Database.Clock.Now()
	steps()
	return b.Site.Database.Clock.Now().Sub(before)
}

// takeAllTurns is as many who guess from a network at the same moment.
func takeAllTurns(s *webtest.Site, account, network string) {
	s.T.Helper()
	for refused := false; !refused; {
		turn, err := s.Store.TakeTry(context.Background(), models.Try{
			Kind: models.PasswordTry, Account: account, Network: network,
		})
		s.Ok(err)
		refused = turn.Refused
	}
}

func from(n int) string { return fmt.Sprintf("X-Forwarded-For: 198.51.%d.%d", n/250, n%250+1) }

// TestNobodyIsLockedOutByGuesses: ten wrong passwords, and then one a minute,
// change nothing for the person's own browser, and make a new one wait a little.
func TestNobodyIsLockedOutByGuesses(t *testing.T) {
	for name, source := range map[string]func(try int) string{
		"from one network": func(int) string { return from(0) },
		"from a thousand":  func(try int) string { return from(try % 1000) },
	} {
		t.Run(name, func(t *testing.T) {
			s := webtest.OnSQLite(t, webtest.Trust("127.0.0.0/8"))
			own := s.Visitor()
			own.SignIn("ade@acme.example", webtest.Password, from(5000)).Expect(http.StatusSeeOther)
			own.Post("/logout", nil)
			for try := range 10 {
				s.Visitor().SignIn("ade@acme.example", "wrong", source(try))
			}
			for try := range 60 {
				s.Database.Clock.Add(time.Minute - min(time.Minute, took(s.Visitor(), func() {
					s.Visitor().SignIn("ade@acme.example", "wrong", source(try))
				})))
				if try%15 > 0 {
					continue
				}
				takeAllTurns(s, "ade@acme.example", "198.51.0.1")
				if waited := took(own, func() {
					own.SignIn("ade@acme.example", webtest.Password, source(try)).Expect(http.StatusSeeOther)
				}); waited > 0 {
					t.Errorf("after %d minutes the person's own browser waited %s", try, waited)
				}
				own.Post("/logout", nil)
				if waited := took(own, func() {
					s.Visitor().SignIn("ade@acme.example", webtest.Password, from(5001)).Expect(http.StatusSeeOther)
				}); waited > longestWait {
					t.Errorf("after %d minutes a new browser waited %s", try, waited)
				}
			}
		})
	}
}

// TestGuessingIsSlow: however many networks guess, there are few tries a day.
func TestGuessingIsSlow(t *testing.T) {
	s := webtest.OnSQLite(t, webtest.Trust("127.0.0.0/8"))
	begin, made := s.Database.Clock.Now(), 0
	for try := 0; s.Database.Clock.Now().Sub(begin) < 10*time.Minute; try++ {
		p := s.Visitor().SignIn("ade@acme.example", "wrong", from(try%5000))
		if p.Header.Get("Retry-After") != "" {
			s.Database.Clock.Add(time.Second) // they never pause
		}
		made++
	}
	// Two limits of 7 at once, one a minute, and one every 10 seconds.
	if most := 2 * (7 + 10 + 60 + 1); made > most {
		t.Errorf("%d tries in 10 minutes; want %d at most", made, most)
	}
}

// TestTriesAtOnceThatFindNoTurn are refused, and say when to come again.
func TestTriesAtOnceThatFindNoTurn(t *testing.T) {
	s := webtest.OnSQLite(t, func(o *web.Options) { o.Sleep = nil })
	for range 10 {
		s.Visitor().SignIn("ade@acme.example", "wrong").Expect(http.StatusUnprocessableEntity)
	}
	// The clock stands still, and so turns are taken and never come.
	ctx := t.Context()
	for range 4 {
		turn, err := s.Store.TakeTry(ctx,
			models.Try{Kind: models.PasswordTry, Account: "ade@acme.example", Network: "127.0.0.1"})
		s.Ok(err)
		if turn.Refused {
			t.Fatal("a turn is refused too early")
		}
	}
	p := s.Visitor().SignIn("ade@acme.example", webtest.Password).Expect(http.StatusTooManyRequests).
		Says("alert", "Too many tries.", "Wait")
	if wait, err := strconv.Atoi(p.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 61 {
		t.Errorf("Retry-After is %q", p.Header.Get("Retry-After"))
	}
}

// TestLimitsOutliveTheProcess: they are in the database, and another process on it goes
// on with them.
func TestLimitsOutliveTheProcess(t *testing.T) {
	webtest.Each(t, func(t *testing.T, s *webtest.Site) {
		for range 10 {
			s.Visitor().SignIn("ade@acme.example", "wrong").Expect(http.StatusUnprocessableEntity)
		}
		s.Ok(s.Store.Sweep(t.Context()))
		again := s.Database.Open()
		turn, err := again.TakeTry(t.Context(),
			models.Try{Kind: models.PasswordTry, Account: "ade@acme.example", Network: "127.0.0.1"})
		if s.Ok(err); turn.Refused {
			t.Error("the first turn is refused")
		}
		turn, err = again.TakeTry(t.Context(),
			models.Try{Kind: models.PasswordTry, Account: "ade@acme.example", Network: "127.0.0.1"})
		if s.Ok(err); turn.Wait == 0 {
			t.Error("another process has forgotten the tries")
		}
	})
}

// TestGuessesOfCodesLockNobodyOut: whoever knows the password and guesses codes does not
// keep out the person's own browser, recovery codes or passkeys; and gets few tries.
func TestGuessesOfCodesLockNobodyOut(t *testing.T) {
	s := webtest.OnSQLite(t, webtest.Trust("127.0.0.0/8"))
	own := s.Visitor()
	own.SignIn("ade@acme.example", webtest.Password).Expect(http.StatusSeeOther)
	secret, codes := own.AddApp()
	own.Post("/logout", nil)
	refused := 0
	for range 150 {
		b := s.Visitor()
		b.SignIn("ade@acme.example", webtest.Password)
		if b.Post(webtest.SecondPath, webtest.Enter("000000")).Header.Get("Retry-After") != "" {
			refused++
		}
		s.Database.Clock.Add(time.Second)
	}
	if refused < 130 {
		t.Errorf("%d of 150 guesses had to wait or were refused", refused)
	}
	stranger := s.PendingBrowser()
	stranger.Post(webtest.SecondPath, webtest.Enter(s.Code(secret))).Expect(http.StatusTooManyRequests).
		Says("alert", "Too many tries.")
	if waited := took(own, func() {
		own.SignIn("ade@acme.example", webtest.Password).Expect(http.StatusSeeOther)
		own.Post(webtest.SecondPath, webtest.Enter(s.Code(secret))).GoesTo(webtest.KeysPath)
	}); waited > 0 {
		t.Errorf("the person's own browser waited %s", waited)
	}
	stranger.Post(webtest.SecondPath, webtest.Enter(codes[0])).GoesTo(webtest.KeysPath)
}

// TestACodeIsAsOldAsWhenItWasEntered: waiting for its turn makes it no older.
func TestACodeIsAsOldAsWhenItWasEntered(t *testing.T) {
	s := webtest.OnSQLite(t)
	secret, _ := s.As(s.Ade).AddApp()
	s.Database.Clock.Add(time.Minute)
	for range 11 {
		s.PendingBrowser().Post(webtest.SecondPath, webtest.Enter("000000"))
	}
	b := s.PendingBrowser()
	waits(b, func() { b.Post(webtest.SecondPath, webtest.Enter(s.Code(secret))).GoesTo(webtest.KeysPath) })
}

// TestTriesFromANetworkAreSlowed, at all accounts together; others are not slowed.
func TestTriesFromANetworkAreSlowed(t *testing.T) {
	s := webtest.OnSQLite(t, webtest.Trust("127.0.0.0/8"))
	slowed := func(address string) time.Duration {
		b := s.Visitor()
		return took(b, func() {
			b.SignIn("olivia@acme.example", webtest.Password, "X-Forwarded-For: "+address).Expect(http.StatusSeeOther)
		})
	}
	for busy, address := range map[string]string{"198.51.100.1": "198.51.100.1", "2001:db8::1": "2001:db8::ffff:2"} {
		for try := range 61 {
			_, err := s.Store.TakeTry(t.Context(), models.Try{
				Kind: models.PasswordTry, Account: fmt.Sprint(try, "@acme.example"), Network: models.NetworkOf(busy),
			})
			s.Ok(err)
		}
		if slowed(address) == 0 {
			t.Errorf("%s is not slowed", address)
		}
	}
	for _, address := range []string{"198.51.100.2", "2001:db8:0:1::1"} {
		if slowed(address) > 0 {
			t.Errorf("%s is slowed", address)
		}
	}
}

// TestMadeUpAddressesLeaveFewRows: what is remembered of tries has a bound.
func TestMadeUpAddressesLeaveFewRows(t *testing.T) {
	s := webtest.OnSQLite(t)
	for try := range 300 {
		_, err := s.Store.TakeTry(t.Context(), models.Try{
			Kind: models.MailTry, Account: fmt.Sprint(try, "@acme.example"), Network: "192.0.2.1",
		})
		s.Ok(err)
	}
	if rows := s.Database.Count("SELECT count(*) FROM sign_in_tries"); rows > 1+3*20 {
		t.Errorf("300 refused tries left %d rows", rows)
	}
	s.Database.Clock.Add(48 * time.Hour)
	s.Ok(s.Store.Sweep(t.Context()))
	if rows := s.Database.Count("SELECT count(*) FROM sign_in_tries"); rows > 0 {
		t.Errorf("the sweep left %d rows", rows)
	}
}

// TestMailIsNotRefusedToTheOwnBrowser: others cannot use up its limit.
func TestMailIsNotRefusedToTheOwnBrowser(t *testing.T) {
	s := webtest.OnSQLite(t)
	own := s.Visitor()
	own.SignIn("ade@acme.example", webtest.Password).Expect(http.StatusSeeOther)
	own.Post("/logout", nil)
	form := url.Values{"email": {"ade@acme.example"}}
	for range 12 {
		s.Visitor().Post("/reset", form)
	}
	s.Visitor().Post("/reset", form).Expect(http.StatusTooManyRequests)
	own.Post("/reset", form).Expect(http.StatusOK)
}

// TestPasskeysHaveNoLimit: nobody guesses one, and so nobody can use up what the person has
// of tries with it, at the account or from the same network.
func TestPasskeysHaveNoLimit(t *testing.T) {
	s := webtest.OnSQLite(t)
	takeAllTurns(s, "ade@acme.example", "127.0.0.1")
	s.Visitor().SignIn("ade@acme.example", webtest.Password).Expect(http.StatusTooManyRequests)
	if waited := took(s.Visitor(), func() {
		for range 100 {
			b := s.Visitor()
			b.Post("/login/passkey/begin", nil).Expect(http.StatusOK)
			b.Post("/login/passkey", url.Values{"credential": {"{}"}}).Expect(http.StatusUnprocessableEntity).
				Says("alert", "The passkey was not accepted")
		}
	}); waited > 0 {
		t.Errorf("passkeys waited %s", waited)
	}
}
