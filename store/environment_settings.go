package store

import (
	"context"

	"dojo/models"
)

// SetAllowedOrigins says on pages of which origins the environment's publishable
// key may be used, separated by white space; none allows all. It holds from the
// next request.
func (t *TeamScope) SetAllowedOrigins(ctx context.Context, kind models.EnvironmentKind, origins string) error {
	origins, err := models.CheckOrigins(origins)
	if err != nil {
		return err
	}
	text := "allowed origins: " + origins
	if origins == "" {
		text = "allowed origins: any"
	}
	return t.changeEnvironment(ctx, kind, "allowed_origins", text, func(e *models.Environment) { e.AllowedOrigins = origins })
}

// RefuseBrowserSecrets says whether the environment's secret key is refused where
// a browser sends it. It holds from the next request.
func (t *TeamScope) RefuseBrowserSecrets(ctx context.Context, kind models.EnvironmentKind, refuse bool) error {
	text := "secret key from browsers: accepted"
	if refuse {
		text = "secret key from browsers: refused"
	}
	return t.changeEnvironment(ctx, kind, "refuses_browser_secrets", text, func(e *models.Environment) { e.RefusesBrowserSecrets = refuse })
}

// changeEnvironment changes one column of the environment, and says so to the gate
// and in the activity list.
func (t *TeamScope) changeEnvironment(ctx context.Context, kind models.EnvironmentKind, column, text string, set func(e *models.Environment)) error {
	return t.change(ctx, models.ManageTeam, kind, func(c *change, environment models.Environment) error {
		set(&environment)
		if err := c.update(&environment, column); err != nil {
			return err
		}
		c.keysChanged(environment.ID)
		line := event(models.EnvironmentChanged, environment, environment.ID)
		line.Detail.Text = text
		return c.record(line, models.AsMember)
	})
}
