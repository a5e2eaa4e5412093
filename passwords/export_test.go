package passwords

// Occupy takes all places of h, as if long sign-ins were running, until the
// returned function gives them back.
func (h *Hasher) Occupy() (leave func()) {
	if !h.memory.TryAcquire(h.capacity) {
		panic("the places are taken")
	}
	return func() { h.memory.Release(h.capacity) }
}
