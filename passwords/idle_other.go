//go:build !linux

package passwords

func idleOnly() {}
