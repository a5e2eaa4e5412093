// Package records says what an uploaded interaction, user or product looks like: it parses a request body, validates
// every record against the published schemas, and hands back either a batch of all records or one [Rejection] that
// names each bad one. It is pure: no database, no clock, no network.
//
// The schemas are those of Miso's public API, OpenAPI 1.1.4, embedded from records.openapi.json; schema.go holds the
// few rules that API documents outside of its schemas. What clients may rely on is that a batch is accepted or refused
// as a whole, and that every line of a refusal matches
//
//	^\s*data\.(\d+)(?:\.(\S+))?\s+(?:\(([^)]*)\)\s+)?is\s+invalid\.\s+(.*)$
//
// from which the published server client reads the indexes of the bad records, to send the good ones again.
//
// A body passes these steps, each of which may assume what the one before it made sure of:
//
//	body.go                  the body is JSON, and `data` is an array of not too many elements
//	decode.go                a record is shallow and small, has no duplicate names, and what it holds can be stored
//	shape.go, fast_parse.go  most records match their schema while they are read; what does not goes on
//	schema.go                the record keeps its schema; an interaction's schema is chosen by its type
//	violations.go, lines.go  what the validator found, as lines for people
//	attributes.go            custom attributes keep one type
//
// What is accepted becomes a row (row.go) of a models.Batch, which the store keeps as it is.
package records
