package passwords_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"dojo/passwords"
)

const password = "correct horse battery"

func hash(t testing.TB, h *passwords.Hasher, password string) string {
	t.Helper()
	encoded, err := h.Hash(context.Background(), password)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func wantVerify(t *testing.T, h *passwords.Hasher, encoded, password string, want bool) {
	t.Helper()
	if got, err := h.Verify(context.Background(), encoded, password); got != want || err != nil {
		t.Errorf("Verify(%q) = %v, %v; want %v", password, got, err, want)
	}
}

func TestHashIsVerifiedByItsPasswordOnly(t *testing.T) {
	h := passwords.New(1)
	encoded := hash(t, h, password)
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=7168,t=5,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).
		MatchString(encoded) {
		t.Errorf("Hash = %s; want the PHC string format with m=7168,t=5,p=1, 16 bytes of salt and 32 of key", encoded)
	}
	if encoded == hash(t, h, password) {
		t.Error("two hashes of one password are equal: there is no salt")
	}
	wantVerify(t, h, encoded, password, true)
	for _, wrong := range []string{"", "Correct horse battery", password + " ", "\t", string(make([]byte, 5000))} {
		wantVerify(t, h, encoded, wrong, false)
	}
}

// A password is typed on one system and sent by another; RFC 8265, section 4.2
// says which of them are the same.
func TestPasswordsThatLookTheSameAreTheSame(t *testing.T) {
	h := passwords.New(1)
	encoded := hash(t, h, "caf\u00e9 au lait!")
	wantVerify(t, h, encoded, "cafe\u0301 au lait!", true)
	wantVerify(t, h, encoded, "caf\u00e9\u00a0au\u3000lait!", true)
	wantVerify(t, h, encoded, "cafe au lait!", false)
	wantVerify(t, h, hash(t, h, "１２３ wide"), "123 wide", false)
}

func TestHashRefusesWhatNobodyCouldTypeAgain(t *testing.T) {
	h := passwords.New(1)
	for text, want := range map[string]error{"": passwords.Unusable, "tab\there": passwords.Unusable,
		string(make([]byte, 1025)): passwords.TooLong} {
		if _, err := h.Hash(context.Background(), text); !errors.Is(err, want) {
			t.Errorf("Hash(%.9q) = %v; want %v", text, err, want)
		}
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	h := passwords.New(2)
	encoded := hash(t, h, password)
	calls := map[string]func(context.Context) error{
		"Hash":          func(ctx context.Context) error { _, err := h.Hash(ctx, password); return err },
		"Verify":        func(ctx context.Context) error { _, err := h.Verify(ctx, encoded, password); return err },
		"VerifyUnknown": func(ctx context.Context) error { return h.VerifyUnknown(ctx, password) },
	}
	leave := h.Occupy()
	for name, call := range calls {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s with all places taken = %v; want the context's error", name, err)
		}
		cancel()
	}
	leave()
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	for name, call := range calls {
		if err := call(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("%s for somebody who has gone = %v; want the context's error", name, err)
		}
		if err := call(context.Background()); err != nil {
			t.Errorf("%s afterwards = %v", name, err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	h := passwords.New(2)
	encoded := hash(t, h, password)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if i%2 == 0 {
				wantVerify(t, h, encoded, password, true)
			} else {
				wantVerify(t, h, encoded, "another password", false)
			}
		})
	}
	group.Wait()
}

// The time of an answer follows the memory that Argon2 fills, which unlike the
// time can be measured exactly.
func TestEveryRefusalCostsTheSame(t *testing.T) {
	h := passwords.New(1)
	encoded := hash(t, h, password)
	ctx := context.Background()
	want := allocated(func() { h.Verify(ctx, encoded, password) })
	for name, call := range map[string]func(){
		"a wrong password":                   func() { h.Verify(ctx, encoded, "another password") },
		"a password nobody can have":         func() { h.Verify(ctx, encoded, "\x00") },
		"an unknown account":                 func() { h.VerifyUnknown(ctx, password) },
		"an unknown account and no password": func() { h.VerifyUnknown(ctx, "") },
	} {
		if got := allocated(call); got < 7<<20 || got > want+want/100 || got < want-want/100 {
			t.Errorf("%s takes %d bytes, the right password %d", name, got, want)
		}
	}
}

func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestMemoryGoesBackWhenSignInsPause(t *testing.T) {
	debug.FreeOSMemory()
	before := held()
	hash(t, passwords.New(1), password)
	deadline := time.Now().Add(time.Minute)
	for held() > before+3<<20 { // a hash takes 7 MiB
		if time.Now().After(deadline) {
			t.Fatalf("%d MiB are still held", held()>>20)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// held is the heap that the system counts as this process's memory, in bytes.
func held() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased
}

func BenchmarkHash(b *testing.B) {
	h := passwords.New(1)
	b.ReportAllocs()
	for b.Loop() {
		hash(b, h, password)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := passwords.New(1)
	encoded := hash(b, h, password)
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := h.Verify(context.Background(), encoded, password); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
