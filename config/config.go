// Package config is the program's settings: one typed Config, filled from flags
// and environment variables, checked before anything else starts, and safe to
// log. A flag and its variable are one setting: --public-url is
// DOJO_PUBLIC_URL, and the flag wins.
//
// The struct tags are those of github.com/alecthomas/kong, so that a command
// embeds Config and has the flags, the variables and their help.
//
// config may import the standard library and kong.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Config is every setting of a program that serves. Validate says whether they
// make sense; what follows from them (Secure, Hosts, Proxies, Logger) is asked
// after that.
//
// A command with other defaults for addr, database_url or keyring says so where
// it embeds Config:
//
//	config.Config `kong:"embed,set='addr=127.0.0.1:8080',set='database_url=sqlite:data/demo.db'"`
type Config struct {
	Addr           string `help:"Where the dashboard and the API listen." default:"${addr=:8080}" env:"DOJO_ADDR" placeholder:"HOST:PORT"`
	APIAddr        string `name:"api-addr" help:"If set, the API listens here and only here." env:"DOJO_API_ADDR" placeholder:"HOST:PORT"`
	PublicURL      string `name:"public-url" help:"The dashboard's address for people, used in links and mail; its host is the only one accepted. Default: http://localhost and the port of --addr." env:"DOJO_PUBLIC_URL" placeholder:"URL"`
	DatabaseURL    string `name:"database-url" help:"The database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME." default:"${database_url=sqlite:data/dojo.db}" env:"DOJO_DATABASE_URL" placeholder:"URL"`
	Keyring        string `help:"The file with the keys that seal API keys; made on first start. Keep a backup apart from the database's." default:"${keyring=data/keyring.json}" env:"DOJO_KEYRING" placeholder:"FILE"`
	TrustedProxies string `name:"trusted-proxies" help:"Networks of the proxies whose forwarded headers are believed, separated by commas. Default: none are." env:"DOJO_TRUSTED_PROXIES" placeholder:"CIDR,…"`
	LogLevel       string `name:"log-level" help:"The least level that is logged: debug, info, warn or error." default:"info" env:"DOJO_LOG_LEVEL" placeholder:"LEVEL"`
	LogFormat      string `name:"log-format" help:"text or json. Default: text on a terminal, json elsewhere." env:"DOJO_LOG_FORMAT" placeholder:"FORMAT"`
}

// Validate returns every setting that cannot work, one a line: its flag and
// variable, what is wrong and what is right. It quotes no password. Kong calls
// it after parsing.
//
// It also gives PublicURL its final form: scheme, host and port without a slash
// at the end, and without the port where browsers leave it out. An empty one
// becomes http://localhost and the port of Addr. If that is 0, it stays empty:
// put the port that the system chose into Addr and validate again.
func (c *Config) Validate() error {
	public, urlErr := c.publicURL()
	if urlErr == nil && public.Port() != "0" {
		c.PublicURL = public.String()
	}
	_, proxiesErr := parseProxies(c.TrustedProxies)
	_, levelErr := parseLevel(c.LogLevel)
	return errors.Join(
		checkAddr("addr", c.Addr),
		c.checkAPIAddr(),
		urlErr,
		checkDatabaseURL(c.DatabaseURL),
		checkKeyring(c.Keyring),
		proxiesErr,
		levelErr,
		checkFormat(c.LogFormat),
	)
}

// LogValue implements slog.LogValuer: every setting, without the database's
// password. PublicURL cannot hold one once it is validated.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", c.Addr),
		slog.String("api_addr", c.APIAddr),
		slog.String("public_url", c.PublicURL),
		slog.String("database_url", redactDatabaseURL(c.DatabaseURL)),
		slog.String("keyring", c.Keyring),
		slog.String("trusted_proxies", c.TrustedProxies),
		slog.String("log_level", c.LogLevel),
		slog.String("log_format", c.LogFormat),
	)
}

func checkKeyring(path string) error {
	if path == "" {
		return problem("keyring", "is empty; give the path of a file, such as data/keyring.json")
	}
	return nil
}

// problem is an error about the setting that flag sets, named in both ways.
func problem(flag, format string, args ...any) error {
	variable := "DOJO_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
	return fmt.Errorf("--%s (%s) "+format, append([]any{flag, variable}, args...)...)
}
