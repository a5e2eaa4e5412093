package store

import (
	"context"

	"dojo/models"
)

// Download is what somebody downloads: records of a collection, or a list that a page shows.
type Download struct {
	Collection models.Collection
	List       string // such as "members", where it is no collection
	Format     string // as the activity list says it: "CSV"
}

// Downloaded writes down that somebody downloads from an environment, or from all of the team
// where kind is empty. It comes before the first byte: what is not written down is not sent.
func (t *TeamScope) Downloaded(ctx context.Context, kind models.EnvironmentKind, download Download) error {
	line := models.AuditEvent{Action: models.DataDownloaded, TeamID: t.Team.ID}
	if kind != "" {
		environment, err := t.Environment(kind)
		if err != nil {
			return err
		}
		line = event(models.DataDownloaded, environment, "")
	}
	line.Detail.Collection, line.Detail.Subject, line.Detail.Text = download.Collection, download.List, download.Format
	return t.store.change(ctx, t.actor, func(c *change) error {
		if _, err := t.authorise(c, models.ViewPeople); err != nil {
			return err
		}
		return c.audit(line, models.AsMember)
	})
}
