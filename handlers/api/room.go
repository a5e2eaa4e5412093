package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// roomTimeout is how long a request waits for others to make room.
const roomTimeout = 5 * time.Second

// room is how much of bodies may be in memory at once, in bytes. Those of one
// environment have half of it at most: whoever has its publishable key, which stands
// on its pages, cannot keep other teams' uploads out.
type room struct {
	all    *semaphore.Weighted
	share  int64
	shares sync.Map // of *semaphore.Weighted, by the environment's id
}

func newRoom(size int64) *room { return &room{all: semaphore.NewWeighted(size), share: size / 2} }

// take takes room in the environment's name, or says that there is none.
func (r *room) take(ctx context.Context, environmentID string, size int64) error {
	share := r.shareOf(environmentID)
	if err := acquire(ctx, share, size); err != nil {
		return err
	}
	if err := acquire(ctx, r.all, size); err != nil {
		share.Release(size)
		return err
	}
	return nil
}

func (r *room) release(environmentID string, size int64) {
	r.all.Release(size)
	r.shareOf(environmentID).Release(size)
}

func (r *room) shareOf(environmentID string) *semaphore.Weighted {
	share, known := r.shares.Load(environmentID)
	if !known {
		share, _ = r.shares.LoadOrStore(environmentID, semaphore.NewWeighted(r.share))
	}
	return share.(*semaphore.Weighted)
}

func acquire(ctx context.Context, from *semaphore.Weighted, size int64) error {
	if from.TryAcquire(size) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, roomTimeout)
	defer cancel()
	if err := from.Acquire(ctx, size); err != nil {
		return tooBusy
	}
	return nil
}
