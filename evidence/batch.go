package evidence

import (
	"cmp"
	"slices"
	"time"

	"dojo/models"
)

// The most that a batch holds while it cannot be handed over.
const (
	heldPerKey   = 200    // callers
	heldPerClass = 500    // logged requests of an environment
	heldInAll    = 10_000 // of each
	heldCounts   = 100_000
)

// batch is what is to be handed over.
type batch struct {
	counts    map[countKey]int64
	keys      map[string]*models.KeyUse
	callers   map[callerKey]*models.Caller
	perKey    map[string]int // callers
	requests  []models.Request
	perClass  map[classKey]int // requests
	exposures map[exposureKey]*models.Exposure
}

type countKey struct {
	environmentID, keyID string
	slot
}

type callerKey struct {
	keyID string
	caller
}

type classKey struct {
	environmentID string
	class         int
}

type exposureKey struct {
	keyID string
	exposureOf
}

func newBatch() *batch {
	return &batch{
		counts: map[countKey]int64{}, keys: map[string]*models.KeyUse{}, callers: map[callerKey]*models.Caller{},
		perKey: map[string]int{}, perClass: map[classKey]int{}, exposures: map[exposureKey]*models.Exposure{},
	}
}

// add adds what was collected later than what is there.
func (b *batch) add(environmentID string, t *tally) {
	for keyID, k := range t.keys {
		b.addCounts(environmentID, keyID, k)
		b.addKey(keyID, k)
		for _, from := range k.callers {
			b.addCaller(&from.Caller)
		}
		for _, e := range k.exposures {
			b.addExposure(e)
		}
	}
	for class, requests := range t.log {
		key := classKey{environmentID, class}
		fit := max(0, min(heldPerClass-b.perClass[key], heldInAll-len(b.requests), len(requests)))
		b.requests = append(b.requests, requests[:fit]...)
		b.perClass[key] += fit
	}
}

func (b *batch) addCounts(environmentID, keyID string, k *keyTally) {
	for slot, count := range k.counts {
		key := countKey{environmentID, keyID, slot}
		if _, known := b.counts[key]; known || len(b.counts) < heldCounts {
			b.counts[key] += count.requests
		}
	}
}

func (b *batch) addKey(keyID string, k *keyTally) {
	use := b.keys[keyID]
	if use == nil {
		use = &models.KeyUse{KeyID: keyID}
		b.keys[keyID] = use
	}
	use.Accepted += k.accepted
	use.Refused += k.refused
	if !k.last.IsZero() {
		use.LastAt, use.LastAddress, use.LastUserAgent = &k.last, k.address, k.agent
	}
	if !k.lastRefused.IsZero() {
		use.LastRefusedAt = &k.lastRefused
	}
}

// addCaller goes by what was kept of the headers: two that differed only in what
// was taken out are one.
func (b *batch) addCaller(from *models.Caller) {
	who := callerKey{from.KeyID, caller{from.Address, from.UserAgent, from.Origin}}
	known := b.callers[who]
	if known == nil {
		if b.perKey[from.KeyID] < heldPerKey && len(b.callers) < heldInAll {
			b.callers[who] = from
			b.perKey[from.KeyID]++
		}
		return
	}
	seen(&known.FirstSeenAt, &known.LastSeenAt, from.FirstSeenAt, from.LastSeenAt)
	known.Accepted += from.Accepted
	known.Refused += from.Refused
}

// addExposure tells programs apart only while there is room.
func (b *batch) addExposure(e *models.Exposure) {
	of := exposureKey{e.KeyID, exposureOf{e.Kind, e.Program}}
	if b.exposures[of] == nil && len(b.exposures) >= heldInAll {
		of.program, e.Program = "", ""
	}
	sum := b.exposures[of]
	add(&sum, e)
	b.exposures[of] = sum
}

func (b *batch) empty() bool { return len(b.keys) == 0 && len(b.requests) == 0 }

// use is the batch in the form that the sink takes. Rows are in order, so that processes that
// write the same ones at once wait for each other, and not in a circle.
func (b *batch) use() models.Use {
	use := models.Use{Requests: b.requests}
	for key, n := range b.counts {
		use.Counts = append(use.Counts, models.RequestCount{
			EnvironmentID: key.environmentID, KeyID: key.keyID, Hour: time.Unix(key.hour*3600, 0).UTC(),
			Endpoint: key.endpoint, Outcome: key.outcome, Requests: n,
		})
	}
	for _, key := range b.keys {
		use.Keys = append(use.Keys, *key)
	}
	for _, from := range b.callers {
		use.Callers = append(use.Callers, *from)
	}
	for _, e := range b.exposures {
		use.Exposures = append(use.Exposures, *e)
	}
	slices.SortFunc(use.Counts, func(a, b models.RequestCount) int {
		return cmp.Or(a.Hour.Compare(b.Hour), cmp.Compare(a.EnvironmentID, b.EnvironmentID), cmp.Compare(a.KeyID, b.KeyID),
			cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(a.Outcome, b.Outcome))
	})
	slices.SortFunc(use.Keys, func(a, b models.KeyUse) int { return cmp.Compare(a.KeyID, b.KeyID) })
	slices.SortFunc(use.Callers, func(a, b models.Caller) int {
		return cmp.Or(cmp.Compare(a.KeyID, b.KeyID), cmp.Compare(a.Address, b.Address),
			cmp.Compare(a.UserAgent, b.UserAgent), cmp.Compare(a.Origin, b.Origin))
	})
	slices.SortFunc(use.Exposures, func(a, b models.Exposure) int {
		return cmp.Or(cmp.Compare(a.EnvironmentID, b.EnvironmentID), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.KeyID, b.KeyID), cmp.Compare(a.Program, b.Program))
	})
	return use
}
