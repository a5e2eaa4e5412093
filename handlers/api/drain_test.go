package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dojo/handlers/api"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// paced is a body that comes in pieces, with a pause before each.
type paced struct {
	left, piece int
	pause       time.Duration
}

func (p *paced) Read(b []byte) (int, error) {
	if p.left == 0 {
		return 0, io.EOF
	}
	time.Sleep(p.pause)
	n := min(len(b), p.piece, p.left)
	copy(b[:n], bytes.Repeat([]byte(" "), n))
	p.left -= n
	return n, nil
}

// sendAll writes a request as simple clients do: all of it, and only then it reads.
func sendAll(address, key string, size int, chunked bool, piece int,
	pause time.Duration) (status int, body string, err error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return 0, "", err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	r, _ := http.NewRequest("POST", "http://"+address+"/v1/products", &paced{size, piece, pause})
	r.Header.Set("X-Api-Key", key)
	if !chunked {
		r.ContentLength = int64(size)
	}
	if err := r.Write(connection); err != nil {
		return 0, "", err
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), r)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

func checkRefusals(t *testing.T, address, good string) {
	t.Helper()
	bad := strings.Repeat("0", 40)
	for _, size := range []int{200 << 10, 600 << 10, 3 << 20} {
		for _, chunked := range []bool{false, true} {
			for _, pace := range []struct {
				piece int
				pause time.Duration
			}{{64 << 10, 0}, {size / 8, 20 * time.Millisecond}} {
				status, body, err := sendAll(address, bad, size, chunked, pace.piece, pace.pause)
				if status != 401 || body != invalidKey || err != nil {
					t.Errorf("%d bytes, chunked: %t, %v: %d %.100s %v", size, chunked, pace, status, body, err)
				}
			}
		}
	}
	for _, chunked := range []bool{false, true} {
		status, body, err := sendAll(address, good, 17<<20, chunked, 64<<10, 0)
		if status != 413 || !strings.HasSuffix(body, `"code":"too_large","errors":true}`) || err != nil {
			t.Errorf("17 MiB, chunked: %t: %d %.100s %v", chunked, status, body, err)
		}
	}
}

// A client that sends all of its body before it reads gets the refusal.
func TestAPIRefusalsReachTheClient(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	checkRefusals(t, server.Listener.Addr().String(), w.Secret())
	// A connection whose body was read to its end goes on.
	answer, body := raw(t, server, "POST /v1/products HTTP/1.1\nHost: dojo\nContent-Length: 3\n\n{} "+
		"GET /v1/products/_ids HTTP/1.1\nHost: dojo\nConnection: close\n\n")
	if answer.StatusCode != 401 || answer.Close || !strings.HasPrefix(body, invalidKey) {
		t.Errorf("got %s %s", answer.Status, body)
	}
}

// What never ends is given up.
func TestAPIBearsNoEndlessBody(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	_, _, err := sendAll(server.Listener.Addr().String(), "", 1<<30, true, 1<<20, 0)
	if err == nil {
		t.Error("a gigabyte was read for nothing")
	}
}

// Who sends nothing any more is let go, and does not keep the place of others.
func TestAPIWaitsForNoSilentBody(t *testing.T) {
	t.Parallel()
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	connection := promise(t, server, "none", "Content-Length: 3000000", "{")
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(time.Minute))
	all, err := io.ReadAll(connection)
	if head := "HTTP/1.1 401 Unauthorized\r\n"; err != nil || !strings.HasPrefix(string(all), head) {
		t.Errorf("got %.200s, and the connection ends with %v", all, err)
	}
}

// Only so many bodies are read in vain at once. Beyond that a connection is closed, as the
// answer says.
func TestAPIReadsFewBodiesInVain(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	refused := func() *http.Response {
		connection := promise(t, server, "none", "Content-Length: 3000000", "{")
		defer connection.Close()
		connection.SetDeadline(time.Now().Add(time.Minute))
		answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	release, err := api.HoldDrains(t.Context(), 128)
	if err != nil {
		t.Fatal(err)
	}
	full := refused()
	release()
	if full.StatusCode != 401 || !full.Close {
		t.Errorf("beyond the bound: %s, closed: %t", full.Status, full.Close)
	}
	if room := refused(); room.StatusCode != 401 || room.Close {
		t.Errorf("within the bound: %s, closed: %t", room.Status, room.Close)
	}
}

// Who waits for 100 Continue gets the refusal in its place, and sends nothing.
func TestAPIRefusesInPlaceOfContinue(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	answer, body := raw(t, server,
		"POST /v1/products HTTP/1.1\nHost: dojo\nExpect: 100-continue\nContent-Length: 3000000\n\n")
	if answer.StatusCode != 401 || body != invalidKey || !answer.Close {
		t.Errorf("got %s %s", answer.Status, body)
	}
}

// The same through nginx, with the README's block.
func TestAPIRefusalsReachTheClientThroughNginx(t *testing.T) {
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	server := httptest.NewServer(w.Echo)
	defer server.Close()
	checkRefusals(t, startNginx(t, server.Listener.Addr().String()), w.Secret())
}

// startNginx serves what the README says of nginx, without TLS, before the upstream.
func startNginx(t *testing.T, upstream string) (address string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(readme), "```nginx\n")
	block, _, ended := strings.Cut(block, "```")
	if !found || !ended {
		t.Fatal("the README has no block for nginx")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	listener.Close()
	block = strings.NewReplacer("listen 443 ssl;", "listen "+address+";", "127.0.0.1:8080", upstream,
		"ssl_certificate", "#ssl_certificate").Replace(block)
	dir := t.TempDir()
	file := filepath.Join(dir, "nginx.conf")
	config := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log; events {}\n"+
		"http { access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path "+
		"%[1]s/fastcgi; "+
		"uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;\n%[2]s}", dir, block)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // where Debian keeps it, off most people's PATH
	}
	nginx := exec.Command(program, "-e", filepath.Join(dir, "error.log"), "-c", file)
	said, err := os.Create(filepath.Join(dir, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	nginx.Stderr = said
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nginx.Process.Kill(); nginx.Wait() })
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
			return address
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(said.Name())
			t.Fatalf("nginx does not start: %v %s", err, text)
		}
	}
}
