package chaos

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"testing"
	"time"
)

// browser is somebody's, signed in. Its cookie goes to every process, since all are on one host.
type browser struct {
	client *http.Client
	t      testing.TB
}

func (c *city) browser(email string, at *process) *browser {
	c.t.Helper()
	jar, _ := cookiejar.New(nil) // never fails without options
	b := &browser{client: &http.Client{
		Jar: jar, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, t: c.t}
	status := b.post(at.url()+"/login", "email", email, "password", everybodysPassword)
	if status != http.StatusSeeOther {
		c.t.Fatalf("signing in is answered %d", status)
	}
	return b
}

// post sends a form and returns the answer's status, or 0 when there was none.
func (b *browser) post(address string, fields ...string) int {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	answer, err := b.client.PostForm(address, form)
	if err != nil {
		return 0
	}
	drain(answer.Body)
	return answer.StatusCode
}

// revoke revokes the team's key through the process's pages, and waits for the receipt. A
// revocation of which it cannot be known whether it happened is looked up, and asked for again
// when it did not. The receipt counts from the first moment at which anybody can read it.
func (c *city) revoke(b *browser, of *team, at *process) (took time.Duration) {
	c.t.Helper()
	k, answered := of.key, make(chan int, 1)
	k.asked = c.now()
	send := func() {
		go func() {
			answered <- b.post(at.url()+"/t/"+of.slug+"/development/keys/"+k.id+"/revoke", "when", "now", "reason", "other")
		}()
	}
	send()
	waiting := true
	await(c.t, "there is a receipt", func() bool {
		if c.settled(k.id) {
			return true
		}
		select {
		case <-answered:
			if waiting = !c.isRevoked(k); waiting {
				send()
			}
		default:
		}
		return false
	})
	k.receipt = c.now()
	if waiting {
		<-answered
	}
	of.key = c.activeKey(of)
	of.key.issued = c.now() // the receipt is that of its issue too
	c.show(of.key)
	return k.receipt - k.asked
}

// wantReceipt reads a receipt as programs do, at any process.
func (b *browser) wantReceipt(address string, of *key, processes int) {
	b.t.Helper()
	answer, err := b.client.Get(address)
	must(b.t, err)
	defer answer.Body.Close()
	var receipt struct {
		KeyID             string     `json:"key_id"`
		RefusedEverywhere *time.Time `json:"refused_everywhere_at"`
		Processes         []struct {
			ConfirmedAt *time.Time `json:"confirmed_at"`
		}
	}
	must(b.t, json.NewDecoder(answer.Body).Decode(&receipt))
	confirmed := 0
	for _, p := range receipt.Processes {
		if p.ConfirmedAt != nil && receipt.RefusedEverywhere != nil && !p.ConfirmedAt.After(*receipt.RefusedEverywhere) {
			confirmed++
		}
	}
	if receipt.KeyID != of.id || receipt.RefusedEverywhere == nil || confirmed != processes {
		b.t.Errorf("the receipt is %+v; want one of %d processes that have confirmed", receipt, processes)
	}
}

// isRevoked looks into the database, which may be away.
func (c *city) isRevoked(k *key) bool {
	var state string
	err := c.db.QueryRow("SELECT state FROM keys WHERE id = $1", k.id).Scan(&state)
	return err == nil && state == "revoked"
}

// revocations revokes n keys, in turns of the teams and the processes.
func (c *city) revocations(b *browser, n int, at ...*process) (took []time.Duration) {
	c.t.Helper()
	for i := range n {
		took = append(took, c.revoke(b, c.teams[i%len(c.teams)], at[i%len(at)]))
	}
	return took
}

// quantile is the value that the part q of all is not above.
func quantile(of []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
