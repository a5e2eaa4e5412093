package web_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"dojo/web/webtest"
)

// TestAPanicOfAWorkerEndsServingWithAnError: which is masked before it is printed, as the
// runtime's own words on a panic are not.
func TestAPanicOfAWorkerEndsServingWithAnError(t *testing.T) {
	s := webtest.OnSQLite(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.Ok(err)
	store := s.Server.Store
	s.Server.Store = nil // with which the sweep panics
	defer func() { s.Server.Store = store }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := s.Server.Serve(ctx, listener, nil); err == nil || !strings.Contains(err.Error(), "panic: ") {
		t.Errorf("it ended with %v", err)
	}
}
