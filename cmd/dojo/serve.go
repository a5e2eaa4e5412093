package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"golang.org/x/term"

	"dojo/config"
	"dojo/models"
	"dojo/traces"
	"dojo/web"
)

type serveCommand struct {
	config.Config `embed:""`
	NoMigrate     bool `help:"Do not bring the database to this version; refuse to start when it is older." env:"DOJO_NO_MIGRATE"`
}

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	return serve(ctx, t, c.Config, web.Options{Migrate: !c.NoMigrate}, offerSetup)
}

// serve listens first, so that an address in use is known before anything is
// opened, and so that the public address can follow a port the system chose.
// Before the first request it calls ready.
func serve(
	ctx context.Context, t terminal, cfg config.Config, options web.Options,
	ready func(ctx context.Context, t terminal, s *web.Server, cfg config.Config) error,
) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	dashboard, api, err := listen(&cfg)
	if err != nil {
		return err
	}
	if options.Metrics, err = listenForMetrics(&cfg); err != nil {
		return err
	}
	tracing, err := traces.Start(ctx, version)
	if err != nil {
		return err
	}
	defer tracing.Stop()
	options.Tracer = tracing.Tracer
	options.Config, options.Logger, options.HashWorker = cfg, logger(cfg, t), hashWorker()
	options.Version = version
	options.Logger = slog.New(web.RedactKeys(options.Logger.Handler()))
	slog.SetDefault(options.Logger) // which the standard library's log goes to as well
	s, err := web.Open(ctx, options)
	if err != nil {
		return err
	}
	options.Logger.Info("serving", "config", cfg)
	err = ready(ctx, t, s, cfg)
	switch {
	case err == nil:
		err = s.Serve(ctx, dashboard, api)
	case ctx.Err() != nil:
		err = nil // told to stop before the first request
	}
	options.Logger.Info("stopped")
	return errors.Join(err, s.Close())
}

func listen(cfg *config.Config) (dashboard, api net.Listener, err error) {
	if dashboard, err = net.Listen("tcp", cfg.Addr); err != nil {
		return nil, nil, fmt.Errorf("cannot listen on %s: %w. Choose another address with --addr", cfg.Addr, err)
	}
	cfg.Addr = dashboard.Addr().String()
	if err := cfg.Validate(); err != nil { // the public address follows a port that the system chose
		return nil, nil, err
	}
	if cfg.APIAddr == "" {
		return dashboard, nil, nil
	}
	if api, err = net.Listen("tcp", cfg.APIAddr); err != nil {
		return nil, nil, fmt.Errorf("cannot listen on %s: %w. Choose another address with --api-addr", cfg.APIAddr, err)
	}
	cfg.APIAddr = api.Addr().String()
	return dashboard, api, nil
}

func listenForMetrics(cfg *config.Config) (net.Listener, error) {
	if cfg.MetricsAddr == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", cfg.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w. Choose another address with --metrics-addr", cfg.MetricsAddr, err)
	}
	cfg.MetricsAddr = listener.Addr().String()
	return listener, nil
}

func logger(cfg config.Config, t terminal) *slog.Logger {
	file, isFile := t.err.(*os.File)
	return cfg.Logger(t.err, isFile && term.IsTerminal(int(file.Fd())))
}

// offerSetup prints a link that makes the first solutions engineer, while there
// is none.
func offerSetup(ctx context.Context, t terminal, s *web.Server, cfg config.Config) error {
	some, err := s.Store.HasEngineer(ctx)
	if err != nil || some {
		return err
	}
	token, err := s.Store.CreateSetupLink(ctx, models.SystemActor("First start"), "")
	if err == nil {
		fmt.Fprintf(t.out, "\nThere is no solutions engineer yet. Open this link to make the first account.\n"+
			"It works once, within an hour:\n\n  %s/setup?token=%s\n\n", cfg.PublicURL, token)
	}
	return err
}
