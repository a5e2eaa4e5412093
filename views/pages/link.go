package pages

import "dojo/models"

// LinkGone stands in the place of a one-time link's page when the link does not
// work (any more).
type LinkGone struct {
	Base
	// Purpose is what the link was for.
	Purpose models.LinkPurpose
	// Reason is why it does not work.
	Reason LinkReason
}

// LinkReason is why a one-time link does not work.
type LinkReason string

// The reasons. An unknown link may be mistyped or cut off by a mail program. Only
// an invitation is withdrawn.
const (
	LinkUsed      LinkReason = "used"
	LinkLapsed    LinkReason = "lapsed"
	LinkWithdrawn LinkReason = "withdrawn"
	LinkUnknown   LinkReason = "unknown"
)

func (p LinkGone) heading() string {
	noun := "This link"
	if p.Purpose == models.InvitationLink {
		noun = "This invitation"
	}
	switch p.Reason {
	case LinkUsed:
		if p.Purpose == models.InvitationLink {
			return "This invitation has been accepted"
		}
		return noun + " has been used"
	case LinkLapsed:
		return noun + " has lapsed"
	case LinkWithdrawn:
		return noun + " was withdrawn"
	}
	return "This link does not work"
}

// linkWords say what happened and what to do.
var linkWords = map[models.LinkPurpose]map[LinkReason]string{
	models.SetupLink: {
		LinkUsed: "A link works once. If you used it, your account is there: sign in. If it was not you, tell " +
			"whoever sent it to you.",
		LinkLapsed: "It was not used within an hour. Ask whoever sent it to you for a new one.",
	},
	models.ResetLink: {
		LinkUsed: "A link works once. If you used it, sign in with your new password. If it was not you, get a new " +
			"link at once: it ends every session.",
		LinkLapsed: "It was not used within 30 minutes. Your password is as it was.",
	},
	models.SignupLink: {
		LinkUsed:   "A link works once. If you used it, your account is there: sign in.",
		LinkLapsed: "It was not used within a day.",
	},
	models.InvitationLink: {
		LinkUsed: "It works once. If you accepted it, the team is there when you sign in. If it was not you, " +
			"tell an owner or admin of the team.",
		LinkLapsed:    "It was not accepted within 7 days. Ask an owner or admin of the team to send it again.",
		LinkWithdrawn: "The team took it back. Ask an owner or admin of the team if you think that is a mistake.",
	},
}

func (p LinkGone) words() string {
	if words, ok := linkWords[p.Purpose][p.Reason]; ok {
		return words
	}
	if p.again() != "" {
		return "It may have been cut off on its way, or replaced by a newer one. Copy the whole address from the " +
			"latest mail, or get a new link."
	}
	return "It may have been cut off on its way, or replaced by a newer one. Copy the whole address from the latest " +
		"message, or ask whoever sent it to you for a new one."
}

// again is where a new link is to be had without asking anybody; empty when it is not.
func (p LinkGone) again() string {
	switch {
	case p.Purpose == models.ResetLink:
		return "/reset"
	case p.Purpose == models.SignupLink && p.Reason != LinkUsed:
		return "/signup"
	}
	return ""
}
