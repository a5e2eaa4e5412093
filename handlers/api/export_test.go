package api

import "context"

// HoldDrains takes so many of the places for bodies that are read in vain.
func HoldDrains(ctx context.Context, places int64) (release func(), err error) {
	if err := drains.Acquire(ctx, places); err != nil {
		return nil, err
	}
	return func() { drains.Release(places) }, nil
}
