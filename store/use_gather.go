package store

import (
	"context"
	"time"

	"dojo/store/database"
)

// OnUseWanted sets what is told when a page of any process wants what all have seen of keys'
// use: it is to be written down, and then TellUseKept called. It must not block, and is set
// before Listen.
func (s *Store) OnUseWanted(told func()) { s.onUseWanted = told }

// TellUseKept tells the other processes that this one has written down what it has seen.
func (s *Store) TellUseKept(ctx context.Context) error { return s.tell(ctx, database.Kept) }

// GatherUse has all processes that listen write down what they have seen of keys' use, and waits
// until so many have, for some time at most. It is no promise: news may be lost, or be the
// answer to somebody else.
func (s *Store) GatherUse(ctx context.Context, processes int, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	before := s.usesKept.Load()
	if err := s.tell(ctx, database.Wanted); err != nil {
		return err
	}
	for {
		next := s.useKept.wait()
		if s.usesKept.Load()-before >= int64(processes) {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Store) tell(ctx context.Context, news database.News) error {
	return database.Translate(s.engine.Notify(s.engine.Writer.WithContext(ctx), news))
}
