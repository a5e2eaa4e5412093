//go:build !unix

package passwords

import "os/exec"

func apart(*exec.Cmd) {}

func yield(int) {}
