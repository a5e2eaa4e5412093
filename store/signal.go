package store

import "sync"

// signal wakes all who wait for it.
type signal struct {
	mu   sync.Mutex
	next chan struct{} // closed by the next tell; nil: nobody waits
}

// wait returns what is closed when the signal is next told.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = make(chan struct{})
	}
	return s.next
}

func (s *signal) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next != nil {
		close(s.next)
		s.next = nil
	}
}
