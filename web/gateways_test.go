package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web"
	"dojo/web/webtest"
)

// gateway is nginx or Caddy before an API, with a configuration from docs.
type gateway struct {
	name    string
	address string // host and port
	dir     string // has all that it writes, also what it prints
	stop    func() // lets it finish what it is about
	t       *testing.T
}

// startGateway runs a command in the foreground until the test ends, and waits until it
// answers at the address.
func startGateway(t *testing.T, name, dir, address string, command ...string) *gateway {
	t.Helper()
	program, err := exec.LookPath(command[0])
	if err != nil {
		program = "/usr/sbin/" + command[0] // which is on the path of root only
	}
	printed, err := os.Create(filepath.Join(dir, "printed"))
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(program, command[1:]...)
	process.Stdout, process.Stderr = printed, printed
	process.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := process.Start(); err != nil {
		t.Fatalf("%v; scripts/test-setup installs what the tests need", err)
	}
	ended := make(chan struct{})
	go func() { process.Wait(); close(ended) }()
	gracefully := syscall.SIGTERM
	if name == "nginx" {
		gracefully = syscall.SIGQUIT
	}
	stop := sync.OnceFunc(func() {
		process.Process.Signal(gracefully)
		<-ended
		printed.Close()
	})
	t.Cleanup(stop)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			return &gateway{name, address, dir, stop, t}
		}
		text, _ := os.ReadFile(printed.Name())
		select {
		case <-ended:
			t.Fatalf("%s has ended: %s", name, text)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not answer: %s", name, text)
		}
	}
}

// freeAddress is an address of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// nginx runs a configuration in which the texts are replaced, pairwise.
func nginx(t *testing.T, configuration, address string, replace ...string) *gateway {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{dir, filepath.Dir(dir)} { // nginx' workers are nobody
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var temporary strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temporary, " %s_temp_path %s/%s;", kind, dir, kind)
	}
	replace = append(replace, "/run/nginx.pid", dir+"/nginx.pid", "/var/log/nginx/", dir+"/", "\nhttp {",
		"\nhttp {"+temporary.String())
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(replace...).Replace(configuration)), 0o600); err != nil {
		t.Fatal(err)
	}
	return startGateway(t, "nginx", dir, address, "nginx", "-p", dir, "-c", file, "-e", dir+"/start.log", "-g",
		"daemon off;")
}

// documented is a file of the documentation.
func documented(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// gateways begins the documented gateways before an API, one after the other.
func gateways(t *testing.T, dojo, api string, test func(g *gateway)) {
	for _, name := range []string{"nginx", "caddy"} {
		t.Run(name, func(t *testing.T) {
			address := freeAddress(t)
			if name == "nginx" {
				test(nginx(t, documented(t, "docs/gateways/nginx.conf"), address,
					"127.0.0.1:8080", dojo, "127.0.0.1:9000", api, "listen 80;", "listen "+address+";"))
				return
			}
			dir := t.TempDir()
			_, port, _ := net.SplitHostPort(address)
			text := strings.NewReplacer("127.0.0.1:8080", dojo, "127.0.0.1:9000", api, "\n:80 {", "\n:"+port+" {",
				"/var/log/caddy/", dir+"/").
				Replace(documented(t, "docs/gateways/Caddyfile"))
			file := filepath.Join(dir, "Caddyfile")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			test(startGateway(t, name, dir, address, "caddy", "run", "--config", file, "--adapter", "caddyfile"))
		})
	}
}

// ask sends a request as it is written, and returns the answer with its body.
func (g *gateway) ask(method, target, body string, headers ...string) (*http.Response, string) {
	g.t.Helper()
	connection, err := net.Dial("tcp", g.address)
	if err != nil {
		g.t.Fatal(err)
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(connection, "%s %s HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n", method, target)
	for _, header := range headers {
		io.WriteString(connection, header+"\r\n")
	}
	fmt.Fprintf(connection, "Content-Length: %d\r\n\r\n%s", len(body), body)
	answer, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		g.t.Fatalf("%s %s: %v", method, target, err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		g.t.Fatalf("%s %s: %v", method, target, err)
	}
	return answer, string(text)
}

// written is all that the gateway has written, file by file.
func (g *gateway) written() string {
	g.t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(g.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return all.String()
}

// guardedAPI is an API that keeps what it was asked last.
type guardedAPI struct {
	*httptest.Server
	mu   sync.Mutex
	last *http.Request
	body string
}

func newGuardedAPI(t *testing.T) *guardedAPI {
	a := &guardedAPI{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		a.last, a.body = r, string(body)
		a.mu.Unlock()
		w.Header().Set("X-Theirs", "kept")
		if strings.HasPrefix(r.URL.Path, "/v1/fails/") {
			var status int
			fmt.Sscan(r.URL.Path[len("/v1/fails/"):], &status)
			w.WriteHeader(status)
		}
		io.WriteString(w, "theirs")
	}))
	t.Cleanup(a.Close)
	return a
}

// took returns the last request since it was called last.
func (a *guardedAPI) took() (*http.Request, string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.last
	a.last = nil
	return r, a.body
}

const (
	unreachable = `{"errors":true,"message":"API keys cannot be checked just now. Try again in a few seconds.","code":"unavailable"}`
	forged      = "X-Dojo-Team: forged"
	unknownKey  = "039c501ac8dfcac91c6f05601cee876e1cc07e17"
)

// The documented gateways, run as they stand.
func TestGateways(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Config.TrustedProxies = "127.0.0.0/8" })
	dojo := httptest.NewServer(s.Server.Handler())
	defer dojo.Close()
	api := newGuardedAPI(t)
	host := func(server *httptest.Server) string { return server.Listener.Addr().String() }
	gateways(t, host(dojo), host(api.Server), func(g *gateway) {
		letsIn(s, g, api)
		turnsAway(s, g, api)
		believesNoClient(s, g, api)
		var keys []string
		for _, environment := range []models.EnvironmentKind{models.Playground, models.Development} {
			for _, kind := range models.KeyKinds() {
				keys = append(keys, s.KeyText(environment, kind))
			}
		}
		g.keepsQuietAbout(append(keys, unknownKey)...)
	})
}

// letsIn checks what reaches the API, and in which form.
func letsIn(s *webtest.Site, g *gateway, api *guardedAPI) {
	secret, public := s.KeyText(models.Development, models.Secret), s.KeyText(models.Development, models.Publishable)
	forgedAll := []string{forged, "X-Dojo-Environment: production", "X-Dojo-Key-Kind: secret", "X-Dojo-Key-Id: forged",
		"X_Dojo_Team: forged", "X-Dojo-Other: forged",
		"X-Forwarded-Method: DELETE", "X-Forwarded-Uri: /v1/other", "X-Original-Method: DELETE",
		"X-Original-URI: /v1/other", "X-Original-URL: http://api.example/v1/other"}
	long := strings.Repeat("record", 200_000)
	for _, c := range []struct {
		method, target, uri, body string
		header                    string
		kind                      models.KeyKind
	}{
		{"GET", "/v1/search?q=a%20b", "/v1/search?q=a%20b", "", "X-API-KEY: " + secret, models.Secret},
		{"POST", "/v1/search/a%2Fb", "/v1/search/a%2Fb", "question", "Authorization: Bearer " + secret, models.Secret},
		{"GET", "/v1/search?api_key=" + secret, "", "", "", models.Secret},
		{"GET", "/v1/search?api_key=" + secret + "&q=1", "", "", "", models.Secret},
		{"GET", "/v1/search?q=1&api_key=" + secret + "&r=2", "", "", "", models.Secret},
		{"PUT", "/orders/17", "/orders/17", long, "X-API-KEY: " + secret, models.Secret},
		{"HEAD", "/v1/search", "/v1/search", "", "X-API-KEY: " + secret, models.Secret},
		{"POST", "/v1/interactions", "/v1/interactions", "{}", "X-API-KEY: " + public, models.Publishable},
		{"POST", "/v1/interactions?api_key=" + public, "", "{}", "Authorization: Basic YWRhOg==", models.Publishable},
	} {
		headers := forgedAll
		if c.header != "" {
			headers = append(headers, c.header)
		}
		answer, body := g.ask(c.method, c.target, c.body, headers...)
		if answer.StatusCode != 200 || c.method != "HEAD" && body != "theirs" ||
			answer.Header.Get("X-Theirs") != "kept" {
			g.t.Errorf("%s %.60s: got %s %s", c.method, c.target, answer.Status, body)
			continue
		}
		got, sent := api.took()
		if got.Method != c.method || sent != c.body || c.uri != "" && got.RequestURI != c.uri {
			g.t.Errorf("%s %.60s: the API got %s %s and %d bytes", c.method, c.target, got.Method, got.RequestURI,
				len(sent))
		}
		want := map[string]string{
			"X-Dojo-Team": "acme", "X-Dojo-Environment": "development", "X-Dojo-Key-Kind": string(c.kind),
			"X-Dojo-Key-Id": s.Key(models.Development, c.kind).ID,
		}
		for name, value := range want {
			if values := got.Header.Values(name); len(values) != 1 || values[0] != value {
				g.t.Errorf("%s %.60s: %s is %q, want %q", c.method, c.target, name, values, value)
			}
		}
		if head := fmt.Sprint(got.Header); strings.Contains(head, secret) || strings.Contains(head, public) {
			g.t.Errorf("%s %.60s: the API is shown the key: %v", c.method, c.target, got.Header)
		}
		// nginx knows no such thing as all headers that begin so
		if g.name == "caddy" && got.Header.Get("X-Dojo-Other") != "" {
			g.t.Errorf("%s %.60s: the client says X-Dojo-Other", c.method, c.target)
		}
		if g.name == "nginx" && strings.Contains(got.RequestURI, "api_key") {
			g.t.Errorf("%s %.60s: the API is shown the key: %s", c.method, c.target, got.RequestURI)
		}
	}
	// What the API says itself is left as it is.
	for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
		if answer, body := g.ask("GET", fmt.Sprintf("/v1/fails/%d", status), "", "X-API-KEY: "+
			secret); answer.StatusCode != status || body != "theirs" {
			g.t.Errorf("the API's %d: got %s %s", status, answer.Status, body)
		}
	}
	// A preflight shows no key, and passes for nobody.
	answer, body := g.ask("OPTIONS", "/v1/search", "",
		append(forgedAll, "Origin: https://shop.example", "Access-Control-Request-Method: POST")...)
	got, _ := api.took()
	if answer.StatusCode != 200 || got == nil {
		g.t.Fatalf("a preflight: got %s %s", answer.Status, body)
	}
	for name, values := range got.Header {
		if strings.HasPrefix(name, "X-Dojo-") && strings.Join(values, "") != "" &&
			(g.name != "nginx" || name != "X-Dojo-Other") {
			g.t.Errorf("a preflight has %s: %q", name, values)
		}
	}
}

// turnsAway checks that a refusal is Dojo's own, with its status, JSON and headers.
func turnsAway(s *webtest.Site, g *gateway, api *guardedAPI) {
	secret, public := s.KeyText(models.Development, models.Secret), s.KeyText(models.Development, models.Publishable)
	sample, unknown, locked := s.KeyText(models.Playground, models.Secret), unknownKey, "environment_locked"
	api.took()
	for _, c := range []struct {
		method, target, key string
		status              int
		says                string
	}{
		{"GET", "/v1/search", "", 401, `"invalid api key."`},
		{"GET", "/v1/search?api_key=" + unknown, "", 401, `"invalid api key."`},
		{"POST", "/v1/search", public, 403, `"secret_key_required"`},
		{"DELETE", "/v1/interactions", public, 403, `"secret_key_required"`},
		{"POST", "/v1/products", sample, 400, `"playground_read_only"`},
		{"GET", "/v1/search?api_key=" + unknown, secret, 400, `"more than one api key was given."`},
		{"GET", "//v1/search", secret, 400, `"not_canonical"`},
		{"POST", "/v1/;x/products", sample, 400, `"not_canonical"`},
		{"POST", "/v1/products%20", sample, 400, `"not_canonical"`},
		{"GET", "/v1/x/..%2Fproducts", secret, 400, `"not_canonical"`},
		{"OPTIONS", "/v1/search", "", 401, `"invalid api key."`},
	} {
		headers := []string{"X-Other: 1"}
		if c.key != "" {
			headers = append(headers, "X-API-KEY: "+c.key)
		}
		answer, body := g.ask(c.method, c.target, strings.Repeat("x", 50_000), headers...)
		g.expectRefusal(c.method+" "+c.target, answer, body, c.status, c.says)
		if (answer.Header.Get("Www-Authenticate") != "") != (c.status == 401) ||
			len(answer.Header.Values("Www-Authenticate")) > 1 {
			g.t.Errorf("%s %.60s: the challenges are %q", c.method, c.target, answer.Header.Values("Www-Authenticate"))
		}
	}
	answer, body := g.ask("POST", "/v1/interactions", "{}", "X-API-KEY: "+unknown, "Origin: https://shop.example")
	g.expectRefusal("a page's request", answer, body, 401, "invalid")
	if answer.Header.Get("Access-Control-Allow-Origin") != "https://shop.example" ||
		answer.Header.Get("Vary") != "Origin" {
		g.t.Errorf("a page cannot read why: %v", answer.Header)
	}

	s.Uncover(models.Development)
	s.Ok(s.Server.Gate().Load(g.t.Context()))
	answer, body = g.ask("GET", "/v1/search", "", "X-API-KEY: "+secret)
	g.expectRefusal("a locked environment", answer, body, 403, locked)
	s.Unlock(models.Development)
	s.Ok(s.Server.Gate().Load(g.t.Context()))

	s.Server.Gate().SetLimit(1)
	for range 3 {
		answer, body = g.ask("GET", "/v1/search", "", "X-API-KEY: "+sample)
	}
	g.expectRefusal("too many requests", answer, body, 429, `"rate_limited"`)
	if answer.Header.Get("Retry-After") != "1" {
		g.t.Errorf("too many requests: %v", answer.Header)
	}
	s.Server.Gate().SetLimit(0)

	s.Server.Gate().Suspend()
	api.took()
	answer, body = g.ask("GET", "/v1/search", "", "X-API-KEY: "+secret)
	g.expectRefusal("Dojo cannot know", answer, body, 503, `"unavailable"`)
	if answer.Header.Get("Retry-After") != "2" {
		g.t.Errorf("Dojo cannot know: %v", answer.Header)
	}
	s.Server.Gate().Resume()
	s.Ok(s.Server.Gate().Load(g.t.Context()))
	if got, _ := api.took(); got != nil {
		g.t.Errorf("the API got %s %s", got.Method, got.RequestURI)
	}
}

func (g *gateway) expectRefusal(what string, answer *http.Response, body string, status int, says string) {
	g.t.Helper()
	if answer.StatusCode != status || !strings.HasPrefix(body, `{`) || !strings.HasSuffix(body, "}") ||
		!strings.Contains(body, says) {
		g.t.Errorf("%.60s: got %s %s, want %d %s", what, answer.Status, body, status, says)
	}
	if answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("Cache-Control") != "no-store" ||
		answer.Header.Get("X-Request-Id") == "" ||
		answer.Header.Get("X-Dojo-Refusal") != "" || answer.Header.Get("X-Theirs") != "" {
		g.t.Errorf("%.60s: the headers are %v", what, answer.Header)
	}
}

// believesNoClient has a client tell of another request than its own.
func believesNoClient(s *webtest.Site, g *gateway, api *guardedAPI) {
	public := "X-API-KEY: " + s.KeyText(models.Development, models.Publishable)
	sample := "X-API-KEY: " + s.KeyText(models.Playground, models.Secret)
	api.took()
	for _, headers := range [][]string{
		{public, "X-Forwarded-Method: POST", "X-Forwarded-Uri: /v1/interactions"},
		{public, "X-Forwarded-Uri: /v1/interactions"},
		{public, "X-Original-URI: /v1/interactions", "X-Original-Method: POST"},
		{public, "X-Original-URL: http://api.example/v1/interactions"},
		{sample, "X-Forwarded-Method: GET"},
		{sample, "X-Original-Method: GET"},
		{sample, "X-HTTP-Method-Override: GET"},
		{sample, "Connection: X-Forwarded-Method, X-Forwarded-Uri"},
	} {
		answer, body := g.ask("POST", "/v1/products", "{}", headers...)
		if got, _ := api.took(); answer.StatusCode/100 != 4 || got != nil || !strings.HasPrefix(body, "{") {
			g.t.Errorf("%q: got %s %s", headers[1:], answer.Status, body)
		}
	}
}

// keepsQuietAbout ends the gateway, and checks that no key is in anything that it has
// written.
func (g *gateway) keepsQuietAbout(keys ...string) {
	g.t.Helper()
	g.stop()
	written := g.written()
	if !strings.Contains(written, "/v1/search") {
		g.t.Errorf("%s has no log", g.name)
	}
	for _, key := range keys {
		if strings.Contains(written, key) {
			g.t.Errorf("%s has written a key", g.name)
		}
	}
}

// Where Dojo is away, nothing passes; where the API is away, no key is written down.
func TestGatewaysWithNobodyBehind(t *testing.T) {
	s := webtest.New(t, storetest.OpenSQLite(t), func(o *web.Options) { o.Config.TrustedProxies = "127.0.0.0/8" })
	secret := s.KeyText(models.Development, models.Secret)
	api := newGuardedAPI(t)
	dojo := httptest.NewServer(s.Server.Handler())
	defer dojo.Close()
	nobody := freeAddress(t)
	gateways(t, nobody, api.Listener.Addr().String(), func(g *gateway) {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			answer, body := g.ask(method, "/v1/search?api_key="+secret, "", "X-API-KEY: "+secret,
				"Origin: https://shop.example", "Access-Control-Request-Method: GET")
			if answer.StatusCode != 503 || body != unreachable ||
				answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("Retry-After") != "2" {
				g.t.Errorf("%s: got %s %v %s", method, answer.Status, answer.Header, body)
			}
		}
		if got, _ := api.took(); got != nil {
			g.t.Errorf("the API got %s %s", got.Method, got.RequestURI)
		}
		g.keepsQuietAbout(secret)
	})
	gateways(t, dojo.Listener.Addr().String(), nobody, func(g *gateway) {
		answer, body := g.ask("GET", "/v1/search?api_key="+secret, "", "X-API-KEY: "+secret,
			"Referer: https://shop.example/?api_key="+secret)
		if answer.StatusCode != 502 || strings.Contains(body, "API keys") {
			g.t.Errorf("without the API: got %s %s", answer.Status, body)
		}
		g.keepsQuietAbout(secret)
	})
}

// Something else at Dojo's address lets nobody in.
func TestGatewaysWithSomethingElseBehind(t *testing.T) {
	api := newGuardedAPI(t)
	status := http.StatusOK
	other := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer other.Close()
	address, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	gateways(t, address.Host, api.Listener.Addr().String(), func(g *gateway) {
		for _, status = range []int{301, 404, 500, 502} {
			answer, _ := g.ask("GET", "/v1/search", "")
			if got, _ := api.took(); got != nil || answer.StatusCode == 200 {
				g.t.Errorf("%d: got %s", status, answer.Status)
			}
		}
	})
}
