// Package dataset keeps records: the products, end users and interactions of a data
// set, with its sizes, the types of its custom attributes, and the tasks that tell
// how uploads ended. It reads and writes what it is told to, in the data set that it
// is given: who may is for package store to say.
//
// Records are written with plain SQL, since there are many, and kept as they came,
// to the byte. Each part of this is in a file:
//
//	table.go             where the records of a collection are, and what a list needs to know of it
//	ingest.go            many requests share a commit
//	rows.go              what a transaction adds and deletes, with all that must stay true of the data set
//	attribute_types.go   a custom attribute has one type in a data set
//	deletions.go         deleting many records a part at a time
//	deleted_records.go   a record that was deleted by itself is kept for an hour, to be brought back
//	records_list.go      lists of products and end users
//	interactions_list.go lists of interactions
//
// Only package store and what is in its folder may import it. It may import models
// and store/database.
package dataset
