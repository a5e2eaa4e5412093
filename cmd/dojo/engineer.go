package main

import (
	"context"
	"errors"
	"fmt"

	"dojo/config"
	"dojo/models"
	"dojo/store"
	"dojo/vault"
)

type engineerCommand struct {
	Add engineerAddCommand `cmd:"" help:"Make somebody a solutions engineer: print a one-time link that sets their password."`
}

type engineerAddCommand struct {
	config.Config `embed:""`
	Email         string `arg:"" help:"The person's email address."`
}

// Run prints the link. It works while a server runs on the same database.
func (c *engineerAddCommand) Run(ctx context.Context, t terminal) (err error) {
	if err := c.Validate(); err != nil {
		return err
	}
	email, err := models.NormalizeEmail(c.Email)
	if err != nil {
		return err
	}
	keys, err := vault.Open(c.Keyring)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{URL: c.DatabaseURL, Vault: keys})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	token, err := s.CreateSetupLink(ctx, models.SystemActor("Command line"), email)
	if err == nil {
		fmt.Fprintf(t.out, "Give this link to %s. It works once, within an hour:\n\n  %s/setup?token=%s\n", email,
			c.PublicURL, token)
	}
	return err
}
