package web_test

import (
	"context"
	"net"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dojo/web"
	"dojo/web/webtest"
)

// TestAPanicOfAWorkerEndsServingWithAnError: which is masked before it is printed, as the
// runtime's own words on a panic are not.
func TestAPanicOfAWorkerEndsServingWithAnError(t *testing.T) {
	var broken atomic.Bool
	s := webtest.OnSQLite(t, func(o *web.Options) {
		now := o.Now
		o.Now = func() time.Time {
			if broken.Load() && strings.Contains(string(debug.Stack()), "Sweep(") {
				panic("no clock")
			}
			return now()
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.Ok(err)
	broken.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := s.Server.Serve(ctx, listener, nil); err == nil || !strings.Contains(err.Error(), "panic: ") {
		t.Errorf("it ended with %v", err)
	}
}
