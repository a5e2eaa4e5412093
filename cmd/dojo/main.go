// Command dojo is the console for API keys and environments: dojo serve runs
// it, dojo demo shows it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"dojo/models"
	"dojo/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := web.Guarded(func() error { return run(ctx, os.Args[1:], os.Stdout, os.Stderr) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "dojo:", models.RedactKeys(words(err)))
		os.Exit(1)
	}
}

// words returns what is meant for people in an error.
func words(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// commands is what the program can do; each has a file of its own.
type commands struct {
	Serve         serveCommand       `cmd:"" help:"Serve the dashboard and the API."`
	Demo          demoCommand        `cmd:"" help:"Serve a demo with made-up teams on this machine only."`
	Migrate       migrateCommand     `cmd:"" help:"Bring the database to this program's version."`
	Engineer      engineerCommand    `cmd:"" help:"Manage solutions engineers."`
	Healthcheck   healthcheckCommand `cmd:"" help:"Exit with 0 when the server is ready."`
	HashPasswords hashCommand        `cmd:"" hidden:"" help:"Hash passwords for a server that started this process."`
	Version       versionCommand     `cmd:"" help:"Print the version."`
}

// terminal is where a command writes: its results, and what goes on meanwhile.
type terminal struct {
	out, err io.Writer
}

// run carries out a command line until it is done or ctx ends.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	exit := -1
	parser, err := kong.New(&commands{}, kong.Name("dojo"),
		kong.Description("The console for API keys and environments. Every flag is also an environment variable."),
		kong.Writers(out, errOut), kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.ValueFormatter(helpOf))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if exit >= 0 {
		return nil // --help has been printed
	}
	if err != nil {
		return err
	}
	command.BindTo(ctx, (*context.Context)(nil))
	return command.Run(terminal{out, errOut})
}

// helpOf is a setting's help text with its variable and its default.
func helpOf(setting *kong.Value) string {
	text := kong.DefaultHelpValueFormatter(setting)
	if setting.HasDefault {
		text += " Default: " + setting.Default + "."
	}
	return text
}
