package config_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dojo/config"

	"github.com/alecthomas/kong"
)

// valid is a Config with the contract's defaults, changed by change.
func valid(change func(*config.Config)) *config.Config {
	c := &config.Config{
		Addr: ":8080", DatabaseURL: "sqlite:data/dojo.db", Keyring: "data/keyring.json", Signup: "invite",
		LogLevel: "info", Lease: config.DefaultLease,
	}
	change(c)
	return c
}

// parse runs kong as a command would, with only the given environment.
func parse(t *testing.T, into any, env map[string]string, args ...string) error {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "DOJO_") {
			t.Setenv(name, value) // restores it after the test
			os.Unsetenv(name)
		}
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	parser, err := kong.New(into, kong.Exit(func(int) { t.Fatal("kong wants to exit") }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return err
}

func TestDefaults(t *testing.T) {
	var got config.Config
	if err := parse(t, &got, nil); err != nil {
		t.Fatal(err)
	}
	if want := valid(publicURL("http://localhost:8080")); got != *want {
		t.Errorf("defaults are %+v; want %+v", got, *want)
	}
}

func TestACommandMayHaveOtherDefaults(t *testing.T) {
	var cli struct {
		Demo struct {
			config.Config `kong:"embed,set='addr=127.0.0.1:8080',set='database_url=sqlite:data/demo.db',set='keyring=data/demo-keyring.json'"`
		} `cmd:""`
	}
	if err := parse(t, &cli, nil, "demo"); err != nil {
		t.Fatal(err)
	}
	if got := cli.Demo; got.Addr != "127.0.0.1:8080" || got.DatabaseURL != "sqlite:data/demo.db" ||
		got.Keyring != "data/demo-keyring.json" || got.PublicURL != "http://localhost:8080" {
		t.Errorf("the command's defaults are %+v", got)
	}
}

func TestFlagAndVariableAreOneSetting(t *testing.T) {
	values := map[string][2]string{
		"addr":               {":1", ":2"},
		"api-addr":           {":3", ":4"},
		"metrics-addr":       {":5", ":6"},
		"public-url":         {"https://a.example", "https://b.example"},
		"database-url":       {"sqlite:a.db", "postgres://b/b"},
		"keyring":            {"a.json", "b.json"},
		"trusted-proxies":    {"10.0.0.0/8", "192.0.2.1"},
		"upstream":           {"http://a.example", "https://b:c@b.example/base"},
		"rate-limit":         {"5", "50"},
		"keys-in-memory":     {"6", "60"},
		"trial":              {"7d,100", "14d,1000"},
		"smtp-url":           {"smtp://a.example", "smtps://b.example"},
		"mail-from":          {"a@dojo.example", "Dojo <b@dojo.example>"},
		"webhook-allow":      {"10.0.0.0/8", "fd00::/8"},
		"signup":             {"open", "invite"},
		"oidc-issuer":        {"https://a.example", "https://b.example"},
		"oidc-client-id":     {"a", "b"},
		"oidc-client-secret": {"c", "d"},
		"oidc-name":          {"A", "B"},
		"oidc-only":          {"true", "false"},
		"lease":              {"1s", "1h0m0s"},
		"log-level":          {"debug", "error"},
		"log-format":         {"json", "text"},
	}
	// Settings that cannot stand alone, and what they stand with.
	beside := map[string][]string{
		"smtp-url":           {"--mail-from=dojo@dojo.example"},
		"oidc-issuer":        {"--oidc-client-id=a", "--oidc-client-secret=c"},
		"oidc-client-id":     {"--oidc-issuer=https://a.example", "--oidc-client-secret=c"},
		"oidc-client-secret": {"--oidc-issuer=https://a.example", "--oidc-client-id=a"},
		"oidc-only":          {"--oidc-issuer=https://a.example", "--oidc-client-id=a", "--oidc-client-secret=c"},
	}
	var model config.Config
	parser, err := kong.New(&model, kong.NoDefaultHelp())
	if err != nil {
		t.Fatal(err)
	}
	flags := parser.Model.Flags
	if fields := reflect.TypeFor[config.Config]().NumField(); len(flags) != fields || len(values) != fields {
		t.Fatalf("%d flags and %d cases for %d fields", len(flags), len(values), fields)
	}
	for i, flag := range flags {
		want := "DOJO_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if !slices.Equal(flag.Envs, []string{want}) || flag.Help == "" {
			t.Errorf("--%s is set by %v, help %q; want %s and a help text", flag.Name, flag.Envs, flag.Help, want)
		}
		first, second := values[flag.Name][0], values[flag.Name][1]
		var byFlag, byEnv, both config.Config
		for _, err := range []error{
			parse(t, &byFlag, nil, append(beside[flag.Name], "--"+flag.Name+"="+first)...),
			parse(t, &byEnv, map[string]string{want: first}, beside[flag.Name]...),
			parse(t, &both, map[string]string{want: first}, append(beside[flag.Name], "--"+flag.Name+"="+second)...),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if byFlag != byEnv || setting(byFlag, i) != first {
			t.Errorf("--%s and %s set different things: %+v, %+v", flag.Name, want, byFlag, byEnv)
		}
		if got := setting(both, i); got != second {
			t.Errorf("--%s does not win over %s: got %s", flag.Name, want, got)
		}
	}
}

// setting is the i-th setting of c, as text.
func setting(c config.Config, i int) string { return fmt.Sprint(reflect.ValueOf(c).Field(i)) }

func TestKongRefusesWhatValidateRefuses(t *testing.T) {
	var c config.Config
	err := parse(t, &c, map[string]string{"DOJO_LOG_LEVEL": "loud"}, "--addr", "here")
	if err == nil || !strings.Contains(err.Error(), "--log-level (DOJO_LOG_LEVEL)") ||
		!strings.Contains(err.Error(), "--addr (DOJO_ADDR)") {
		t.Errorf("Parse = %v; want both settings named", err)
	}
}
