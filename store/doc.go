// Package store is all of Dojo's persistence, on SQLite and on PostgreSQL.
//
// Every change is one method: one transaction that authorises the actor,
// changes the rows and writes the line of the activity list. If one of the
// three fails, none happened. What a team owns is reached through a TeamScope,
// what solutions engineers do through a Desk; both are made for one actor, and
// their methods take no team id that could be somebody else's.
//
// How a database is opened, migrated and understood is in store/database, and how
// the records of a data set are kept in store/dataset; only this package and its
// tests may import them. Here is who may do what, and the activity list.
package store
