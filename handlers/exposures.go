package handlers

import (
	"slices"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// exposureWords is what a kind of exposure is called and what is to be done.
type exposureWords struct {
	bad            bool
	title, meaning string
	advice         []advice
}

// advice is something to do, and the section where it is done.
type advice struct {
	text    string
	section layout.Section // empty: nowhere in Dojo
	link    string
	query   string // of the section's address
}

var exposureKinds = map[models.ExposureKind]exposureWords{
	models.SecretInBrowser: {true, "A web page uses the secret key", "Whoever visits the page can read the key and do everything with it that you can.", []advice{
		{"Treat the key as known to others: revoke it.", layout.Keys, "Revoke the secret key", "?revoke=secret"},
		{"Let the page use the publishable key, or ask a server of yours.", "", "", ""},
		{"Refuse the secret key from browsers, so that this shows at once.", layout.EnvironmentSettings, "Environment settings", ""},
	}},
	models.SecretInURL: {true, "The secret key is sent in URLs", "Programs send it as the parameter api_key. Proxies and servers on the way keep URLs in their logs, where many people can read them.", []advice{
		{"Send it in the X-API-KEY header instead.", "", "", ""},
		{"Once your programs do, replace the key: the old one is in logs.", layout.Keys, "Revoke the secret key", "?revoke=secret"},
	}},
	models.WrongEnvironment: {false, "A program asks for records that are not here", "Many of its requests in a row found nothing. It may hold the key of one environment and mean the data of another.", []advice{
		{"Look which records it asks for.", layout.Usage, "Usage", ""},
		{"Give it the key of the environment that has them.", layout.Keys, "API keys", ""},
	}},
	models.PublishableOnServer: {false, "A server uses the publishable key", "That works for interactions. The key is made for web pages and apps: limits on origins do not hold for servers.", []advice{
		{"Use the secret key in programs that only you run.", layout.Keys, "API keys", ""},
	}},
}

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
	words := exposureKinds[row.Kind]
	page := pages.Exposure{
		Kind: string(row.Kind), Bad: words.bad, KeyID: row.KeyID, Key: keyName(keys, row.KeyID), Title: words.title, Meaning: words.meaning,
		Requests: int(row.Requests), FirstSeen: row.FirstSeenAt, LastSeen: row.LastSeenAt, Address: row.Address, UserAgent: row.UserAgent,
		Origin: row.Origin, CanResolve: v.Team.May(models.ManageData),
	}
	for _, a := range words.advice {
		fix := pages.Fix{Text: a.text, Link: a.link}
		if a.section != "" {
			fix.Href = v.here(a.section) + a.query
		}
		page.Advice = append(page.Advice, fix)
	}
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
