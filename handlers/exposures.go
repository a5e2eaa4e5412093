package handlers

import (
	"net/url"
	"slices"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// exposures lists what is open in the environment, the worst first. That of a key
// whose grace period is over is not, whether or not its row says so yet.
func (h *Handlers) exposures(v *EnvironmentVisit, keys []models.Key) ([]pages.Exposure, error) {
	rows, err := v.Team.Exposures(v.ctx(), v.Environment.Kind)
	var list []pages.Exposure
	for _, row := range rows {
		works := func(k models.Key) bool { return k.ID == row.KeyID && k.StateAt(h.Store.Now()) != models.Revoked }
		if slices.ContainsFunc(keys, works) {
			list = append(list, exposure(v, row, keys))
		}
	}
	return list, err
}

func exposure(v *EnvironmentVisit, row models.Exposure, keys []models.Key) pages.Exposure {
	said := words.ExposureOf(row.Kind)
	page := pages.Exposure{
		Kind: row.Kind, Bad: said.Bad, KeyID: row.KeyID, Key: keyName(keys, row.KeyID),
		Title: said.Title, Meaning: said.Meaning,
		Requests: int(row.Requests), FirstSeen: row.FirstSeenAt, LastSeen: row.LastSeenAt,
		Address: row.Address, UserAgent: row.UserAgent, Origin: row.Origin, CanResolve: v.Team.May(models.ManageData),
	}
	for _, fix := range said.Advice {
		page.Advice = append(page.Advice, revocationOf(fixIn(fix, v.Team.Team.Slug, v.Environment.Kind), fix, row, keys))
	}
	return page
}

// revocationOf lets what is to be done about a key lead to that very key, which may have been replaced
// since. What everybody can read is compromised.
func revocationOf(page pages.Fix, fix models.Fix, row models.Exposure, keys []models.Key) pages.Fix {
	i := slices.IndexFunc(keys, func(k models.Key) bool { return k.ID == row.KeyID })
	if fix.At != models.AtRevocation || i < 0 {
		return page
	}
	page.Link = "Revoke the " + words.NamedKey(keys[i].Kind, keys[i].Ending, keys[i].Name)
	address, _, _ := strings.Cut(page.Href, "?")
	query := url.Values{"revoke": {row.KeyID}}
	if row.Kind == models.SecretInBrowser {
		query.Set("reason", string(models.Compromised))
	}
	page.Href = address + "?" + query.Encode()
	return page
}

// ExposureResolve notes that somebody has resolved an exposure.
func (h *Handlers) ExposureResolve(v *EnvironmentVisit) error {
	err := v.Team.ResolveExposure(v.ctx(), v.Environment.Kind, models.ExposureKind(v.FormValue("kind")), v.Param("key"))
	if err != nil {
		return err
	}
	back := layout.Overview
	if v.FormValue("from") == string(layout.Keys) {
		back = layout.Keys
	}
	return v.redirect(v.here(back), good("Noted", "The warning comes back when it is seen again."))
}
