// Package gate is the hot path: a request's key and route go in, a verdict comes
// out, from memory alone. The database is asked only at the start and after a
// change; see [Gate.Load] and [Gate.Refresh].
//
// When the gate does not know, it does not guess: an environment whose grants
// could not be read, and everything while the process may not trust its memory,
// answers [Unavailable].
//
// It may import models, golang.org/x/time/rate and the standard library.
package gate
