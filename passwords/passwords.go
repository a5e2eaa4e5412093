// Package passwords hashes passwords with Argon2id and checks them, and says
// which ones may be chosen. It knows nothing of users: a hash is a string that
// the store keeps.
//
// A hash takes tens of milliseconds of a processor and 7 MiB of memory on purpose, so
// a Hasher lets only a few run at once and gives their memory back to the
// system when sign-ins pause.
package passwords

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// idle is how long no password must have been hashed before the memory goes
// back to the system. Go's own return of memory waits for the next collection,
// which may be two minutes away, and until then a few sign-ins hold tens of
// megabytes. Giving it back costs one collection (7 ms with 10,000 objects in
// memory, 90 ms with a million): too much after each hash, little after a burst.
const idle = time.Second

// Hasher hashes and checks passwords. It is safe for concurrent use; a program
// needs one, because the limit is for each Hasher.
type Hasher struct {
	memory   *semaphore.Weighted                 // in KiB
	capacity int64                               // of memory
	waiting  atomic.Int64                        // how many passwords there are, those that are hashed among them
	work     func(password string, p phc) []byte // Argon2id itself
}

// New makes a Hasher that works on as many passwords at once as concurrency
// says, at least one. Half the number of processors, rounded up, leaves room
// for the requests that must not wait for a sign-in.
func New(concurrency int) *Hasher {
	capacity := int64(max(concurrency, 1)) * int64(current.memory)
	release := time.AfterFunc(idle, debug.FreeOSMemory)
	release.Stop()
	return &Hasher{memory: semaphore.NewWeighted(capacity), capacity: capacity,
		work: func(password string, p phc) []byte {
			defer release.Reset(idle)
			return p.derive(password)
		}}
}

// Hash returns a password's hash in the PHC string format, with a salt of its
// own. It refuses what Check calls TooLong or Unusable, but takes a short one:
// asking for a longer one is for the page where it is chosen. While all places
// are taken it waits, and gives up with the context's error.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	password, err := normalise(password)
	if err != nil {
		return "", err
	}
	fresh := phc{parameters: current, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}
	rand.Read(fresh.salt) // never fails: crypto/rand stops the program instead
	if fresh.key, err = h.derive(ctx, password, fresh); err != nil {
		return "", err
	}
	return fresh.String(), nil
}

// Verify reports whether the password is the one that encoded was made from.
// An encoded hash that is not Argon2id in the PHC string format, or asks for
// more work than maximal allows, is an ErrMalformed. While all places are
// taken Verify waits, and gives up with the context's error. It is ErrBusy when too many
// wait.
func (h *Hasher) Verify(ctx context.Context, encoded, password string) (bool, error) {
	stored, err := parsePHC(encoded)
	if err != nil {
		return false, err
	}
	password, unusable := normalise(password)
	// A password that cannot be anyone's costs the same time as a wrong one.
	key, err := h.derive(ctx, password, stored)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, stored.key) == 1 && unusable == nil, nil
}

// VerifyUnknown does the work of Verify for an account that does not exist, so
// that the time of an answer does not tell which accounts do. Its only error
// is the context's.
func (h *Hasher) VerifyUnknown(ctx context.Context, password string) error {
	password, _ = normalise(password)
	_, err := h.derive(ctx, password, nobody)
	return err
}

// nobody stands in for the hash of an account that does not exist.
var nobody = phc{parameters: current, salt: make([]byte, saltBytes), key: make([]byte, keyBytes)}

// maxWaiting is how many passwords may wait at once. The last of them waits for some
// seconds, and whoever comes then had better come again later.
const maxWaiting = 200

// ErrBusy means that too many passwords wait to be hashed.
var ErrBusy = errors.New("passwords: too many passwords wait to be hashed")

// derive waits for room in memory and runs Argon2id.
func (h *Hasher) derive(ctx context.Context, password string, p phc) ([]byte, error) {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > maxWaiting {
		return nil, ErrBusy
	}
	// A hash with more memory than there is room for goes alone.
	room := min(int64(p.memory), h.capacity)
	if err := h.memory.Acquire(ctx, room); err != nil {
		return nil, err
	}
	defer h.memory.Release(room)
	return h.work(password, p), nil
}

// ErrMalformed means that a stored hash is not one that this package writes or
// reads.
var ErrMalformed = errors.New("passwords: the stored hash is not Argon2id in the PHC string format, or asks for " +
	"more work than is allowed")
