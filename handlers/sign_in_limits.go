package handlers

import (
	"net/netip"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"
)

// Rate limits on attempts to sign in, against guessing passwords and codes. An
// account gets a few attempts at once and then one a minute; an address, behind
// which a whole office may sit, more. They are kept in memory: a write to the
// database for each guess would serve whoever floods.
const (
	accountTries = 10
	accountPause = time.Minute
	addressTries = 60
	addressPause = 5 * time.Second

	// limitsKept is how many accounts, and how many addresses, are remembered. The
	// one tried longest ago is forgotten first.
	limitsKept = 50_000
)

// signInLimits is a rate limit (a token bucket each) by account and by address.
// Only what was wrong counts in the end: see forgive.
type signInLimits struct {
	mu        sync.Mutex
	now       func() time.Time
	accounts  *lru.Cache[string, *bucket]
	addresses *lru.Cache[string, *bucket]
}

func newSignInLimits(now func() time.Time) *signInLimits {
	l := &signInLimits{now: now}
	for _, cache := range []**lru.Cache[string, *bucket]{&l.accounts, &l.addresses} {
		var err error
		if *cache, err = lru.New[string, *bucket](limitsKept); err != nil {
			panic(err) // the size is a constant above zero
		}
	}
	return l
}

// take counts an attempt before it is known whether it is right, so that many at
// the same moment get no more than one after the other. When there were too many
// it returns how long to wait.
func (l *signInLimits) take(account, address string) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(
		take(l.accounts, account, accountPause, accountTries, l.now()),
		take(l.addresses, network(address), addressPause, addressTries, l.now()))
}

// forgive takes back an attempt that was right, and forgets the account's others.
// The address's others stay: one good password must not wash off guesses at other
// accounts.
func (l *signInLimits) forgive(account, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accounts.Remove(account)
	if b, known := l.addresses.Get(network(address)); known {
		b.left = min(b.left+1, addressTries)
	}
}

// countTry counts an attempt of the visitor's on the account. When there were too
// many it returns how long to wait, which Retry-After then says to programs too.
func (h *Handlers) countTry(c echo.Context, account string) (wait time.Duration) {
	wait = h.limits.take(account, c.RealIP())
	if wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(wait/time.Second)+1))
	}
	return wait
}

// bucket is a token bucket that can be given back to, which those of
// golang.org/x/time/rate cannot.
type bucket struct {
	left float64
	at   time.Time // when left was true
}

func take(from *lru.Cache[string, *bucket], key string, pause time.Duration, most float64, now time.Time) (wait time.Duration) {
	b, known := from.Get(key)
	if !known {
		b = &bucket{left: most, at: now}
		from.Add(key, b)
	}
	b.left = min(most, b.left+float64(now.Sub(b.at))/float64(pause))
	b.at = now
	if b.left < 1 {
		return time.Duration((1 - b.left) * float64(pause))
	}
	b.left--
	return 0
}

// network groups addresses that one party commands: providers give out an IPv6
// /64 as they give out one IPv4 address.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
