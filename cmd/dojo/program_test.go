package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain keeps the machine's own settings out of the tests. A server that is
// tested starts this very program to hash passwords.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "hash-passwords" {
		main()
		return
	}
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "DOJO_") {
			os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// output is what a program writes, for reading meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// dojo carries out a command that ends by itself, and returns what it printed
// and the words of its error.
func dojo(t *testing.T, args ...string) (printed, refused string) {
	t.Helper()
	var out output
	if err := run(t.Context(), args, &out, io.Discard); err != nil {
		refused = words(err)
	}
	return out.String(), refused
}

// refuses checks that a command fails with the words.
func refuses(t *testing.T, says string, args ...string) {
	t.Helper()
	if _, refused := dojo(t, args...); !strings.Contains(refused, says) {
		t.Errorf("dojo %s: %q; want %q", strings.Join(args, " "), refused, says)
	}
}

// program is a command that serves.
type program struct {
	out, log output
	url, api string // without a slash at the end; api is empty unless it is apart
	end      context.CancelFunc
	ended    chan error
	t        *testing.T
}

// begin starts a command that serves, on a port that the system chooses.
func begin(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	p := &program{end: end, ended: make(chan error, 1), t: t}
	go func() {
		p.ended <- run(ctx, append(args, "--addr", "127.0.0.1:0", "--log-format", "json"), &p.out, &p.log)
	}()
	t.Cleanup(p.stop)
	serving := p.awaitLog(`"msg":"serving"`)
	var line struct {
		Config struct {
			URL string `json:"public_url"`
			API string `json:"api_addr"`
		}
	}
	if err := json.Unmarshal([]byte(serving), &line); err != nil {
		t.Fatal(err)
	}
	p.url = line.Config.URL
	if line.Config.API != "" {
		p.api = "http://" + line.Config.API
	}
	return p
}

// awaitLog waits for a line of the log with the text.
func (p *program) awaitLog(text string) string {
	p.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for line := range strings.Lines(p.log.String()) {
			if strings.Contains(line, text) {
				return line
			}
		}
		select {
		case err := <-p.ended:
			p.end = nil
			p.t.Fatalf("it ended: %v\n%s", err, p.log.String())
		default:
		}
	}
	p.t.Fatalf("the log lacks %q:\n%s", text, p.log.String())
	return ""
}

// stop ends the program as Ctrl+C does, and waits until it has ended.
func (p *program) stop() {
	p.t.Helper()
	if p.end == nil {
		return
	}
	p.end()
	p.end = nil
	if err := <-p.ended; err != nil {
		p.t.Errorf("it ended with %v", err)
	}
}

// printed waits until the program has printed what matches, and returns the
// first group.
func (p *program) printed(pattern string) string {
	p.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if match := regexp.MustCompile(pattern).FindStringSubmatch(p.out.String()); match != nil {
			return match[1]
		}
	}
	p.t.Fatalf("it printed\n%s\nand nothing like %s", p.out.String(), pattern)
	return ""
}

// client keeps cookies.
func client() *http.Client {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &http.Client{Jar: jar, Timeout: 2 * time.Minute}
}

func get(t *testing.T, c *http.Client, address string) (status int, body string) {
	t.Helper()
	return read(t)(c.Get(address))
}

func post(t *testing.T, c *http.Client, address string, fields ...string) (status int, body string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return read(t)(c.PostForm(address, form))
}

func read(t *testing.T) func(*http.Response, error) (int, string) {
	return func(response *http.Response, err error) (int, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
}

// place is a folder with the settings that keep a program's files in it.
func place(t *testing.T) (dir string, settings []string) {
	t.Helper()
	dir = t.TempDir()
	return dir, []string{"--database-url", "sqlite:" + filepath.Join(dir, "dojo.db"), "--keyring",
		filepath.Join(dir, "keyring.json")}
}

func with(command string, settings []string, more ...string) []string {
	return append(append(strings.Fields(command), settings...), more...)
}
