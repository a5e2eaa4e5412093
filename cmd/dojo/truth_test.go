package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dojo/models"
	"dojo/passwords"
	"dojo/store/storetest"
	"dojo/vault"
)

// rounds is how often a test does its worst: a few times, or as often as the variable
// says.
func rounds(t *testing.T, variable string, few int) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return few
}

// inhabited is a database with Acme's Development unlocked, and the settings of a program
// on it.
func inhabited(t *testing.T, db *storetest.Database) (w *storetest.Fixture, settings []string) {
	t.Helper()
	ring := filepath.Join(t.TempDir(), "keyring.json")
	var err error
	if db.Vault, err = vault.Open(ring); err != nil {
		t.Fatal(err)
	}
	db.Clock.Add(time.Since(db.Clock.Now())) // programs go by the wall clock
	w = storetest.NewFixture(t, db)
	w.Unlock(models.Development)
	hash, err := passwords.New(1).Hash(t.Context(), everybodysPassword)
	if err != nil {
		t.Fatal(err)
	}
	w.SetPasswords(hash)
	return w, []string{"--database-url", db.URL, "--keyring", ring}
}

const everybodysPassword = "correct horse battery"

// child is the program as a process of its own.
type child struct {
	cmd *exec.Cmd
	url string
}

func bear(t *testing.T, args ...string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0], append(args, "--addr", "127.0.0.1:0", "--log-format", "json")...)}
	c.cmd.Env = append(os.Environ(), asProgram+"=yes")
	log, err := c.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	var said strings.Builder
	for lines := bufio.NewScanner(log); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		var line struct {
			Msg    string
			Config struct {
				URL string `json:"public_url"`
			}
		}
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			c.url = line.Config.URL
			go io.Copy(io.Discard, log)
			return c
		}
	}
	t.Fatalf("it does not serve:\n%s", said.String())
	return nil
}

func (c *child) kill() {
	c.cmd.Process.Kill()
	c.cmd.Wait()
}

// TestKilledWhileUploading: what was acknowledged is there after a kill at any moment.
// KILLS=30 is the long run.
func TestKilledWhileUploading(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, settings := inhabited(t, db)
		secret := w.Key(models.Development, models.Secret).ID
		key, err := w.Team(w.Olivia, w.Acme).ViewKey(t.Context(), models.Development, secret)
		if err != nil {
			t.Fatal(err)
		}
		kills := rounds(t, "KILLS", 3)
		var acknowledged []string
		var mu sync.Mutex
		for round := range kills {
			p := bear(t, with("serve", settings)...)
			enough := make(chan struct{}, 1)
			var group sync.WaitGroup
			for uploader := range 8 {
				group.Go(func() {
					for n := 0; ; n++ {
						id := fmt.Sprintf("r%d-u%d-n%d", round, uploader, n)
						if upload(p.url, key, id) != nil {
							return // it is dead
						}
						mu.Lock()
						acknowledged = append(acknowledged, id)
						if n == 20+round%7 {
							select {
							case enough <- struct{}{}:
							default:
							}
						}
						mu.Unlock()
					}
				})
			}
			<-enough
			p.kill()
			group.Wait()
		}
		lost := 0
		for _, id := range acknowledged {
			lost += 1 - db.Count("SELECT count(*) FROM products WHERE id = $1", id)
		}
		t.Logf("%d kills, %d acknowledged writes, %d lost", kills, len(acknowledged), lost)
		if lost > 0 {
			t.Errorf("%d of %d acknowledged writes are lost", lost, len(acknowledged))
		}
	})
}

func upload(address, key, id string) error {
	body := fmt.Sprintf(`{"data":[{"product_id":%q,"title":"Miso"}]}`, id)
	request, err := http.NewRequest(http.MethodPost, address+"/v1/products", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("X-API-KEY", key)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}

// TestRevokedUnderLoad: no check that begins after a revocation was answered lets the key
// in. REVOCATIONS=50 is the long run.
func TestRevokedUnderLoad(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.Database) {
		w, settings := inhabited(t, db)
		p := bear(t, with("serve", settings)...)
		ade := client()
		status, _ := post(t, ade, p.url+"/login", "email", "ade@acme.example", "password", everybodysPassword)
		if status != http.StatusOK {
			t.Fatalf("signing in is answered %d", status)
		}
		var current atomic.Pointer[revocable]
		var late, checks atomic.Int64
		stop := make(chan struct{})
		var group sync.WaitGroup
		defer func() { close(stop); group.Wait() }()
		issue := func() *revocable {
			key := w.Key(models.Development, models.Secret)
			text, err := w.Team(w.Olivia, w.Acme).ViewKey(t.Context(), models.Development, key.ID)
			if err != nil {
				t.Fatal(err)
			}
			k := &revocable{id: key.ID, text: text}
			current.Store(k)
			return k
		}
		key := issue()
		for range 16 {
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					k := current.Load()
					revoked := k.revoked.Load()
					let, err := k.accepted(p.url)
					if err == nil && revoked {
						checks.Add(1)
						if let {
							late.Add(1)
						}
					}
				}
			})
		}
		revocations := rounds(t, "REVOCATIONS", 3)
		for range revocations {
			status, page := post(t, ade, p.url+"/t/acme/development/keys/"+key.id+"/revoke", "when", "now",
				"reason", "other")
			key.revoked.Store(true)
			if status != http.StatusOK || !strings.Contains(page, "Refused everywhere") {
				t.Fatalf("the revocation is answered %d", status)
			}
			for before := checks.Load(); checks.Load() < before+50; {
				time.Sleep(time.Millisecond)
			}
			key = issue()
		}
		t.Logf("%d revocations, %d checks after them, %d let in", revocations, checks.Load(), late.Load())
		if late.Load() > 0 {
			t.Errorf("%d of %d checks after a revocation were let in", late.Load(), checks.Load())
		}
	})
}

// revocable is a key, and whether its revocation was answered.
type revocable struct {
	id, text string
	revoked  atomic.Bool
}

func (k *revocable) accepted(address string) (bool, error) {
	answer, err := http.Get(address + "/verify?" + url.Values{"api_key": {k.text}}.Encode())
	if err != nil {
		return false, err
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK, nil
}
