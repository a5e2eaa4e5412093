package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dojo/models"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	if printed, _ := dojo(t, "version"); !regexp.MustCompile(`^dojo \S+ \(commit \S+, go1\.\S+\)\n$`).
		MatchString(printed) {
		t.Errorf("it printed %q", printed)
	}
}

// TestHelpListsEverySetting, with its variable and its default.
func TestHelpListsEverySetting(t *testing.T) {
	t.Parallel()
	settings := map[string]string{
		"addr": ":8080", "api-addr": "", "public-url": "http://localhost and the port of --addr",
		"database-url": "sqlite:data/dojo.db",
		"keyring":      "data/keyring.json", "trusted-proxies": "none are", "log-level": "info",
		"log-format": "text on a terminal, json elsewhere",
	}
	demo := map[string]string{"addr": "127.0.0.1:8080", "database-url": "sqlite:data/demo.db",
		"keyring": "data/demo-keyring.json"}
	for command, other := range map[string]map[string]string{
		"serve": {"no-migrate": ""}, "demo": demo, "migrate": nil, "engineer add": nil,
	} {
		printed, refused := dojo(t, append(strings.Fields(command), "--help")...)
		help := strings.Join(strings.Fields(printed), " ")
		for name, value := range settings {
			if changed, ok := other[name]; ok {
				value = changed
			}
			entry := regexp.MustCompile(`--` + name + `=(.*?)(?: --[a-z-]+=| --fresh | --no-migrate |$)`).
				FindString(help)
			variable := "$DOJO_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			if !strings.Contains(entry, variable) || value != "" && !strings.Contains(entry, "Default: "+value) {
				t.Errorf("dojo %s --help says of --%s: %q; want the default %q", command, name, entry, value)
			}
		}
		if refused != "" {
			t.Errorf("dojo %s --help: %s", command, refused)
		}
	}
	if printed, _ := dojo(t, "healthcheck", "--help"); !strings.Contains(strings.Join(strings.Fields(printed), " "),
		"($DOJO_ADDR). Default: :8080.") {
		t.Errorf("dojo healthcheck --help says %s", printed)
	}
	printed, _ := dojo(t, "--help")
	for _, command := range []string{"serve", "demo", "migrate", "engineer add", "healthcheck", "version"} {
		if !strings.Contains(printed, "\n  "+command) {
			t.Errorf("dojo --help lacks %s: %s", command, printed)
		}
	}
}

func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	dir, settings := place(t)
	refuses(t, `expected one of "serve"`)
	refuses(t, "unexpected argument sevre", "sevre")
	refuses(t, "unknown flag --adr", "serve", "--adr", ":1")
	refuses(t, "--addr (DOJO_ADDR)", with("serve", settings, "--addr", "here")...)
	refuses(t, "--log-level (DOJO_LOG_LEVEL)", with("migrate", settings, "--log-level", "loud")...)
	refuses(t, "--public-url (DOJO_PUBLIC_URL)",
		with("engineer add sol@dojo.example", settings, "--public-url", "dojo")...)
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("they left %v", files)
	}
}

// TestPasswordsStayOutOfErrors: a database's address may hold one.
func TestPasswordsStayOutOfErrors(t *testing.T) {
	t.Parallel()
	_, settings := place(t)
	for _, address := range []string{"postgres://dojo:hunter2@127.0.0.1:1/dojo?connect_timeout=1",
		"postgres://dojo:hunter2@%zz/dojo", "mysql://dojo:hunter2@db/dojo"} {
		for _, command := range []string{"serve", "migrate"} {
			_, refused := dojo(t, with(command, settings, "--database-url", address)...)
			if refused == "" || strings.Contains(refused, "hunter2") {
				t.Errorf("dojo %s with %s: %q", command, address, refused)
			}
		}
	}
}

// TestWhatIsPrintedHoldsNoKey, also where somebody has put one into a setting: neither the
// error of the program nor the lines of its log.
func TestWhatIsPrintedHoldsNoKey(t *testing.T) {
	t.Parallel()
	key := models.NewKey()
	command := exec.Command(os.Args[0], "serve", "--"+key)
	command.Env = append(os.Environ(), asProgram+"=yes")
	said, err := command.CombinedOutput()
	if text := string(said); err == nil || strings.Contains(text, key) || !strings.Contains(text, "unknown flag --[key]") {
		t.Errorf("it ends with %v and says %s", err, text)
	}
	dir, settings := place(t)
	p := begin(t, with("serve", settings, "--database-url", "sqlite:"+filepath.Join(dir, key, "dojo.db"))...)
	if line := p.awaitLog(`"msg":"serving"`); !strings.Contains(line, "/[key]/dojo.db") {
		t.Errorf("the log says %s", line)
	}
	p.stop()
	if strings.Contains(p.log.String(), key) {
		t.Errorf("a key is in the log: %s", p.log.String())
	}
}
