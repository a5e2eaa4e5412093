package web_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"dojo/config"
	"dojo/models"
	"dojo/store/storetest"
	"dojo/vault"
	"dojo/web"
)

// servedVariable makes the test's own program a server of BenchmarkVerify; it holds a
// servedConfig. The processor's time of a process of its own is the server's alone.
const servedVariable = "DOJO_BENCH_SERVED"

// servedConfig says what a process serves: Dojo on a database or, without one, bare Echo.
type servedConfig struct {
	Database, Keyring string
	Answers           map[string]benchAnswer // of bare Echo, by path
}

// benchAnswer is an answer of Dojo's, for bare Echo to repeat.
type benchAnswer struct {
	Status int
	Header http.Header
	Body   string
}

func init() {
	text := os.Getenv(servedVariable)
	if text == "" {
		return
	}
	var cfg servedConfig
	err := json.Unmarshal([]byte(text), &cfg)
	if err == nil {
		err = serveBench(cfg)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serveBench serves until its standard input ends. It writes where, in a line, and for
// each line that it reads one with the time that the processor has spent on it.
func serveBench(cfg servedConfig) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addresses := listener.Addr().String()
	if cfg.Database == "" {
		plain, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		addresses += " " + plain.Addr().String()
		e := bareEcho(cfg.Answers)
		go func() { _ = web.WithLimits(e).Serve(listener) }()
		go func() { _ = http.Serve(plain, e) }()
	} else {
		settings := config.Config{Addr: addresses, DatabaseURL: cfg.Database, Keyring: cfg.Keyring}
		if err := settings.Validate(); err != nil {
			return err
		}
		logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
		s, err := web.Open(context.Background(), web.Options{Config: settings, Logger: logger})
		if err != nil {
			return err
		}
		go func() { _ = s.Serve(context.Background(), listener, nil) }()
	}
	fmt.Println(addresses)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			return err
		}
		fmt.Println(used.Utime.Nano() + used.Stime.Nano())
	}
	return nil
}

// bareEcho is the least that Echo can do with the same answers, and with JSON.
func bareEcho(answers map[string]benchAnswer) *echo.Echo {
	e := echo.New()
	for path, answer := range answers {
		body := []byte(answer.Body)
		e.GET(path, func(c echo.Context) error {
			header := c.Response().Header()
			for name, values := range answer.Header {
				header[name] = values
			}
			if len(body) == 0 {
				return c.NoContent(answer.Status)
			}
			c.Response().WriteHeader(answer.Status)
			_, err := c.Response().Write(body)
			return err
		})
	}
	e.GET("/json", func(c echo.Context) error { return c.JSON(http.StatusOK, map[string]bool{"ok": true}) })
	return e
}

// served is a server in a process of its own.
type served struct {
	addresses []string
	ask       io.Writer
	said      *bufio.Scanner
}

func startServed(b *testing.B, cfg servedConfig) *served {
	b.Helper()
	text, err := json.Marshal(cfg)
	must(b, err)
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), servedVariable+"="+string(text))
	command.Stderr = os.Stderr
	ask, err := command.StdinPipe()
	must(b, err)
	said, err := command.StdoutPipe()
	must(b, err)
	must(b, command.Start())
	b.Cleanup(func() {
		ask.Close()
		must(b, command.Wait())
	})
	s := &served{ask: ask, said: bufio.NewScanner(said)}
	if !s.said.Scan() {
		b.Fatal("the server did not start")
	}
	s.addresses = strings.Fields(s.said.Text())
	return s
}

// processor is the time that processors have spent on the server.
func (s *served) processor(b *testing.B) time.Duration {
	b.Helper()
	if _, err := io.WriteString(s.ask, "\n"); err != nil || !s.said.Scan() {
		b.Fatal("the server is gone", err)
	}
	var spent time.Duration
	_, err := fmt.Sscan(s.said.Text(), (*int64)(&spent))
	must(b, err)
	return spent
}

// turns are requests of one kind to a server, over 64 connections, and what they took.
type turns struct {
	server  *served
	senders []*checkSender
	bogus   bool // each request shows a key of its own, which nobody has
	status  string

	took, processor []time.Duration // of each turn
	times           []time.Duration // of each request
}

const (
	verifyConnections = 64
	verifyTurn        = 3200 // requests
	bogusKey          = "0000000000000000000000000000000000000000"
)

func newTurns(b *testing.B, s *served, address, path string, status int) *turns {
	b.Helper()
	t := &turns{server: s, status: fmt.Sprintf("HTTP/1.1 %d ", status), bogus: strings.Contains(path, bogusKey)}
	for range verifyConnections {
		sender, err := newCheckSender(address, []byte("GET "+path+" HTTP/1.1\r\nHost: "+address+"\r\n\r\n"))
		must(b, err)
		b.Cleanup(func() { sender.Close() })
		t.senders = append(t.senders, sender)
	}
	return t
}

// run makes a turn's requests, as fast as they are answered.
func (t *turns) run(b *testing.B) {
	b.Helper()
	before, start := t.server.processor(b), time.Now()
	var left atomic.Int64
	left.Store(verifyTurn)
	var mu sync.Mutex
	var senders sync.WaitGroup
	for _, sender := range t.senders {
		senders.Go(func() {
			var times []time.Duration
			for left.Add(-1) >= 0 {
				began := time.Now()
				if err := t.ask(sender); err != nil {
					b.Error(err)
					return
				}
				times = append(times, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			t.times = append(t.times, times...)
		})
	}
	senders.Wait()
	t.took = append(t.took, time.Since(start))
	t.processor = append(t.processor, t.server.processor(b)-before)
}

func (t *turns) ask(s *checkSender) error {
	if t.bogus {
		var random [20]byte
		_, _ = rand.Read(random[:]) // it does not fail
		hex.Encode(s.request[bytes.IndexByte(s.request, '=')+1:], random[:])
	}
	if _, err := s.Write(s.request); err != nil {
		return err
	}
	if _, err := io.ReadFull(s, s.answer); err != nil {
		return err
	}
	if !bytes.HasPrefix(s.answer, []byte(t.status)) {
		return fmt.Errorf("not the answer that was expected: %s", s.answer)
	}
	return nil
}

func (t *turns) forget() {
	*t = turns{server: t.server, senders: t.senders, bogus: t.bogus, status: t.status}
}

// each is the median of the processor's time for a request, in microseconds.
func (t *turns) each() float64 { return float64(median(t.processor).Nanoseconds()) / 1000 / verifyTurn }

func (t *turns) perSecond() float64 { return verifyTurn / median(t.took).Seconds() }

// of is the median of the ratios of turns that followed each other.
func of(these, those []time.Duration) float64 {
	var ratios []float64
	for i := range these {
		ratios = append(ratios, float64(these[i])/float64(those[i]))
	}
	return median(ratios)
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// BenchmarkVerify compares the key check as it is served, on a database and with all that
// belongs to it, with bare Echo: its processor time with that of a handler that sends the
// same headers on a server with the same time limits; its requests a second and its 99th
// percentile with those of a handler that answers a map as JSON. Each is asked in short
// turns, so that what else the machine does meets all.
func BenchmarkVerify(b *testing.B) {
	start, key, _ := startDojo(b)
	dojo := start()
	good, bogus := "/verify?api_key="+key, "/verify?api_key="+bogusKey
	bare := startServed(b, servedConfig{Answers: map[string]benchAnswer{
		"/good": answerOf(b, "http://"+dojo.addresses[0]+good), "/bogus": answerOf(b, "http://"+dojo.addresses[0]+bogus),
	}})
	limited, plain := bare.addresses[0], bare.addresses[1]
	valid := newTurns(b, dojo, dojo.addresses[0], good, http.StatusOK)
	unknown := newTurns(b, dojo, dojo.addresses[0], bogus, http.StatusUnauthorized)
	same := newTurns(b, bare, limited, strings.Replace(good, "verify", "good", 1), http.StatusOK)
	sameRefusal := newTurns(b, bare, limited, strings.Replace(bogus, "verify", "bogus", 1), http.StatusUnauthorized)
	asJSON := newTurns(b, bare, plain, strings.Replace(good, "verify", "json", 1), http.StatusOK)
	all := []*turns{valid, same, asJSON, unknown, sameRefusal}
	for _, t := range all {
		t.run(b)
		t.forget()
	}
	for b.Loop() {
		for _, t := range all {
			runtime.GC() // the clients' garbage is collected before, and not at somebody's expense
			t.run(b)
		}
	}
	for _, kind := range []struct {
		name        string
		dojo, again *turns
	}{{"valid", valid, same}, {"bogus", unknown, sameRefusal}} {
		b.ReportMetric(kind.dojo.each(), kind.name+"-processor-µs")
		b.ReportMetric(kind.again.each(), kind.name+"-bare-processor-µs")
		b.ReportMetric(of(kind.dojo.processor, kind.again.processor), "of-bare-processor-"+kind.name)
		b.ReportMetric(kind.dojo.perSecond(), kind.name+"-req/s")
		b.ReportMetric(of(asJSON.took, kind.dojo.took), "of-bare-json-"+kind.name)
		b.ReportMetric(float64(p99(kind.dojo.times))/float64(p99(asJSON.times)), "of-bare-json-p99-"+kind.name)
	}
	b.ReportMetric(asJSON.each(), "bare-json-processor-µs")
	b.ReportMetric(0, "ns/op")
}

// startDojo makes a database with a team and returns a key of it, the population, and what starts
// Dojo on it.
func startDojo(b *testing.B) (start func() *served, key string, w *storetest.Fixture) {
	b.Helper()
	db := storetest.OpenSQLite(b)
	keyring := filepath.Join(b.TempDir(), "keyring.json")
	var err error
	db.Vault, err = vault.Open(keyring)
	must(b, err)
	db.Clock.Set(time.Now())
	w = storetest.NewFixture(b, db)
	w.Unlock(models.Development)
	key, err = w.Team(w.Olivia, w.Acme).ViewKey(b.Context(), models.Development,
		w.Key(models.Development, models.Secret).ID)
	must(b, err)
	return func() *served { return startServed(b, servedConfig{Database: db.URL, Keyring: keyring}) }, key, w
}

// answerOf is what is answered at the address, without what net/http adds.
func answerOf(b *testing.B, address string) benchAnswer {
	b.Helper()
	answer, err := http.Get(address)
	must(b, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(b, err)
	header := answer.Header.Clone()
	header.Del("Date")
	header.Del("Content-Length")
	return benchAnswer{answer.StatusCode, header, string(body)}
}
