package handlers

import (
	"net/http"
	"strconv"

	"dojo/models"
	"dojo/store"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// DeskHome is what a solutions engineer looks at first.
func (h *Handlers) DeskHome(v *DeskVisit) error {
	base, err := h.deskBase(v, "Today", layout.DeskHome)
	if err != nil {
		return err
	}
	morning, err := v.Desk.Morning(v.ctx())
	if err != nil {
		return err
	}
	teams, err := v.Desk.TeamCount(v.ctx())
	if err != nil {
		return err
	}
	page := pages.DeskHome{Base: base, WaitingCount: morning.WaitingCount}
	if teams == 0 {
		page.First = &pages.DeskNewTeam{Base: base, PublicURL: h.PublicURL}
	}
	for _, r := range morning.Waiting {
		page.Waiting = append(page.Waiting, h.deskRequestRow(r))
	}
	for _, e := range morning.Ending {
		page.Ending = append(page.Ending, pages.DeskEnding{
			TeamSlug: e.Team.Slug, TeamName: e.Team.Name, AgreementID: e.Agreement.ID,
			Reference: e.Agreement.Reference, Ends: models.LastDay(e.EndsAt),
			Environment: layout.Environment{Slug: string(e.Environment), Name: e.Environment.Name(), State: layout.Unlocked},
		})
	}
	for _, deed := range morning.Deeds {
		line := entry(deed.Event)
		line.Team = deed.Team.Name
		page.Deeds = append(page.Deeds, line)
	}
	page.Looks = []pages.DeskLooks{exposureLooks(morning), retiringLooks(morning), limitLooks(morning),
		webhookLooks(morning),
		mailLooks(morning)}
	return render(v, http.StatusOK, page)
}

func exposureLooks(morning store.Morning) pages.DeskLooks {
	looks := pages.DeskLooks{Icon: "shield-alert", Title: "Keys where they should not be"}
	for _, e := range morning.Exposures {
		looks.Rows = append(looks.Rows, pages.DeskLook{Href: "/desk/teams/" + e.Team.Slug, Text: e.Team.Name,
			Environment: e.Environment, Detail: e.Kind.Text() + ", seen", At: e.LastSeenAt})
	}
	return looks
}

func retiringLooks(morning store.Morning) pages.DeskLooks {
	looks := pages.DeskLooks{Icon: "hourglass", Title: "Retiring keys that are still used"}
	for _, r := range morning.Retiring {
		looks.Rows = append(looks.Rows, pages.DeskLook{Href: "/desk/teams/" + r.Team.Slug, Text: r.Team.Name,
			Environment: r.Environment, At: r.LastAt,
			Detail: words.KeyTitle(r.Key.Kind, r.Key.Ending, r.Key.Name) + ", refused from " +
				words.Moment(*r.Key.RetiresAt) + " on; used"})
	}
	return looks
}

func limitLooks(morning store.Morning) pages.DeskLooks {
	looks := pages.DeskLooks{Icon: "chart-column", Title: "Day limits that are nearly or fully used"}
	for _, l := range morning.Limits {
		looks.Rows = append(looks.Rows, pages.DeskLook{Href: "/desk/teams/" + l.Team.Slug, Text: l.Team.Name,
			Environment: l.Environment,
			Detail:      strconv.Itoa(l.Percent) + " % reached: " + words.Count(int(l.Count)) + " requests today"})
	}
	return looks
}

func webhookLooks(morning store.Morning) pages.DeskLooks {
	looks := pages.DeskLooks{Icon: "circle-alert", Title: "Webhooks that fail"}
	for _, w := range morning.Webhooks {
		look := pages.DeskLook{Href: "/desk/webhooks/" + w.Webhook.ID, Text: "The desk's", At: *w.Webhook.FailingSince,
			Detail: w.Webhook.Host + ", failing since"}
		if w.Team.ID != "" {
			look.Href, look.Text = "/desk/teams/"+w.Team.Slug, w.Team.Name
		}
		if w.Webhook.PausedAt != nil {
			look.Detail, look.At = w.Webhook.Host+", paused", *w.Webhook.PausedAt
		}
		looks.Rows = append(looks.Rows, look)
	}
	return looks
}

func mailLooks(morning store.Morning) pages.DeskLooks {
	looks := pages.DeskLooks{Icon: "mail-check", Title: "Mail that reached nobody", All: "/desk/mail"}
	for _, m := range morning.Mails {
		looks.Rows = append(looks.Rows, pages.DeskLook{Href: "/desk/mail", Text: m.Recipient,
			Detail: words.MailKind(m.Kind) + ", given up", At: *m.FailedAt})
	}
	return looks
}
