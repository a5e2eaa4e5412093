package evidence

import (
	"strings"

	"dojo/models"
)

// How many requests of one key within an hour of the clock make an exposure of
// what a single one does not prove.
const (
	burstOfMisses = 20 // and more of them than of hits
	burstOnServer = 50
)

// exposureOf tells the exposures of a key apart: by kind, and those of a kind that teams accept for single
// programs by the program's name too, which is empty beyond exposuresPerKey.
type exposureOf struct {
	kind    models.ExposureKind
	program string
}

// findExposures notes what the request gives away about where its key is. A key
// that opens nothing any more is no danger, and neither is one to sample data.
func (k *keyTally) findExposures(o *Observation, from *models.Caller) {
	if o.Outcome == models.KeyIsRevoked || o.Outcome == models.KeyIsRetired {
		return
	}
	if o.KeyKind == models.Secret && o.Environment != models.Playground {
		if o.Browser {
			k.expose(models.SecretInBrowser, o, from)
		}
		if o.InQuery {
			k.expose(models.SecretInURL, o, from)
		}
	}
	if o.Outcome == models.Missed {
		k.expose(models.WrongEnvironment, o, from)
	}
	if o.KeyKind == models.Publishable && o.Interactions && !o.Outcome.Refused() && !o.Browser &&
		!browser(o.UserAgent) {
		k.expose(models.PublishableOnServer, o, from)
	}
}

// browser reports whether a browser may have sent the user agent: all of them call
// themselves Mozilla, for reasons of their own.
func browser(agent string) bool { return strings.HasPrefix(agent, "Mozilla/") }

// expose counts the request towards the exposure of the kind.
func (k *keyTally) expose(kind models.ExposureKind, o *Observation, from *models.Caller) {
	if from == nil && (kind.ByProgram() || k.exposures[exposureOf{kind: kind}] == nil) {
		from = newCaller(o)
	}
	of := exposureOf{kind: kind}
	if kind.ByProgram() {
		of.program = models.ProgramName(from.UserAgent) // which is clean
		if k.exposures[of] == nil && len(k.exposures) >= exposuresPerKey {
			of.program = ""
		}
	}
	e := k.exposures[of]
	if e == nil {
		e = &models.Exposure{EnvironmentID: strings.Clone(o.EnvironmentID), Kind: kind, KeyID: strings.Clone(o.KeyID),
			Program: of.program}
		if k.exposures == nil {
			k.exposures = map[exposureOf]*models.Exposure{}
		}
		k.exposures[of] = e
	}
	seen(&e.FirstSeenAt, &e.LastSeenAt, o.At, o.At)
	e.Requests++
	if from != nil {
		e.Address, e.UserAgent, e.Origin = from.Address, from.UserAgent, from.Origin
	}
}

// add adds what was seen later.
func add(sum **models.Exposure, e *models.Exposure) {
	if *sum == nil {
		*sum = e
		return
	}
	s := *sum
	seen(&s.FirstSeenAt, &s.LastSeenAt, e.FirstSeenAt, e.LastSeenAt)
	s.Requests += e.Requests
	s.Address, s.UserAgent, s.Origin = e.Address, e.UserAgent, e.Origin
}

// bursts is what was seen in one hour, of exposures that take many requests.
type bursts struct {
	hour int64
	keys map[string]*burst
}

type burst struct {
	misses, onServer *models.Exposure // nil: none
	hits             int64
}

// judge takes those exposures from a key's tally that too few requests make yet,
// and gives back those for which there are enough by now. Then it counts from zero,
// so that an exposure that somebody has resolved is opened again by another burst
// only.
func (b *bursts) judge(keyID string, k *keyTally) {
	if hour := k.hour(); hour > b.hour {
		b.hour, b.keys = hour, map[string]*burst{}
	}
	known := b.keys[keyID]
	if known == nil {
		known = &burst{}
		b.keys[keyID] = known
	}
	known.hits += k.hits()
	if k.takeInto(&known.misses, models.WrongEnvironment) >= burstOfMisses && known.misses.Requests > known.hits {
		k.exposures[exposureOf{kind: models.WrongEnvironment}], known.misses, known.hits = known.misses, nil, 0
	}
	if k.takeInto(&known.onServer, models.PublishableOnServer) >= burstOnServer {
		k.exposures[exposureOf{kind: models.PublishableOnServer}], known.onServer = known.onServer, nil
	}
}

// takeInto moves the exposure of the kind, if there is one, into the sum and
// returns how many requests that has then. It returns 0 when there was none.
func (k *keyTally) takeInto(sum **models.Exposure, kind models.ExposureKind) int64 {
	of := exposureOf{kind: kind}
	e := k.exposures[of]
	if e == nil {
		return 0
	}
	delete(k.exposures, of)
	add(sum, e)
	return (*sum).Requests
}

// hour is that of the key's latest request, since 1970.
func (k *keyTally) hour() (hour int64) {
	for slot := range k.counts {
		hour = max(hour, slot.hour)
	}
	return hour
}

// hits is how many requests found what they asked for.
func (k *keyTally) hits() (hits int64) {
	for slot, count := range k.counts {
		if slot.outcome == models.Succeeded {
			hits += count.requests
		}
	}
	return hits
}
