package webhooks_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/webhooks"
)

// library is the published library with which receivers verify.
const library = "standardwebhooks@1.1.1"

//go:embed testdata/verify.cjs
var verifyScript []byte

// TestThePublishedLibraryVerifies what is sent, with each secret that is good at the moment
// and with no other; and nothing that was changed on its way, or is old.
func TestThePublishedLibraryVerifies(t *testing.T) {
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("not tried: the published library needs %s, which is not installed", name)
			return
		}
	}
	dir := t.TempDir()
	program(t, dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefix", dir,
		library)
	if err := os.WriteFile(filepath.Join(dir, "verify.cjs"), verifyScript, 0o600); err != nil {
		t.Fatal(err)
	}
	target := receive(t, open, false, nil)
	s := run(t, webhooks.Options{Targets: public})
	current, former := models.NewWebhookSecret(), models.NewWebhookSecret()
	due := delivery(target.URL)
	due.Secrets = []string{current, former}
	due.Told.Detail.Text = "ü ✓ </script> \u2028 \\ \""
	s.try(due)
	sent := target.all()[0]
	headers := map[string]string{}
	for _, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
		headers[name] = sent.header.Get(name)
	}
	verify := func(body string) []string {
		text, err := json.Marshal(map[string]any{"headers": headers, "body": body})
		if err != nil {
			t.Fatal(err)
		}
		output := program(t, dir, "node", "verify.cjs", string(text), current, former, models.NewWebhookSecret())
		return strings.Split(strings.TrimSpace(output), "\n")
	}
	const wrong = "No matching signature found"
	if got := verify(sent.body); !slices.Equal(got, []string{"verified webhook.test", "verified webhook.test", wrong}) {
		t.Errorf("what was sent: %q", got)
	}
	if got := verify(strings.Replace(sent.body, "test", "text", 1)); !slices.Equal(got, []string{wrong, wrong, wrong}) {
		t.Errorf("what was changed: %q", got)
	}
	headers["webhook-timestamp"] = "1700000000"
	for _, got := range verify(sent.body) {
		if got != "Message timestamp too old" {
			t.Errorf("what is old: %q", got)
		}
	}
}

// program runs a program in a folder and returns what it prints.
func program(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Env = dir, environment
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, complaints.String())
	}
	return string(output)
}
