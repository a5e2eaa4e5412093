package api

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// budgetTimeout is how long a request waits for others to give memory back.
const budgetTimeout = 5 * time.Second

// bodyBudget is how much memory request bodies may take at once, in bytes. Those of
// one environment have half of it at most: whoever has its publishable key, which is
// public, cannot keep other teams' uploads out.
type bodyBudget struct {
	all    *semaphore.Weighted
	share  int64
	shares sync.Map // of *semaphore.Weighted, by the environment's id
}

func newBodyBudget(size int64) *bodyBudget {
	return &bodyBudget{all: semaphore.NewWeighted(size), share: size / 2}
}

// take takes memory for a body of the environment, or fails as tooBusy when there is
// none.
func (b *bodyBudget) take(ctx context.Context, environmentID string, size int64) error {
	share := b.shareOf(environmentID)
	if err := acquire(ctx, share, size); err != nil {
		return err
	}
	if err := acquire(ctx, b.all, size); err != nil {
		share.Release(size)
		return err
	}
	return nil
}

func (b *bodyBudget) release(environmentID string, size int64) {
	b.all.Release(size)
	b.shareOf(environmentID).Release(size)
}

func (b *bodyBudget) shareOf(environmentID string) *semaphore.Weighted {
	share, known := b.shares.Load(environmentID)
	if !known {
		share, _ = b.shares.LoadOrStore(environmentID, semaphore.NewWeighted(b.share))
	}
	return share.(*semaphore.Weighted)
}

func acquire(ctx context.Context, from *semaphore.Weighted, size int64) error {
	if from.TryAcquire(size) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, budgetTimeout)
	defer cancel()
	if err := from.Acquire(ctx, size); err != nil {
		return tooBusy
	}
	return nil
}
