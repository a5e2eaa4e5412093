package webtest

import (
	"html"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Snippet is the program in a language that the page offers.
func (p *Page) Snippet(language string) string {
	p.Browser.Site.T.Helper()
	code := p.ByID("code-" + language + "-text")
	return html.UnescapeString(strings.Join(Texts(code), ""))
}

// Execute runs a program as somebody who has pasted it into a file, with the
// secret key in the environment.
func (s *Site) Execute(secret, folder, program string, arguments ...string) string {
	s.T.Helper()
	run := exec.CommandContext(s.T.Context(), program, arguments...)
	run.Dir, run.WaitDelay = folder, time.Minute
	run.Env = append(os.Environ(), "DOJO_SECRET_KEY="+secret, "no_proxy=*", "NO_PROXY=*", "GOFLAGS=", "GO111MODULE=on")
	output, err := run.CombinedOutput()
	if err != nil {
		s.T.Fatalf("%s: %v\n%s", program, err, output)
	}
	return string(output)
}
