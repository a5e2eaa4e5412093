package notify

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"

	"dojo/models"
	"dojo/store"
	"dojo/words"
)

// wording is what a mail says, before it becomes plain text and HTML.
type wording struct {
	Subject string
	Opening string   // what happened
	Quote   string   // what somebody wrote about it; may be empty
	Facts   []fact   // when, and from where
	Items   []item   // of a day's mail
	Advice  []string // what it means, and what to do
	Label   string   // of the link, which says what to do
	Link    string
	Closing []string // what else to know; among it, what to do if it was not you
	Home    string   // the address of this Dojo
}

// fact is one line of a small table.
type fact struct{ Name, Value string }

// compose finds the words for a mail, all of whose links begin with public. It
// is false for a kind of mail that it does not know.
func compose(mail store.DueMail, public string) (w wording, ok bool) {
	composer, ok := composers[mail.Kind]
	if !ok {
		return wording{}, false
	}
	w = composer(content{MailContent: mail.Content, recipient: isolated(mail.Recipient, maxAddress), public: public})
	w.Home = public
	return w, true
}

// content is what a mail's words are made from. What people typed goes through
// isolated before it is used.
type content struct {
	models.MailContent
	recipient string
	public    string
}

var composers = map[models.MailKind]func(content) wording{
	models.InvitationMail:      invitation,
	models.ResetMail:           reset,
	models.SignupMail:          signup,
	models.KnownAddressMail:    knownAddress,
	models.NewDeviceMail:       newDevice,
	models.PasswordChangedMail: passwordChanged,
	models.FactorChangedMail:   factorChanged,
	models.ExposureMail:        exposure,
	models.NotificationMail:    notification,
	models.DigestMail:          digest,
}

func invitation(c content) wording {
	team := name(c.Team)
	return wording{
		Subject: fmt.Sprintf("You are invited to %s on Dojo", team),
		Opening: fmt.Sprintf("%s invites you to join the team “%s” on Dojo as %s. "+
			"Dojo is where its members keep their API keys.", name(c.By), team, words.ARole(c.Role)),
		Label: "See the invitation",
		Link:  c.link("invite", c.Token),
		Closing: []string{
			fmt.Sprintf("The invitation is for %s only. It can be accepted once, until %s.",
				c.recipient, words.MomentInFull(c.At.Add(models.InvitationLife))),
			"If you do not know what this is about, ignore this mail, and nothing happens.",
		},
	}
}

func reset(c content) wording {
	return wording{
		Subject: "Set a new password for Dojo",
		Opening: fmt.Sprintf("Somebody, probably you, asked to set a new password for the Dojo account of %s.",
			c.recipient),
		Facts: c.facts(),
		Label: "Set a new password",
		Link:  c.link("reset", c.Token),
		Closing: []string{
			fmt.Sprintf("The link works once, until %s. A new password signs you out everywhere else.",
				words.MomentInFull(c.At.Add(models.ResetLink.Life()))),
			"If it was not you, ignore this mail: your password stays as it is.",
		},
	}
}

func signup(c content) wording {
	return wording{
		Subject: "Confirm your address for Dojo",
		Opening: fmt.Sprintf("Somebody, probably you, wants to open a Dojo account for %s. "+
			"The link below shows that the address is yours.", c.recipient),
		Facts: c.facts(),
		Label: "Confirm the address and go on",
		Link:  c.link("signup", c.Token),
		Closing: []string{
			fmt.Sprintf("The link works once, until %s.", words.MomentInFull(c.At.Add(models.SignupLink.Life()))),
			"If it was not you, ignore this mail, and nothing happens.",
		},
	}
}

func knownAddress(c content) wording {
	return wording{
		Subject: "You already have a Dojo account",
		Opening: fmt.Sprintf("Somebody, probably you, wanted to open a Dojo account for %s. "+
			"There is one already, so nothing was changed.", c.recipient),
		Facts: c.facts(),
		Label: "Sign in",
		Link:  c.link("login"),
		Closing: []string{
			"If you have forgotten your password, you can set a new one from the same page.",
			"If it was not you, ignore this mail. Nobody learnt that you have an account.",
		},
	}
}

func newDevice(c content) wording {
	return wording{
		Subject: "New sign-in to your Dojo account",
		Opening: fmt.Sprintf("Somebody signed in to the Dojo account of %s "+
			"with a browser that was not used for it before.", c.recipient),
		Facts: c.facts(),
		Label: "See where you are signed in",
		Link:  c.link("account", "security"),
		Closing: []string{
			"If it was you, there is nothing to do.",
			"If it was not you, set a new password and end the other sessions there now.",
		},
	}
}

func passwordChanged(c content) wording {
	return wording{
		Subject: "Your Dojo password was changed",
		Opening: fmt.Sprintf("The password of the Dojo account of %s was changed.", c.recipient),
		Facts:   c.facts(),
		Label:   "See the security of your account",
		Link:    c.link("account", "security"),
		Closing: []string{
			"If it was you, there is nothing to do.",
			"If it was not you, set a new password now: choose “Forgot your password?” where you sign in. " +
				"Then end the sessions that are not yours.",
		},
	}
}

func factorChanged(c content) wording {
	return wording{
		Subject: "Signing in to your Dojo account was changed",
		Opening: fmt.Sprintf("For the Dojo account of %s, %s.", c.recipient, said(c.What)),
		Facts:   c.facts(),
		Label:   "See the security of your account",
		Link:    c.link("account", "security"),
		Closing: []string{
			"If it was you, there is nothing to do.",
			"If it was not you, set a new password and undo the change there now.",
		},
	}
}

func exposure(c content) wording {
	said := words.ExposureOf(c.Exposure)
	team, environment := name(c.Team), c.Environment.Name()
	return wording{
		Subject: fmt.Sprintf("A key of %s's %s needs a look", team, environment),
		Opening: fmt.Sprintf("The %s key of “%s”, environment %s, %s.", c.KeyKind, team, environment, said.Seen),
		Facts:   c.facts(),
		Label:   "See who uses the key",
		Link:    c.link("t", c.TeamSlug, string(c.Environment), "keys"),
		Closing: []string{
			said.MailAdvice,
			"This goes to the team's owners and admins, once a day at most. " +
				"The environment's overview lists all such warnings, and is where to mark one as resolved.",
		},
	}
}

// link is an address in this Dojo.
func (c content) link(segments ...string) string {
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return c.public + "/" + strings.Join(segments, "/")
}

// facts says when the mail was caused, and from where.
func (c content) facts() []fact {
	facts := []fact{{"When", words.MomentInFull(c.At)}}
	if c.Address != "" {
		facts = append(facts, fact{"From", isolated(c.Address, maxWord)})
	}
	if c.UserAgent != "" {
		facts = append(facts, fact{"With", isolated(c.UserAgent, maxReason)})
	}
	if c.Origin != "" { // without its scheme, so that it is no link: others wrote it
		facts = append(facts, fact{"On a page of", isolated(host(c.Origin), maxWord)})
	}
	return facts
}

// host is an origin without its scheme.
func host(origin string) string { return origin[strings.LastIndex(origin, "/")+1:] }

// maxAddress is the length of the longest email address, in characters.
const maxAddress = 254

// maxWord is the longest text that a person may bring into a mail, in
// characters: a name may have 80.
const maxWord = 120

// name is a person's or team's name within a sentence.
func name(text string) string { return isolated(text, maxWord) }

// isolated is a line of somebody else's text, set apart from the words around it.
func isolated(text string, limit int) string { return models.Isolated(line(text, limit)) }

// said is what the store wrote in a sentence's words. A name in it stands between
// isolates if it is written from right to left, and keeps them.
func said(text string) string {
	const firstStrongIsolate, popIsolate = "\u2068", "\u2069"
	before, rest, _ := strings.Cut(text, firstStrongIsolate)
	inner, after, found := strings.Cut(rest, popIsolate)
	if !found {
		return line(text, maxWord)
	}
	return line(before, maxWord) + " " + name(inner) + " " + line(after, maxWord)
}

// line makes one short line of a text that somebody typed. What cannot be seen,
// such as line feeds and what reverses the direction of the words after it,
// becomes a space: it could begin a header, or make one name look like another.
func line(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, text)
	text = models.RedactKeys(strings.Join(strings.Fields(text), " ")) // before it is cut
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return text
}
