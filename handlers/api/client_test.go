package api_test

import (
	"context"
	_ "embed"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dojo/models"
	"dojo/store/storetest"
	"dojo/web/webtest"
)

// misoClient is the published client that the API must serve as it is.
const misoClient = "@miso.ai/client-sdk@1.3.0"

//go:embed testdata/miso_client.cjs
var misoClientScript []byte

func TestAPIServesThePublishedClient(t *testing.T) {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("not tried: the published client needs %s, which is not installed", program)
			return
		}
	}
	w := webtest.NewAPI(t, storetest.OpenSQLite(t))
	revoked := w.Publishable()
	_, err := w.Team(w.Olivia, w.Acme).RevokeKey(t.Context(), models.Development,
		w.Key(models.Development, models.Publishable).ID, models.Revocation{Reason: models.Rotation})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.Echo)
	defer server.Close()

	dir := t.TempDir()
	run(t, dir, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefix", dir,
		misoClient)
	if err := os.WriteFile(filepath.Join(dir, "client.cjs"), misoClientScript, 0o600); err != nil {
		t.Fatal(err)
	}
	output := run(t, dir, "node", "client.cjs", server.URL+"/v1",
		w.Publishable(), w.Secret(), w.KeyText(models.Playground, models.Publishable), revoked)
	// The client forgives a write to the Playground.
	want := []string{
		"accepted", "accepted", "accepted", "401 invalid api key.", "accepted",
		"422 None of the records were inserted because at least one of them contained schema errors. Please see the " +
			"`data` field for details. " +
			"data.1.product_ids is invalid. The attribute was expected to be of type ''array', 'null'' but type " +
			"'string' was given.",
	}
	if got := strings.Split(strings.TrimSpace(output), "\n"); !slices.Equal(got, want) {
		t.Errorf("the client says %q, want %q", got, want)
	}
	if got := w.Counts(); got != (models.Counts{Interactions: 4}) {
		t.Errorf("the data set has %+v", got)
	}
}

// run runs a program in a folder and returns what it prints.
func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Dir = dir
	var complaints strings.Builder
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, complaints.String())
	}
	return string(output)
}
