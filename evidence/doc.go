// Package evidence gathers how keys are used: how often, from where, with what
// outcome, and what looks as if a key were where it should not be. A [Collector] is
// told of every request to the API; it adds up in memory and hands what it has to
// the store every few seconds, so that no request waits for the database.
//
// Memory is bounded whatever is sent. What is kept of a request holds no key: what
// looks like one is taken out of its texts, and its query is not even looked at.
package evidence
