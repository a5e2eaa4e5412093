package models

import "time"

// Grant is everything the gate needs to judge a request that shows a key. It is
// made from the key's and the environment's rows, and never changed: a change
// makes a new one. A revoked key has one too, which opens nothing: it lets the
// team be told who goes on using the key.
type Grant struct {
	Digest        [32]byte // of the key, see package vault
	KeyID         string
	Kind          KeyKind
	TeamID        string
	TeamSlug      string
	EnvironmentID string
	Environment   EnvironmentKind
	DataSetID     string
	Revoked       bool

	RetiresAt time.Time // zero: does not retire
	Periods   []Period  // when the environment is unlocked; none: never

	// UsedToday is how many requests of the environment the database had counted when
	// the grant was read, on the day that is Today, the number of days since 1970. Both
	// are 0 where no period limits them.
	Today, UsedToday int64

	AllowedOrigins        string // origins whose pages may use the publishable key, separated by spaces; empty: any
	RefusesBrowserSecrets bool   // the secret key is refused where a browser sends it
}

// Period is when and how an agreement covers an environment. Those of an environment do
// not overlap.
type Period struct {
	From, Until time.Time // From is in it, Until is not; zero: no beginning, no end
	Locked      bool      // by an engineer
	Over        bool      // it was written down that it has ended: no clock opens it again
	PerSecond   int       // 0: the installation's default
	PerDay      int       // 0: no limit
}

// Contains reports whether the moment is in the period.
func (p *Period) Contains(now time.Time) bool {
	return !p.Over && !now.Before(p.From) && (p.Until.IsZero() || now.Before(p.Until))
}

// Ended reports whether the period is over.
func (p *Period) Ended(now time.Time) bool {
	return p.Over || !p.Until.IsZero() && !now.Before(p.Until)
}

// Always are the periods of what is unlocked without an agreement.
func Always() []Period { return []Period{{}} }

// PeriodsOf returns, of an environment's covers, what the gate needs: all that are not
// over, and one that is where nothing else tells that there was one.
func PeriodsOf(covers []Cover, now time.Time) []Period {
	var periods []Period
	var over *Period
	begun := false
	for i := range covers {
		c := &covers[i]
		p := Period{From: c.StartsAt, Locked: c.LockedAt != nil, Over: c.ClosedAt != nil, PerSecond: c.PerSecond,
			PerDay: c.PerDay}
		if c.EndsAt != nil {
			p.Until = *c.EndsAt
		}
		if p.Over {
			over = &Period{Over: true}
			continue
		}
		begun = begun || c.Begun(now)
		periods = append(periods, p)
	}
	if over != nil && !begun {
		periods = append(periods, *over)
	}
	return periods
}

// Unlocking says what the periods make of a key that is good otherwise: Accepted, or the
// first of Refusals that applies.
func Unlocking(periods []Period, now time.Time) Outcome {
	outcome := NeverUnlocked
	for i := range periods {
		switch p := &periods[i]; {
		case p.Contains(now) && p.Locked:
			return LockedByEngineer
		case p.Contains(now):
			return Accepted
		case p.Ended(now):
			if outcome == NeverUnlocked {
				outcome = AgreementEnded
			}
		default:
			outcome = NotBegun
		}
	}
	return outcome
}

// Standing says whether the key is good at a moment: Accepted, or the first of Refusals
// that applies whatever the key is used for. It goes by the grant alone, and does not
// look at the request.
func (g *Grant) Standing(now time.Time) Outcome {
	switch {
	case g.Revoked:
		return KeyIsRevoked
	case !g.RetiresAt.IsZero() && !now.Before(g.RetiresAt):
		return KeyIsRetired
	}
	return Unlocking(g.Periods, now)
}

// KeyRefused is the error of a change that was made with a key which the database says
// is not good any more. Nothing of the change is kept.
type KeyRefused struct{ Outcome Outcome } // one of Refusals

// Error implements error.
func (r *KeyRefused) Error() string {
	return "the key was refused in the transaction: " + string(r.Outcome)
}
