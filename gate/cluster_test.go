package gate_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"dojo/gate"
	"dojo/models"
)

// cluster is a database in memory that processes follow, and what is known of the keys
// besides.
type cluster struct {
	mu        sync.Mutex
	db        tables
	replica   *tables // what a failover goes back to; nil: all there is
	history   int
	away      bool // every statement fails
	versions  []version
	processes []*process
	joined    int
	broken    string // the first time that the promise was not kept
	late      sync.WaitGroup

	accepted, refused int // checks while memory was trusted
}

// tables are what a failover takes back in part.
type tables struct {
	last    int64
	begun   int // the history
	changes []change
	rows    map[string]models.Process
	allowed map[string]bool // by environment
}

type change struct {
	sequence    int64
	environment string
	version     int
	settled     bool
}

// version is what a change made of an environment's key, also when it was lost since.
type version struct {
	environment string
	allowed     bool
}

const (
	clusterLease = 4 * time.Second
	changesTold  = 4 // one that is further behind reads all grants
)

var clusterEnvironments = []string{"one", "two"}

func newCluster() *cluster {
	c := &cluster{history: 1, db: tables{begun: 1, rows: map[string]models.Process{}, allowed: map[string]bool{}}}
	for _, environment := range clusterEnvironments {
		c.db.allowed[environment] = true
		c.versions = append(c.versions, version{environment, true})
	}
	return c
}

func (t tables) copy() tables {
	t.changes, t.rows, t.allowed = slices.Clone(t.changes), maps.Clone(t.rows), maps.Clone(t.allowed)
	return t
}

var (
	errAway   = errors.New("the database is away")
	errGaveUp = errors.New("no answer came in time")
)

// do runs a transaction, and looks whether the promise is kept after it.
func (c *cluster) do(transaction func(db *tables) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away {
		return errAway
	}
	err := transaction(&c.db)
	c.settle()
	c.look()
	return err
}

// settle does so at once: what can be settled once can be settled for ever.
func (c *cluster) settle() {
	if c.db.begun != c.history {
		return
	}
	for i := range c.db.changes {
		waits := false
		for _, row := range c.db.rows {
			waits = waits || row.OutAt == nil && row.Applied < c.db.changes[i].sequence
		}
		c.db.changes[i].settled = c.db.changes[i].settled || !waits
	}
}

// change locks or unlocks an environment.
func (c *cluster) change(environment string, allowed bool) {
	_ = c.do(func(db *tables) error {
		c.versions = append(c.versions, version{environment, allowed})
		db.last++
		db.allowed[environment] = allowed
		db.changes = append(db.changes, change{
			sequence: db.last, environment: environment, version: len(c.versions) - 1, settled: allowed,
		})
		return nil
	})
}

// look is the promise: a key that is accepted was allowed at the time of the last change
// that is settled and took that away, or at one since.
func (c *cluster) look() {
	for _, environment := range clusterEnvironments {
		since := 0
		for _, change := range c.db.changes {
			if change.settled && change.environment == environment && !c.versions[change.version].allowed {
				since = change.version
			}
		}
		may := slices.Contains(c.versions[since:], version{environment, true})
		for _, p := range c.processes {
			switch p.gate.CheckKey(keyText(environment)).Outcome {
			case models.Accepted:
				c.accepted++
				if !may && c.broken == "" {
					c.broken = fmt.Sprintf("process %d accepts what is settled to be refused in %s", p.number, environment)
				}
			case models.NeverUnlocked:
				c.refused++
			}
		}
	}
}

// lag has a failover lose what is committed from now on.
func (c *cluster) lag() {
	c.mu.Lock()
	defer c.mu.Unlock()
	replica := c.db.copy()
	c.replica = &replica
}

func (c *cluster) failOver() {
	c.mu.Lock()
	if c.replica != nil {
		c.db, c.replica = c.replica.copy(), nil
	}
	c.history++
	c.mu.Unlock()
	_ = c.do(func(*tables) error { return nil })
}

// join is a transaction of gate.Feed, as the following ones.
func (c *cluster) join(lease time.Duration) (id string, err error) {
	err = c.do(func(db *tables) error {
		insert := func() string {
			c.joined++
			id := strconv.Itoa(c.joined)
			db.rows[id] = models.Process{ID: id, LeaseMS: lease.Milliseconds()}
			return id
		}
		if db.begun != c.history {
			insert() // stands for those whose rows are lost
			db.begun = c.history
		}
		id = insert()
		return nil
	})
	return id, err
}

// news is what the feed says.
type news struct {
	end          models.FeedPosition
	environments []string
	complete     bool
}

func (c *cluster) changes(after models.FeedPosition) (n news, err error) {
	err = c.do(func(db *tables) error {
		n.end = models.FeedPosition{Last: db.last, History: strconv.Itoa(c.history)}
		n.complete = n.end.History == after.History && db.last-after.Last <= changesTold
		for _, change := range db.changes {
			if n.complete && change.sequence > after.Last && !slices.Contains(n.environments, change.environment) {
				n.environments = append(n.environments, change.environment)
			}
		}
		return nil
	})
	return n, err
}

func (c *cluster) confirm(id string, applied models.FeedPosition) (others []models.Process, err error) {
	err = c.do(func(db *tables) error {
		row, there := db.rows[id]
		if !there || row.OutAt != nil || applied.History != strconv.Itoa(c.history) || db.begun != c.history {
			return models.ErrOut
		}
		row.Applied, row.Renewals = applied.Last, row.Renewals+1
		db.rows[id] = row
		for _, other := range db.rows {
			if other.ID != id && other.OutAt == nil {
				others = append(others, other)
			}
		}
		return nil
	})
	return others, err
}

func (c *cluster) markOut(seen models.Process) error {
	return c.do(func(db *tables) error {
		if row, there := db.rows[seen.ID]; there && row.Renewals == seen.Renewals && row.OutAt == nil {
			row.OutAt = &noon
			db.rows[seen.ID] = row
		}
		return nil
	})
}

func (c *cluster) grants(environments ...string) (grants []models.Grant, err error) {
	err = c.do(func(db *tables) error {
		grants = db.grants(environments...)
		return nil
	})
	return grants, err
}

func (db *tables) grants(environments ...string) (grants []models.Grant) {
	for _, environment := range environments {
		g := grant(environment, models.Secret, models.Production)
		g.EnvironmentID = environment
		if !db.allowed[environment] {
			g.Periods = nil
		}
		grants = append(grants, g)
	}
	return grants
}

// process is one that follows the cluster's feed, and its connection to the database.
type process struct {
	*cluster
	number   int
	gate     *gate.Gate
	follower *gate.Follower
	end      func()

	troubles [statements]chan trouble // of its next statements, in this order
	standing atomic.Int64             // until when it stands still, in Unix nanoseconds
	crashed  atomic.Bool              // it sends nothing any more
	prompt   atomic.Bool              // its grants are read at once from now on; see EnvironmentGrants
}

// statement names what a process sends to the database.
type statement int

const (
	joins statement = iota
	looks
	reads
	confirms
	marks
	statements
)

// trouble is what happens to one statement.
type trouble struct {
	kind string
	time time.Duration
}

// start adds a process whose clock runs at a speed, and that speaks to the database by way
// of its feed.
func (c *cluster) start(number int, speed float64, feed func(gate.Feed) gate.Feed) *process {
	p := &process{cluster: c, number: number}
	for i := range p.troubles {
		p.troubles[i] = make(chan trouble, 10)
	}
	p.gate = gate.New(p, digest, func() time.Time { return noon })
	p.follower = gate.NewFollower(p.gate, feed(p), clusterLease,
		func() models.ProcessStats { return models.ProcessStats{Listening: true} })
	began := time.Now()
	p.follower.SetClock(func() time.Duration {
		return time.Hour + time.Duration(speed*float64(time.Since(began)))
	})
	p.gate.TrustWhile(p.follower.Sure)
	running, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { p.follower.Run(running); close(ended) }()
	p.end = func() {
		stop()
		<-ended
		p.gate.Close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.processes = append(c.processes, p)
	return p
}

// pause has the process stand still at its next statement.
func (p *process) pause(wait time.Duration) {
	p.standing.Store(time.Now().Add(wait).UnixNano())
}

// send has a statement carried out, in the way that is the next one's fate. Nobody who stands
// still heeds a deadline.
func send[T any](p *process, what statement, transaction func() (T, error)) (answer T, err error) {
	if p.crashed.Load() {
		return answer, errAway
	}
	p.stand()
	defer p.stand()
	var t trouble
	select {
	case t = <-p.troubles[what]:
	default:
	}
	switch t.kind {
	case "late":
		p.late.Go(func() { time.Sleep(t.time); _, _ = transaction() })
		return answer, errGaveUp
	case "unanswered":
		_, _ = transaction()
		return answer, errGaveUp
	case "slow":
		time.Sleep(t.time)
	case "answered late":
		defer time.Sleep(t.time)
	}
	return transaction()
}

func (p *process) stand() {
	for wait := p.stands(); wait > 0; wait = p.stands() {
		time.Sleep(wait)
	}
}

func (p *process) stands() time.Duration { return time.Until(time.Unix(0, p.standing.Load())) }

func (p *process) Join(_ context.Context, lease time.Duration) (id string, end models.FeedPosition, err error) {
	if id, err = send(p, joins, func() (string, error) { return p.join(lease) }); err != nil {
		return "", end, err
	}
	news, err := send(p, looks, func() (news, error) { return p.changes(models.FeedPosition{}) })
	return id, news.end, err
}

func (p *process) Changes(
	_ context.Context, after models.FeedPosition,
) (end models.FeedPosition, ids []string, complete bool, err error) {
	news, err := send(p, looks, func() (news, error) { return p.changes(after) })
	return news.end, news.environments, news.complete, err
}

func (p *process) Confirm(
	_ context.Context, id string, applied models.FeedPosition, _ models.ProcessStats,
) ([]models.Process, error) {
	return send(p, confirms, func() ([]models.Process, error) { return p.confirm(id, applied) })
}

func (p *process) MarkOut(_ context.Context, seen models.Process) error {
	_, err := send(p, marks, func() (struct{}, error) { return struct{}{}, p.markOut(seen) })
	return err
}

func (p *process) Leave(ctx context.Context, id string) error {
	p.mu.Lock()
	row := p.db.rows[id]
	p.mu.Unlock()
	return p.MarkOut(ctx, row)
}

// Grants is read at once: it holds a lock of the gate, as EnvironmentGrants does.
func (p *process) Grants(_ context.Context, take func(*models.Grant) error) error {
	grants, err := p.grants(clusterEnvironments...)
	for i := range grants {
		if err == nil {
			err = take(&grants[i])
		}
	}
	return err
}

// GrantByDigest is asked while the cluster is looked at, which holds its lock; and for no key, to
// see whether the database answers.
func (p *process) GrantByDigest(_ context.Context, digest [32]byte) (grant models.Grant, found bool, err error) {
	if digest == [32]byte{} {
		_, err := p.grants()
		return grant, false, err
	}
	if p.away || p.crashed.Load() {
		return grant, false, errAway
	}
	for _, grant := range p.db.grants(clusterEnvironments...) {
		if grant.Digest == digest {
			return grant, true, nil
		}
	}
	return grant, false, nil
}

// EnvironmentGrants is asked under a lock of the gate, and the time of a bubble stands still while
// somebody waits for a lock. Nobody does before a read has failed, which begins the retries.
func (p *process) EnvironmentGrants(_ context.Context, id string) (grants []models.Grant, err error) {
	environments := []string{id}
	if id == "" {
		environments = clusterEnvironments
	}
	read := func() ([]models.Grant, error) { return p.grants(environments...) }
	if p.prompt.Load() {
		grants, err = read()
	} else {
		grants, err = send(p, reads, read)
	}
	if err != nil {
		p.prompt.Store(true)
	}
	return grants, err
}

// meets gives the next such statement that has none yet its fate.
func (p *process) meets(what statement, t trouble) {
	select {
	case p.troubles[what] <- t:
	default: // enough
	}
}

func (c *cluster) setAway(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

// restart ends a process, in good order or with nobody told, and starts another one.
func (c *cluster) restart(p *process, s step, speed float64, feed func(gate.Feed) gate.Feed) *process {
	c.mu.Lock()
	c.processes = slices.DeleteFunc(c.processes, func(other *process) bool { return s.Do == "crash" && other == p })
	c.mu.Unlock()
	p.crashed.Store(s.Do == "crash")
	p.end()
	c.mu.Lock()
	c.processes = slices.DeleteFunc(c.processes, func(other *process) bool { return other == p })
	c.mu.Unlock()
	return c.start(p.number, speed, feed)
}
