package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"dojo/config"
	"dojo/demo"
	"dojo/store"
	"dojo/web"
)

type demoCommand struct {
	config.Config `kong:"embed,set='addr=127.0.0.1:8080',set='database_url=sqlite:data/demo.db',set='keyring=data/demo-keyring.json'"`
	Fresh         bool `help:"Empty the demo's database and build a new one."`
}

// Run serves the demo until ctx ends.
func (c *demoCommand) Run(ctx context.Context, t terminal) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := onlyLoopback(c.Addr, c.APIAddr, c.MetricsAddr); err != nil {
		return err
	}
	if err := c.prepare(ctx); err != nil {
		return err
	}
	return serve(ctx, t, c.Config, web.Options{Demo: demo.SignIns()}, greet)
}

// onlyLoopback refuses to show accounts with a published password to others.
func onlyLoopback(addresses ...string) error {
	for _, address := range addresses {
		host, _, _ := net.SplitHostPort(address)
		ip, err := netip.ParseAddr(host)
		if address != "" && host != "localhost" && (err != nil || !ip.IsLoopback()) {
			return fmt.Errorf("the demo's passwords are public, so it listens on this machine only: choose "+
				"an --addr such as 127.0.0.1:8080, not %s", address)
		}
	}
	return nil
}

// prepare builds the demo's database, unless there is one to go on with. It leaves alone
// what is no demo, which the environment may name by mistake, and what another process
// serves.
func (c *demoCommand) prepare(ctx context.Context) error {
	if c.Fresh && !strings.HasPrefix(c.DatabaseURL, "sqlite:") {
		return errors.New("--fresh only empties a SQLite file; empty a PostgreSQL database yourself")
	}
	return demo.Build(ctx, store.Options{URL: c.DatabaseURL, Keyring: c.Keyring}, c.Fresh, time.Now())
}

func greet(_ context.Context, t terminal, _ *web.Server, cfg config.Config) error {
	fmt.Fprintf(t.out, "\nThe demo is ready: %s\n\nSign in with the password %s as one of\n\n", cfg.PublicURL,
		demo.Password)
	for _, s := range demo.SignIns() {
		fmt.Fprintf(t.out, "  %-22s %s\n", s.Email, s.Who)
	}
	fmt.Fprintln(t.out, "\nPress Ctrl+C to stop.")
	return nil
}
