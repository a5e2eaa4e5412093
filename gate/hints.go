package gate

import (
	"encoding/binary"
	"math/bits"
	"sync/atomic"
)

// hints says on which pages a key may be: a hash table with open addressing and linear
// probing. A slot has the number of a page and some bits of the digest, so that it takes 4
// bytes and has no pointer. It only hints: the page itself says whether the key is there.
// So hints of keys that are gone do no harm, nothing is ever removed, and one atomic word
// is all that a reader and the writer share.
type hints struct {
	slots []atomic.Uint32
	used  int // the writer's
}

// newHints makes room for as many hints, and a third more.
func newHints(keys int) *hints { return &hints{slots: make([]atomic.Uint32, 64+keys*4/3)} }

// full reports whether another hint would make probing slow.
func (h *hints) full() bool { return h.used >= len(h.slots)/8*7 }

// slot is where probing begins. Digests are HMACs, so they spread evenly, and nobody can
// choose one.
func (h *hints) slot(digest *[16]byte) int {
	high, _ := bits.Mul64(binary.LittleEndian.Uint64(digest[:]), uint64(len(h.slots)))
	return int(high)
}

// mark is what a slot has for the digest, without the page. It is never 0, which is what
// an empty slot has.
func mark(digest *[16]byte) uint32 {
	return binary.LittleEndian.Uint32(digest[8:])<<pageBits | 1<<pageBits
}

// add must not overlap with another one, and there must be room.
func (h *hints) add(digest *[16]byte, page int) {
	hint := mark(digest) | uint32(page)
	for i := h.slot(digest); ; i = h.next(i) {
		switch h.slots[i].Load() {
		case hint:
			return
		case 0:
			h.slots[i].Store(hint)
			h.used++
			return
		}
	}
}

func (h *hints) next(i int) int {
	if i++; i < len(h.slots) {
		return i
	}
	return 0
}
