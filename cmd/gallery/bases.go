package main

import (
	"time"

	"dojo/views/layout"
	"dojo/views/pages"
)

// now is the moment of all states.
var now = time.Date(2026, time.November, 23, 14, 5, 0, 0, time.UTC)

const (
	apiURL          = "http://localhost:8080"
	publishableText = "9b1d7c02a4e85f3360aa41c7be29d0581f6e7734"
	secretText      = "039c501ac8dfcac91c6f05601cee876e1cc07e17"
)

func ago(d time.Duration) time.Time { return now.Add(-d) }

const day = 24 * time.Hour

var (
	ade = &layout.Person{Name: "Ade Okafor", Email: "ade@acme.example"}
	vic = &layout.Person{Name: "Vic Lindqvist", Email: "vic@acme.example"}
	sol = &layout.Person{Name: "Sol Marchetti", Email: "sol@dojo.example", Engineer: true}
)

func environments(production layout.State) []layout.Environment {
	return []layout.Environment{
		{Slug: "playground", Name: "Playground", State: layout.ReadOnly},
		{Slug: "development", Name: "Development", State: layout.Unlocked},
		{Slug: "production", Name: "Production", State: production},
	}
}

func environment(slug string, production layout.State) layout.Environment {
	for _, e := range environments(production) {
		if e.Slug == slug {
			return e
		}
	}
	return layout.Environment{}
}

// inside is the frame of a page in an environment where Production is unlocked.
func inside(title string, section layout.Section, slug string) pages.Base {
	e := environment(slug, layout.Unlocked)
	return pages.Base{
		Title: title, Now: now, Person: ade, Section: section, Environment: &e,
		Team: &layout.Team{
			Slug: "acme", Name: "Acme Books", Environments: environments(layout.Unlocked),
			Others: []layout.TeamLink{{Slug: "umami", Name: "Umami Foods", Environments: environments(layout.Locked),
				LastEnvironment: "development"}},
		},
	}
}

// lockedBase is the frame of a page of the locked Production.
func lockedBase() pages.Base {
	base := inside("Overview", layout.Overview, "production")
	e := environment("production", layout.Locked)
	base.Environment = &e
	base.Team.Environments = environments(layout.Locked)
	return base
}

// endingBase is the frame of a page of Production, of which 12 days are left.
func endingBase(title string, section layout.Section) pages.Base {
	base := inside(title, section, "production")
	base.MayRequest, base.Environment.Ends = true, now.Add(12*day)
	base.Team.Environments = environments(layout.Unlocked)
	base.Team.Environments[2].Ends = now.Add(12 * day)
	base.Team.Environments[1].Ends = now.Add(200 * day)
	return base
}

// lockedAgain is the frame of a page of Production, whose agreement ended four days ago.
func lockedAgain(title string, section layout.Section) pages.Base {
	base := lockedBase()
	base.Title, base.Section, base.MayRequest = title, section, true
	base.Lock = &layout.Lock{Since: now.Add(-4*day - 14*time.Hour - 5*time.Minute), Agreement: "MSA-2025-002"}
	return base
}

func teamWide(title string, section layout.Section) pages.Base {
	base := inside(title, section, "development")
	base.Environment = nil
	base.Team.LastEnvironment = "development"
	return base
}

func desk(title string, section layout.Section) pages.Base {
	return pages.Base{Title: title, Now: now, Person: sol, Section: section}
}

func plain(title string, person *layout.Person) pages.Base {
	return pages.Base{Title: title, Now: now, Person: person}
}
