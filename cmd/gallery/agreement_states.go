package main

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

func agreementsBar(query string) pages.ListBar {
	b := bar(query, "Reference, team, member, signatory")
	b.Label = "Search agreements"
	b.Filters = []pages.ListFilter{{Name: "state", Label: "State", All: "All",
		Options: []pages.Option{{Value: "ending", Label: "End within 30 days"}, {Value: "ended", Label: "Ended"}}}}
	b.Sorts = []pages.Option{{Label: "Newest"}, {Value: "end", Label: "Last day"}, {Value: "team", Label: "Team"}}
	return b
}

// dayAfter is the first moment of the day that is so many days from today.
func dayAfter(days int) time.Time { return models.DayOf(now).AddDate(0, 0, days) }

func agreementRows() []pages.DeskAgreementRow {
	both := []models.EnvironmentKind{models.Development, models.Production}
	return []pages.DeskAgreementRow{
		{ID: "a1", Reference: "MSA-2026-014", TeamSlug: "acme", TeamName: "Acme Books", Engineer: "Sol Marchetti",
			First: dayAfter(-58), Ends: dayAfter(365), Covers: both},
		{ID: "a2", Reference: "MSA-2026-031", TeamSlug: "acme", TeamName: "Acme Books", Engineer: "Sol Marchetti",
			First: dayAfter(9)},
		{ID: "a3", Reference: "MSA-2025-002", TeamSlug: "umami", TeamName: "Umami Foods", First: dayAfter(-200),
			Ends: dayAfter(20), Covers: both[1:]},
		{ID: "a4", Reference: "MSA-2025-009", TeamSlug: "umami", TeamName: "Umami Foods", Engineer: "Sol Marchetti",
			First: dayAfter(-300), Covers: both[:1], Locked: 1},
		{ID: "a5", Reference: "Trial of 9 November 2026", TeamSlug: "zen", TeamName: "Zen Garden", Trial: true,
			First: dayAfter(-14), Ends: dayAfter(1), Covers: both[:1]},
		{ID: "a6", Reference: "Frame contract on the delivery of product recommendations, annex 4 of 2024, as amended",
			TeamSlug: "zen", TeamName: "Zen Garden", Engineer: "Sol Marchetti", First: dayAfter(-700), Ends: dayAfter(-3),
			Covers: both},
	}
}

func versionOf(since time.Duration, before *models.Terms, after models.Terms, why string) pages.AgreementVersion {
	return pages.AgreementVersion{At: ago(since), By: "Sol Marchetti", First: before == nil, Note: why,
		Says: words.TermsChanged(before, after, func(id string) string {
			if id == "" {
				return "nobody"
			}
			return models.Isolated("Sol Marchetti")
		})}
}

// inForce is an agreement on both environments, of which each may make 50,000 requests a day.
func inForce() pages.DeskAgreement {
	row := agreementRows()[0]
	row.Signatory = "Olivia Brandt"
	first := models.Terms{Reference: row.Reference, Signatory: row.Signatory, EngineerID: "sol", FirstAt: row.First,
		EndsAt: dayAfter(125), Covers: row.Covers[:1], PerDay: 20000}
	second := first
	second.Covers, second.PerDay = row.Covers, 50000
	third := second
	third.EndsAt = row.Ends
	return pages.DeskAgreement{
		Base: desk(row.Reference, layout.DeskAgreements), DeskAgreementRow: row, CreatedAt: ago(58 * day),
		CreatedBy: "Sol Marchetti", PerSecond: 100, PerDay: 50000, RenewedUntil: row.Ends.AddDate(1, 0, 0), CanEnd: true,
		Environments: []pages.AgreementEnvironment{
			{Slug: "development", Name: "Development", Starts: row.First, Ends: row.Ends, InForce: true,
				Use: pages.DayUse{Used: 812, Limit: 50000}},
			{Slug: "production", Name: "Production", Starts: dayAfter(-12), Ends: row.Ends, InForce: true,
				Use: pages.DayUse{Used: 46120, Limit: 50000}},
		},
		Versions: []pages.AgreementVersion{
			versionOf(2*time.Hour, &second, third, ""),
			versionOf(12*day, &first, second, "They go live with the new storefront on 1 December."),
			versionOf(58*day, nil, first, ""),
		},
		Notes: []pages.Reply{
			{At: ago(26 * time.Hour), By: "Sol Marchetti", ByKind: models.AsEngineer,
				Text: "Olivia signs; Ade builds. The annex is at https://contracts.example/MSA-2026-014\n\nCall before it ends."},
		},
	}
}

func agreementStates() []state {
	base := desk("Agreements", layout.DeskAgreements)
	held := inForce()

	locked := inForce()
	locked.Environments[1].LockedAt, locked.Environments[1].LockedBy = ago(40*time.Minute), "Sol Marchetti"
	locked.Environments[1].LockReason = "Your secret key is in a public repository. Revoke it, then call us."
	locked.Locked = 1

	wrong := inForce()
	wrong.Environments[1].ReasonError = "Say why. The team reads it."
	wrong.NoteError = "Write a note first."

	ended := inForce()
	ended.First, ended.Ends, ended.CanEnd = dayAfter(-700), dayAfter(-3), false
	ended.RenewedUntil = dayAfter(1).AddDate(1, 0, 0)
	for i := range ended.Environments {
		e := &ended.Environments[i]
		e.Starts, e.Ends, e.InForce, e.Use = ended.First, ended.Ends, false, pages.DayUse{}
	}

	renewed := inForce()
	renewed.Flash = &layout.Flash{Text: "Agreement renewed",
		Detail: "It lasts until " + words.Until(renewed.Ends) + "."}
	renewed.Alike = []string{"Umami Foods", "Zen Garden"}

	coming := inForce()
	coming.DeskAgreementRow, coming.Environments = agreementRows()[1], nil
	coming.CanEnd, coming.RenewedUntil, coming.PerDay, coming.PerSecond = false, time.Time{}, 0, 0
	coming.Versions, coming.Notes = coming.Versions[2:], nil
	coming.Versions[0].Says = words.TermsChanged(nil, models.Terms{Reference: coming.Reference, EngineerID: "sol",
		FirstAt: coming.First}, func(string) string { return models.Isolated("Sol Marchetti") })

	trial := inForce()
	trial.DeskAgreementRow, trial.CreatedBy = agreementRows()[4], "Zoe Adler"
	trial.CreatedAt, trial.PerDay, trial.PerSecond, trial.RenewedUntil = trial.First, 1000, 0, time.Time{}
	trial.CanEnd, trial.Notes = false, nil
	trial.Environments = []pages.AgreementEnvironment{{Slug: "development", Name: "Development", Starts: trial.First,
		Ends: trial.Ends, InForce: true, Use: pages.DayUse{Used: 1000, Limit: 1000}}}
	offer := models.TrialOffer{Days: 14, PerDay: 1000}
	trial.Versions = []pages.AgreementVersion{versionOf(14*day, nil, offer.Terms(trial.First), "")}
	trial.Versions[0].By = "Zoe Adler"

	list := pages.DeskAgreements{Base: base, Bar: agreementsBar(""), Rows: agreementRows(),
		Pager: pages.Pager{Older: "?before=a6"}}
	return append([]state{
		{"desk-agreements", list},
		{"desk-agreements-none", pages.DeskAgreements{Base: base, Bar: agreementsBar("")}},
		{"desk-agreements-search-none", pages.DeskAgreements{Base: base, Bar: agreementsBar("zen")}},
		{"desk-agreement", held},
		{"desk-agreement-locked", locked},
		{"desk-agreement-forms-rejected", wrong},
		{"desk-agreement-ended", ended},
		{"desk-agreement-renewed", renewed},
		{"desk-agreement-coming", coming},
		{"desk-agreement-trial", trial},
	}, agreementFormStates()...)
}

func agreementFormStates() []state {
	form := pages.AgreementForm{Base: desk("New agreement", layout.DeskAgreements), TeamSlug: "acme",
		TeamName: "Acme Books", EngineerID: "sol", Engineers: []pages.Option{{Value: "sol", Label: "Sol Marchetti"}}}

	rejected := form
	rejected.Reference, rejected.FirstDay, rejected.LastDay = "", "2027-03-04", "2027-03-03"
	rejected.PerDay, rejected.PerSecond, rejected.EngineerID = "0", "1000000000000", "gone"
	rejected.Production = true
	rejected.Wrong = map[string]string{
		"reference": "Enter the reference.", "last_day": "The last day is before the first.",
		"covers": "Agreement MSA-2025-002 covers Production until 12 December 2026. End that one first, or begin " +
			"after it.",
		"per_day":    "Enter a whole number from 1 to 100,000,000,000, or nothing for no limit.",
		"per_second": "Enter a whole number from 1 to 1,000,000, or nothing for no limit.",
		"engineer":   "Choose a solutions engineer from the list.",
	}

	cover := func(ends time.Time, perDay int) models.Environment {
		return models.Environment{Kind: models.Production, Covers: []models.Cover{
			{AgreementID: "a1", StartsAt: dayAfter(-58), EndsAt: &ends, PerDay: perDay}}}
	}
	change := form
	change.Base.Title, change.ID, change.Version, change.Begun = "Change the agreement", "a1", 3, true
	change.Reference, change.Signatory = "MSA-2026-014", "Olivia Brandt"
	change.FirstDay, change.LastDay, change.PerDay = "2026-09-26", "2027-03-03", "20000"
	change.Development, change.Production = true, true
	change.Note, change.Previewed, change.Seen = "They asked for it on the phone.", true, "5d41402abc4b2a76"
	change.Effects = []string{words.CoverEffect(cover(dayAfter(365), 50000), cover(dayAfter(101), 20000), 12400, 2, now)}
	change.Alike = []string{"Umami Foods"}

	stale := change
	stale.Stale, stale.Alike = true, nil
	nothing := stale
	nothing.Stale, nothing.Effects = false, nil
	return []state{
		{"desk-agreement-new", form},
		{"desk-agreement-new-rejected", rejected},
		{"desk-agreement-preview", change},
		{"desk-agreement-preview-stale", stale},
		{"desk-agreement-preview-nothing", nothing},
	}
}
