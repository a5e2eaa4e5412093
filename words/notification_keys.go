package words

import "strings"

// owner names the environment with its team behind a key: "the secret key of Acme Books Production".
func (s sentence) owner() string { return s.team + " " + s.environment }

func (s sentence) key() string {
	return NamedKey(s.Detail.KeyKind, s.Detail.KeyEnding, s.Detail.KeyName)
}

// newKey names the one that takes the place of another.
func (s sentence) newKey() string {
	return strings.TrimSpace("the new key " + KeyMark(s.Detail.NewKeyEnding, s.Detail.NewKeyName))
}

// keys leads a solutions engineer to the team, and members to the keys.
func (s sentence) keys(n Notification) Notification {
	n.Label, n.Path = "Open the API keys", s.at("keys")
	return s.forDesk(n, "Open the team", "teams/"+s.TeamSlug)
}

func exposureSeen(s sentence) Notification {
	said := ExposureOf(s.Detail.Exposure)
	return s.keys(Notification{
		Title:    "A key of " + s.owner() + " needs a look",
		Happened: "The " + s.key() + " of " + s.owner() + " " + said.Seen + ".",
		Means: "This is said once a day at most. The overview of " + s.environment + " lists all such warnings, " +
			"and is where to mark one as resolved.",
		Do: said.MailAdvice,
	})
}

func keyReplaced(s sentence) Notification {
	n := Notification{
		Title:    "The " + s.key() + " of " + s.owner() + " was replaced",
		Happened: s.who + " replaced the " + s.key() + " of " + s.owner() + " (" + Reason(s.Detail.Reason) + ").",
		Quote:    s.Detail.Note,
		Means:    "The old key is refused everywhere.",
		Do:       "Give your programs " + s.newKey() + " now.",
	}
	if at := s.Detail.RetiresAt; at != nil {
		n.Means = "The old key works until " + MomentInFull(*at) + ", and is refused from then on."
		n.Do = "Give your programs " + s.newKey() + " before that."
	}
	return s.keys(n)
}

func keyRevoked(s sentence) Notification {
	n := Notification{
		Title:    "A " + s.key() + " of " + s.owner() + " was revoked",
		Happened: s.who + " revoked a " + s.key() + " of " + s.owner() + " (" + Reason(s.Detail.Reason) + ").",
		Quote:    s.Detail.Note,
		Means:    "The key is refused everywhere, for ever. No new one was issued with it.",
		Do:       "If there is no other key of its kind, issue one and give it to your programs.",
	}
	if s.Desk {
		n.Do = nothing
	}
	return s.keys(n)
}

func retiringKeyUsed(s sentence) Notification {
	d := s.Detail
	n := Notification{
		Title:    "The old " + s.key() + " of " + s.owner() + " ends soon, and is still used",
		Happened: "The " + s.key() + " of " + s.owner() + " that was replaced is still used" + s.by() + ".",
		Means:    "It is refused before long.",
		Do:       "Give that program the new key before then.",
	}
	if d.RetiresAt != nil {
		n.Means = "It works until " + MomentInFull(*d.RetiresAt) + ", and is refused from then on."
	}
	return s.keys(n)
}

// by says which program uses a key, as far as it is known.
func (s sentence) by() string {
	by := ""
	if s.Detail.Address != "" {
		by += ", from " + s.Detail.Address
	}
	if s.Detail.UserAgent != "" {
		by += " by " + s.Detail.UserAgent
	}
	return by
}

func secretViewed(s sentence) Notification {
	took := " viewed the "
	if s.Detail.Copied {
		took = " copied the "
	}
	return s.keys(Notification{
		Title:    s.who + took + s.key() + " of " + s.owner(),
		Happened: s.who + took + s.key() + " of " + s.owner() + " for the first time.",
		Means:    "They can do everything with it that the environment allows, from anywhere.",
		Do:       "If that was not meant, replace the key and change who may view it.",
	})
}
