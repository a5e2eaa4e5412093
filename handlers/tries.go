package handlers

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/time/rate"
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

// tries counts failed tries to sign in, by account and by address.
type tries struct {
	mu        sync.Mutex // or two tries at the same moment begin to count twice
	accounts  *expirable.LRU[string, *rate.Limiter]
	addresses *expirable.LRU[string, *rate.Limiter]
}

func newTries() *tries {
	return &tries{
		accounts:  expirable.NewLRU[string, *rate.Limiter](triesKept, nil, accountTries*accountPause),
		addresses: expirable.NewLRU[string, *rate.Limiter](triesKept, nil, addressTries*addressPause),
	}
}

// take counts a try. When there were too many it returns how long to wait.
func (t *tries) take(account, address string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return max(
		takeOne(t.accounts, account, accountPause, accountTries),
		takeOne(t.addresses, network(address), addressPause, addressTries))
}

// forgive forgets the account's tries, after one that was right.
func (t *tries) forgive(account string) { t.accounts.Remove(account) }

func takeOne(limiters *expirable.LRU[string, *rate.Limiter], key string, pause time.Duration, burst int) time.Duration {
	limiter, known := limiters.Get(key)
	if !known {
		limiter = rate.NewLimiter(rate.Every(pause), burst)
		limiters.Add(key, limiter)
	}
	reservation := limiter.Reserve()
	wait := reservation.Delay()
	if wait > 0 {
		reservation.Cancel()
	}
	return wait
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
