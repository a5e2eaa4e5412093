package pages

import (
	"time"

	"github.com/a-h/templ"

	"dojo/views/layout"
)

// Receipt is /t/{team}/{environment}/keys/{key}/receipt and
// /t/{team}/{environment}/receipts/{number}: the proof that what an earlier state of the keys
// allowed is refused by every process.
type Receipt struct {
	Base
	ReceiptState
	// Of names what it is about: "Secret key …4f2a", "All keys of Development".
	Of string
	// KeyID is the key's, empty when it is about all keys of the environment.
	KeyID       string
	CommittedAt time.Time
	Sequence    int64
	Processes   []ReceiptProcess
	// JSON is the address of the same for programs.
	JSON string
}

// ReceiptProcess is a line of a receipt.
type ReceiptProcess struct {
	ID      string
	Version string
	// ConfirmedAt is when it said that the change is in force in it, LeaseEndedAt when its lease
	// had surely ended. One is set, or neither while it is waited for.
	ConfirmedAt  time.Time
	LeaseEndedAt time.Time
	// AtTheLatest is when its lease ends, while it is waited for.
	AtTheLatest time.Time
}

// ReceiptState is how far a change has come.
type ReceiptState struct {
	// SettledAt is since when no process acts on the state before; zero while one may.
	SettledAt time.Time
	// Progress says how far it has come until then.
	Progress string
	// Revoked is set when a key is refused since, rather than that it may do less.
	Revoked bool
	// Detail says more once it is settled; may be empty.
	Detail string
	// Address is that of the page, which goes on looking by itself until it is settled.
	Address string
}

// said is the state in two words or three.
func (s ReceiptState) said() string {
	switch {
	case s.SettledAt.IsZero() && s.Revoked:
		return "Revoked, and not refused everywhere yet"
	case s.SettledAt.IsZero():
		return "Not in force everywhere yet"
	case s.Revoked:
		return "Refused everywhere"
	}
	return "In force everywhere"
}

// polling looks again until the change is settled.
func (s ReceiptState) polling(part string) templ.Attributes {
	if !s.SettledAt.IsZero() {
		return nil
	}
	return live(part, s.Address, "1s")
}

// back is the page that the receipt belongs to.
func (p Receipt) back() string {
	if p.KeyID == "" {
		return p.Here(layout.EnvironmentSettings)
	}
	return p.Here(layout.Keys)
}

// since names the moment from which the change holds.
func (p Receipt) since() string {
	if p.Revoked {
		return "Refused everywhere"
	}
	return "In force everywhere"
}

func (r ReceiptProcess) version() string {
	if r.Version == "" {
		return "stands for processes that the database may have forgotten"
	}
	return "version " + r.Version
}
