// Package gate is the hot path: a request's key and route go in, a finding comes
// out, from memory alone. The database is asked only at the start and after a
// change; see [Gate.Load] and [Gate.Refresh]. What is said about each refusal, and
// the order of the checks, is in [models.Checks].
//
// When the gate does not know, it does not guess: an environment whose grants
// could not be read, and everything while the process may not trust its memory,
// is refused as [models.GateUnavailable].
package gate
