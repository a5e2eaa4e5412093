//go:build unix

package passwords

import (
	"os/exec"
	"syscall"
)

// lowest is the priority of work that may wait for all other.
const lowest = 19

// apart puts the child into a process group of its own: a Ctrl+C in the terminal
// is this process's to act on.
func apart(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// yield lets the child's group have the processors only when nobody else wants
// them. It goes by the group, since on Linux a priority by process is that of
// one thread. Without the right to do so the child keeps its priority.
func yield(pid int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, pid, lowest) }
