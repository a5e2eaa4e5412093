package words

// agreement leads a solutions engineer to the agreement, and members to the environment.
func (s sentence) agreement(n Notification) Notification {
	n.Label, n.Path = "Open "+s.environment, s.at("")
	if s.Environment == "" {
		n.Label, n.Path = "Open the team", "/t/"+s.TeamSlug
	}
	return s.forDesk(n, "Open the agreement", "agreements/"+s.SubjectID)
}

// environmentOf leads a solutions engineer to the team, and members to the environment.
func (s sentence) environmentOf(n Notification) Notification {
	n.Label, n.Path = "Open "+s.environment, s.at("")
	return s.forDesk(n, "Open the team", "teams/"+s.TeamSlug)
}

func environmentUnlocked(s sentence) Notification {
	n := Notification{
		Title:    s.place() + " is unlocked",
		Happened: s.who + " unlocked " + s.place() + " under agreement " + s.Detail.Agreement + s.until() + ".",
		Means:    "Its keys are accepted from now on.",
		Do:       "Take the keys into use.",
	}
	if s.Detail.Trial {
		n.Happened = s.who + " unlocked " + s.place() + " as a trial" + s.until() + "."
		n.Means = "Its keys are accepted until the trial ends. Then it locks by itself."
	}
	if s.Desk {
		n.Do = nothing
	}
	return s.environmentOf(n)
}

func environmentLocked(s sentence) Notification {
	n := Notification{
		Title:    s.place() + " was locked",
		Happened: s.who + " locked " + s.place() + ".",
		Quote:    s.Detail.Text,
		Means:    "Its keys are refused from now on. They are not revoked: the same keys work once it is unlocked.",
		Do:       "Read the reason, and write to the solutions engineers about it.",
	}
	if s.Detail.Text == "" { // who locks by hand gives a reason
		n.Title = s.place() + " is locked: its agreement no longer covers it"
		n.Happened = s.who + " changed agreement " + s.Detail.Agreement + ": it no longer covers " + s.place() + "."
		n.Do = "Request an unlock if you go on using it, or ask your contact about it."
	}
	if s.Desk {
		n.Do = nothing
	}
	return s.environmentOf(n)
}

func agreementChanged(s sentence) Notification {
	n := Notification{
		Title:    "The agreement for " + s.place() + " was changed",
		Happened: s.who + " changed the agreement for " + s.place() + ": " + s.Detail.Agreement + s.until() + ".",
		Quote:    s.Detail.Text,
		Means:    s.environment + " is unlocked as long as the agreement says so.",
		Do:       nothing,
	}
	if s.Environment == "" { // it covers several, or none yet
		n.Title = "Agreement " + s.Detail.Agreement + " of " + s.team + " was changed"
		n.Happened = s.who + " changed agreement " + s.Detail.Agreement + " of " + s.team + s.until() + "."
		n.Means = "What it covers is unlocked as long as the agreement says so."
	}
	return s.agreement(n)
}

func agreementEnding(s sentence) Notification {
	in := "in " + Plural(s.Detail.Days, "day")
	n := Notification{
		Title:    "The agreement for " + s.place() + " ends " + in,
		Happened: "Agreement " + s.Detail.Agreement + " for " + s.place() + " ends " + in + s.lastDay() + ".",
		Means:    s.environment + " locks by itself then, and its keys are refused.",
		Do:       "Ask your contact to renew the agreement if you go on using it.",
	}
	if s.Desk {
		n.Do = "Renew the agreement, or let the team know that it ends."
	}
	return s.agreement(n)
}

// lastDay is the agreement's last day, in brackets.
func (s sentence) lastDay() string {
	if s.Detail.EndsAt == nil {
		return ""
	}
	return " (its last moment is " + Until(*s.Detail.EndsAt) + ")"
}

func agreementEnded(s sentence) Notification {
	n := Notification{
		Title:    s.place() + " is locked: its agreement has ended",
		Happened: "Agreement " + s.Detail.Agreement + " for " + s.place() + " has ended" + s.lastDay() + ".",
		Means:    "The keys of " + s.environment + " are refused. They are not revoked.",
		Do:       "Request an unlock, or ask your contact to renew the agreement.",
	}
	if s.Detail.Trial {
		n.Title = "The trial of " + s.place() + " is over"
		n.Happened = "The trial of " + s.place() + " has ended" + s.lastDay() + "."
		n.Do = "Request an unlock to go on."
	}
	if s.Desk {
		n.Do = "Renew the agreement if the team goes on."
	}
	return s.agreement(n)
}

func limitReached(s sentence) Notification {
	percent := Count(s.Detail.Percent) + " %"
	n := Notification{
		Title: s.place() + " has used " + percent + " of today's requests",
		Happened: "Today " + s.place() + " has made " + percent + " of the " + Count(int(s.Detail.Limit)) +
			" requests a day that its agreement allows.",
		Means: "At 100 % its requests are refused until midnight, UTC.",
		Do:    "See what makes the requests. Ask your contact if you need more.",
		Label: "See the usage", Path: s.at("usage"),
	}
	if s.Detail.Percent >= 100 {
		n.Means = "Its requests are refused with status 429 until midnight, UTC."
	}
	if s.Desk {
		n.Do = "Ask the team, or raise the limit."
	}
	return s.forDesk(n, "Open the team", "teams/"+s.TeamSlug)
}
