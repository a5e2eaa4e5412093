package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dojo/demo"
	"dojo/passwords"
)

// hashVariable makes the test's own program the process that hashes passwords.
const hashVariable = "DOJO_BENCH_HASHES"

func init() {
	if os.Getenv(hashVariable) != "" {
		if passwords.Serve(os.Stdin, os.Stdout) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
}

func benchHashes() *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), hashVariable+"=1")
	return command
}

// The load of BenchmarkKeyCheckUnderSignIns.
const (
	checksPerSecond = 4000
	checkSenders    = 32
	signInClients   = 16
	phase           = 6 * time.Second
)

// BenchmarkKeyCheckUnderSignIns measures the key check's 99th percentile at 4,000
// checks a second, sent on time whether or not earlier ones have been answered:
// first alone, then while 16 clients sign in over and over.
func BenchmarkKeyCheckUnderSignIns(b *testing.B) {
	s := openCrowdedWith(b, 1000, benchHashes)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	var alone, attacked []time.Duration
	var signIns float64
	for b.Loop() {
		alone = append(alone, checkKeys(b, server.URL)...)
		ctx, stop := context.WithCancel(b.Context())
		count, clients := signInLoop(ctx, server.URL)
		attacked = append(attacked, checkKeys(b, server.URL)...)
		stop()
		clients.Wait()
		signIns += float64(count.Load()) / phase.Seconds()
	}
	quiet, busy := p99(alone), p99(attacked)
	b.ReportMetric(float64(quiet.Microseconds())/1000, "ms-p99-alone")
	b.ReportMetric(float64(busy.Microseconds())/1000, "ms-p99-under-sign-ins")
	b.ReportMetric(float64(busy)/float64(quiet), "of-p99-alone")
	b.ReportMetric(signIns/float64(b.N), "sign-ins/s")
	b.ReportMetric(0, "ns/op")
}

// checkKeys asks about an unknown key at a steady pace, and returns how long each
// answer took from the moment it was due. It leaves the processors to the server
// as far as it can: requests are ready-made, and all answers are of one length.
func checkKeys(b *testing.B, base string) []time.Duration {
	b.Helper()
	address := strings.TrimPrefix(base, "http://")
	request := []byte("GET /verify?api_key=" + strings.Repeat("0", 40) + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n")
	total := int(phase.Seconds() * checksPerSecond)
	times := make([]time.Duration, total)
	begin := time.Now().Add(50 * time.Millisecond)
	var next atomic.Int64
	var senders sync.WaitGroup
	for range checkSenders {
		senders.Go(func() {
			sender, err := newCheckSender(address, request)
			for i := next.Add(1) - 1; err == nil && i < int64(total); i = next.Add(1) - 1 {
				due := begin.Add(time.Duration(i) * time.Second / checksPerSecond)
				time.Sleep(time.Until(due))
				err = sender.ask()
				times[i] = time.Since(due)
			}
			if err != nil {
				b.Error(err)
				return
			}
			sender.Close()
		})
	}
	senders.Wait()
	return times
}

// checkSender is a connection on which one request is made over and over.
type checkSender struct {
	net.Conn
	request, answer []byte
}

func newCheckSender(address string, request []byte) (*checkSender, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	// The body is shorter than the head, and comes with it.
	first := make([]byte, 4096)
	n, err := conn.Read(first)
	return &checkSender{conn, request, first[:n]}, err
}

func (s *checkSender) ask() error {
	if _, err := s.Write(s.request); err != nil {
		return err
	}
	if _, err := io.ReadFull(s, s.answer); err != nil {
		return err
	}
	if !bytes.HasPrefix(s.answer, []byte("HTTP/1.1 401 ")) ||
		!bytes.HasSuffix(s.answer, []byte(`{"message":"invalid api key.","errors":true}`)) {
		return fmt.Errorf("not the answer that was expected: %s", s.answer)
	}
	return nil
}

// signInLoop has clients sign in, each right away again, until ctx ends.
func signInLoop(ctx context.Context, base string) (*atomic.Int64, *sync.WaitGroup) {
	var count atomic.Int64
	var clients sync.WaitGroup
	people := demo.SignIns()
	for i := range signInClients {
		form := url.Values{"email": {people[i%len(people)].Email}, "password": {demo.Password}}.Encode()
		clients.Go(func() {
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport,
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			for ctx.Err() == nil {
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/login", strings.NewReader(form))
				if err != nil {
					return
				}
				request.Host = "localhost:8080"
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				response, err := client.Do(request)
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
				if response.StatusCode == http.StatusSeeOther {
					count.Add(1)
				}
			}
		})
	}
	return &count, &clients
}

func p99(times []time.Duration) time.Duration {
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return sorted[len(sorted)*99/100]
}
