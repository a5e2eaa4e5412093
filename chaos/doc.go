// Package chaos holds tests only. They run the program as it is built, as several processes
// on a real PostgreSQL, and do to processes, connections and the database what happens to
// them in operation. A history of checks and revocations is kept and judged afterwards: no
// check that began after a revocation's receipt may have been accepted, by any process.
//
// By default they are small. CHAOS=long makes them long; `make chaos` does.
package chaos
