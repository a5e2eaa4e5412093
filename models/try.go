package models

import (
	"net/netip"
	"time"
)

// TryKind is what is tried: each kind has limits of its own.
type TryKind string

// The kinds.
const (
	PasswordTry TryKind = "password"
	CodeTry     TryKind = "code"     // of an authenticator app, after the password
	RecoveryTry TryKind = "recovery" // a recovery code, which is too long to be guessed
	ProofTry    TryKind = "proof"    // by somebody who is signed in
	MailTry     TryKind = "mail"     // a mail that a stranger causes
)

// Try is one try of signing in, or of what a stranger may ask for.
type Try struct {
	Kind    TryKind
	Account string // whose it would be: nothing says that there is such an account
	Network string // where it comes from, see NetworkOf

	// Device is the digest of a browser that has signed in to this account before; nil
	// when it is another. Such a browser has limits of its own, which nobody else can
	// use up.
	Device []byte
}

// Pace is a limit on tries: a token bucket, and behind it turns. A try that finds
// the bucket empty is not refused but waits for its turn, which come one after
// the other.
type Pace struct {
	Burst   int           // tries at once
	Refill  time.Duration // until one more is there
	Turn    time.Duration // between the turns of tries that found none; zero: they are refused
	Longest time.Duration // the longest wait for a turn; a try that would wait longer is refused
	Most    int           // how many turns there are until TryState is forgotten; zero: no bound
}

// TryState is what is remembered of the tries under one Pace.
type TryState struct {
	FullAt time.Time // when the bucket is full again
	TurnAt time.Time // when the next turn may be
	Turns  int       // how many turns were taken, where Pace.Most bounds them
}

// Take counts a try. It returns how long the try has to wait before it is made, or
// that it is refused and how long to wait before another one makes sense; a refused
// try changes nothing.
func (p Pace) Take(s TryState, now time.Time) (after TryState, wait time.Duration, refused bool) {
	full := latest(s.FullAt, now).Add(p.Refill)
	if over := full.Sub(now.Add(time.Duration(p.Burst) * p.Refill)); over > 0 {
		return p.takeTurn(s, now, over)
	}
	s.FullAt = full
	return s, 0, false
}

func (p Pace) takeTurn(s TryState, now time.Time,
	over time.Duration) (after TryState, wait time.Duration, refused bool) {
	if p.Turn == 0 || p.Most > 0 && s.Turns >= p.Most {
		return s, over, true
	}
	turn := latest(s.TurnAt, now)
	if wait = turn.Sub(now); wait > p.Longest {
		return s, wait - p.Longest, true
	}
	s.TurnAt = turn.Add(p.Turn)
	if p.Most > 0 {
		s.Turns++
	}
	return s, wait, false
}

// GiveBack takes back a try that was right.
func (p Pace) GiveBack(s TryState) TryState {
	s.FullAt = s.FullAt.Add(-p.Refill)
	return s
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// maxTurnWait keeps an answer that waits for its turn within the time that a
// connection has for it.
const maxTurnWait = 30 * time.Second

// AccountPace is the limit on tries at one account by all browsers that have not
// signed in to it before. There are two such limits for an account, one for sites
// from which wrong tries came lately and one for the others, so that whoever guesses
// uses up the turns of the first, however many networks their site has: see SiteOf. Only
// who commands many sites, two fresh ones a minute, can have newcomers refused. A kind
// without one has a Burst of zero.
//
// A site's first three tries count as a newcomer's, so that from one network there are
// 10 at once. Passwords: 7 at once, then one a minute without waiting and one every 10 seconds
// with: at most 10,080 a day under each limit, 20,160 together. Codes: 7 at once, then
// one an hour, and 100 turns 30 seconds apart until the password is changed or somebody
// signs in. Of a million codes three are right at a time: guessing succeeds with a
// chance of 0.08 % on the first day, and 0.015 % on each later one.
func (k TryKind) AccountPace() Pace {
	switch k {
	case PasswordTry, ProofTry:
		return Pace{Burst: 7, Refill: time.Minute, Turn: 10 * time.Second, Longest: maxTurnWait}
	case CodeTry:
		return Pace{Burst: 7, Refill: time.Hour, Turn: maxTurnWait, Longest: maxTurnWait, Most: 100}
	case MailTry:
		// Within the life of a link that a mail brings there is another mail.
		return Pace{Burst: 7, Refill: ResetLink.Life() / 2}
	}
	return Pace{}
}

// DevicePace is the limit on tries at one account by one browser that has signed in
// to it before.
func (k TryKind) DevicePace() Pace {
	if k == MailTry {
		return k.AccountPace()
	}
	return Pace{Burst: 10, Refill: time.Minute, Turn: 5 * time.Second, Longest: maxTurnWait}
}

// NetworkPace is the limit on tries from one network at all accounts together, by
// browsers that have not signed in to them before.
func (k TryKind) NetworkPace() Pace {
	if k == MailTry {
		return Pace{Burst: 20, Refill: time.Minute}
	}
	return Pace{Burst: 60, Refill: 5 * time.Second, Turn: 2 * time.Second, Longest: maxTurnWait}
}

// NewcomerPace is how many tries at one account make a site one from which wrong
// tries came lately: right ones are given back.
func NewcomerPace() Pace { return Pace{Burst: 3, Refill: 8 * time.Hour} }

// SiteOf is the network, or the wider one that whoever has it is given with it: RFC 6177
// has providers give out up to an IPv6 /48, which is 65,536 networks, to anybody who asks.
func SiteOf(network string) string {
	prefix, err := netip.ParsePrefix(network)
	if err != nil {
		return network // an IPv4 address
	}
	site, err := prefix.Addr().Prefix(48)
	if err != nil {
		return network
	}
	return site.String()
}

// NetworkOf groups addresses that one party commands: providers give out an IPv6
// /64 as they give out one IPv4 address.
func NetworkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
