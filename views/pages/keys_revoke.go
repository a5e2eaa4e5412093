package pages

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"dojo/models"
	"dojo/views/layout"
	"dojo/words"
)

var gracePeriods = []Option{{"1h", "1 hour"}, {"24h", "24 hours"}, {"168h", "7 days"}}

var revokeReasons = []Option{{"rotation", "Rotation"}, {"compromised", "Compromised"}, {"other", "Other"}}

// secretStays marks what the script takes away after so many seconds, or when nobody looks any more.
func secretStays() templ.Attributes {
	return templ.Attributes{"data-secret": staySeconds()}
}

func staySeconds() string { return strconv.Itoa(int(layout.SecretStays / time.Second)) }

// keyAddress is where an action on a key is posted to.
func (p Keys) keyAddress(id, action string) string {
	return p.Here(layout.Keys) + "/" + id + "/" + action
}

// formFor is the form of an active key's dialog: the one that is open with what
// was typed, or a fresh one.
func (p Keys) formFor(kind models.KeyKind, id string) RevokeForm {
	if p.Revoke != nil && p.Revoke.Kind == kind && !p.Revoke.Retiring {
		return *p.Revoke
	}
	key := p.activeOf(kind)
	return RevokeForm{KeyID: id, Kind: kind, Ending: key.Ending, Name: key.Name, NewName: key.Name,
		Use: p.UseOf(kind), Locked: p.IsLocked(), When: "grace", Grace: "24h", Reason: "rotation"}
}

// UseOf says how the active key of a kind is used.
func (p Keys) UseOf(kind models.KeyKind) *KeyUse {
	if kind == models.Publishable {
		return p.PublishableUse
	}
	return p.SecretUse
}

// endChoice is a choice of when a key ends: the one for a key that was compromised, or the one for others.
type endChoice struct {
	suffix, class         string
	when, grace           string
	whenError, graceError string
}

func (f RevokeForm) ordinary() endChoice {
	c := endChoice{class: "for-others", when: f.When, grace: f.Grace}
	if f.Reason != string(models.Compromised) {
		c.whenError, c.graceError = f.WhenError, f.GraceError
	}
	return c
}

func (f RevokeForm) compromised() endChoice {
	c := endChoice{suffix: "_compromised", class: "for-compromised", when: f.CompromisedWhen, grace: f.CompromisedGrace}
	if c.grace == "" {
		c.grace = "24h"
	}
	if f.Reason == string(models.Compromised) {
		c.whenError, c.graceError = f.WhenError, f.GraceError
	}
	return c
}

func (p Keys) activeOf(kind models.KeyKind) *KeyFacts {
	if kind == models.Publishable {
		return p.Publishable
	}
	return p.Secret
}

// naming is the form to rename a key, with what was typed if that was rejected.
func (p Keys) naming(kind models.KeyKind) NameForm {
	key := p.activeOf(kind)
	if p.Naming != nil && p.Naming.KeyID == key.ID {
		return *p.Naming
	}
	return NameForm{KeyID: key.ID, Kind: kind, Name: key.Name}
}

// issuing is the form for the name of the first key of a kind, likewise.
func (p Keys) issuing(kind models.KeyKind) NameForm {
	if p.Naming != nil && p.Naming.KeyID == "" && p.Naming.Kind == kind {
		return *p.Naming
	}
	return NameForm{Kind: kind}
}

// polling keeps the countdown of a retiring key and its callers fresh.
func (p Keys) polling() templ.Attributes {
	if len(p.Retiring) == 0 && p.Refusing == nil {
		return nil
	}
	return live("previous-keys", p.Here(layout.Keys), "20s")
}

func (p Keys) isOpen(f RevokeForm) bool {
	return p.Revoke != nil && p.Revoke.KeyID == f.KeyID
}

func (p Keys) managersLine() string {
	line := "A viewer sees the publishable key. Viewing, copying and revoking are for developers, admins and owners"
	if len(p.Managers) == 0 {
		return line + "."
	}
	return line + ": ask " + words.Among(p.Managers) + "."
}

// suffix keeps the ids of a retiring key's dialog apart from the active key's.
func (f RevokeForm) suffix() string {
	if f.Retiring {
		return "-retiring"
	}
	return ""
}

// id is unique in the page for a part of this dialog.
func (f RevokeForm) id(part string) string {
	return "revoke-" + string(f.Kind) + f.suffix() + "-" + part
}

func (f RevokeForm) title() string {
	if f.Retiring {
		return "Revoke previous " + words.KeyInSentence(f.Kind)
	}
	return "Revoke " + words.KeyInSentence(f.Kind)
}

func (f RevokeForm) consequence() string {
	if f.Locked {
		return "The key is refused already, and stays so when the environment is unlocked again. No new key is issued " +
			"while it is locked: get one afterwards. This cannot be undone."
	}
	if f.Retiring {
		return "The key stops working now instead of at the end of its grace period. The active key is not touched."
	}
	if f.Kind == models.Publishable {
		return "You get a new publishable key at once. Web pages and apps that still send the old one are refused " +
			"when it stops working. This cannot be undone."
	}
	return "You get a new secret key at once. Programs that still send the old one are refused when it stops " +
		"working. This cannot be undone."
}

func (f RevokeForm) action() string {
	if f.Retiring || f.Locked {
		return "Revoke now"
	}
	return "Revoke and get a new key"
}

// invalid ties a control to what is wrong with it and gives it the focus; nothing when it is fine.
func invalid(id, wrong string) templ.Attributes {
	if wrong == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": id + "-error", "autofocus": true}
}
