package notify

import (
	"net/url"

	"dojo/models"
	"dojo/words"
)

// item is one notification in the mail of a day.
type item struct{ Title, At, Happened, Link string }

func notification(c content) wording {
	if len(c.Told) != 1 {
		return wording{}
	}
	told := clean(c.Told[0])
	said := words.NotificationOf(told)
	return wording{
		Subject: said.Title,
		Opening: said.Happened,
		Quote:   models.Isolated(said.Quote),
		Facts:   toldFacts(told),
		Advice:  []string{said.Means, said.Do},
		Label:   said.Label,
		Link:    c.public + said.Path,
		Closing: []string{c.choice()},
	}
}

func digest(c content) wording {
	w := wording{
		Subject: words.Plural(len(c.Told)+c.More, "notification") + " on Dojo",
		Opening: "This happened since the last mail of this kind. None of it is urgent.",
		Label:   "See all notifications",
		Link:    c.link("notifications"),
		Closing: []string{c.choice()},
	}
	for _, told := range c.Told {
		told = clean(told)
		said := words.NotificationOf(told)
		w.Items = append(w.Items, item{Title: said.Title, At: words.Moment(told.At), Happened: said.Happened,
			Link: c.public + said.Path})
	}
	if c.More > 0 {
		w.Advice = append(w.Advice, "And "+words.Count(c.More)+" more, which the page lists.")
	}
	return w
}

// choice says where one chooses what is mailed.
func (c content) choice() string {
	return "You choose what you get by mail in your account, under Notifications: " +
		c.link("account", "notifications")
}

// maxQuote is how much of what somebody wrote is in a mail, in characters. The page has
// all of it.
const maxQuote = 600

// clean takes out of what people typed whatever does not belong in a mail.
func clean(told models.Told) models.Told {
	d := &told.Detail
	for text, limit := range map[*string]int{
		&told.Actor.Name: maxWord, &told.Team: maxWord, &d.Text: maxQuote, &d.Note: maxQuote, &d.Agreement: maxWord,
		&d.Subject: maxAddress, &d.Address: maxWord, &d.UserAgent: maxReason, &d.Origin: maxWord,
	} {
		*text = line(*text, limit)
	}
	told.TeamSlug, told.SubjectID = url.PathEscape(told.TeamSlug), url.PathEscape(told.SubjectID)
	return told
}

// toldFacts says when it happened, and from where if that is known.
func toldFacts(told models.Told) []fact {
	facts := []fact{{"When", words.MomentInFull(told.At)}}
	if told.Detail.Address != "" {
		facts = append(facts, fact{"From", models.Isolated(told.Detail.Address)})
	}
	if told.Detail.UserAgent != "" {
		facts = append(facts, fact{"With", models.Isolated(told.Detail.UserAgent)})
	}
	if told.Detail.Origin != "" {
		facts = append(facts, fact{"On a page of", models.Isolated(host(told.Detail.Origin))})
	}
	return facts
}
