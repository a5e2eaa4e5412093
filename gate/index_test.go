package gate

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dojo/models"
)

func TestIDsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z2-7]{26}`).Draw(t, "id")
		packed, ok := packID(text)
		if !ok || packed.text() != text {
			t.Errorf("%q became %q, %v", text, packed.text(), ok)
		}
	})
	for _, other := range []string{"", "playground", "abcdefghijklmnopqrstuvwxy1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} {
		if _, ok := packID(other); ok {
			t.Errorf("%q was taken for an id", other)
		}
	}
}

// plain is the index as a map from an environment's id to its grants, by digest.
type plain map[string]map[[32]byte]models.Grant

// environments draws what differs between environments, and what might be mixed up: ids of
// both forms, texts that are parts of others, and none.
func environments(t *rapid.T) []models.Grant {
	ids := rapid.OneOf(rapid.StringMatching(`[a-z2-7]{26}`), rapid.SampledFrom([]string{"playground", "p", "é", "play"}))
	text := rapid.SampledFrom([]string{"", "a", "acme", "acme-2", "https://a.example https://b.example", "play"})
	moments := rapid.SampledFrom([]time.Time{{}, time.Unix(1, 5000).UTC(), time.Unix(-9, 0).UTC()})
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) models.Grant {
		return models.Grant{
			TeamID: ids.Draw(t, "team"), TeamSlug: text.Draw(t, "slug"), EnvironmentID: ids.Draw(t, "environment"),
			Environment: rapid.SampledFrom(models.EnvironmentKinds()).Draw(t, "kind"), DataSetID: ids.Draw(t, "data set"),
			Periods: rapid.OneOf(rapid.Just[[]models.Period](nil), rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.Period {
				return models.Period{
					From: moments.Draw(t, "from"), Until: moments.Draw(t, "until"), Locked: rapid.Bool().Draw(t, "locked"),
					Over: rapid.Bool().Draw(t, "over"), PerSecond: rapid.IntRange(0, 2).Draw(t, "a second"),
					PerDay: rapid.IntRange(0, 2).Draw(t, "a day"),
				}
			}), 1, 3)).Draw(t, "periods"),
			AllowedOrigins:        text.Draw(t, "origins"),
			RefusesBrowserSecrets: rapid.Bool().Draw(t, "no browsers"),
		}
	}), 1, 6, func(g models.Grant) string { return g.EnvironmentID }).Draw(t, "environments")
}

func grantsIn(t *rapid.T, environment models.Grant, next *int) map[[32]byte]models.Grant {
	grants := map[[32]byte]models.Grant{}
	for range rapid.IntRange(0, 5).Draw(t, "keys") {
		*next++
		g := environment
		g.Digest = sha256.Sum256([]byte(fmt.Sprint(*next)))
		g.KeyID, g.Kind = fmt.Sprint("key ", *next), rapid.SampledFrom(models.KeyKinds()).Draw(t, "kind of key")
		if rapid.Bool().Draw(t, "id as usual") {
			g.KeyID = models.NewID()
		}
		if rapid.Bool().Draw(t, "retires") {
			g.RetiresAt = time.Unix(int64(*next), 0).UTC()
		}
		grants[g.Digest] = g
	}
	return grants
}

// Whatever is loaded, replaced and revoked, the index finds what a plain map does. All
// environments are on one page, or all over.
func TestIndexAgainstAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, want, next := newIndex(newDays()), plain{}, 0
		known := environments(t)
		bucket := map[string]any{}
		some := rapid.SampledFrom(known)
		var gone [][32]byte
		put := func(environment models.Grant, grants map[[32]byte]models.Grant) {
			for digest := range want[environment.EnvironmentID] {
				if _, still := grants[digest]; !still {
					gone = append(gone, digest)
				}
			}
			want[environment.EnvironmentID] = grants
			x.replace(environment.EnvironmentID, slices.Collect(maps.Values(grants)))
		}
		t.Repeat(map[string]func(*rapid.T){
			"replace": func(t *rapid.T) {
				environment := some.Draw(t, "environment")
				put(environment, grantsIn(t, environment, &next))
			},
			"revoke": func(t *rapid.T) {
				environment := some.Draw(t, "environment")
				grants := maps.Clone(want[environment.EnvironmentID])
				for digest, g := range grants {
					g.Revoked = true
					grants[digest] = g
					break
				}
				put(environment, grants)
			},
			"load": func(t *rapid.T) {
				filling := x.fill()
				for _, grants := range want {
					for _, g := range grants {
						filling.add(&g)
					}
				}
				filling.place()
			},
			"break off a load": func(t *rapid.T) {
				filling := x.fill()
				filling.add(&models.Grant{EnvironmentID: "other", KeyID: "other"})
				filling.drop()
			},
			"": func(t *rapid.T) {
				keys := 0
				for id, grants := range want {
					keys += len(grants)
					for digest, g := range grants {
						e, unlocked := x.find(&digest), pagePeriods(g.Periods)
						g.Periods = nil
						if e == nil || !reflect.DeepEqual(e.grant, g) || !slices.Equal(e.periods, unlocked) {
							t.Fatalf("found %+v, want %+v", e, g)
						}
						if before, ok := bucket[id]; ok && before != any(e.bucket) {
							t.Fatal("the environment lost its bucket")
						}
						bucket[id] = e.bucket
					}
					listed := map[[32]byte]models.Grant{}
					for e := range x.environmentEntries(id) {
						for digest := range grants {
							if [16]byte(digest[:16]) == [16]byte(e.grant.Digest[:16]) {
								listed[digest] = grants[digest]
							}
						}
					}
					if len(listed) != len(grants) {
						t.Fatalf("environment %s has %d keys, want %d", id, len(listed), len(grants))
					}
					if len(grants) == 0 {
						delete(bucket, id)
					}
				}
				if x.keys != keys {
					t.Fatalf("%d keys are counted, want %d", x.keys, keys)
				}
				for _, digest := range gone {
					if e := x.find(&digest); e != nil {
						t.Fatalf("found %+v, which is gone", e)
					}
				}
			},
		})
	})
}

// Many environments come one by one, as in a new installation that grows.
func TestIndexGrows(t *testing.T) {
	x := newIndex(newDays())
	const many = 20_000
	digest := func(i int) [32]byte { return sha256.Sum256([]byte(fmt.Sprint(i))) }
	for i := range many {
		id := fmt.Sprint("environment ", i)
		x.replace(id, []models.Grant{{Digest: digest(i), KeyID: fmt.Sprint(i), EnvironmentID: id}})
	}
	for i := range many {
		d := digest(i)
		if e := x.find(&d); e == nil || e.grant.KeyID != fmt.Sprint(i) {
			t.Fatalf("key %d: %+v", i, e)
		}
	}
	if h := x.hints.Load(); h.used > len(h.slots)*7/8 || len(h.slots) > 2*many {
		t.Errorf("%d hints in %d slots", h.used, len(h.slots))
	}
	// The same environments over and over add nothing.
	used, buckets := x.hints.Load().used, x.buckets.used
	for range 100 {
		x.replace("environment 1", []models.Grant{{Digest: digest(1), KeyID: "1", EnvironmentID: "environment 1"}})
	}
	filling := x.fill() // neither does a load that is broken off
	filling.add(&models.Grant{Digest: digest(many), EnvironmentID: "another"})
	filling.drop()
	if x.hints.Load().used != used || x.buckets.used != buckets {
		t.Errorf("%d hints and %d buckets, before it was %d and %d", x.hints.Load().used, x.buckets.used, used, buckets)
	}
}
