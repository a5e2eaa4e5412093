package main

import (
	"os"
	"os/exec"

	"dojo/passwords"
)

// hashCommand is the child process that hashes passwords for a server, so that
// sign-ins do not slow the key check.
type hashCommand struct{}

// Run hashes until the server ends.
func (hashCommand) Run(t terminal) error { return passwords.Serve(os.Stdin, t.out) }

// hashWorker is the command of that process.
func hashWorker() (command func() *exec.Cmd) {
	program, err := os.Executable()
	if err != nil {
		return nil
	}
	return func() *exec.Cmd { return exec.Command(program, "hash-passwords") }
}
