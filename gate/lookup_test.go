package gate_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dojo/gate"
	"dojo/models"
)

// bounded returns an open gate that holds fewer keys than there are grants.
func bounded(t testing.TB, most int, grants ...models.Grant) (*gate.Gate, *source) {
	t.Helper()
	src := &source{grants: grants}
	g := gate.New(src, digest, func() time.Time { return noon })
	t.Cleanup(g.Close)
	g.HoldAtMost(most)
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g, src
}

func secretKey(name string, kind models.EnvironmentKind) models.Grant {
	return grant(name, models.Secret, kind)
}

// counted counts the reads of a source from now on.
func counted(src *source) *atomic.Int64 {
	var reads atomic.Int64
	src.change(func() { src.read = func() { reads.Add(1) } })
	return &reads
}

func TestKeysBeyondTheBoundAreLookedUp(t *testing.T) {
	revoked := secretKey("revoked", models.Development)
	revoked.Revoked = true
	g, src := bounded(t, 2, secretKey("a", models.Production), secretKey("b", models.Production), revoked)
	reads := counted(src)
	for range 3 {
		check(t, g, "a", models.Accepted)
		check(t, g, "revoked", models.KeyIsRevoked)
		check(t, g, "unknown", models.UnknownKey)
	}
	if n := reads.Load(); n != 3 {
		t.Errorf("three keys were looked up %d times", n)
	}
	if accepts(g, revoked.KeyID) || !accepts(g, "id of b") {
		t.Error("Refuses differs from what the source has")
	}
	want := src.grants[1]
	want.Periods = nil // which are the gate's alone
	if found := g.CheckKey(keyText("b")); !reflect.DeepEqual(found.Grant, want) {
		t.Errorf("the grant is %+v", found.Grant)
	}
}

func TestABoundThatIsNotReachedLooksNothingUp(t *testing.T) {
	a := secretKey("a", models.Production)
	g, src := bounded(t, 2, a, secretKey("b", models.Production))
	reads := counted(src)
	check(t, g, "a", models.Accepted)
	check(t, g, "unknown", models.UnknownKey)
	if n := reads.Load(); n != 0 {
		t.Errorf("%d lookups", n)
	}
	src.set(append(src.grants, secretKey("c", models.Development))...)
	g.Refresh(t.Context(), string(models.Development)+" id", unknown) // now there are three
	reads.Store(0)
	for _, name := range []string{"a", "b", "c"} {
		check(t, g, name, models.Accepted)
	}
	if n := reads.Load(); n != 3 {
		t.Errorf("%d lookups of three keys, of which two are held at most", n)
	}
}

func TestChangesOfKeysThatWereLookedUp(t *testing.T) {
	others := []models.Grant{secretKey("other", models.Development), secretKey("more", models.Development),
		secretKey("yet more", models.Development)}
	g, src := bounded(t, 3, append(others, secretKey("old", models.Production))...) // room for those that are asked for
	check(t, g, "old", models.Accepted)
	check(t, g, "other", models.Accepted)
	check(t, g, "new", models.UnknownKey)
	src.set(append(others, secretKey("new", models.Production))...)
	g.Refresh(t.Context(), production, unknown)
	check(t, g, "old", models.UnknownKey)
	check(t, g, "new", models.Accepted)
	check(t, g, "other", models.Accepted)

	src.set(others...)
	src.fail(errDown)
	g.Refresh(t.Context(), production, unknown)
	check(t, g, "new", models.GateUnavailable)
	if _, known := g.Refuses(production, "id of new"); known {
		t.Error("Refuses knows of a key that cannot be looked up")
	}
	check(t, g, "other", models.Accepted) // it did not change
	src.fail(nil)
	check(t, g, "new", models.UnknownKey)

	g.Suspend()
	check(t, g, "other", models.GateUnavailable)
	src.set()
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(t, g, "other", models.UnknownKey)
}

// A lookup that has read before a change is no answer after it, neither for who asked nor
// for who joins the lookup later.
func TestALookupUnderWayIsOvertakenByAChange(t *testing.T) {
	key, other := secretKey("k", models.Production), secretKey("other", models.Development)
	without, with := []models.Grant{other}, []models.Grant{key, other}
	t.Run("revoked", func(t *testing.T) { overtake(t, with, without, models.UnknownKey, models.UnknownKey) })
	// Who asked before the key was there may hear that it was not.
	t.Run("issued", func(t *testing.T) { overtake(t, without, with, models.UnknownKey, models.Accepted) })
}

func overtake(t *testing.T, before, after []models.Grant, first, second models.Outcome) {
	synctest.Test(t, func(t *testing.T) {
		g, src := bounded(t, 1, before[0], secretKey("more", models.Development))
		src.set(before...)
		proceed := make(chan struct{})
		var later atomic.Bool
		src.change(func() {
			src.read = func() {
				if !later.Swap(true) {
					<-proceed
				}
			}
		})
		var both sync.WaitGroup
		both.Go(func() { check(t, g, "k", first) })
		synctest.Wait() // it has read
		src.set(after...)
		g.Refresh(t.Context(), production, unknown)
		both.Go(func() { check(t, g, "k", second) })
		synctest.Wait() // it waits for the same lookup
		close(proceed)
		both.Wait()
		check(t, g, "k", second)
	})
}

func TestOneLookupForAllWhoAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, src := bounded(t, 1, secretKey("a", models.Production), secretKey("b", models.Production))
		var reads atomic.Int64
		proceed := make(chan struct{})
		src.change(func() {
			src.read = func() {
				reads.Add(1)
				<-proceed
			}
		})
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { check(t, g, "a", models.Accepted) })
		}
		synctest.Wait()
		close(proceed)
		all.Wait()
		if n := reads.Load(); n != 1 {
			t.Errorf("%d lookups", n)
		}
	})
}

// A flood of made-up keys takes a few places at the database and no more. Who finds none
// is told to come again, and keys that are remembered are answered.
func TestAFloodOfUnknownKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, src := bounded(t, 1, secretKey("known", models.Production), secretKey("b", models.Production))
		check(t, g, "known", models.Accepted)
		var reads, most, unavailable, unknown atomic.Int64
		src.change(func() {
			src.read = func() {
				most.Store(max(most.Load(), reads.Add(1)))
				time.Sleep(time.Second)
				reads.Add(-1)
			}
		})
		var all sync.WaitGroup
		for i := range 1000 {
			all.Go(func() {
				switch outcome := g.CheckKey(keyText(fmt.Sprint("bogus ", i))).Outcome; outcome {
				case models.GateUnavailable:
					unavailable.Add(1)
				case models.UnknownKey:
					unknown.Add(1)
				default:
					t.Errorf("a made-up key is answered with %q", outcome)
				}
			})
		}
		synctest.Wait()
		check(t, g, "known", models.Accepted)
		all.Wait()
		if most.Load() > 8 || unknown.Load() != most.Load() || unknown.Load()+unavailable.Load() != 1000 {
			t.Errorf("%d lookups at once; %d unknown, %d unavailable", most.Load(), unknown.Load(), unavailable.Load())
		}
	})
}

// slowLoad is a source whose whole list takes until it is let go.
type slowLoad struct {
	*source
	proceed chan struct{}
}

func (s slowLoad) Grants(ctx context.Context, take func(*models.Grant) error) error {
	<-s.proceed
	return s.source.Grants(ctx, take)
}

func TestAStartAnswersBeforeItHasReadAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := slowLoad{&source{grants: []models.Grant{secretKey("a", models.Production)}}, make(chan struct{})}
		g := gate.New(src, digest, func() time.Time { return noon })
		defer g.Close()
		if err := g.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		reads := counted(src.source)
		check(t, g, "a", models.Accepted)
		check(t, g, "b", models.UnknownKey)
		if !accepts(g, "id of a") || !g.Ready() {
			t.Error("Refuses a key before all are read")
		}
		if reads.Load() == 0 {
			t.Fatal("nothing was looked up")
		}
		src.set() // and the change waits for the load
		changed := make(chan struct{})
		go func() {
			g.Refresh(t.Context(), production, unknown)
			close(changed)
		}()
		close(src.proceed)
		<-changed
		synctest.Wait()
		reads.Store(0)
		check(t, g, "a", models.UnknownKey)
		if n := reads.Load(); n != 0 {
			t.Errorf("%d lookups after all was read", n)
		}
	})
}

// After a pause in which anything may have happened, what was remembered is no answer, also
// before all is read anew; but that a key is revoked is.
func TestAStartAfterAPauseForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, most := range []int{0, 1} {
			revoked := secretKey("revoked", models.Production)
			revoked.Revoked = true
			src := slowLoad{&source{grants: []models.Grant{secretKey("a", models.Production), revoked}}, make(chan struct{}, 1)}
			g := gate.New(src, digest, func() time.Time { return noon })
			defer g.Close()
			g.HoldAtMost(most)
			src.proceed <- struct{}{}
			if err := g.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
			check(t, g, "a", models.Accepted)
			check(t, g, "revoked", models.KeyIsRevoked)
			g.Suspend()
			src.set(secretKey("revoked", models.Production)) // the database has lost a change, and made another
			if err := g.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			check(t, g, "a", models.UnknownKey)
			check(t, g, "revoked", models.KeyIsRevoked)
			src.proceed <- struct{}{}
			synctest.Wait()
			check(t, g, "a", models.UnknownKey)
			check(t, g, "revoked", models.KeyIsRevoked)
		}
	})
}

func TestOpenNeedsASource(t *testing.T) {
	src := &source{err: errDown}
	g := gate.New(src, digest, time.Now)
	defer g.Close()
	if err := g.Open(t.Context()); err == nil || g.Ready() {
		t.Errorf("the gate is open without a source: %v", err)
	}
}

// logged returns what is logged from now on.
func logged(t *testing.T) *bytes.Buffer {
	before, lines := slog.Default(), &bytes.Buffer{}
	slog.SetDefault(slog.New(slog.NewTextHandler(lines, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return lines
}

// What has been read as revoked stays so for this process, even if the database says
// otherwise later, and the log says that it does.
func TestRevokedStaysRevoked(t *testing.T) {
	good, other := secretKey("k", models.Production), secretKey("other", models.Production)
	revoked := good
	revoked.Revoked = true
	again := map[string]func(*gate.Gate){
		"refreshed": func(g *gate.Gate) { g.Refresh(t.Context(), production, unknown) },
		"loaded": func(g *gate.Gate) {
			if err := g.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		"suspended and loaded": func(g *gate.Gate) {
			g.Suspend()
			if err := g.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, read := range again {
		for _, most := range []int{0, 1} {
			t.Run(fmt.Sprint(name, " with at most ", most), func(t *testing.T) {
				g, src := bounded(t, most, good, other)
				check(t, g, "k", models.Accepted)
				src.set(revoked, other)
				g.Refresh(t.Context(), production, unknown)
				lines := logged(t)
				src.set(good, other)
				read(g)
				check(t, g, "k", models.KeyIsRevoked)
				if refused, known := g.Refuses(production, good.KeyID); !refused || !known {
					t.Errorf("Refuses says %v, %v", refused, known)
				}
				check(t, g, "other", models.Accepted)
				if !strings.Contains(lines.String(), good.KeyID) {
					t.Errorf("the log says %q", lines)
				}
			})
		}
	}
}

func TestALimitHoldsForKeysThatAreLookedUp(t *testing.T) {
	g, _ := bounded(t, 1, secretKey("a", models.Production), secretKey("b", models.Production))
	g.SetLimit(1)
	for i, want := range []models.Outcome{models.Accepted, models.Accepted, models.RateLimited} {
		if got := g.CheckKey(keyText([]string{"a", "b", "a"}[i])).Outcome; got != want {
			t.Errorf("request %d: %q, want %q", i, got, want)
		}
	}
}
