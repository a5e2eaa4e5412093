package handlers

import (
	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

// nextSteps says what a team has yet to do in the environment; nothing once all
// is done.
func (h *Handlers) nextSteps(v *EnvironmentVisit, page pages.Overview) ([]pages.Step, error) {
	var steps []pages.Step
	if v.Environment.Kind == models.Playground {
		steps = []pages.Step{
			{Done: true, Text: "Get to know the sample data",
				Detail: "A small shop's products, users and interactions, to read with your keys.",
				Href:   v.here(layout.Catalog)},
			h.unlockStep(v, models.Development, "Unlock Development",
				"A place of your own to build in. A solutions engineer unlocks it."),
		}
	} else {
		invite, err := h.inviteStep(v)
		if err != nil {
			return nil, err
		}
		steps = []pages.Step{
			h.unlockStep(v, v.Environment.Kind, "Unlock "+v.Environment.Kind.Name(), ""),
			{
				Done: page.Interactions > 0, Awaited: true, Text: "Send the first interaction, and see it arrive",
				Detail: firstInteraction(v.Environment.Kind),
				Href:   v.here(layout.Interactions),
			},
			{
				Done: page.Secret != nil && !page.Secret.ViewedAt.IsZero(), Text: "Put the secret key into your server",
				Detail: "Copy it from API keys into your server's secrets.", Href: v.here(layout.Keys),
			},
			invite,
			protectStep(v),
		}
		if v.Environment.Kind == models.Development {
			steps = append(steps,
				h.unlockStep(v, models.Production, "Unlock Production",
					"When you are ready to go live. It takes an agreement."))
		}
	}
	for _, step := range steps {
		if !step.Done {
			return steps, nil
		}
	}
	return nil, nil
}

func firstInteraction(kind models.EnvironmentKind) string {
	if kind == models.Production {
		return "Put a key into your program: its first interaction shows up under Interactions within seconds. " +
			"Try the key out with one of the commands below."
	}
	return "Run one of the programs below. It shows up under Interactions within seconds."
}

func (h *Handlers) unlockStep(v *EnvironmentVisit, kind models.EnvironmentKind, text, detail string) pages.Step {
	environment, err := v.Team.Environment(kind)
	return pages.Step{
		Done: err == nil && environment.Unlocked(h.Store.Now()), Text: text, Detail: detail,
		Href: layout.Href(v.Team.Team.Slug, string(kind), layout.Overview),
	}
}

// inviteStep is done when the team has somebody beside its first member, or has
// asked somebody.
func (h *Handlers) inviteStep(v *EnvironmentVisit) (pages.Step, error) {
	step := pages.Step{
		Text: "Invite a colleague", Detail: "Everybody signs in as themselves, so that the activity says who did what.",
		Href: "/t/" + v.Team.Team.Slug + "/members",
	}
	people, err := v.Team.People(v.ctx())
	if err != nil || len(people) > 1 {
		step.Done = true
		return step, err
	}
	invitations, err := v.Team.Invitations(v.ctx())
	step.Done = len(invitations) > 0
	return step, err
}

// protectStep is done when the secret key is refused from browsers, or when
// Production's is for admins.
func protectStep(v *EnvironmentVisit) pages.Step {
	step := pages.Step{
		Done: v.Environment.RefusesBrowserSecrets, Text: "Protect the secret key",
		Detail: "Refuse it where a browser sends it, so that a page with the secret in it shows at once.",
		Href:   v.here(layout.EnvironmentSettings),
	}
	if v.Environment.Kind == models.Production {
		step.Detail = "Refuse it where a browser sends it, or let only admins and owners view it: that is in the " +
			"team's settings."
		step.Done = step.Done || v.Team.Team.ProductionSecretRole == models.Admin
	}
	return step
}
