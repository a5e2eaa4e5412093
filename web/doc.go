// Package web is the server: the one table of every route, the order of
// middleware, the table from errors to statuses, timeouts, and the assembly of
// the whole program from its configuration.
package web
