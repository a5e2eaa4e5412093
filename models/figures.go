package models

import "time"

// Work is what the database is asked to do, as far as it is measured.
type Work string

// The works.
const (
	ReadWork   Work = "read"   // for a page or an answer
	ChangeWork Work = "change" // a transaction
	UploadWork Work = "upload" // from handing records in until they are on disk
)

// Works lists them.
func Works() []Work { return []Work{ReadWork, ChangeWork, UploadWork} }

// Figures is how much there is in the database of what should not pile up.
type Figures struct {
	Live, Out     int           // processes that have a row, and those that lost their lease within the hour
	OpenReceipts  int           // changes that are not settled
	OldestReceipt time.Duration // since the first of them was committed
	Mails         int           // wait in the outbox
	OldestMail    time.Duration // since the first of them should have been sent
	FailedMails   int           // were given up
}

// Pool is a pool of connections to the database.
type Pool struct {
	Name              string // few
	Most, InUse, Idle int
	Waits             int64         // how often somebody waited for a connection
	Waited            time.Duration // how long, in all
}

// Uploader is by which way records come.
type Uploader string

// The ways.
const (
	ByAPI  Uploader = "api"
	ByPage Uploader = "page" // as a file
)

// Factor is what somebody proves with who they are: a kind of try, or what nobody can
// guess.
type Factor string

// The factors that are no kinds of tries.
const (
	PasskeyFactor  Factor = "passkey"
	ProviderFactor Factor = "provider"
)

// Factors lists them all.
func Factors() []Factor {
	return []Factor{Factor(PasswordTry), Factor(CodeTry), Factor(RecoveryTry), Factor(ProofTry), PasskeyFactor,
		ProviderFactor}
}

// SignInOutcome is how the try of a factor ended.
type SignInOutcome string

// The outcomes.
const (
	FactorRight   SignInOutcome = "right" // another one may be asked for
	FactorWrong   SignInOutcome = "wrong"
	FactorLimited SignInOutcome = "limited" // refused unseen, since there were too many tries
)

// SignInOutcomes lists them.
func SignInOutcomes() []SignInOutcome {
	return []SignInOutcome{FactorRight, FactorWrong, FactorLimited}
}
