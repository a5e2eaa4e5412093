package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version and commit are set when a release is built.
var (
	version = "development"
	commit  = ""
)

type versionCommand struct{}

// Run prints the version, the commit and the version of Go.
func (versionCommand) Run(t terminal) error {
	_, err := fmt.Fprintf(t.out, "dojo %s (commit %s, %s)\n", version, builtFrom(), runtime.Version())
	return err
}

// builtFrom is the commit, as far as the build knows it.
func builtFrom() string {
	if commit != "" {
		return commit
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return setting.Value
			}
		}
	}
	return "unknown"
}
