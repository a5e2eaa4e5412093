package gate

import (
	"bytes"
	"slices"
	"sync/atomic"
)

// index finds an entry by its digest. Readers never wait: a shard is a sorted
// slice that nobody changes, and a change puts another one in its place. Writers
// must not overlap.
type index struct {
	// A digest's first byte says which shard it is in. Digests are HMACs, so they
	// spread evenly, and nobody can choose one.
	shards [256]atomic.Pointer[shard]
}

type shard []entry

// find returns the entry with the digest, or nil.
func (x *index) find(digest *[32]byte) *entry {
	s := x.shard(digest[0])
	// The search is written out because a comparison through a function value costs
	// as much as the rest of it.
	low, high := 0, len(s)
	for low < high {
		middle := int(uint(low+high) >> 1)
		switch c := bytes.Compare(s[middle].digest[:], digest[:]); {
		case c == 0:
			return &s[middle]
		case c < 0:
			low = middle + 1
		default:
			high = middle
		}
	}
	return nil
}

func (x *index) shard(first byte) shard {
	if s := x.shards[first].Load(); s != nil {
		return *s
	}
	return nil
}

// load puts the entries in the place of all there were.
func (x *index) load(entries []entry) {
	var shards [256]shard
	for _, e := range entries {
		shards[e.digest[0]] = append(shards[e.digest[0]], e)
	}
	for i := range shards {
		x.store(byte(i), shards[i])
	}
}

// replace puts the entries in the place of all that the environment had.
func (x *index) replace(environment string, entries []entry) {
	var added [256]shard
	for _, e := range entries {
		added[e.digest[0]] = append(added[e.digest[0]], e)
	}
	theirs := func(e entry) bool { return e.part(environmentID) == environment }
	for i := range added {
		before := x.shard(byte(i))
		if len(added[i]) > 0 || slices.ContainsFunc(before, theirs) {
			kept := slices.DeleteFunc(slices.Clone(before), theirs)
			x.store(byte(i), append(kept, added[i]...))
		}
	}
}

func (x *index) store(first byte, s shard) {
	slices.SortFunc(s, func(a, b entry) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	x.shards[first].Store(&s)
}

// len is how many entries there are.
func (x *index) len() (n int) {
	for i := range x.shards {
		n += len(x.shard(byte(i)))
	}
	return n
}

// all yields every entry, in no particular order.
func (x *index) all(yield func(*entry) bool) {
	for i := range x.shards {
		s := x.shard(byte(i))
		for j := range s {
			if !yield(&s[j]) {
				return
			}
		}
	}
}
