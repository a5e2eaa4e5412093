package demo

import (
	"cmp"
	"errors"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"dojo/evidence"
	"dojo/models"
	"dojo/store"
)

// useDays is for how long before the present the demo's keys were used.
const useDays = 14

// program is who calls the API in the demo, and how.
type program struct {
	team     string
	kind     models.EnvironmentKind
	key      models.KeyKind
	endpoint string
	path     string // unless it is the endpoint's; with #, one of a few
	address  string // likewise
	agent    string
	origin   string
	hourly   float64 // requests at the busiest hour
	steady   bool    // at night too
	failing  float64 // the part of its requests that is not answered well
	status   int     // what those get
	behind   bool    // it was never given the newest key, and shows the one before
	inURL    bool    // it puts the key into the address
}

// programs are those of the demo's teams. Addresses are of the ranges kept for
// documentation (RFC 5737).
var programs = []program{
	{
		team: "acme", kind: models.Development, key: models.Publishable, endpoint: "POST /v1/interactions",
		address: "198.51.100.#",
		agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/18.1 Safari/605.1.15",
		origin: "https://staging.acme.example", hourly: 14, failing: 0.04, status: 422,
	},
	{
		team: "acme", kind: models.Development, key: models.Publishable, endpoint: "POST /v1/interactions",
		address: "198.51.100.17",
		agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
			"Chrome/131.0.0.0 Safari/537.36",
		origin: "https://old-shop.acme.example", hourly: 12, steady: true, behind: true,
	},
	{
		team: "acme", kind: models.Development, key: models.Secret, endpoint: "GET /v1/products/:id",
		path: "/v1/products/book-1#", address: "198.51.100.80", agent: "acme-shelf/1.4 Go-http-client/1.1", hourly: 9,
		failing: 0.07, status: 404,
	},
	{
		team: "acme", kind: models.Development, key: models.Secret, endpoint: "POST /v1/products",
		address: "198.51.100.81", agent: "python-requests/2.32.3", hourly: 2, failing: 0.1, status: 422,
	},
	{
		team: "acme", kind: models.Development, key: models.Secret, endpoint: "POST /v1/users",
		address: "198.51.100.61", agent: "curl/8.9.1", hourly: 0.4, behind: true,
	},
	{
		team: "acme", kind: models.Development, key: models.Secret, endpoint: "GET /v1/products/_ids",
		address: "198.51.100.61", agent: "curl/8.9.1", hourly: 0.2, inURL: true,
	},
	{
		team: "umami", kind: models.Production, key: models.Publishable, endpoint: "POST /v1/interactions",
		address: "203.0.113.#",
		agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
			"Version/18.1 Mobile/15E148 Safari/604.1",
		origin: "https://www.umami.example", hourly: 60, failing: 0.01, status: 422,
	},
	{
		team: "umami", kind: models.Production, key: models.Secret, endpoint: "POST /v1/users",
		address: "203.0.113.40", agent: "umami-sync/2.0 node", hourly: 12, failing: 0.005, status: 422,
	},
}

// use tells who showed the teams' keys, hour by hour.
func (b *builder) use() {
	collector := evidence.New(b.store, slog.New(slog.DiscardHandler))
	dice := rand.New(rand.NewPCG(2026, 11)) // the same story each time
	callers := b.callers()
	for hour := b.end.Add(-useDays * 24 * time.Hour); hour.Before(b.clock); hour = hour.Add(time.Hour) {
		for _, c := range callers {
			c.call(collector, dice, hour, b.clock)
		}
		// The log keeps a few requests of each part; of the last day, many.
		if hour.Hour()%12 == 0 || b.end.Sub(hour) < 24*time.Hour {
			b.do(func() error { return collector.Flush(b.ctx) })
		}
	}
	b.do(func() error { return collector.Flush(b.ctx) })
	b.do(b.deliver)
}

// caller is a program with the keys that it may show.
type caller struct {
	program
	environment models.Environment
	keys        []models.Key // of its kind, newest first
}

func (b *builder) callers() (callers []caller) {
	owners := map[string]string{"acme": "olivia@acme.example", "umami": "uma@umami.example"}
	for _, p := range programs {
		b.as(owners[p.team], p.team, func(t *store.TeamScope) error {
			environment, err := t.Environment(p.kind)
			if err != nil {
				return err
			}
			keys, err := t.Keys(b.ctx, p.kind)
			keys = slices.DeleteFunc(keys, func(k models.Key) bool { return k.Kind != p.key })
			slices.SortFunc(keys, func(a, b models.Key) int { return b.CreatedAt.Compare(a.CreatedAt) })
			callers = append(callers, caller{p, environment, keys})
			return err
		})
	}
	return callers
}

// call makes the caller's requests of one hour, up to the end: most in the
// afternoon, few at night.
func (c *caller) call(collector *evidence.Collector, dice *rand.Rand, hour, end time.Time) {
	busy := 0.55 - 0.45*math.Cos(2*math.Pi*float64(hour.Hour()-3)/24)
	if c.steady {
		busy = 1
	}
	for range int(c.hourly*busy + dice.Float64()) {
		at := hour.Add(time.Duration(dice.Int64N(int64(time.Hour)))).Truncate(time.Microsecond)
		if key := c.shown(at); key != nil && at.Before(end) {
			collector.Observe(c.observation(key, at, dice))
		}
	}
}

// shown is the key that the caller shows at a moment: the newest, or the one before
// that if there was one. It is nil when there is none yet.
func (c *caller) shown(at time.Time) *models.Key {
	there := slices.IndexFunc(c.keys, func(k models.Key) bool { return !k.CreatedAt.After(at) })
	if there < 0 {
		return nil
	}
	if c.behind && there+1 < len(c.keys) {
		there++
	}
	return &c.keys[there]
}

// deliver lets the mails that came of it be delivered.
func (b *builder) deliver() error {
	mails, err := b.store.ClaimMails(b.ctx, 100)
	for _, mail := range mails {
		err = errors.Join(err, b.store.MailSent(b.ctx, mail.Mail))
	}
	return err
}

// observation is one request as the collector is told of it.
func (c *caller) observation(key *models.Key, at time.Time, dice *rand.Rand) *evidence.Observation {
	status, outcome := 200, models.Succeeded
	switch {
	case key.StateAt(at) == models.Revoked && key.RetiresAt != nil:
		status, outcome = 401, models.KeyIsRetired
	case key.State == models.Revoked && !at.Before(*key.RevokedAt):
		status, outcome = 401, models.KeyIsRevoked
	case dice.Float64() < c.failing:
		status, outcome = c.status, models.OutcomeOf(c.status)
	}
	method, path, _ := strings.Cut(c.endpoint, " ")
	return &evidence.Observation{
		Request: models.Request{
			ID: models.NewID(), EnvironmentID: c.environment.ID, KeyID: key.ID, At: at, Method: method,
			Path: varied(cmp.Or(c.path, path), dice), Endpoint: c.endpoint, Status: status, Outcome: outcome,
			Origin: c.origin, Address: varied(c.address, dice), UserAgent: c.agent,
			Duration: time.Duration(400+dice.IntN(2600)) * time.Microsecond,
		},
		KeyKind: c.key, Environment: c.kind,
		Browser: c.origin != "", InQuery: c.inURL, Interactions: path == "/v1/interactions",
	}
}

// varied puts one of a few numbers into the text, if it has a place for one.
func varied(text string, dice *rand.Rand) string {
	return strings.Replace(text, "#", strconv.Itoa(100+dice.IntN(9)), 1)
}
