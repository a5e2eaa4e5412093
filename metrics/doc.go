// Package metrics counts what happens, for Prometheus. Labels take values from short
// lists that stand in this program: none is a key, a team, an environment, an address or
// anything else that a client sends.
package metrics
