package words

func (s sentence) request(n Notification) Notification {
	n.Label, n.Path = "Open "+s.environment, s.at("")
	return s.forDesk(n, "Open the request", "requests/"+s.SubjectID)
}

// renews reports that the request was about an environment that is unlocked: it asks for a renewal, or for an agreement
// in the place of a trial.
func (s sentence) renews() bool { return s.Detail.Agreement != "" }

// meanwhile says how the environment is as long as nobody approves the request.
func (s sentence) meanwhile(locked string) string {
	if !s.renews() {
		return locked
	}
	under := "agreement " + s.Detail.Agreement
	if s.Detail.Trial {
		under = "the trial"
	}
	if s.Detail.EndsAt == nil {
		return s.environment + " stays unlocked under " + under + "."
	}
	return s.environment + " stays unlocked under " + under + " until " + Until(*s.Detail.EndsAt) + "."
}

func requestMade(s sentence) Notification {
	n := Notification{
		Title:    s.team + " asks to unlock " + s.environment,
		Happened: s.who + " asked to unlock " + s.place() + ".",
		Quote:    s.Detail.Text,
		Means: s.meanwhile("The team waits. The keys of " + s.environment +
			" are refused until a solutions engineer decides."),
		Do: "A solutions engineer decides. You can withdraw the request until then.",
	}
	if s.renews() && !s.Detail.Trial {
		n.Title = s.team + " asks to renew the agreement of " + s.environment
		n.Happened = s.who + " asked to renew agreement " + s.Detail.Agreement + " of " + s.place() + "."
	}
	if s.Desk {
		n.Do = "Read the request, and unlock or decline."
	}
	return s.request(n)
}

func requestReplied(s sentence) Notification {
	return s.request(Notification{
		Title:    s.who + " wrote about " + s.place(),
		Happened: s.who + " wrote in the conversation about unlocking " + s.place() + ".",
		Quote:    s.Detail.Text,
		Means:    "The request waits for a decision, and maybe for an answer.",
		Do:       "Read it, and reply if something is asked of you.",
	})
}

func requestWaiting(s sentence) Notification {
	waited := Plural(s.Detail.Days, "day")
	return s.request(Notification{
		Title:    s.team + " has waited " + waited + " for " + s.environment,
		Happened: "Nobody has decided on the request to unlock " + s.place() + " for " + waited + ".",
		Quote:    s.Detail.Text,
		Means:    s.meanwhile("The team cannot go on.") + " A request that nobody decides on lapses after 30 days.",
		Do:       "Read the request, and unlock, decline or reply.",
	})
}

func requestApproved(s sentence) Notification {
	n := Notification{
		Title: s.place() + " is unlocked",
		Happened: s.who + " approved the request to unlock " + s.place() + " under agreement " +
			s.Detail.Agreement + s.until() + ".",
		Means: "Its keys are accepted from now on.",
		Do:    "Take the keys into use.",
		Label: "Open the API keys", Path: s.at("keys"),
	}
	if starts := s.Detail.StartsAt; starts != nil && starts.After(s.At) {
		n.Title = s.place() + " unlocks on " + Day(*starts)
		n.Means = "Its keys are accepted from " + MomentInFull(*starts) + " on."
		n.Do = "Wait until then: it unlocks by itself."
		n.Label, n.Path = "Open "+s.environment, s.at("")
	}
	if s.Desk {
		n.Do = nothing
	}
	return s.forDesk(n, "Open the request", "requests/"+s.SubjectID)
}

func requestDeclined(s sentence) Notification {
	n := Notification{
		Title:    "The request for " + s.place() + " was declined",
		Happened: s.who + " declined the request to unlock " + s.place() + ".",
		Quote:    s.Detail.Text,
		Means:    s.meanwhile(s.environment + " stays locked, and its keys are refused."),
		Do:       "Read the reason. You may send another request that answers it.",
	}
	if s.Desk {
		n.Do = nothing
	}
	return s.request(n)
}

func requestWithdrawn(s sentence) Notification {
	return s.request(Notification{
		Title:    "The request for " + s.place() + " was withdrawn",
		Happened: s.who + " withdrew the request to unlock " + s.place() + ".",
		Means:    s.meanwhile(s.environment+" stays locked.") + " Nobody decides on the request any more.",
		Do:       nothing,
	})
}

func requestLapsed(s sentence) Notification {
	n := Notification{
		Title:    "The request for " + s.place() + " has lapsed",
		Happened: "Nobody decided on the request to unlock " + s.place() + " for 30 days.",
		Means:    s.meanwhile(s.environment+" stays locked.") + " The request is over.",
		Do:       "Send another request if you still need it.",
	}
	if s.Desk {
		n.Do = "Write to the team if it still needs the environment."
	}
	return s.request(n)
}

func decisionUndone(s sentence) Notification {
	n := Notification{
		Title:    "The decision on " + s.place() + " was taken back",
		Happened: s.who + " took back the decision on the request to unlock " + s.place() + ".",
		Means: "The request waits again. " +
			s.meanwhile("The keys of "+s.environment+" are refused until it is decided."),
		Do: "A solutions engineer decides again. You may write in the request.",
	}
	if s.Desk {
		n.Do = "Decide again, or leave it to whoever took it back."
	}
	return s.request(n)
}
