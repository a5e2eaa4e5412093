package gate

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"log/slog"
	"math"
	"slices"

	"dojo/models"
)

// page is what is known of some environments and their keys. Nobody changes one: a change
// puts another one in its place, so that whoever has found a key finds the facts of its
// environment as they were at the same moment. It holds no pointers but those to its own
// parts, since the garbage collector visits every pointer in each of its cycles.
type page struct {
	changed      uint64 // the number of the change that put it in place
	environments []environment
	keys         []key // by digest
	retirements  []retirement
	periods      []pagePeriod // of the environments that have more than their first one
	text         string
}

// key is what a page knows of a key, in 36 bytes.
type key struct {
	// The first half of the key's digest: whoever would be taken for another key must find
	// one of 128 bits, and can only try by asking.
	digest      [16]byte
	id          id
	flags       uint8
	environment uint16 // its place in the page
}

// retirement is when a key retires, which few do.
type retirement struct {
	key uint32 // its place in the page; retirements are in their order
	at  int64  // Unix time in nanoseconds
}

// environment is what a page knows of an environment, in 76 bytes.
type environment struct {
	// Of its only period, if there is one and nothing else is to be known of it; see several.
	from                halves // Unix time in nanoseconds; 0: no beginning
	until               uint32 // Unix time in seconds; 0: no end
	text                uint32 // where the team's slug begins, and behind it the origins
	bucket              uint32 // see buckets
	slug, origins       uint16 // their lengths
	id, team, dataSetID id
	flags               uint8
}

// halves are those of an int64, which whole would have its struct be a multiple of 8 bytes.
type halves [2]uint32

func halve(n int64) halves { return halves{uint32(n >> 32), uint32(n)} }

func (h halves) whole() int64 { return int64(h[0])<<32 | int64(h[1]) }

// pagePeriod is a period of an environment that few have: with a limit, locked by an
// engineer, ending within a second, or one of several.
type pagePeriod struct {
	period
	environment uint16 // its place in the page
}

// Of a key's flags.
const (
	secret uint8 = 1 << iota
	revoked
	retires // there is a retirement
)

// Of an environment's flags. Its kind is in those below: what may do least is 0.
const (
	kindBits uint8 = 1<<2 - 1

	unlocked   uint8 = 1 << (iota + 1) // it has one period
	several                            // its periods are among the page's
	noBrowsers                         // the secret key is refused where a browser sends it
	suspended                          // whether its grants still stand is not known
)

// find returns the place of the key with the digest, or -1.
func (p *page) find(digest *[32]byte) int {
	if p == nil {
		return -1
	}
	// The search is written out because a comparison through a function value costs as much
	// as the rest of it.
	low, high := 0, len(p.keys)
	for low < high {
		middle := int(uint(low+high) >> 1)
		switch c := bytes.Compare(p.keys[middle].digest[:], digest[:16]); {
		case c == 0:
			return middle
		case c < 0:
			low = middle + 1
		default:
			high = middle
		}
	}
	return -1
}

// environment returns the place of the environment with the id, or -1.
func (p *page) environment(text string) int {
	if p == nil {
		return -1
	}
	packed, ok := packID(text)
	for i := range p.environments {
		if e := &p.environments[i]; ok && e.id.is(&packed) || !ok && e.id[16] == elsewhere && p.id(&e.id) == text {
			return i
		}
	}
	return -1
}

// revoked reports whether the page has the key as a revoked one.
func (p *page) revoked(digest *[32]byte) bool {
	i := p.find(digest)
	return i >= 0 && p.keys[i].flags&revoked != 0
}

func (p *page) id(packed *id) string {
	if packed[16] != elsewhere {
		return packed.text()
	}
	at := binary.LittleEndian.Uint32(packed[:])
	return p.text[at : at+binary.LittleEndian.Uint32(packed[4:])]
}

// retires returns when the key at the place retires, in Unix nanoseconds, or 0.
func (p *page) retires(place int) int64 {
	if p.keys[place].flags&retires == 0 {
		return 0
	}
	i, _ := slices.BinarySearchFunc(p.retirements, uint32(place), func(r retirement, place uint32) int {
		return cmp.Compare(r.key, place)
	})
	return p.retirements[i].at
}

// periodsOf returns the periods of the environment at the place.
func (p *page) periodsOf(place uint16) []period {
	e := &p.environments[place]
	switch {
	case e.flags&unlocked != 0:
		return []period{{from: e.from.whole(), until: int64(e.until) * second}}
	case e.flags&several == 0:
		return nil
	}
	var periods []period
	for i := range p.periods {
		if p.periods[i].environment == place {
			periods = append(periods, p.periods[i].period)
		}
	}
	return periods
}

// grant returns what the key at the place was made from, but for the second half of the
// digest and the periods. It makes one string of all text, and holds on to nothing of the page.
func (p *page) grant(place int) models.Grant {
	k := &p.keys[place]
	e := &p.environments[k.environment]
	var room [192]byte
	text := room[:0]
	var ends [6]int
	for i, packed := range [...]*id{&k.id, &e.id, &e.team, &e.dataSetID} {
		text = p.appendID(text, packed)
		ends[i+1] = len(text)
	}
	ends[5] = len(text) + int(e.slug)
	all := string(append(text, p.text[e.text:e.text+uint32(e.slug)+uint32(e.origins)]...))
	part := func(i int) string { return all[ends[i]:ends[i+1]] }
	g := models.Grant{
		KeyID: part(0), Kind: keyKinds[k.flags&secret], Revoked: k.flags&revoked != 0, RetiresAt: moment(p.retires(place)),
		EnvironmentID: part(1), Environment: environmentKinds[e.flags&kindBits],
		TeamID: part(2), TeamSlug: part(4), DataSetID: part(3),
		AllowedOrigins: all[ends[5]:], RefusesBrowserSecrets: e.flags&noBrowsers != 0,
	}
	copy(g.Digest[:], k.digest[:])
	return g
}

func (p *page) appendID(text []byte, packed *id) []byte {
	if packed[16] == elsewhere {
		return append(text, p.id(packed)...)
	}
	return packed.appendText(text)
}

// draft is a page that is being made.
type draft struct {
	environments []environment
	periods      []pagePeriod
	keys         []draftKey // as many as kept are in order
	kept         int
	text         []byte
}

type draftKey struct {
	key
	retires int64 // Unix time in nanoseconds, if its flag says so
}

// keep takes over all that the page has but one environment, given by its place.
func (d *draft) keep(p *page, but int) {
	places := make([]uint16, len(p.environments))
	d.environments, d.keys = make([]environment, 0, len(p.environments)+1), make([]draftKey, 0, len(p.keys)+4)
	d.text = make([]byte, 0, len(p.text)+32)
	for i, e := range p.environments {
		if i == but {
			continue
		}
		e.id, e.team, e.dataSetID = d.copyID(p, e.id), d.copyID(p, e.team), d.copyID(p, e.dataSetID)
		e.text = d.put(p.text[e.text : e.text+uint32(e.slug)+uint32(e.origins)])
		places[i] = uint16(len(d.environments))
		d.environments = append(d.environments, e)
	}
	for _, one := range p.periods {
		if int(one.environment) != but {
			one.environment = places[one.environment]
			d.periods = append(d.periods, one)
		}
	}
	for i, k := range p.keys {
		if int(k.environment) == but {
			continue
		}
		k.environment, k.id = places[k.environment], d.copyID(p, k.id)
		d.keys = append(d.keys, draftKey{k, p.retires(i)})
	}
	d.kept = len(d.keys)
}

// add puts a grant in. What it says of the environment counts if it is the environment's
// first one. A key that the page before had as revoked stays so, whatever the grant says.
func (d *draft) add(g *models.Grant, before *page, buckets *buckets) {
	k := draftKey{key: key{digest: [16]byte(g.Digest[:16]), id: d.id(g.KeyID)}}
	k.environment = d.place(g, before, buckets)
	if g.Kind == models.Secret {
		k.flags |= secret
	}
	if g.Revoked || before.revoked(&g.Digest) {
		k.flags |= revoked
		if !g.Revoked {
			warnOfRevival(g)
		}
	}
	if !g.RetiresAt.IsZero() {
		k.flags |= retires
		k.retires = g.RetiresAt.UnixNano()
	}
	d.keys = append(d.keys, k)
}

// warnOfRevival logs that the database has lost a revocation.
func warnOfRevival(g *models.Grant) {
	slog.Error("The database says that a revoked key works. It has lost a change, or its copy was older. "+
		"This process goes on refusing the key; revoke it again before the next start.",
		"key_id", g.KeyID, "environment", g.EnvironmentID, "team", g.TeamSlug)
}

// place returns the place of the grant's environment, which it puts in if it is new.
func (d *draft) place(g *models.Grant, before *page, buckets *buckets) uint16 {
	packed, ok := packID(g.EnvironmentID)
	for i := len(d.environments) - 1; i >= 0; i-- { // grants of one environment come together
		e := &d.environments[i]
		if ok && e.id.is(&packed) || !ok && e.id[16] == elsewhere && d.has(&e.id, g.EnvironmentID) {
			return uint16(i)
		}
	}
	origins := g.AllowedOrigins
	if len(origins) > math.MaxUint16 {
		origins = " " // what cannot be kept allows no origin; models.CheckOrigins keeps lists far shorter
	}
	slug := g.TeamSlug[:min(len(g.TeamSlug), math.MaxUint16)]
	e := environment{
		id: d.id(g.EnvironmentID), team: d.id(g.TeamID), dataSetID: d.id(g.DataSetID),
		text: d.put(slug + origins), slug: uint16(len(slug)), origins: uint16(len(origins)),
		flags: uint8(max(0, slices.Index(environmentKinds, g.Environment))),
	}
	d.setPeriods(&e, g.Periods)
	if g.RefusesBrowserSecrets {
		e.flags |= noBrowsers
	}
	if i := before.environment(g.EnvironmentID); i >= 0 {
		e.bucket = before.environments[i].bucket
	} else {
		e.bucket = buckets.add()
	}
	d.environments = append(d.environments, e)
	return uint16(len(d.environments) - 1)
}

// setPeriods puts in the periods of the environment that is added next.
func (d *draft) setPeriods(e *environment, periods []models.Period) {
	packed := pagePeriods(periods)
	if len(packed) == 1 && packed[0].isPlain() {
		e.flags |= unlocked
		e.from, e.until = halve(packed[0].from), uint32(packed[0].until/second)
		return
	}
	for _, one := range packed {
		e.flags |= several
		d.periods = append(d.periods, pagePeriod{one, uint16(len(d.environments))})
	}
}

func (d *draft) id(text string) id {
	packed, ok := packID(text)
	if !ok {
		at := bytes.Index(d.text, []byte(text)) // all Playgrounds have one data set
		if at < 0 {
			at = int(d.put(text))
		}
		binary.LittleEndian.PutUint32(packed[:], uint32(at))
		binary.LittleEndian.PutUint32(packed[4:], uint32(len(text)))
		packed[16] = elsewhere
	}
	return packed
}

func (d *draft) copyID(p *page, packed id) id {
	if packed[16] != elsewhere {
		return packed
	}
	return d.id(p.id(&packed))
}

// has reports whether the id, which stands elsewhere, is this text.
func (d *draft) has(packed *id, text string) bool {
	at := binary.LittleEndian.Uint32(packed[:])
	return string(d.text[at:at+binary.LittleEndian.Uint32(packed[4:])]) == text
}

// put returns where in the page's text the given text stands.
func (d *draft) put(text string) uint32 {
	at := len(d.text)
	d.text = append(d.text, text...)
	return uint32(at)
}

// page makes the page, in memory that is just large enough.
func (d *draft) page(changed uint64) *page {
	p := &page{
		changed: changed, environments: slices.Clone(d.environments), periods: slices.Clone(d.periods),
		text: string(d.text),
		keys: make([]key, 0, len(d.keys)),
	}
	// Most keys are in order after a change of one environment, so the others are put between.
	kept, added := d.keys[:d.kept], d.keys[d.kept:]
	slices.SortFunc(added, func(a, b draftKey) int { return bytes.Compare(a.digest[:], b.digest[:]) })
	for i := range added {
		at, _ := slices.BinarySearchFunc(kept, &added[i].digest, func(k draftKey, digest *[16]byte) int {
			return bytes.Compare(k.digest[:], digest[:])
		})
		p.append(kept[:at])
		p.append(added[i : i+1])
		kept = kept[at:]
	}
	p.append(kept)
	return p
}

func (p *page) append(keys []draftKey) {
	for i := range keys {
		if keys[i].flags&retires != 0 {
			p.retirements = append(p.retirements, retirement{uint32(len(p.keys)), keys[i].retires})
		}
		p.keys = append(p.keys, keys[i].key)
	}
}
