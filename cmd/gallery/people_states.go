package main

import (
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

const issuer = "Acme Login"

const publicURL = "https://dojo.example"

// peopleStates are those on the way from an invitation to a member's settings.
func peopleStates() []state {
	var all []state
	all = append(all, signInStates()...)
	all = append(all, linkStates()...)
	all = append(all, invitationStates()...)
	all = append(all, proofStates()...)
	all = append(all, memberStates()...)
	all = append(all, settingsStates()...)
	all = append(all, guestStates()...)
	return all
}

func signInStates() []state {
	base := plain("Sign in", nil)
	return []state{
		{"login-open", pages.Login{Base: base, SignupOpen: true, Issuer: issuer}},
		{"login-oidc-only", pages.Login{Base: base, Issuer: issuer, OIDCOnly: true,
			IssuerError: "There is no account with the address ade@acme.example. Ask your team to invite it."}},
		{"login-passkey-wrong", pages.Login{Base: base, PasskeyWrong: true}},
		{"second", pages.SecondFactor{Base: base, Codes: true, Passkeys: true}},
		{"second-wrong", pages.SecondFactor{Base: base, Codes: true, Wrong: true}},
		{"second-passkey", pages.SecondFactor{Base: base, Passkeys: true, PasskeyWrong: true}},
		{"second-wait", pages.SecondFactor{Base: base, Codes: true, Wait: time.Minute}},
	}
}

func linkStates() []state {
	reset, signup := plain("Set a new password", nil), plain("Create an account", nil)
	all := []state{
		{"reset", pages.Reset{Base: reset}},
		{"reset-rejected", pages.Reset{Base: reset, Email: "ade",
			EmailError: "That is not an email address. It should look like name@company.example."}},
		{"reset-sent", pages.Reset{Base: reset, Email: "ade@acme.example", Sent: true}},
		{"reset-password", pages.ResetPassword{Base: reset, Token: "t", Email: "ade@acme.example", MinPassword: 12}},
		{"reset-password-rejected",
			pages.ResetPassword{Base: reset, Token: "t", Email: "ade@acme.example", MinPassword: 12,
				PasswordError: "This is one of the passwords that are tried first. Choose another."}},
		{"signup", pages.Signup{Base: signup}},
		{"signup-sent", pages.Signup{Base: signup, Email: "zoe@zen.example", Sent: true}},
		{"signup-wait", pages.Signup{Base: signup, Email: "zoe@zen.example", Wait: 10 * time.Minute}},
		{"signup-account", pages.SignupAccount{Base: signup, Token: "t", Email: "zoe@zen.example", PublicURL: publicURL,
			MinPassword: 12}},
		{"signup-account-rejected",
			pages.SignupAccount{Base: signup, Token: "t", Email: "zoe@zen.example", Name: "Zoe", TeamName: "Acme Books",
				TeamSlug: "acme", PublicURL: publicURL, MinPassword: 12,
				TeamSlugError: "This name is taken. Choose another."}},
	}
	gone := map[models.LinkPurpose][]pages.LinkReason{
		models.SetupLink:      {pages.LinkUsed, pages.LinkLapsed, pages.LinkUnknown},
		models.ResetLink:      {pages.LinkUsed, pages.LinkLapsed, pages.LinkUnknown},
		models.SignupLink:     {pages.LinkUsed, pages.LinkLapsed, pages.LinkUnknown},
		models.InvitationLink: {pages.LinkUsed, pages.LinkLapsed, pages.LinkWithdrawn, pages.LinkUnknown},
	}
	for _, purpose := range []models.LinkPurpose{models.SetupLink, models.ResetLink, models.SignupLink,
		models.InvitationLink} {
		for _, reason := range gone[purpose] {
			all = append(all, state{string(purpose) + "-" + string(reason),
				pages.LinkGone{Base: plain("One-time link", nil), Purpose: purpose, Reason: reason}})
		}
	}
	return all
}

func invitationStates() []state {
	invitation := pages.Invitation{
		Base: plain("Invitation", nil), Token: "t", InvitedBy: "Olivia Grant", TeamName: "Acme Books",
		Role:  models.Developer,
		Email: "dev@acme.example", LapsesAt: now.Add(6 * day), Visitor: pages.NewPerson, Issuer: issuer,
		MinPassword: 12,
	}
	rejected := invitation
	rejected.Name, rejected.Issuer, rejected.PasswordError = "Dev Castellano", "",
		"Use at least 12 characters: this has 6."

	only := invitation
	only.OIDCOnly = true

	out := invitation
	out.Visitor = pages.SignedOut

	in := invitation
	in.Visitor, in.Person = pages.Invited, &layout.Person{Name: "Dev Castellano", Email: "dev@acme.example"}

	other := invitation
	other.Visitor, other.Person = pages.OtherPerson, vic
	return []state{
		{"invitation-new", invitation},
		{"invitation-new-rejected", rejected},
		{"invitation-new-oidc-only", only},
		{"invitation-signed-out", out},
		{"invitation-accept", in},
		{"invitation-other", other},
	}
}

func proofStates() []state {
	proof := pages.Proof{
		Base: plain("Confirm that it is you", ade), What: "revoke the secret key of Production",
		Action: "/t/acme/production/keys/k2/revoke",
		Fields: []pages.FormField{{Name: "when", Value: "now"}, {Name: "note", Value: "Found in a log"}},
		Back:   "/t/acme/production/keys", Password: true,
	}
	all := proof
	all.Passkeys, all.Issuer = true, issuer

	wrong := proof
	wrong.Wrong = true

	passkey := proof
	passkey.Password, passkey.Passkeys, passkey.PasskeyWrong = false, true, true
	resume := pages.Resume{Base: proof.Base, Action: proof.Action, Fields: proof.Fields, Back: proof.Back}
	return []state{{"provider-leaving",
		pages.Leaving{Base: plain("Sign in", nil), Issuer: issuer, To: "https://login.acme.example/authorize"}},
		{"provider-resume", resume}, {"proof", proof}, {"proof-all", all}, {"proof-wrong", wrong},
		{"proof-passkey", passkey}}
}
