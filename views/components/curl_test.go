package components_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"dojo/views/components"
)

// The commands go through a real shell, with a curl that writes down what it was given.
func TestCommandsSurviveTheShell(t *testing.T) {
	const api, key = "http://localhost:8080", "039c501ac8dfcac91c6f05601cee876e1cc07e17"
	commands := map[string]string{
		"interaction": components.InteractionCurl(api, key, false),
		"product":     components.ProductCurl(api),
		"user":        components.UserCurl(api),
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			arguments := run(t, command)
			var upload struct {
				Data []map[string]any `json:"data"`
			}
			if err := json.Unmarshal([]byte(arguments[len(arguments)-1]), &upload); err != nil ||
				len(upload.Data) != 1 {
				t.Errorf("%q is not an upload of one record: %v", arguments[len(arguments)-1], err)
			}
		})
	}
	list := run(t, components.ListCurl(api, key))
	if len(list) != 3 || list[0] != api+"/v1/products/_ids" || list[2] != "X-API-KEY: "+key {
		t.Errorf("list: %q", list)
	}
}

// run gives the arguments that curl gets.
func run(t *testing.T, command string) []string {
	t.Helper()
	dir := t.TempDir()
	const curl = "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\0' \"$a\"; done\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(curl), 0o755); err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("/bin/sh", "-c", command)
	shell.Env = []string{"PATH=" + dir}
	out, err := shell.Output()
	if err != nil {
		t.Fatal(err)
	}
	var arguments []string
	for start, i := 0, 0; i < len(out); i++ {
		if out[i] == 0 {
			arguments = append(arguments, string(out[start:i]))
			start = i + 1
		}
	}
	return arguments
}
