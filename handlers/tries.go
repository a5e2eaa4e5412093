package handlers

import (
	"net/netip"
	"strconv"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"
)

// Limits on tries to sign in. An account gets a few tries at once and then one
// a minute; an address, behind which a whole office may sit, more.
const (
	accountTries = 10
	accountPause = time.Minute
	addressTries = 60
	addressPause = 5 * time.Second

	// triesKept bounds the memory: the oldest are forgotten first.
	triesKept = 50_000
)

// tries counts failed tries to sign in, by account and by address. The oldest
// are forgotten first.
type tries struct {
	mu        sync.Mutex
	now       func() time.Time
	accounts  *lru.Cache[string, *allowance]
	addresses *lru.Cache[string, *allowance]
}

func newTries() *tries {
	t := &tries{now: time.Now}
	for _, cache := range []**lru.Cache[string, *allowance]{&t.accounts, &t.addresses} {
		var err error
		if *cache, err = lru.New[string, *allowance](triesKept); err != nil {
			panic(err) // the size is a constant above zero
		}
	}
	return t
}

// take counts a try. When there were too many it returns how long to wait.
func (t *tries) take(account, address string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(
		take(t.accounts, account, accountPause, accountTries, t.now()),
		take(t.addresses, network(address), addressPause, addressTries, t.now()))
}

// forgive takes back a try that was right, and forgets the account's others.
func (t *tries) forgive(account, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.accounts.Remove(account)
	if a, known := t.addresses.Get(network(address)); known {
		a.left = min(a.left+1, addressTries)
	}
}

// countTry counts a try of the visitor's on the account. When there were too many
// it returns how long to wait, which the answer then says to programs too.
func (h *Handlers) countTry(c echo.Context, account string) (wait time.Duration) {
	wait = h.tries.take(account, c.RealIP())
	if wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(wait/time.Second)+1))
	}
	return wait
}

// allowance is how many tries are left of a few that come back one by one. It is
// a token bucket that can be given back to.
type allowance struct {
	left float64
	at   time.Time // when left was true
}

func take(from *lru.Cache[string, *allowance], key string, pause time.Duration, most float64, now time.Time) (wait time.Duration) {
	a, known := from.Get(key)
	if !known {
		a = &allowance{left: most, at: now}
		from.Add(key, a)
	}
	a.left = min(most, a.left+float64(now.Sub(a.at))/float64(pause))
	a.at = now
	if a.left < 1 {
		return time.Duration((1 - a.left) * float64(pause))
	}
	a.left--
	return 0
}

// network groups addresses that one party commands: all of an IPv6 /64.
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
