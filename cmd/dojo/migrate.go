package main

import (
	"context"
	"fmt"

	"dojo/config"
	"dojo/store"
)

type migrateCommand struct {
	config.Config `embed:""`
}

// Run migrates the database.
func (c *migrateCommand) Run(ctx context.Context, t terminal) error {
	if err := c.Validate(); err != nil {
		return err
	}
	from, to, err := store.Migrate(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	if from == to {
		fmt.Fprintf(t.out, "The database is of version %d already.\n", to)
		return nil
	}
	fmt.Fprintf(t.out, "Migrated the database from version %d to %d.\n", from, to)
	return nil
}
