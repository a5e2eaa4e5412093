package config

import (
	"io"
	"log/slog"
	"strings"
)

// Logger makes the program's logger, which writes to w at LogLevel in
// LogFormat. terminal says whether a person reads w; it decides the format
// when none was chosen.
func (c *Config) Logger(w io.Writer, terminal bool) *slog.Logger {
	level, _ := parseLevel(c.LogLevel)
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "text" || c.LogFormat == "" && terminal {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}

// parseLevel reads one of slog's four levels by name; empty is info.
func parseLevel(name string) (slog.Level, error) {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		if strings.EqualFold(name, level.String()) {
			return level, nil
		}
	}
	if name == "" {
		return slog.LevelInfo, nil
	}
	return slog.LevelInfo, problem("log-level", "is %q; choose debug, info, warn or error", name)
}

func checkFormat(format string) error {
	switch format {
	case "", "text", "json":
		return nil
	}
	return problem("log-format", "is %q; choose text or json, or leave it out", format)
}
