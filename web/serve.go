package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Limits on one connection, so that slow clients cannot hold the server up. The
// write limit covers the longest change.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 45 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeader         = 16 << 10

	// ballast is counted by the garbage collector, in bytes, and occupies no memory, since
	// nobody writes to it: the heap of a small installation is collected after three times
	// as much garbage, and that of a large one hardly later than without it.
	ballast = 12 << 20

	// profileTimeout is how long a profile may be taken.
	profileTimeout = 5 * time.Minute

	// stopTimeout is how long requests under way may take when the server stops.
	stopTimeout = 15 * time.Second

	// sweepInterval is how often what time alone has done is written down.
	sweepInterval = 30 * time.Second

	// tellInterval is how often notifications of other processes are looked for.
	tellInterval = 5 * time.Second
)

// Serve answers requests until ctx ends, then lets those under way finish (a
// graceful shutdown); what an upstream goes on answering without an end is cut off
// after stopTimeout. With a second listener the API is served there and only there.
func (s *Server) Serve(ctx context.Context, dashboard, api net.Listener) error {
	defer runtime.KeepAlive(make([]byte, ballast))
	group, ctx := errgroup.WithContext(ctx)
	if api == nil {
		group.Go(func() error { return s.listenForAPI(ctx, dashboard, s.Handler()) })
	} else {
		group.Go(func() error { return s.listen(ctx, dashboard, s.newHTTP(s.pages())) })
		group.Go(func() error { return s.listenForAPI(ctx, api, s.apiAlone()) })
	}
	if s.measured != nil {
		group.Go(func() error { return s.listen(ctx, s.measured, s.newMeasured()) })
	}
	group.Go(func() error { return Guarded(func() error { return s.sweep(ctx) }) })
	group.Go(func() error { return Guarded(func() error { s.SendMail(ctx); return nil }) })
	group.Go(func() error { return Guarded(func() error { s.SendWebhooks(ctx); return nil }) })
	group.Go(func() error { return Guarded(func() error { s.evidence.Run(ctx); return nil }) })
	err := group.Wait()
	s.flush(context.WithoutCancel(ctx))
	return err
}

// Guarded runs what a goroutine of the program's own does. A panic becomes an error, which
// ends the program as well: the runtime would print what the panic says as it is, while
// errors have what looks like a key masked before they are printed.
func Guarded(run func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panicError(cause)
		}
	}()
	return run()
}

// SendMail makes out who is told of what changes have caused, and sends their mails, until
// ctx ends. Serve does.
func (s *Server) SendMail(ctx context.Context) {
	var telling sync.WaitGroup
	defer telling.Wait()
	telling.Go(func() { s.tell(ctx) })
	s.mail.Run(ctx)
}

// tell makes out who is told of what changes have caused: at once when this process made
// one, and within tellInterval of one by another process.
func (s *Server) tell(ctx context.Context) {
	ticker := time.NewTicker(tellInterval)
	defer ticker.Stop()
	for {
		if err := s.job(ctx, "tell", s.Store.Tell); err != nil && ctx.Err() == nil {
			s.logger.WarnContext(ctx, "who is to be told cannot be made out; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.notified:
		case <-ticker.C:
		}
	}
}

// wakeTeller says that somebody may have to be told of something. It returns at once.
func (s *Server) wakeTeller() {
	select {
	case s.notified <- struct{}{}:
	default: // it is awake already
	}
}

// SendWebhooks tells webhooks what happens, until ctx ends. Serve does.
func (s *Server) SendWebhooks(ctx context.Context) { s.webhooks.Run(ctx) }

// flush keeps what was seen of keys' use by the last requests, and how many they were.
func (s *Server) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	s.gate.FlushDays(ctx, s.Store)
	if err := s.evidence.Flush(ctx); err != nil {
		s.logger.ErrorContext(ctx, "the last seconds of evidence of use are lost", "error", err)
	}
}

// newHTTP makes a server with the limits that hold on every listener.
func (s *Server) newHTTP(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}
}

// newMeasured makes the server of figures and profiles, which are as long as one asks for.
func (s *Server) newMeasured() *http.Server {
	server := s.newHTTP(s.metrics.Handler())
	server.WriteTimeout = profileTimeout
	return server
}

// listenForAPI serves a listener where programs reach the API, and expect JSON
// whatever happens. Where browsers alone come, net/http's own plain text will do.
func (s *Server) listenForAPI(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := s.newHTTP(handler)
	return s.listen(ctx, answerUnreadable(server, listener, s.logger), server)
}

func (s *Server) listen(ctx context.Context, listener net.Listener, server *http.Server) error {
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err := server.Shutdown(deadline)
		if errors.Is(err, context.DeadlineExceeded) {
			s.logger.Warn("requests that did not end were cut off")
			err = server.Close()
		}
		stopped <- err
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// sweep writes down what time alone has done, now and then.
func (s *Server) sweep(ctx context.Context) error {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		if err := s.job(ctx, "sweep", s.Store.Sweep); err != nil && ctx.Err() == nil {
			s.logger.WarnContext(ctx, "the sweep failed; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
