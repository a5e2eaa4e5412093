package gate_test

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"dojo/gate"
	"dojo/models"
)

// The million keys of the benchmarks: each environment has two, each team three
// environments, and all ids look like real ones.
const (
	millionKeys = 1_000_000
	perTeam     = 6
	inEach      = 2
)

// million is a source of so many grants, made when they are asked for, so that it takes no
// memory that is measured.
type million struct{ keys int }

// millionID is an id as models.NewID makes them, the same for the same kind and number.
func millionID(kind byte, number int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	random := rand.NewPCG(uint64(kind), uint64(number))
	var id [26]byte
	for i := range id {
		id[i] = letters[random.Uint64()%32]
	}
	return string(id[:])
}

func millionKey(number int) string {
	random := rand.NewPCG('K', uint64(number))
	var bits [24]byte
	for i := range 3 {
		binary.LittleEndian.PutUint64(bits[8*i:], random.Uint64())
	}
	return hex.EncodeToString(bits[:20])
}

// quickDigest takes the place of the HMAC, which is no part of what is measured: it spreads
// the key's bits and allocates nothing.
func quickDigest(key string) (digest [32]byte) {
	for i := range 20 {
		digest[i] = unhex(key[2*i])<<4 | unhex(key[2*i+1])
	}
	copy(digest[20:], digest[:12])
	return digest
}

func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

func (m million) grant(i int) models.Grant {
	environment, team := i/inEach, i/perTeam
	g := models.Grant{
		Digest: quickDigest(millionKey(i)), KeyID: millionID('k', i), Kind: models.KeyKinds()[i%2],
		EnvironmentID: millionID('e', environment), Environment: models.EnvironmentKinds()[environment%3],
		DataSetID: models.PlaygroundDataSet, TeamID: millionID('t', team), TeamSlug: "team-" + millionID('t', team)[:7],
		Periods: models.Always(),
	}
	if g.Environment != models.Playground {
		g.DataSetID = millionID('d', environment)
		g.Periods = []models.Period{{From: noon.AddDate(-1, 0, 0), Until: noon.AddDate(1, 0, 0)}}
	}
	return g
}

func (m million) Grants(_ context.Context, take func(*models.Grant) error) error {
	for i := range m.keys {
		g := m.grant(i)
		if err := take(&g); err != nil {
			return err
		}
	}
	return nil
}

// EnvironmentGrants takes an environment's number for its id, to be as quick as it can.
func (m million) EnvironmentGrants(_ context.Context, id string) ([]models.Grant, error) {
	first, ok := millionEnvironments[id]
	if !ok {
		return nil, nil
	}
	return []models.Grant{m.grant(first), m.grant(first + 1)}, nil
}

func (m million) GrantByDigest(context.Context, [32]byte) (models.Grant, bool, error) {
	return models.Grant{}, false, nil
}

// millionEnvironments are those that benchmarks refresh, with the number of their first key.
var millionEnvironments = func() map[string]int {
	environments := map[string]int{}
	for i := range 1000 {
		environment := i * (millionKeys / inEach / 1000)
		environments[millionID('e', environment)] = environment * inEach
	}
	return environments
}()

func millionGate(b testing.TB) *gate.Gate {
	g := gate.New(million{millionKeys}, quickDigest, func() time.Time { return noon })
	b.Cleanup(g.Close)
	g.SetLimit(1_000_000)
	if err := g.Load(context.Background()); err != nil {
		b.Fatal(err)
	}
	return g
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// BenchmarkMillionLoad reports the processor time that a load takes, without that of making
// the grants, in whose place there is a database; and how much memory a key takes.
func BenchmarkMillionLoad(b *testing.B) {
	before := heap()
	var g *gate.Gate
	var loading, making time.Duration
	for b.Loop() {
		began := processorTime()
		g = millionGate(b)
		loaded := processorTime()
		if err := (million{millionKeys}).Grants(context.Background(), func(*models.Grant) error { return nil }); err != nil {
			b.Fatal(err)
		}
		loading, making = loading+loaded-began, making+processorTime()-loaded
	}
	for i := range 100_000 { // what is kept of keys in use is a part of it
		g.CheckKey(millionKey(i))
	}
	b.ReportMetric(float64(heap()-before)/millionKeys, "B/key")
	b.ReportMetric((loading-making).Seconds()/float64(b.N), "processor-s/load")
	runtime.KeepAlive(g)
}

// processorTime is what this process has had so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkMillionCollect is a full cycle of the garbage collector.
func BenchmarkMillionCollect(b *testing.B) {
	g := millionGate(b)
	for i := range 100_000 {
		g.CheckKey(millionKey(i))
	}
	for b.Loop() {
		runtime.GC()
	}
	runtime.KeepAlive(g)
}

// BenchmarkMillionRefresh is a change of one environment, but for the database's part.
func BenchmarkMillionRefresh(b *testing.B) {
	g := millionGate(b)
	var ids []string
	for id := range millionEnvironments {
		ids = append(ids, id)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		g.Refresh(context.Background(), ids[i%len(ids)], unknown)
		i++
	}
}

func BenchmarkMillionRefuses(b *testing.B) {
	g, environment, key := millionGate(b), millionID('e', 500), millionID('k', 1000)
	for b.Loop() {
		if refused, known := g.Refuses(environment, key); refused || !known {
			b.Fatal(refused, known)
		}
	}
}

// BenchmarkMillionCheck checks one key over and over, a thousand in turn, or any of all.
func BenchmarkMillionCheck(b *testing.B) {
	g := millionGate(b)
	for _, c := range []struct {
		name string
		keys int
	}{{"one", 1}, {"thousand", 1000}, {"any", 200_000}} {
		b.Run(c.name, func(b *testing.B) {
			keys := make([]string, c.keys)
			for i := range keys {
				keys[i] = millionKey(rand.IntN(millionKeys))
			}
			g.SetLimit(0)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				if outcome := g.CheckKey(keys[i%len(keys)]).Outcome; outcome != models.Accepted {
					b.Fatal(outcome)
				}
				i++
			}
		})
	}
	b.Run("bogus", func(b *testing.B) {
		keys := make([]string, 200_000)
		for i := range keys {
			keys[i] = millionKey(millionKeys + i)
		}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			if outcome := g.CheckKey(keys[i%len(keys)]).Outcome; outcome != models.UnknownKey {
				b.Fatal(outcome)
			}
			i++
		}
	})
}
