package chaos

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// acknowledged is what was answered as done, by kind.
type acknowledged struct {
	mu   sync.Mutex
	done map[string][]string
}

func (a *acknowledged) note(kind, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done[kind] = append(a.done[kind], id)
}

// TestKilledDuringChanges: nothing that was answered is lost when processes are killed at any
// moment, and the activity list has a line for each change that happened, and no other.
func TestKilledDuringChanges(t *testing.T) {
	c := found(t, 4)
	kills := many(10, 200)
	locked := min(8*kills, 480) // one person may be in 500 teams
	for i := range locked {
		c.newLockedTeam(fmt.Sprintf("locked%d", i))
	}
	before := c.effects()
	done := &acknowledged{done: map[string][]string{}}
	owner, engineer := c.browser(ownersEmail, c.processes[0]), c.browser(engineersEmail, c.processes[0])
	stop := make(chan struct{})
	var group sync.WaitGroup
	begin := func(work func(n int, at *process)) {
		group.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					work(n, c.processes[rand.IntN(len(c.processes))])
				}
			}
		})
	}
	begin(func(n int, at *process) { c.create(engineer, at, fmt.Sprintf("created%d", n), done) })
	begin(func(n int, at *process) { c.revokeOnce(owner, at, c.teams[n%2], done) })
	begin(func(n int, at *process) { c.revokeOnce(owner, at, c.teams[2], done) })
	begin(func(n int, at *process) {
		if n < locked {
			c.unlock(owner, engineer, at, fmt.Sprintf("locked%d", n), done)
		}
	})
	for uploader := range 3 {
		begin(func(n int, at *process) { c.upload(at, fmt.Sprintf("product-%d-%d", uploader, n), done) })
	}
	for range kills {
		p := c.processes[rand.IntN(len(c.processes))]
		time.Sleep(rand.N(400 * time.Millisecond)) // the moment of the kill, for which nothing waits
		p.restart(syscall.SIGKILL)
	}
	close(stop)
	group.Wait()
	c.wantKept(t, done)
	after := c.effects()
	for action, n := range after {
		t.Logf("%s: %d lines and effects", action, n.effects-before[action].effects)
		if n.lines-before[action].lines != n.effects-before[action].effects {
			t.Errorf("%s: %d effects, and %d lines of the activity list", action,
				n.effects-before[action].effects, n.lines-before[action].lines)
		}
	}
	await(t, "all changes are settled", func() bool {
		return c.count("SELECT count(*) FROM changes WHERE narrows AND settled_at IS NULL") == 0
	})
}

// create makes a team.
func (c *city) create(b *browser, at *process, slug string, done *acknowledged) {
	status := b.post(at.url()+"/desk/teams", "name", "Team "+slug, "slug", slug, "email", "somebody@"+slug+".example")
	if status == http.StatusSeeOther {
		done.note("created", slug)
	}
}

// revokeOnce revokes the team's key. A page that comes to nothing redirects too, so the page that
// it leads to is read.
func (c *city) revokeOnce(b *browser, at *process, of *team, done *acknowledged) {
	var id string
	const query = "SELECT id FROM keys WHERE environment_id = $1 AND kind = 'secret' AND state = 'active'"
	if c.db.QueryRow(query, of.environment).Scan(&id) != nil {
		return
	}
	keys := at.url() + "/t/" + of.slug + "/development/keys"
	if b.post(keys+"/"+id+"/revoke", "when", "now", "reason", "other") != http.StatusSeeOther {
		return
	}
	answer, err := b.client.Get(keys)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err == nil && !strings.Contains(string(page), "Nothing was changed") {
		done.note("revoked", id)
	}
}

// unlock asks for an unlock and approves it.
func (c *city) unlock(owner, engineer *browser, at *process, slug string, done *acknowledged) {
	status := owner.post(at.url()+"/t/"+slug+"/development/unlock-requests", "use_case", "Search on our shop.")
	if status != http.StatusSeeOther {
		return
	}
	done.note("requested", slug)
	var id string
	err := c.db.QueryRow("SELECT r.id FROM unlock_requests r JOIN teams t ON t.id = r.team_id WHERE t.slug = $1",
		slug).Scan(&id)
	if err != nil {
		return
	}
	if engineer.post(at.url()+"/desk/requests/"+id+"/approve", "reference", "MSA-2", "ends",
		time.Now().AddDate(1, 0, 0).Format(time.DateOnly)) == http.StatusSeeOther {
		done.note("unlocked", id)
	}
}

// upload sends one record with a key that nobody revokes.
func (c *city) upload(at *process, id string, done *acknowledged) {
	request, err := http.NewRequest(http.MethodPost, at.url()+"/v1/products",
		strings.NewReader(fmt.Sprintf(`{"data":[{"product_id":%q,"title":"Miso"}]}`, id)))
	if err != nil {
		panic(err) // the address is well formed
	}
	request.Header.Set("X-API-KEY", c.teams[3].key.text)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	if drain(answer.Body); answer.StatusCode == http.StatusOK {
		done.note("uploaded", id)
	}
}

// wantKept checks that all that was answered is there.
func (c *city) wantKept(t *testing.T, done *acknowledged) {
	t.Helper()
	for kind, query := range map[string]string{
		"created":   "SELECT count(*) FROM teams WHERE slug = $1",
		"revoked":   "SELECT count(*) FROM keys WHERE id = $1 AND state = 'revoked'",
		"requested": "SELECT count(*) FROM unlock_requests r JOIN teams t ON t.id = r.team_id WHERE t.slug = $1",
		"unlocked": "SELECT count(*) FROM unlock_requests r JOIN agreement_covers c ON " +
			"c.environment_id = r.environment_id WHERE r.id = $1 AND r.state = 'approved'",
		"uploaded": "SELECT count(*) FROM products WHERE id = $1",
	} {
		lost := 0
		for _, id := range done.done[kind] {
			lost += 1 - c.count(query, id)
		}
		t.Logf("%s: %d answered, %d lost", kind, len(done.done[kind]), lost)
		if lost != 0 || len(done.done[kind]) == 0 {
			t.Errorf("%s: %d were answered, and %d of them are lost", kind, len(done.done[kind]), lost)
		}
	}
}

// tally is how many lines the activity list has of an action, and how often it has happened.
type tally struct{ lines, effects int }

func (c *city) effects() map[string]tally {
	c.t.Helper()
	tallies := map[string]tally{}
	for action, query := range map[string]string{
		"team.created":     "SELECT count(*) FROM teams",
		"key.replaced":     "SELECT count(*) FROM keys WHERE state = 'revoked'",
		"unlock.requested": "SELECT count(*) FROM unlock_requests",
		"unlock.approved":  "SELECT count(*) FROM agreement_covers",
	} {
		tallies[action] = tally{c.count("SELECT count(*) FROM audit_events WHERE action = $1", action), c.count(query)}
	}
	return tallies
}
