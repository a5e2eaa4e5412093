package store

import (
	"context"

	"dojo/models"
)

// SetAllowedOrigins says on pages of which origins the environment's publishable
// key may be used, separated by white space; none allows all. It holds from the
// next request.
func (t *TeamScope) SetAllowedOrigins(ctx context.Context, kind models.EnvironmentKind, origins string) error {
	return t.changeEnvironment(ctx, kind, "allowed_origins", func(e *models.Environment) (text string, err error) {
		if e.AllowedOrigins, err = models.CheckOrigins(origins); err != nil {
			return "", err
		}
		if e.AllowedOrigins == "" {
			return "allowed origins: any", nil
		}
		return "allowed origins: " + e.AllowedOrigins, nil
	})
}

// RefuseBrowserSecrets says whether the environment's secret key is refused where
// a browser sends it. It holds from the next request.
func (t *TeamScope) RefuseBrowserSecrets(ctx context.Context, kind models.EnvironmentKind, refuse bool) error {
	return t.changeEnvironment(ctx, kind, "refuses_browser_secrets", func(e *models.Environment) (string, error) {
		e.RefusesBrowserSecrets = refuse
		if refuse {
			return "secret key from browsers: refused", nil
		}
		return "secret key from browsers: accepted", nil
	})
}

// changeEnvironment changes one column of the environment, and says so to the gate
// and, in the words that set returns, in the activity list.
func (t *TeamScope) changeEnvironment(ctx context.Context, kind models.EnvironmentKind, column string,
	set func(e *models.Environment) (text string, err error)) error {
	return t.change(ctx, models.ManageTeam, kind, func(c *change, environment models.Environment) error {
		text, err := set(&environment)
		if err != nil {
			return err
		}
		if err := c.update(&environment, column); err != nil {
			return err
		}
		c.keysNarrowed(environment.ID, "")
		line := event(models.EnvironmentChanged, environment, environment.ID)
		line.Detail.Text = text
		return c.audit(line, models.AsMember)
	})
}
