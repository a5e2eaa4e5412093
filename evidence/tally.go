package evidence

import (
	"strings"
	"sync/atomic"
	"time"

	"dojo/models"
)

// The most that is kept between two flushes. An environment's limits are well
// below those of all together, so that one environment cannot use up the quota of
// the others.
const (
	callersPerKey  = 50
	callersInAll   = 2000
	loggedPerClass = 100 // requests of an environment, or with keys that no team has
	loggedInAll    = 2000

	exposuresPerKey = 20 // by kind and program; further programs are not told apart
)

// quota is how much of what all environments share has been used since the last
// flush, and how much did not fit.
type quota struct {
	callers, requests atomic.Int64
	skipped           atomic.Int64 // requests that were counted and not logged
}

// take uses one of the limit up, if any is left. It looks before it adds, so that
// the counter does not grow without end while the limit is reached.
func take(used *atomic.Int64, limit int64) bool {
	return used.Load() < limit && used.Add(1) <= limit
}

// classOf says which requests share a part of the log: those of one class do not
// push out those of another.
func classOf(outcome models.Outcome) int {
	switch {
	case outcome == models.Succeeded:
		return 0
	case outcome.Refused():
		return 1
	}
	return 2
}

const classes = 3

// tally is what was seen of an environment's keys, or of keys that no team has.
type tally struct {
	keys map[string]*keyTally
	log  [classes][]models.Request
}

// keyTally is what was seen of one key.
type keyTally struct {
	accepted, refused int64
	last              time.Time // of a request that was let in
	lastRefused       time.Time
	address, agent    string // of the last one that was let in

	counts    map[slot]*count
	callers   map[caller]*seenCaller
	exposures map[exposureOf]*models.Exposure // nil until there is one

	// The latest of each: the next request is mostly of the same, and comparing takes
	// less time than looking up.
	count *count
	from  *seenCaller
}

// slot is what requests are counted by.
type slot struct {
	hour     int64 // since 1970
	endpoint string
	outcome  models.Outcome
}

type count struct {
	slot
	requests int64
}

// caller tells programs apart. The headers are as they came, but cut, so that a
// known caller is found before anything is cleaned.
type caller struct{ address, agent, origin string }

func callerOf(o *Observation) caller {
	return caller{o.Address, o.UserAgent[:min(len(o.UserAgent), maxHeader)], o.Origin[:min(len(o.Origin), maxHeader)]}
}

type seenCaller struct {
	caller
	models.Caller
}

func newTally() *tally { return &tally{keys: map[string]*keyTally{}} }

func newKeyTally() *keyTally {
	return &keyTally{counts: map[slot]*count{}, callers: map[caller]*seenCaller{}}
}

func (t *tally) observe(o *Observation, quota *quota) {
	var from *models.Caller
	if o.KeyID != "" {
		key := t.keys[o.KeyID]
		if key == nil {
			key = newKeyTally()
			t.keys[strings.Clone(o.KeyID)] = key
		}
		from = key.observe(o, quota)
	}
	log := &t.log[classOf(o.Outcome)]
	if len(*log) >= loggedPerClass || !take(&quota.requests, loggedInAll) {
		quota.skipped.Add(1)
		return
	}
	*log = append(*log, logLine(o, from))
}

// logLine is a request as it is logged. Who sent it may be known already.
func logLine(o *Observation, from *models.Caller) models.Request {
	if from == nil {
		from = newCaller(o)
	}
	return models.Request{
		ID: strings.Clone(o.ID), EnvironmentID: strings.Clone(o.EnvironmentID), KeyID: strings.Clone(o.KeyID),
		At: o.At, Method: clean(o.Method, maxMethod), Path: cleanPath(o.Path), Endpoint: strings.Clone(o.Endpoint),
		Status: o.Status, Outcome: o.Outcome, Origin: from.Origin, Address: from.Address, UserAgent: from.UserAgent,
		Duration: o.Duration,
	}
}

func newCaller(o *Observation) *models.Caller {
	return &models.Caller{
		KeyID: strings.Clone(o.KeyID), EnvironmentID: strings.Clone(o.EnvironmentID), FirstSeenAt: o.At,
		LastSeenAt: o.At, Address: clean(o.Address, maxAddress), UserAgent: clean(o.UserAgent, maxHeader),
		Origin: clean(o.Origin, maxHeader),
	}
}

// observe counts the request and returns who sent it, or nil when one more
// caller is beyond the quota.
func (k *keyTally) observe(o *Observation, quota *quota) *models.Caller {
	k.countOf(slot{o.At.Unix() / 3600, o.Endpoint, o.Outcome}).requests++
	from := k.callerOf(o, quota)
	refused := o.Outcome.Refused()
	if from != nil {
		seen(&from.FirstSeenAt, &from.LastSeenAt, o.At, o.At)
		*pick(refused, &from.Refused, &from.Accepted)++
	}
	*pick(refused, &k.refused, &k.accepted)++
	switch {
	case refused:
		k.lastRefused = later(k.lastRefused, o.At)
	case !o.At.Before(k.last):
		k.last = o.At
		k.remember(o, from)
	}
	k.findExposures(o, from)
	return from
}

// remember notes from where the key was used last. A caller beyond the
// quota is passed over, unless no other is known.
func (k *keyTally) remember(o *Observation, from *models.Caller) {
	if from == nil && k.address == "" {
		from = newCaller(o)
	}
	if from != nil {
		k.address, k.agent = from.Address, from.UserAgent
	}
}

func (k *keyTally) countOf(s slot) *count {
	if k.count != nil && k.count.slot == s {
		return k.count
	}
	known := k.counts[s]
	if known == nil {
		s.endpoint = strings.Clone(s.endpoint)
		known = &count{slot: s}
		k.counts[s] = known
	}
	k.count = known
	return known
}

func (k *keyTally) callerOf(o *Observation, quota *quota) *models.Caller {
	who := callerOf(o)
	if k.from != nil && k.from.caller == who {
		return &k.from.Caller
	}
	known := k.callers[who]
	if known == nil {
		if len(k.callers) >= callersPerKey || !take(&quota.callers, callersInAll) {
			return nil
		}
		who = caller{strings.Clone(who.address), strings.Clone(who.agent), strings.Clone(who.origin)}
		known = &seenCaller{who, *newCaller(o)}
		k.callers[who] = known
	}
	k.from = known
	return &known.Caller
}

// seen widens a span of time.
func seen(first, last *time.Time, from, to time.Time) {
	if first.IsZero() || from.Before(*first) {
		*first = from
	}
	*last = later(*last, to)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}
