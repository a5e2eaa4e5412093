package config_test

import (
	"strings"
	"testing"

	"dojo/config"
)

func TestValidateRefuses(t *testing.T) {
	for _, test := range []struct {
		name, flag, variable string
		change               func(*config.Config)
		want                 string
	}{
		{"no address", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = "" }, "like :8080"},
		{"an address without a port", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = "localhost" }, `"localhost"`},
		{"a port by name", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = ":http" }, `":http"`},
		{"a port too high", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = ":65536" }, `":65536"`},
		{"an API address without a port", "api-addr", "DOJO_API_ADDR", func(c *config.Config) { c.APIAddr = "8081" }, `"8081"`},
		{"one address for both", "api-addr", "DOJO_API_ADDR", func(c *config.Config) { c.APIAddr = c.Addr }, "the same as --addr"},
		{"a URL without a scheme", "public-url", "DOJO_PUBLIC_URL", publicURL("dojo.example"), "like https://"},
		{"a host and port only", "public-url", "DOJO_PUBLIC_URL", publicURL("localhost:8080"), "like https://"},
		{"another scheme", "public-url", "DOJO_PUBLIC_URL", publicURL("ftp://dojo.example"), "like https://"},
		{"no host", "public-url", "DOJO_PUBLIC_URL", publicURL("https://:8080"), "like https://"},
		{"a broken URL", "public-url", "DOJO_PUBLIC_URL", publicURL("https://a b"), "like https://"},
		{"a path", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example/dojo"), "path /dojo"},
		{"a query", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example?"), "behind the host"},
		{"a fragment", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example/#a"), "behind the host"},
		{"a password in the URL", "public-url", "DOJO_PUBLIC_URL", publicURL("https://sol:hunter2@dojo.example"), "up to the @"},
		{"a host in another script", "public-url", "DOJO_PUBLIC_URL", publicURL("https://道場.example"), "xn--"},
		{"a URL's port too high", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example:70000"), "70000"},
		{"no database", "database-url", "DOJO_DATABASE_URL", databaseURL(""), "sqlite:data/dojo.db"},
		{"a bare path", "database-url", "DOJO_DATABASE_URL", databaseURL("data/dojo.db"), "sqlite:data/dojo.db"},
		{"an unknown database", "database-url", "DOJO_DATABASE_URL", databaseURL("mysql://root:hunter2@db/dojo"), `"mysql:"`},
		{"no SQLite file", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite:"), "names no file"},
		{"slashes before the path", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite://data/dojo.db"), "//"},
		{"SQLite's options", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite:dojo.db?_sync=0"), "options"},
		{"SQLite in memory", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite::memory:"), "gone after a restart"},
		{"no PostgreSQL server", "database-url", "DOJO_DATABASE_URL", databaseURL("postgres://"), "names no server"},
		{"PostgreSQL without slashes", "database-url", "DOJO_DATABASE_URL", databaseURL("postgres:dojo:hunter2@db"), "postgres://USER"},
		{"no keyring", "keyring", "DOJO_KEYRING", func(c *config.Config) { c.Keyring = "" }, "data/keyring.json"},
		{"a proxy by name", "trusted-proxies", "DOJO_TRUSTED_PROXIES", proxies("10.0.0.0/8,nginx"), `"nginx"`},
		{"a network too long", "trusted-proxies", "DOJO_TRUSTED_PROXIES", proxies("10.0.0.0/33"), `"10.0.0.0/33"`},
		{"everybody a proxy", "trusted-proxies", "DOJO_TRUSTED_PROXIES", proxies("10.0.0.0/8, 0.0.0.0/0"), "anybody"},
		{"an unknown level", "log-level", "DOJO_LOG_LEVEL", func(c *config.Config) { c.LogLevel = "loud" }, `"loud"`},
		{"an unknown format", "log-format", "DOJO_LOG_FORMAT", func(c *config.Config) { c.LogFormat = "xml" }, `"xml"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := valid(test.change).Validate()
			if err == nil {
				t.Fatal("Validate found nothing wrong")
			}
			for _, want := range []string{"--" + test.flag + " (" + test.variable + ") ", test.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("Validate = %v; want it to contain %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("Validate = %v; want one problem and no password", err)
			}
		})
	}
}

func publicURL(text string) func(*config.Config) {
	return func(c *config.Config) { c.PublicURL = text }
}

func databaseURL(text string) func(*config.Config) {
	return func(c *config.Config) { c.DatabaseURL = text }
}

func proxies(text string) func(*config.Config) {
	return func(c *config.Config) { c.TrustedProxies = text }
}

func TestValidateAccepts(t *testing.T) {
	for name, change := range map[string]func(*config.Config){
		"any free port":              func(c *config.Config) { c.Addr = "127.0.0.1:0" },
		"IPv6":                       func(c *config.Config) { c.Addr = "[::1]:8080" },
		"the API apart":              func(c *config.Config) { c.APIAddr = ":8081" },
		"a slash after the host":     publicURL("https://dojo.example/"),
		"SQLite from the root":       databaseURL("sqlite:/var/lib/dojo/dojo.db"),
		"PostgreSQL":                 databaseURL("postgres://dojo:hunter2@db.example:5432/dojo?sslmode=verify-full"),
		"PostgreSQL's other name":    databaseURL("postgresql://db/dojo"),
		"PostgreSQL on a socket":     databaseURL("postgres:///dojo?host=/run/postgresql"),
		"PostgreSQL on two machines": databaseURL("postgres://dojo@a:5432,b:5432/dojo"),
		"no level":                   func(c *config.Config) { c.LogLevel = "" },
		"a level in capitals":        func(c *config.Config) { c.LogLevel = "WARN" },
		"JSON":                       func(c *config.Config) { c.LogFormat = "json" },
	} {
		t.Run(name, func(t *testing.T) {
			if err := valid(change).Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}
