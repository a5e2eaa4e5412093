package config_test

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"dojo/config"
)

func TestLoggedConfigHoldsNoPassword(t *testing.T) {
	for _, url := range []string{
		"postgres://dojo:hunter2@db.example:5432/dojo",
		"postgres://db.example/dojo?user=dojo&password=hunter2",
		"postgres://dojo:hunter2@a:5432,b:5432/dojo",
		"postgres://dojo:%zzhunter2@db.example/dojo",
		"postgres:///dojo?password=hunter2",
		"mysql:hunter2",
	} {
		c := valid(databaseURL(url))
		for name, value := range map[string]any{"pointer": c, "value": *c} {
			var out bytes.Buffer
			c.Logger(&out, false).Info("starting", "config", value)
			if strings.Contains(out.String(), "hunter2") {
				t.Errorf("%s of %s is logged as %s", name, url, out.String())
			}
		}
	}
}

func TestLoggedConfigHoldsNoSecret(t *testing.T) {
	for _, url := range []string{
		"smtp://dojo:hunter2@mail.example:587",
		"smtps://dojo:hunter2@mail.example/?password=hunter2",
		"smtp://dojo:%zzhunter2@mail.example",
		"smtp:dojo:hunter2@mail.example",
	} {
		var out bytes.Buffer
		c := valid(func(c *config.Config) { c.SMTPURL, c.OIDCClientSecret = url, "hunter2" })
		c.Logger(&out, false).Info("starting", "config", c)
		if strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s is logged as %s", url, out.String())
		}
	}
}

func TestLoggedConfigHoldsNoPasswordOfTheUpstream(t *testing.T) {
	for url, want := range map[string]string{
		"https://dojo:hunter2@api.example/base": "config.upstream=https://dojo@api.example/base",
		"https://dojo:%zzhunter2@api.example":   "config.upstream=http://…",
		"https://api.example/?key=hunter2":      "config.upstream=http://…",
		"ftp://dojo:hunter2@api.example":        "config.upstream=http://…",
		"https://dojo:hunter2/@api.example":     "config.upstream=http://…",
	} {
		var out bytes.Buffer
		c := valid(upstream(url))
		c.Logger(&out, true).Info("starting", "config", c)
		if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), want) {
			t.Errorf("%s is logged as %s", url, out.String())
		}
	}
}

func TestLoggedConfigShowsTheRest(t *testing.T) {
	var out bytes.Buffer
	c := valid(databaseURL("postgres://dojo:hunter2@db.example:5432/dojo?sslmode=disable"))
	c.SMTPURL, c.MailFrom = "smtp://dojo:hunter2@127.0.0.1:25?tls=none", "dojo@dojo.example"
	oidc("https://login.example/realm", "dojo", "hunter2")(c)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	c.Logger(&out, true).Info("starting", "config", c)
	for _, want := range []string{
		"config.addr=:8080", "config.public_url=http://localhost:8080", "config.keyring=data/keyring.json",
		"config.log_level=info",
		"config.database_url=postgres://dojo@db.example:5432/dojo",
		`config.smtp_url="smtp://dojo@127.0.0.1:25?tls=none"`, "config.mail_from=dojo@dojo.example",
		"config.signup=invite",
		"config.upstream=\"\"", "config.rate_limit=0", "config.keys_in_memory=0",
		"config.oidc_issuer=https://login.example/realm", "config.oidc_client_id=dojo", "config.oidc_client_secret=…",
		"config.oidc_name=login.example", "config.oidc_only=false",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log line %s lacks %s", out.String(), want)
		}
	}
	if fields := reflect.TypeFor[config.Config]().NumField(); len(c.LogValue().Group()) != fields {
		t.Errorf("%d of %d settings are logged", len(c.LogValue().Group()), fields)
	}
}

func TestLogger(t *testing.T) {
	for _, test := range []struct {
		level, format string
		terminal      bool
		want          string
		least         slog.Level
	}{
		{"", "", true, "level=ERROR", slog.LevelInfo},
		{"info", "", false, `"level":"ERROR"`, slog.LevelInfo},
		{"debug", "json", true, `"level":"ERROR"`, slog.LevelDebug},
		{"warn", "text", false, "level=ERROR", slog.LevelWarn},
		{"error", "text", true, "level=ERROR", slog.LevelError},
	} {
		var out bytes.Buffer
		c := valid(func(c *config.Config) { c.LogLevel, c.LogFormat = test.level, test.format })
		logger := c.Logger(&out, test.terminal)
		logger.Error("broken")
		if !strings.Contains(out.String(), test.want) {
			t.Errorf("%+v wrote %s", test, out.String())
		}
		ctx := context.Background()
		if !logger.Enabled(ctx, test.least) || logger.Enabled(ctx, test.least-1) {
			t.Errorf("%+v logs from another level", test)
		}
	}
}
