package config_test

import (
	"strings"
	"testing"
	"time"

	"dojo/config"
)

func TestValidateRefuses(t *testing.T) {
	for _, test := range []struct {
		name, flag, variable string
		change               func(*config.Config)
		want                 string
	}{
		{"no address", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = "" }, "like :8080"},
		{"an address without a port", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = "localhost" },
			`"localhost"`},
		{"a port by name", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = ":http" }, `":http"`},
		{"a port too high", "addr", "DOJO_ADDR", func(c *config.Config) { c.Addr = ":65536" }, `":65536"`},
		{"an API address without a port", "api-addr", "DOJO_API_ADDR", func(c *config.Config) { c.APIAddr = "8081" },
			`"8081"`},
		{"one address for both", "api-addr", "DOJO_API_ADDR", func(c *config.Config) { c.APIAddr = c.Addr },
			"the same as --addr"},
		{"a metrics address without a port", "metrics-addr", "DOJO_METRICS_ADDR",
			func(c *config.Config) { c.MetricsAddr = "9090" }, `"9090"`},
		{"metrics for everybody", "metrics-addr", "DOJO_METRICS_ADDR", func(c *config.Config) { c.MetricsAddr = c.Addr },
			"the same as another address"},
		{"metrics for the API's callers", "metrics-addr", "DOJO_METRICS_ADDR",
			func(c *config.Config) { c.APIAddr, c.MetricsAddr = ":8081", ":8081" }, "the same as another address"},
		{"a URL without a scheme", "public-url", "DOJO_PUBLIC_URL", publicURL("dojo.example"), "like https://"},
		{"a host and port only", "public-url", "DOJO_PUBLIC_URL", publicURL("localhost:8080"), "like https://"},
		{"another scheme", "public-url", "DOJO_PUBLIC_URL", publicURL("ftp://dojo.example"), "like https://"},
		{"no host", "public-url", "DOJO_PUBLIC_URL", publicURL("https://:8080"), "like https://"},
		{"a broken URL", "public-url", "DOJO_PUBLIC_URL", publicURL("https://a b"), "like https://"},
		{"a path", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example/dojo"), "path /dojo"},
		{"a query", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example?"), "behind the host"},
		{"a fragment", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example/#a"), "behind the host"},
		{"a password in the URL", "public-url", "DOJO_PUBLIC_URL", publicURL("https://sol:hunter2@dojo.example"),
			"up to the @"},
		{"a host in another script", "public-url", "DOJO_PUBLIC_URL", publicURL("https://道場.example"), "xn--"},
		{"a URL's port too high", "public-url", "DOJO_PUBLIC_URL", publicURL("https://dojo.example:70000"), "70000"},
		{"no database", "database-url", "DOJO_DATABASE_URL", databaseURL(""), "sqlite:data/dojo.db"},
		{"a bare path", "database-url", "DOJO_DATABASE_URL", databaseURL("data/dojo.db"), "sqlite:data/dojo.db"},
		{"an unknown database", "database-url", "DOJO_DATABASE_URL", databaseURL("mysql://root:hunter2@db/dojo"),
			`"mysql:"`},
		{"no SQLite file", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite:"), "names no file"},
		{"slashes before the path", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite://data/dojo.db"), "//"},
		{"SQLite's options", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite:dojo.db?_sync=0"), "options"},
		{"SQLite in memory", "database-url", "DOJO_DATABASE_URL", databaseURL("sqlite::memory:"),
			"gone after a restart"},
		{"no PostgreSQL server", "database-url", "DOJO_DATABASE_URL", databaseURL("postgres://"), "names no server"},
		{"PostgreSQL without slashes", "database-url", "DOJO_DATABASE_URL", databaseURL("postgres:dojo:hunter2@db"),
			"postgres://USER"},
		{"no keyring", "keyring", "DOJO_KEYRING", func(c *config.Config) { c.Keyring = "" }, "data/keyring.json"},
		{"a proxy by name", "trusted-proxies", "DOJO_TRUSTED_PROXIES", proxies("10.0.0.0/8,nginx"), `"nginx"`},
		{"a network too long", "trusted-proxies", "DOJO_TRUSTED_PROXIES", proxies("10.0.0.0/33"), `"10.0.0.0/33"`},
		{"a trial without requests", "trial", "DOJO_TRIAL", trial("14d"), "such as 14d,1000"},
		{"a trial of no days", "trial", "DOJO_TRIAL", trial("0d,1000"), "from 1 to 365"},
		{"a trial for good", "trial", "DOJO_TRIAL", trial("366d,1000"), "from 1 to 365"},
		{"a trial in weeks", "trial", "DOJO_TRIAL", trial("2w,1000"), "such as 14d,1000"},
		{"a trial without a limit", "trial", "DOJO_TRIAL", trial("14d,0"), "requests a day"},
		{"a receiver by name", "webhook-allow", "DOJO_WEBHOOK_ALLOW",
			func(c *config.Config) { c.WebhookAllow = "10.0.0.0/8,hooks.internal" }, `"hooks.internal"`},
		{"webhooks to everywhere", "webhook-allow", "DOJO_WEBHOOK_ALLOW",
			func(c *config.Config) { c.WebhookAllow = "::/0" }, "anywhere"},
		{"everybody a proxy", "trusted-proxies", "DOJO_TRUSTED_PROXIES", proxies("10.0.0.0/8, 0.0.0.0/0"), "anybody"},
		{"an upstream without a scheme", "upstream", "DOJO_UPSTREAM", upstream("10.0.0.5:9000"), "like http://"},
		{"an upstream of another kind", "upstream", "DOJO_UPSTREAM", upstream("ftp://sol:hunter2@api.example"),
			"like http://"},
		{"an upstream without a host", "upstream", "DOJO_UPSTREAM", upstream("http://:9000"), "like http://"},
		{"an upstream's password that is not escaped", "upstream", "DOJO_UPSTREAM",
			upstream("http://sol:hunter2/@api.example"), "%2F"},
		{"an upstream with a query", "upstream", "DOJO_UPSTREAM", upstream("http://api.example/?hunter2"),
			"behind the path"},
		{"an upstream with a fragment", "upstream", "DOJO_UPSTREAM", upstream("http://api.example/#hunter2"),
			"behind the path"},
		{"an upstream's port too high", "upstream", "DOJO_UPSTREAM", upstream("http://api.example:70000"), "70000"},
		{"a rate below zero", "rate-limit", "DOJO_RATE_LIMIT", func(c *config.Config) { c.RateLimit = -1 },
			"0 for no limit"},
		{"a lease too short to be renewed", "lease", "DOJO_LEASE",
			func(c *config.Config) { c.Lease = 999 * time.Millisecond }, "from 1s to 1h0m0s"},
		{"a lease too long to wait for", "lease", "DOJO_LEASE",
			func(c *config.Config) { c.Lease = time.Hour + time.Second }, "from 1s to 1h0m0s"},
		{"a rate beyond counting", "rate-limit", "DOJO_RATE_LIMIT", func(c *config.Config) { c.RateLimit = 1_000_001 },
			"up to 1000000"},
		{"fewer keys than none", "keys-in-memory", "DOJO_KEYS_IN_MEMORY",
			func(c *config.Config) { c.KeysInMemory = -1 }, "0 for all"},
		{"a mail server without a scheme", "smtp-url", "DOJO_SMTP_URL", smtp("mail.example:587"), "smtp://USER"},
		{"a mail server with another scheme", "smtp-url", "DOJO_SMTP_URL", smtp("http://sol:hunter2@mail.example"),
			"smtp://USER"},
		{"a password that is not escaped", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://sol:hunter2/@mail.example"),
			"%2F"},
		{"no mail server", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://:587"), "smtp://USER"},
		{"a mail server's path", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://mail.example/inbox"), "behind the host"},
		{"a mail server's port too high", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://mail.example:70000"), "70000"},
		{"an unknown mail option", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://mail.example?tls=maybe"), "tls=none"},
		{"mail in the clear over a network", "smtp-url", "DOJO_SMTP_URL",
			smtp("smtp://sol:hunter2@mail.example?tls=none"), "on the way to mail.example"},
		{"mail with TLS and without", "smtp-url", "DOJO_SMTP_URL", smtp("smtps://localhost?tls=none"), "keep one"},
		{"a mail user without a password", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://sol@mail.example"),
			"both or none"},
		{"a mail password without a user", "smtp-url", "DOJO_SMTP_URL", smtp("smtp://:hunter2@mail.example"),
			"both or none"},
		{"mail from nobody", "mail-from", "DOJO_MAIL_FROM",
			func(c *config.Config) { c.SMTPURL = "smtp://mail.example" }, "Dojo <dojo@example.com>"},
		{"mail from no address", "mail-from", "DOJO_MAIL_FROM", func(c *config.Config) { c.MailFrom = "Dojo" },
			`"Dojo"`},
		{"mail from two", "mail-from", "DOJO_MAIL_FROM",
			func(c *config.Config) { c.MailFrom = "a@dojo.example, b@dojo.example" }, "not an email address"},
		{"mail from another script", "mail-from", "DOJO_MAIL_FROM",
			func(c *config.Config) { c.MailFrom = "dojo@道場.example" }, "xn--"},
		{"mail from a name written backwards", "mail-from", "DOJO_MAIL_FROM",
			func(c *config.Config) { c.MailFrom = "\u202eojoD <dojo@dojo.example>" }, "cannot be shown"},
		{"an unknown sign-up", "signup", "DOJO_SIGNUP", func(c *config.Config) { c.Signup = "closed" }, `"closed"`},
		{"sign-up beside one issuer only", "signup", "DOJO_SIGNUP", func(c *config.Config) {
			oidc("https://login.example", "dojo", "hunter2")(c)
			c.Signup, c.OIDCOnly = "open", true
		}, "--oidc-only"},
		{"a client without an issuer", "oidc-issuer", "DOJO_OIDC_ISSUER", oidc("", "dojo", "hunter2"), "leave all out"},
		{"no client", "oidc-client-id", "DOJO_OIDC_CLIENT_ID", oidc("https://login.example", "", "hunter2"),
			"leave all out"},
		{"no client secret", "oidc-client-secret", "DOJO_OIDC_CLIENT_SECRET", oidc("https://login.example", "dojo", ""),
			"leave all out"},
		{"an issuer without a scheme", "oidc-issuer", "DOJO_OIDC_ISSUER", oidc("login.example", "dojo", "hunter2"),
			"like https://"},
		{"an issuer in the clear", "oidc-issuer", "DOJO_OIDC_ISSUER", oidc("http://login.example", "dojo", "hunter2"),
			"use https://"},
		{"an issuer with a password", "oidc-issuer", "DOJO_OIDC_ISSUER",
			oidc("https://sol:hunter2@login.example", "dojo", "s"), "up to the @"},
		{"an issuer with a query", "oidc-issuer", "DOJO_OIDC_ISSUER",
			oidc("https://login.example/?a", "dojo", "hunter2"), "behind the path"},
		{"an issuer's long name", "oidc-name", "DOJO_OIDC_NAME", oidcName(strings.Repeat("A", 61)), "one short line"},
		{"an issuer's name in two lines", "oidc-name", "DOJO_OIDC_NAME", oidcName("Example\nLogin"), "one short line"},
		{"nothing but OpenID Connect, and none", "oidc-only", "DOJO_OIDC_ONLY",
			func(c *config.Config) { c.OIDCOnly = true }, "--oidc-issuer"},
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

func trial(offer string) func(*config.Config) { return func(c *config.Config) { c.Trial = offer } }

func publicURL(text string) func(*config.Config) {
	return func(c *config.Config) { c.PublicURL = text }
}

func databaseURL(text string) func(*config.Config) {
	return func(c *config.Config) { c.DatabaseURL = text }
}

func proxies(text string) func(*config.Config) {
	return func(c *config.Config) { c.TrustedProxies = text }
}

func upstream(text string) func(*config.Config) {
	return func(c *config.Config) { c.Upstream = text }
}

// smtp sets the mail server, and an address that mail comes from.
func smtp(text string) func(*config.Config) {
	return func(c *config.Config) { c.SMTPURL, c.MailFrom = text, "dojo@dojo.example" }
}

func oidc(issuer, id, secret string) func(*config.Config) {
	return func(c *config.Config) { c.OIDCIssuer, c.OIDCClientID, c.OIDCClientSecret = issuer, id, secret }
}

func oidcName(name string) func(*config.Config) {
	return func(c *config.Config) {
		oidc("https://login.example", "dojo", "hunter2")(c)
		c.OIDCName = name
	}
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
		"an upstream":                upstream("http://10.0.0.5:9000"),
		"an upstream with a path":    upstream("https://dojo:h%2Fnter2@api.example/base/"),
		"an upstream over IPv6":      upstream("http://[::1]:9000"),
		"a bound on keys":            func(c *config.Config) { c.KeysInMemory = 1 },
		"a rate limit":               func(c *config.Config) { c.RateLimit = 100 },
		"mail with STARTTLS":         smtp("smtp://dojo:hunter2@mail.example:2525"),
		"mail with TLS":              smtp("smtps://dojo%40mail.example:h%2Fnter2@mail.example/"),
		"mail without a password":    smtp("smtp://mail.example"),
		"mail to this machine":       smtp("smtp://127.0.0.1:25?tls=none"),
		"a sender without a server":  func(c *config.Config) { c.MailFrom = "Dōjō <dojo@dojo.example>" },
		"open sign-up":               func(c *config.Config) { c.Signup = "open" },
		"no word on sign-up":         func(c *config.Config) { c.Signup = "" },
		"an issuer with a path":      oidc("https://login.example/realms/dojo/", "dojo", "hunter2"),
		"an issuer on this machine":  oidc("http://localhost:9998", "dojo", "hunter2"),
		"an issuer with a name":      oidcName("会社のログイン"),
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
