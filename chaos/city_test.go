package chaos

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dojo/models"
	"dojo/passwords"
	"dojo/store"
)

// lease is that of the processes: short, so that tests about its end are.
const lease = 2 * time.Second

const everybodysPassword = "correct horse battery"

// city is a database, the processes that serve it, and the teams whose keys are revoked. The
// second process reaches the database through a link that can be disturbed.
type city struct {
	*history
	cluster   *cluster
	link      *link
	processes []*process
	settings  []string // of a process, but for its database
	db        *sql.DB
	store     *store.Store
	owner     models.Actor // of all teams
	engineer  models.Actor
	teams     []*team
	t         testing.TB
}

// team is one whose Development is unlocked.
type team struct {
	slug, environment string
	key               *key // the active secret key
}

const (
	ownersEmail    = "olivia@acme.example"
	engineersEmail = "sol@dojo.example"
)

// found makes a city with three processes.
func found(t testing.TB, teams int, settings ...string) *city {
	t.Helper()
	return foundOn(newCluster(t), teams, settings...)
}

func foundOn(database *cluster, teams int, settings ...string) *city {
	t := database.t
	t.Helper()
	c := &city{history: newHistory(), cluster: database, t: t}
	c.link = newLink(t, c.cluster.address())
	c.settings = append([]string{"--keyring", filepath.Join(t.TempDir(), "keyring.json"), "--lease", lease.String()},
		settings...)
	c.db = c.cluster.open()
	for i := range 3 {
		c.processes = append(c.processes, c.newProcess(i+1, c.through(i+1)))
		c.processes[i].start()
		if i == 0 {
			c.populate(teams)
		}
	}
	return c
}

func (c *city) through(number int) string {
	if number == 2 {
		return databaseURL(c.link.proxy.Listen)
	}
	return c.cluster.url()
}

func (c *city) newProcess(number int, database string) *process {
	return newProcess(c.t, number, append([]string{"--database-url", database}, c.settings...)...)
}

// populate makes the people and the teams.
func (c *city) populate(teams int) {
	c.t.Helper()
	ctx := context.Background()
	c.openStore()
	hash, err := passwords.New(1).Hash(ctx, everybodysPassword)
	must(c.t, err)
	system := models.SystemActor("Test")
	token, err := c.store.CreateSetupLink(ctx, system, engineersEmail)
	must(c.t, err)
	sol, err := c.store.UseSetupLink(ctx, models.Actor{Address: "192.0.2.7"}, token, engineersEmail, "Sol", hash)
	must(c.t, err)
	olivia, err := c.store.CreateUser(ctx, system, ownersEmail, "Olivia", hash)
	must(c.t, err)
	c.engineer, c.owner = actor(sol), actor(olivia)
	for i := range teams {
		c.teams = append(c.teams, c.newTeam(fmt.Sprintf("team%d", i)))
	}
}

// openStore opens the test's own store, which serves nobody.
func (c *city) openStore() {
	c.t.Helper()
	opened, err := store.Open(context.Background(), store.Options{URL: c.cluster.url(), Keyring: c.settings[1]})
	must(c.t, err)
	c.t.Cleanup(func() { opened.Close() })
	c.store = opened
}

func actor(user models.User) models.Actor {
	return models.Actor{UserID: user.ID, Name: user.Name, Email: user.Email, Engineer: user.Engineer, Address: "192.0.2.7"}
}

// newTeam makes a team of the owner's with Development unlocked.
func (c *city) newTeam(slug string) *team {
	c.t.Helper()
	c.newLockedTeam(slug)
	ctx := context.Background()
	scope, err := c.store.Team(ctx, c.owner, slug)
	must(c.t, err)
	request, err := scope.RequestUnlock(ctx, models.Development, models.UnlockWish{UseCase: "Search on our shop."})
	must(c.t, err)
	desk, err := c.store.Desk(ctx, c.engineer)
	must(c.t, err)
	now := time.Now()
	agreement, err := models.NewTerms("MSA-1", now.AddDate(1, 0, 0).Format(time.DateOnly), now)
	must(c.t, err)
	_, err = desk.Approve(ctx, request.ID, agreement)
	must(c.t, err)
	environment, err := scope.Environment(models.Development)
	must(c.t, err)
	team := &team{slug: slug, environment: environment.ID}
	team.key = c.activeKey(team)
	team.key.issued = 0 // each process begins after it
	c.show(team.key)
	return team
}

func (c *city) newLockedTeam(slug string) {
	c.t.Helper()
	_, err := c.store.CreateTeam(context.Background(), c.engineer,
		store.NewTeam{Slug: slug, Name: "Team " + slug, OwnerID: c.owner.UserID})
	must(c.t, err)
}

// activeKey reads the team's secret key. It waits for a database that is away.
func (c *city) activeKey(of *team) *key {
	c.t.Helper()
	k := &key{issued: never, asked: never, receipt: never}
	var err error
	await(c.t, "the active key can be read", func() bool {
		const query = "SELECT id FROM keys WHERE environment_id = $1 AND kind = 'secret' AND state = 'active'"
		if err = c.db.QueryRow(query, of.environment).Scan(&k.id); err != nil {
			return false
		}
		scope, err := c.store.Team(context.Background(), c.owner, of.slug)
		if err != nil {
			return false
		}
		k.text, err = scope.ViewKey(context.Background(), models.Development, k.id)
		return err == nil
	})
	return k
}

// settled reports whether there is a receipt for the key's revocation.
func (c *city) settled(id string) bool {
	var settled bool
	err := c.db.QueryRow("SELECT bool_and(settled_at IS NOT NULL) FROM changes WHERE narrows AND key_id = $1 "+
		"HAVING count(*) > 0", id).Scan(&settled)
	return err == nil && settled
}

// count is the number that a query returns.
func (c *city) count(query string, args ...any) (n int) {
	c.t.Helper()
	must(c.t, c.db.QueryRow(query, args...).Scan(&n))
	return n
}

// restart replaces the process by another one on its port.
func (p *process) restart(signal syscall.Signal) {
	p.t.Helper()
	p.end(signal)
	p.start()
}
