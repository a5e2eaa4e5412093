package words

func memberInvited(s sentence) Notification {
	return s.members(Notification{
		Title:    s.Detail.Subject + " was invited to " + s.team,
		Happened: s.who + " invited " + s.Detail.Subject + " to " + s.team + " as " + ARole(s.Detail.Role) + ".",
		Means:    RoleMeaning(s.Detail.Role),
		Do:       "If the address is wrong, withdraw the invitation.",
	})
}

func memberJoined(s sentence) Notification {
	return s.members(Notification{
		Title:    s.Detail.Subject + " joined " + s.team,
		Happened: s.Detail.Subject + " is a member of " + s.team + " now, as " + ARole(s.Detail.Role) + ".",
		Means:    RoleMeaning(s.Detail.Role),
		Do:       "If you do not know this person, remove them from the team.",
	})
}

func memberRoleChanged(s sentence) Notification {
	return s.members(Notification{
		Title:    s.Detail.Subject + " is " + ARole(s.Detail.Role) + " of " + s.team + " now",
		Happened: s.who + " made " + s.Detail.Subject + " " + ARole(s.Detail.Role) + " of " + s.team + ".",
		Means:    RoleMeaning(s.Detail.Role),
		Do:       "If that was not meant, an owner or admin can change the role.",
	})
}

func memberRemoved(s sentence) Notification {
	n := s.members(Notification{
		Title:    s.Detail.Subject + " is no member of " + s.team + " any more",
		Happened: s.who + " removed " + s.Detail.Subject + " from " + s.team + ".",
		Means:    "What they have seen of the team's keys, they may still know.",
		Do:       "Replace the secret keys if that matters.",
	})
	if len(s.Detail.People) > 0 && s.SubjectID == s.Actor.ID {
		n.Happened = s.Detail.Subject + " left " + s.team + "."
	}
	return n
}

// members leads to the team's members; whoever was removed cannot see them any more.
func (s sentence) members(n Notification) Notification {
	n.Label, n.Path = "See the members", s.atTeam("members")
	return n
}

func webhookPaused(s sentence) Notification {
	n := Notification{
		Title:    "The webhook to " + s.Detail.Subject + " is paused",
		Happened: "Nothing that was sent to " + s.Detail.Subject + " arrived for three days.",
		Quote:    s.Detail.Text,
		Means:    "Nothing is sent there any more.",
		Do:       "See what it answered, set it right, and resume it.",
		Label:    "See the webhook", Path: s.atTeam("webhooks"),
	}
	if s.TeamID == "" {
		n.Path = "/desk/webhooks"
	}
	return n
}
