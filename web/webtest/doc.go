// Package webtest serves the whole program to tests, on a database of the test's
// own: Site with browsers that read its pages as people do, and API for requests
// to the API, each of whose answers is held against the API's description. Tests
// of any package may use it; programs may not.
package webtest
