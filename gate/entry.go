package gate

import (
	"slices"
	"strings"
	"time"

	"dojo/models"
)

// entry is a grant in the form in which the index keeps it: its text in one
// string and the rest as numbers. The garbage collector visits every entry in
// each of its cycles, and so finds one pointer where a grant has ten.
type entry struct {
	digest      [32]byte
	text        string        // the parts, one behind the other
	ends        [parts]uint32 // where each part of the text ends
	retires     int64         // Unix time in nanoseconds; 0: does not retire
	until       int64         // the same for UnlockedUntil; 0: no end
	kind        uint8         // an index of keyKinds
	environment uint8         // an index of environmentKinds
	unlocked    bool
	revoked     bool
	noBrowsers  bool // the secret key is refused where a browser sends it
	suspended   bool // whether the grant still stands is not known
}

// The parts of an entry's text.
const (
	keyID = iota
	teamID
	teamSlug
	environmentID
	dataSetID
	origins
	parts
)

// What may do least comes first, so that an unknown kind counts as that.
var (
	keyKinds         = models.KeyKinds()
	environmentKinds = models.EnvironmentKinds()
)

func newEntry(g models.Grant) entry {
	e := entry{
		digest:      g.Digest,
		retires:     nanoseconds(g.RetiresAt),
		until:       nanoseconds(g.UnlockedUntil),
		kind:        position(keyKinds, g.Kind),
		environment: position(environmentKinds, g.Environment),
		unlocked:    g.Unlocked,
		revoked:     g.Revoked,
		noBrowsers:  g.RefusesBrowserSecrets,
	}
	var text strings.Builder
	for i, part := range [parts]string{g.KeyID, g.TeamID, g.TeamSlug, g.EnvironmentID, g.DataSetID, g.AllowedOrigins} {
		text.WriteString(part)
		e.ends[i] = uint32(text.Len())
	}
	e.text = text.String()
	return e
}

func newEntries(grants []models.Grant) []entry {
	entries := make([]entry, len(grants))
	for i, g := range grants {
		entries[i] = newEntry(g)
	}
	return entries
}

func position[T comparable](list []T, value T) uint8 { return uint8(max(0, slices.Index(list, value))) }

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func moment(nanoseconds int64) time.Time {
	if nanoseconds == 0 {
		return time.Time{}
	}
	return time.Unix(0, nanoseconds).UTC()
}

// grant returns what the entry was made from. It allocates nothing.
func (e *entry) grant() models.Grant {
	return models.Grant{
		Digest:        e.digest,
		KeyID:         e.part(keyID),
		Kind:          keyKinds[e.kind],
		TeamID:        e.part(teamID),
		TeamSlug:      e.part(teamSlug),
		EnvironmentID: e.part(environmentID),
		Environment:   environmentKinds[e.environment],
		DataSetID:     e.part(dataSetID),
		RetiresAt:     moment(e.retires),
		Unlocked:      e.unlocked,
		UnlockedUntil: moment(e.until),
		Revoked:       e.revoked,

		AllowedOrigins:        e.part(origins),
		RefusesBrowserSecrets: e.noBrowsers,
	}
}

func (e *entry) part(i int) string {
	var start uint32
	if i > 0 {
		start = e.ends[i-1]
	}
	return e.text[start:e.ends[i]]
}
