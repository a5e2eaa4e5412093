// Package database is the connection to a database, SQLite or PostgreSQL, and what
// the two need to be told differently: how they are opened and kept from a second
// process, what their errors mean, how they are migrated, and how many rows are
// written at once. It knows no table.
//
// Only package store and what is in its folder may import it. It may import models,
// for the codes of errors.
package database
