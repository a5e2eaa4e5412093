// Package config is the program's settings: one typed Config, filled from flags
// and environment variables, checked before anything else starts, and safe to
// log. A flag and its variable are one setting: --public-url is
// DOJO_PUBLIC_URL, and the flag wins.
//
// The struct tags are those of github.com/alecthomas/kong, so that a command
// embeds Config and has the flags, the variables and their help.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"dojo/models"
)

// Config is every setting of a program that serves. Validate says whether they
// make sense; what follows from them (Secure, Hosts, Proxies, SMTP, Logger …) is
// asked after that.
//
// A command with other defaults for addr, database_url or keyring says so where
// it embeds Config:
//
//	config.Config `kong:"embed,set='addr=127.0.0.1:8080',set='database_url=sqlite:data/demo.db'"`
type Config struct {
	Addr             string        `help:"Where the dashboard and the API listen." default:"${addr=:8080}" env:"DOJO_ADDR" placeholder:"HOST:PORT"`
	APIAddr          string        `name:"api-addr" help:"If set, the API listens here and only here." env:"DOJO_API_ADDR" placeholder:"HOST:PORT"`
	PublicURL        string        `name:"public-url" help:"The dashboard's address for people, used in links and mail; its host is the only one accepted. Default: http://localhost and the port of --addr." env:"DOJO_PUBLIC_URL" placeholder:"URL"`
	DatabaseURL      string        `name:"database-url" help:"The database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME." default:"${database_url=sqlite:data/dojo.db}" env:"DOJO_DATABASE_URL" placeholder:"URL"`
	Keyring          string        `help:"The file with the keys that seal API keys; made on first start. Keep a backup apart from the database's." default:"${keyring=data/keyring.json}" env:"DOJO_KEYRING" placeholder:"FILE"`
	TrustedProxies   string        `name:"trusted-proxies" help:"Networks of the proxies whose forwarded headers are believed, separated by commas. Default: none are." env:"DOJO_TRUSTED_PROXIES" placeholder:"CIDR,…"`
	MetricsAddr      string        `name:"metrics-addr" help:"If set, figures (/metrics, for Prometheus) and profiles (/debug/pprof) are served here and only here, to anybody who asks: choose an address that only the monitoring reaches." env:"DOJO_METRICS_ADDR" placeholder:"HOST:PORT"`
	Upstream         string        `help:"The API that other paths under /v1 are handed on to, once the key has been checked. A user name and password in it are sent as Basic authorization. Default: such paths do not exist." env:"DOJO_UPSTREAM" placeholder:"URL"`
	RateLimit        int           `name:"rate-limit" help:"How many requests a second each environment may make; twice as many at once. 0: no limit." default:"0" env:"DOJO_RATE_LIMIT" placeholder:"N"`
	Lease            time.Duration `help:"PostgreSQL: how long a process lets keys in from memory without news from the database, from 1s to 1h. A longer one rides out a longer outage of the database; a revocation waits for as long for a process that it cannot reach." default:"10s" env:"DOJO_LEASE" placeholder:"DURATION"`
	Trial            string        `help:"A trial that each team may take by itself, once, for its Development: days and requests a day, such as 14d,1000. Default: none." env:"DOJO_TRIAL" placeholder:"DAYSd,N"`
	KeysInMemory     int           `name:"keys-in-memory" help:"How many keys are held in memory, at about 100 bytes each. Where there are more, as many of those in use are, at about 640 bytes each, and others are looked up in the database. 0: all." default:"0" env:"DOJO_KEYS_IN_MEMORY" placeholder:"N"`
	SMTPURL          string        `name:"smtp-url" help:"The server that mail is handed to: smtp://USER:PASSWORD@HOST:587 (STARTTLS is required) or smtps://USER:PASSWORD@HOST:465. With ?tls=none behind it, a server on this machine is spoken to without TLS. Default: mail goes to the log." env:"DOJO_SMTP_URL" placeholder:"URL"`
	MailFrom         string        `name:"mail-from" help:"The address that mail comes from, such as Dojo <dojo@example.com>." env:"DOJO_MAIL_FROM" placeholder:"ADDRESS"`
	WebhookAllow     string        `name:"webhook-allow" help:"Networks beside the public internet that webhooks may go to, also over http, separated by commas. Default: webhooks go to public addresses over https only." env:"DOJO_WEBHOOK_ALLOW" placeholder:"CIDR,…"`
	Signup           string        `help:"invite: accounts come from invitations. open: anybody may make an account and a team." default:"invite" env:"DOJO_SIGNUP" placeholder:"invite|open"`
	OIDCIssuer       string        `name:"oidc-issuer" help:"The OpenID Connect issuer that people may sign in with, as it names itself." env:"DOJO_OIDC_ISSUER" placeholder:"URL"`
	OIDCClientID     string        `name:"oidc-client-id" help:"What the issuer knows Dojo as." env:"DOJO_OIDC_CLIENT_ID" placeholder:"ID"`
	OIDCClientSecret string        `name:"oidc-client-secret" help:"The secret that the issuer gave Dojo." env:"DOJO_OIDC_CLIENT_SECRET" placeholder:"SECRET"`
	OIDCName         string        `name:"oidc-name" help:"The issuer's name on the sign-in button. Default: its host." env:"DOJO_OIDC_NAME" placeholder:"NAME"`
	OIDCOnly         bool          `name:"oidc-only" help:"People sign in with OpenID Connect only: no passwords, passkeys or sign-up." env:"DOJO_OIDC_ONLY"`
	LogLevel         string        `name:"log-level" help:"The least level that is logged: debug, info, warn or error." default:"info" env:"DOJO_LOG_LEVEL" placeholder:"LEVEL"`
	LogFormat        string        `name:"log-format" help:"text or json. Default: text on a terminal, json elsewhere." env:"DOJO_LOG_FORMAT" placeholder:"FORMAT"`
}

// Validate returns every setting that cannot work, one a line: its flag and
// variable, what is wrong and what is right. It quotes no password. Kong calls
// it after parsing.
//
// It also gives PublicURL its final form: scheme, host and port without a slash
// at the end, and without the port where browsers leave it out. An empty one
// becomes http://localhost and the port of Addr. If that is 0, it stays empty:
// put the port that the system chose into Addr and validate again. An empty
// OIDCName becomes the issuer's host.
func (c *Config) Validate() error {
	public, urlErr := c.publicURL()
	if urlErr == nil && public.Port() != "0" {
		c.PublicURL = public.String()
	}
	c.nameIssuer()
	_, proxiesErr := parseProxies(c.TrustedProxies)
	_, upstreamErr := parseUpstream(c.Upstream)
	_, webhookErr := parseWebhookAllow(c.WebhookAllow)
	_, smtpErr := parseSMTPURL(c.SMTPURL)
	_, levelErr := parseLevel(c.LogLevel)
	return errors.Join(
		checkAddr("addr", c.Addr),
		c.checkAPIAddr(),
		c.checkMetricsAddr(),
		urlErr,
		checkDatabaseURL(c.DatabaseURL),
		checkKeyring(c.Keyring),
		proxiesErr,
		upstreamErr,
		c.checkRateLimit(),
		c.checkLease(),
		c.checkKeysInMemory(),
		c.checkTrial(),
		smtpErr,
		c.checkMailFrom(),
		webhookErr,
		c.checkSignup(),
		c.checkOIDC(),
		levelErr,
		checkFormat(c.LogFormat),
	)
}

// LogValue implements slog.LogValuer: every setting, without passwords and
// secrets. PublicURL cannot hold one once it is validated.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", c.Addr),
		slog.String("api_addr", c.APIAddr),
		slog.String("metrics_addr", c.MetricsAddr),
		slog.String("public_url", c.PublicURL),
		slog.String("database_url", redactDatabaseURL(c.DatabaseURL)),
		slog.String("keyring", c.Keyring),
		slog.String("trusted_proxies", c.TrustedProxies),
		slog.String("upstream", redactUpstream(c.Upstream)),
		slog.Int("rate_limit", c.RateLimit),
		slog.Duration("lease", c.Lease),
		slog.Int("keys_in_memory", c.KeysInMemory),
		slog.String("trial", c.Trial),
		slog.String("smtp_url", redactSMTPURL(c.SMTPURL)),
		slog.String("mail_from", c.MailFrom),
		slog.String("webhook_allow", c.WebhookAllow),
		slog.String("signup", c.Signup),
		slog.String("oidc_issuer", c.OIDCIssuer),
		slog.String("oidc_client_id", c.OIDCClientID),
		slog.String("oidc_client_secret", redactSecret(c.OIDCClientSecret)),
		slog.String("oidc_name", c.OIDCName),
		slog.Bool("oidc_only", c.OIDCOnly),
		slog.String("log_level", c.LogLevel),
		slog.String("log_format", c.LogFormat),
	)
}

func (c *Config) checkLease() error {
	if c.Lease == 0 {
		c.Lease = DefaultLease
	}
	if err := models.CheckLease(c.Lease); err != nil {
		return problem("lease", "%w", err)
	}
	return nil
}

func (c *Config) checkTrial() error {
	if _, err := models.ParseTrialOffer(c.Trial); err != nil {
		return problem("trial", "%w", err)
	}
	return nil
}

// TrialOffer is the trial that teams may take; the zero value when there is none.
func (c *Config) TrialOffer() models.TrialOffer {
	offer, err := models.ParseTrialOffer(c.Trial)
	if err != nil {
		return models.TrialOffer{}
	}
	return offer
}

// DefaultLease is the lease of a configuration that says nothing.
const DefaultLease = 10 * time.Second

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
