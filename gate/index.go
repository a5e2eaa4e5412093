package gate

import (
	"hash/maphash"
	"iter"
	"sync/atomic"

	"dojo/models"
)

// pageBits is the binary logarithm of how many pages there are. With a million keys a page
// has 120, so that a change copies some kilobytes, and the garbage collector finds few
// objects.
const pageBits = 13

// index finds a grant by the key's digest. An environment and its keys are on one page,
// which the environment's id says; hints lead from a digest to the page. Readers never
// wait: what they find is never changed, and replaced with one atomic store. Writers must
// not overlap.
type index struct {
	pages [1 << pageBits]atomic.Pointer[page]
	hints atomic.Pointer[hints]
	seed  maphash.Seed

	// recent are entries that were asked for lately, so that a key in use is not made out
	// again by each check. Some bits of the digest say which four are looked at.
	recent [1 << 10]recent

	changes atomic.Uint64 // counts the changes
	floor   atomic.Uint64 // what was read before this change does not stand
	buckets buckets
	days    *days
	keys    int // the writer's
}

func newIndex(days *days) *index {
	x := &index{seed: maphash.MakeSeed(), days: days}
	x.hints.Store(newHints(0))
	return x
}

// recent are the latest entries with some bits of the digest in common, the latest first.
// Two that add at the same time may lose one, which is then made out again.
type recent [4]atomic.Pointer[entry]

func (r *recent) find(digest *[32]byte) *entry {
	for i := range r {
		if e := r[i].Load(); e != nil && e.grant.Digest == *digest {
			return e
		}
	}
	return nil
}

func (r *recent) add(e *entry) {
	for i := range r {
		before := r[i].Swap(e)
		if before == nil || before.grant.Digest == r[0].Load().grant.Digest {
			return
		}
		e = before
	}
}

// find returns the entry with the digest, or nil.
func (x *index) find(digest *[32]byte) *entry {
	recent := &x.recent[(int(digest[30])<<8|int(digest[31]))%len(x.recent)]
	if e := recent.find(digest); e != nil && x.holds(e) {
		return e
	}
	h, half := x.hints.Load(), (*[16]byte)(digest[:16])
	wanted := mark(half)
	for i := h.slot(half); ; i = h.next(i) {
		hint := h.slots[i].Load()
		if hint == 0 {
			return nil
		}
		if hint&^(1<<pageBits-1) != wanted {
			continue
		}
		place := int(hint & (1<<pageBits - 1))
		p := x.pages[place].Load()
		if k := p.find(digest); k >= 0 {
			e := x.entry(p, k, place)
			e.grant.Digest = *digest
			recent.add(e)
			return e
		}
	}
}

func (x *index) entry(p *page, k, place int) *entry {
	number := p.keys[k].environment
	environment := &p.environments[number]
	e := newEntry(p.grant(k), p.periodsOf(number), place, p.changed, x.buckets.at(environment.bucket), x.days)
	e.suspended = environment.flags&suspended != 0
	return e
}

// len is how many keys it has.
func (x *index) len() (n int) {
	for i := range x.pages {
		if p := x.pages[i].Load(); p != nil {
			n += len(p.keys)
		}
	}
	return n
}

// holds reports whether nothing that the entry was made from has changed since.
func (x *index) holds(e *entry) bool {
	p := x.pages[e.place].Load()
	return (p == nil || p.changed <= e.since) && e.since >= x.floor.Load()
}

// place is the place of the environment's page.
func (x *index) place(environmentID string) int {
	return int(maphash.String(x.seed, environmentID) >> (64 - pageBits))
}

// environmentEntries yields the entries of the environment's keys.
func (x *index) environmentEntries(id string) iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		place := x.place(id)
		p := x.pages[place].Load()
		wanted := p.environment(id)
		if wanted < 0 {
			return
		}
		for i := range p.keys {
			if int(p.keys[i].environment) == wanted && !yield(x.entry(p, i, place)) {
				return
			}
		}
	}
}

// replace puts the grants in the place of all that the environment had.
func (x *index) replace(environmentID string, grants []models.Grant) {
	place := x.place(environmentID)
	before := x.pages[place].Load()
	var d draft
	if before != nil {
		d.keep(before, before.environment(environmentID))
		x.keys -= len(before.keys)
	}
	kept := len(d.keys)
	for i := range grants {
		x.days.know(&grants[i])
		d.add(&grants[i], before, &x.buckets)
	}
	added := d.keys[kept:]
	digests := make([][16]byte, len(added))
	for i := range added {
		digests[i] = added[i].digest
	}
	x.keys += len(d.keys)
	x.pages[place].Store(d.page(x.changes.Add(1)))
	x.hint(digests, place)
}

// hint adds hints, and moves to a larger table before the present one is full.
func (x *index) hint(digests [][16]byte, place int) {
	h := x.hints.Load()
	for i := range digests {
		if h.full() {
			x.hintAll(x.keys / 8) // the page is in place, so that this adds the rest too
			return
		}
		h.add(&digests[i], place)
	}
}

// hintAll makes a table of hints for all keys, and room for some more.
func (x *index) hintAll(more int) {
	h := newHints(x.keys + more)
	for place := range x.pages {
		if p := x.pages[place].Load(); p != nil {
			for i := range p.keys {
				h.add(&p.keys[i].digest, place)
			}
		}
	}
	x.hints.Store(h)
}

// suspend makes the environment's entries suspended ones.
func (x *index) suspend(environmentID string) {
	place := x.place(environmentID)
	before := x.pages[place].Load()
	i := before.environment(environmentID)
	if i < 0 {
		return
	}
	p := *before
	p.environments = append([]environment(nil), p.environments...)
	p.environments[i].flags |= suspended
	p.changed = x.changes.Add(1)
	x.pages[place].Store(&p)
}

// touch says that the environment may have changed, although the index does not know how.
func (x *index) touch(environmentID string) {
	place := x.place(environmentID)
	p := page{}
	if before := x.pages[place].Load(); before != nil {
		p = *before
	}
	p.changed = x.changes.Add(1)
	x.pages[place].Store(&p)
}

// touchAll says that anything may have changed.
func (x *index) touchAll() { x.floor.Store(x.changes.Add(1)) }

// filling is an index that is being loaded. The one that there is goes on until place.
type filling struct {
	index  *index
	drafts []draft
	keys   int

	buckets uint32 // how many there were before
}

func (x *index) fill() *filling {
	return &filling{index: x, drafts: make([]draft, len(x.pages)), buckets: x.buckets.used}
}

func (f *filling) add(g *models.Grant) {
	f.index.days.know(g)
	place := f.index.place(g.EnvironmentID)
	f.drafts[place].add(g, f.index.pages[place].Load(), &f.index.buckets)
	f.keys++
}

// drop leaves the index as it is.
func (f *filling) drop() { f.index.buckets.used = f.buckets }

// place puts what was added in the place of all there was.
func (f *filling) place() {
	x := f.index
	changed := x.changes.Add(1)
	for place := range f.drafts {
		var p *page
		if len(f.drafts[place].keys) > 0 {
			p = f.drafts[place].page(changed)
		}
		x.pages[place].Store(p)
		f.drafts[place] = draft{} // so that all of it need not be in memory twice
	}
	x.floor.Store(changed)
	x.keys = f.keys
	x.hintAll(0)
}
