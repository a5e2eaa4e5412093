package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"dojo/vault"
)

const setupLink = `(http://localhost:\d+/setup\?token=[A-Z2-7]+)`

// makeEngineer uses a one-time link, and returns the answer's status and page.
func makeEngineer(t *testing.T, c *http.Client, link, email string) (int, string) {
	t.Helper()
	address, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	token := address.Query().Get("token")
	address.RawQuery = ""
	return post(t, c, address.String(), "token", token, "email", email, "name", "Eva", "password",
		"correct horse battery")
}

func TestFirstStartOffersASetupLink(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings)...)
	link := p.printed(setupLink)
	c := client()
	if status, page := get(t, c, link); status != http.StatusOK || !strings.Contains(page, "Make your account") {
		t.Fatalf("the link is answered %d %s", status, page)
	}
	if status, page := makeEngineer(t, c, link, "eva@dojo.example"); status != http.StatusOK ||
		!strings.Contains(page, "Solutions desk") {
		t.Fatalf("making the account is answered %d %s", status, page)
	}
	if status, _ := makeEngineer(t, client(), link, "eve@dojo.example"); status != http.StatusGone {
		t.Errorf("the link used again is answered %d", status)
	}
	if _, token, _ := strings.Cut(link, "token="); strings.Contains(p.log.String(), token) {
		t.Error("the link's token is in the log")
	}
	p.stop()
	if p = begin(t, with("serve", settings)...); strings.Contains(p.out.String(), "setup?token") {
		t.Error("it offers a link although there is an engineer")
	}
	if status, page := post(t, c, p.url+"/login", "email", "eva@dojo.example", "password",
		"correct horse battery"); status != http.StatusOK || !strings.Contains(page, "Solutions desk") {
		t.Errorf("signing in after a restart is answered %d %s", status, page)
	}
}

func TestEngineerAddWhileServing(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings)...)
	printed, refused := dojo(t, with("engineer add SOL@dojo.example", settings, "--public-url", p.url)...)
	if refused != "" || !strings.Contains(printed, "Give this link to sol@dojo.example.") {
		t.Fatalf("it printed %q, %s", printed, refused)
	}
	link := printed[strings.Index(printed, "http"):]
	if status, page := makeEngineer(t, client(), strings.TrimSpace(link), ""); status != http.StatusOK ||
		!strings.Contains(page, "sol@dojo.example") {
		t.Errorf("the link is answered %d %s", status, page)
	}
	refuses(t, "That is not an email address.", with("engineer add sol", settings)...)
}

func TestOneProcessPerFile(t *testing.T) {
	t.Parallel()
	dir, settings := place(t)
	begin(t, with("serve", settings)...)
	says := "another dojo process is using the database file " + filepath.Join(dir, "dojo.db")
	refuses(t, says, with("serve", settings, "--addr", "127.0.0.1:0")...)
	refuses(t, says, with("migrate", settings)...)
	refuses(t, says, with("demo", settings, "--addr", "127.0.0.1:0")...)
}

func TestServeRefusesWhatItCannotServe(t *testing.T) {
	t.Parallel()
	dir, settings := place(t)
	refuses(t, "run dojo migrate", with("serve", settings, "--no-migrate", "--addr", "127.0.0.1:0")...)
	refuses(t, "run dojo migrate", with("engineer add sol@dojo.example", settings)...)

	begin(t, with("serve", settings)...).stop()
	other := filepath.Join(dir, "other.json")
	for _, command := range []string{"serve", "demo", "engineer add sol@dojo.example"} {
		address := []string{"--keyring", other, "--addr", "127.0.0.1:0"}
		refuses(t, "the keyring does not belong to this database: there is no file "+other,
			with(command, settings, address...)...)
		if _, err := os.Stat(other); err == nil {
			t.Fatalf("dojo %s made a keyring for a database that has one", command)
		}
	}
	if _, err := vault.Open(other); err != nil {
		t.Fatal(err)
	}
	refuses(t, "the keyring does not belong to this database",
		with("serve", settings, "--keyring", other, "--addr", "127.0.0.1:0")...)
	refuses(t, "the keyring does not belong to this database",
		with("engineer add sol@dojo.example", settings, "--keyring", other)...)
	begin(t, with("serve", settings, "--no-migrate")...).stop()

	db, err := sql.Open("sqlite3", filepath.Join(dir, "dojo.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	refuses(t, "use the newer program that migrated it", with("serve", settings, "--addr", "127.0.0.1:0")...)
	refuses(t, "use the newer program that migrated it",
		with("serve", settings, "--no-migrate", "--addr", "127.0.0.1:0")...)
	refuses(t, "use the newer program that migrated it", with("migrate", settings)...)
}

func TestMigrateTwice(t *testing.T) {
	t.Parallel()
	dir, settings := place(t)
	first, _ := dojo(t, with("migrate", settings)...)
	second, _ := dojo(t, with("migrate", settings)...)
	if !strings.Contains(first, "Migrated the database from version 0 to ") ||
		!strings.HasSuffix(second, "already.\n") {
		t.Errorf("it printed %q and %q", first, second)
	}
	if info, err := os.Stat(filepath.Join(dir, "dojo.db")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir, settings := place(t)
	address := taken.Addr().String()
	refuses(t, "cannot listen on "+address+":", with("serve", settings, "--addr", address)...)
	refuses(t, "Choose another address with --addr", with("serve", settings, "--addr", address)...)
	refuses(t, "Choose another address with --api-addr",
		with("serve", settings, "--addr", "127.0.0.1:0", "--api-addr", address)...)
	refuses(t, "Choose another address with --metrics-addr",
		with("serve", settings, "--addr", "127.0.0.1:0", "--metrics-addr", address)...)
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("it left %v", files)
	}
}

func TestAPIOnAnAddressOfItsOwn(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings, "--api-addr", "localhost:0")...)
	c := client()
	for address, want := range map[string]int{
		p.url + "/login": 200, p.url + "/verify": 404, p.url + "/v1/products/x": 404,
		p.url + "//v1/products/x": 404, p.url + "/healthz": 200,
		p.url + "/readyz": 200,
		p.api + "/verify": 401, p.api + "/v1/products/x": 401, p.api + "/login": 404,
	} {
		if status, body := get(t, c, address); status != want ||
			(strings.HasPrefix(address, p.api) || strings.Contains(address, "/v")) && strings.Contains(body, "<html") {
			t.Errorf("%s is answered %d %s", address, status, body)
		}
	}
}

func TestMetricsOnAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings, "--metrics-addr", "localhost:0")...)
	var line struct {
		Config struct {
			Metrics string `json:"metrics_addr"`
		}
	}
	if err := json.Unmarshal([]byte(p.awaitLog(`"msg":"serving"`)), &line); err != nil {
		t.Fatal(err)
	}
	c := client()
	if status, body := get(t, c, "http://"+line.Config.Metrics+"/metrics"); status != http.StatusOK ||
		!strings.Contains(body, "dojo_build_info") {
		t.Errorf("the figures are answered %d %s", status, body)
	}
	for _, path := range []string{"/metrics", "/debug/pprof/"} {
		if status, _ := get(t, c, p.url+path); status != http.StatusNotFound {
			t.Errorf("%s is answered %d beside the dashboard", path, status)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings)...)
	address := strings.TrimPrefix(p.url, "http://")
	_, port, _ := net.SplitHostPort(address)
	for _, known := range []string{address, ":" + port, "0.0.0.0:" + port, "127.0.0.1:" + port} {
		if _, refused := dojo(t, "healthcheck", "--addr", known); refused != "" {
			t.Errorf("healthcheck of %s: %s", known, refused)
		}
	}
	p.stop()
	refuses(t, "the server at "+address+" does not answer", "healthcheck", "--addr", address)
	refuses(t, "write host and port", "healthcheck", "--addr", "localhost")

	unready, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer unready.Close()
	go http.Serve(unready, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	refuses(t, "is not ready: 503", "healthcheck", "--addr", unready.Addr().String())
}

// TestStoppingLetsRequestsFinish sends half a form, stops the program, and sends
// the rest.
func TestStoppingLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	p := begin(t, with("serve", settings)...)
	host := strings.TrimPrefix(p.url, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const form = "email=nobody@dojo.example&password=wrong"
	fmt.Fprintf(conn, "POST /login HTTP/1.1\r\nHost: %s\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", host,
		len(form))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the server answers %q, %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, form[:10])
	p.end() // as Ctrl+C does
	refused := func() bool {
		late, err := net.DialTimeout("tcp", host, time.Second)
		if err == nil {
			late.Close()
		}
		return err != nil
	}
	for deadline := time.Now().Add(time.Minute); !refused(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it goes on taking connections")
		}
	}
	fmt.Fprint(conn, form[10:])
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatalf("the request was cut off: %v", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the request is answered %d", answer.StatusCode)
	}
}
