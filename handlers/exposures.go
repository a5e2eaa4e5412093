package handlers

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// exposures lists what is open in the environment, the worst first, with one alarm for all keys that were seen
// in the same way. That of a key whose grace period is over is not, whether or not its row says so yet.
func (h *Handlers) exposures(v *EnvironmentVisit, keys []models.Key) ([]pages.Exposure, error) {
	rows, err := v.Team.Exposures(v.ctx(), v.Environment.Kind)
	var list []pages.Exposure
	for _, row := range rows {
		works := func(k models.Key) bool { return k.ID == row.KeyID && k.StateAt(h.Store.Now()) != models.Revoked }
		if !slices.ContainsFunc(keys, works) {
			continue
		}
		last := len(list) - 1
		if last < 0 || list[last].Kind != row.Kind { // rows of a kind follow each other, that seen last first
			list = append(list, exposure(v, row, keys))
			continue
		}
		alsoOf(&list[last], exposure(v, row, keys))
	}
	return list, err
}

// alsoOf adds to an alarm that another key was seen in the same way, or the same one of another program, earlier.
func alsoOf(alarm *pages.Exposure, earlier pages.Exposure) {
	if !slices.Contains(alarm.Keys, earlier.Keys[0]) {
		alarm.Keys = append(alarm.Keys, earlier.Keys...)
	}
	alarm.Programs = alsoBy(alarm.Programs, earlier.Programs)
	alarm.Requests += earlier.Requests
	if earlier.FirstSeen.Before(alarm.FirstSeen) {
		alarm.FirstSeen = earlier.FirstSeen
	}
	for _, fix := range earlier.Advice { // what is to be done about that key
		if !slices.Contains(alarm.Advice, fix) {
			alarm.Advice = append(alarm.Advice, fix)
		}
	}
}

// alsoBy adds what was seen of programs earlier.
func alsoBy(programs, earlier []pages.ExposedProgram) []pages.ExposedProgram {
	for _, program := range earlier {
		i := slices.IndexFunc(programs, func(p pages.ExposedProgram) bool { return p.Name == program.Name })
		if i < 0 {
			programs = append(programs, program)
			continue
		}
		programs[i].Requests += program.Requests
	}
	return programs
}

func exposure(v *EnvironmentVisit, row models.Exposure, keys []models.Key) pages.Exposure {
	said := words.ExposureOf(row.Kind)
	page := pages.Exposure{
		Kind: row.Kind, Bad: row.Kind.Bad(), KeyID: row.KeyID, Keys: []string{keyName(keys, row.KeyID)},
		Title: said.Title, Meaning: said.Meaning,
		Requests: int(row.Requests), FirstSeen: row.FirstSeenAt, LastSeen: row.LastSeenAt,
		Address: row.Address, UserAgent: row.UserAgent, Origin: row.Origin, CanResolve: v.Team.May(models.ManageData),
	}
	if row.Program != "" {
		page.Programs = []pages.ExposedProgram{{Name: row.Program, Requests: int(row.Requests), LastSeen: row.LastSeenAt}}
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
	return v.redirect(v.exposedOn(), good("Noted", "The warning comes back when it is seen again."))
}

// exposedOn is the page whose alarm the form stands in.
func (v *EnvironmentVisit) exposedOn() string {
	if v.FormValue("from") == string(layout.Keys) {
		return v.here(layout.Keys)
	}
	return v.here(layout.Overview)
}

// acceptedPrograms lists the programs that may send the environment's secret keys in URLs.
func acceptedPrograms(v *EnvironmentVisit) ([]pages.AcceptedProgram, error) {
	programs, err := v.Team.AcceptedPrograms(v.ctx(), v.Environment.Kind)
	list := make([]pages.AcceptedProgram, len(programs))
	for i, program := range programs {
		list[i] = pages.AcceptedProgram{
			ExposedProgram: pages.ExposedProgram{Name: program.Program, Requests: int(program.Requests),
				LastSeen: program.LastSeenAt},
			At: program.At, By: program.By.Name, CanUnaccept: v.Team.May(models.ManageData),
		}
	}
	return list, err
}

// ProgramAccept notes that a program may send the secret key in URLs.
func (h *Handlers) ProgramAccept(v *EnvironmentVisit) error {
	program := v.FormValue("program")
	if err := v.Team.AcceptProgram(v.ctx(), v.Environment.Kind, program); err != nil {
		return err
	}
	done := good("Accepted for "+models.Isolated(program),
		"It is no warning any more that it sends the secret key in URLs. The keys page still says so.")
	done.Undo = v.here(layout.Keys) + "/programs/unaccept?" + url.Values{"program": {program}}.Encode()
	return v.redirect(v.exposedOn(), done)
}

// ProgramUnaccept makes it a warning again that a program sends the secret key in URLs. Undo, which has no fields,
// names the program in its address.
func (h *Handlers) ProgramUnaccept(v *EnvironmentVisit) error {
	program := cmp.Or(v.FormValue("program"), v.QueryParam("program"))
	if err := v.Team.UnacceptProgram(v.ctx(), v.Environment.Kind, program); err != nil {
		return err
	}
	return v.redirect(v.here(layout.Keys), good("No longer accepted for "+models.Isolated(program),
		"It is a warning again when it sends the secret key in URLs."))
}
