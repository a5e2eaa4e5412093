package main

import (
	"slices"
	"strings"
	"time"

	"dojo/models"
	"dojo/views/layout"
	"dojo/views/pages"
)

func keysOf(slug string) pages.Keys {
	return pages.Keys{
		Base: inside("API keys", layout.Keys, slug), Publishable: publishable, Secret: secret,
		PublishableText: publishableText, CanManage: true, APIURL: apiURL,
	}
}

func keysViewed(slug string) pages.Keys {
	viewed := keysOf(slug)
	viewed.SecretText = secretText
	return viewed
}

var (
	retiring = []pages.RetiringKey{{ID: "k3", Kind: models.Secret, Ending: "9e03", CreatedAt: ago(300 * day),
		Until: now.Add(19 * time.Hour), RevokedBy: "Ade Okafor", RevokedAt: ago(5 * time.Hour), Reason: "Rotation"}}
	revoked = []pages.RevokedKey{
		{ID: "k4", Kind: models.Secret, Ending: "b7d1", CreatedAt: ago(320 * day), RevokedAt: ago(22 * time.Minute),
			RevokedBy: "Sol Marchetti", Engineer: true, Reason: "Compromised",
			Note: "Seen in a public repository, acme/storefront, since this morning."},
		{ID: "k5", Kind: models.Publishable, Ending: "004f", CreatedAt: ago(500 * day), RevokedAt: ago(46 * day),
			RevokedBy: "Olivia Brandt", Reason: "Other", Note: "New storefront"},
	}
)

func keyStates() []state {
	return append(keyPageStates(), revokeStates()...)
}

func keyPageStates() []state {
	history := keysOf("production")
	history.Retiring, history.Revoked = retiring, revoked

	after := keysOf("production")
	after.Secret = &pages.KeyFacts{ID: "k6", Ending: "71ce", CreatedAt: ago(2 * time.Second), CreatedBy: "Ade Okafor"}
	after.Revoked = revoked
	after.Flash = &layout.Flash{Text: "Refused everywhere", At: ago(time.Second),
		Detail: "The old secret key ••••9e03 is refused from now on. Put the new secret key ••••71ce into your programs."}

	confirmed := keysOf("production")
	confirmed.CopyNext = true
	confirmed.Flash = &layout.Flash{Text: "Confirmed. The key is not copied yet",
		Detail: "Press Copy to copy it: it takes one press now."}

	copied := keysOf("development")
	facts := *secret
	facts.Copied = true
	copied.Secret = &facts

	named := keysOf("production")
	public := *publishable
	facts.Name, public.Name = "Checkout server", "Storefront"
	named.Secret, named.Publishable, named.Revoked = &facts, &public, revoked
	named.Retiring = slices.Clone(retiring)
	named.Retiring[0].Name = "Nightly export to the warehouse in Rotterdam"

	naming := keysOf("development")
	naming.Naming = &pages.NameForm{KeyID: secret.ID, Kind: models.Secret, Name: strings.Repeat("4f", 20),
		Error: "This holds what looks like an API key: 40 hexadecimal digits. Leave it out, since everybody who may " +
			"read this would have the key."}

	none := keysOf("development")
	none.Secret, none.Publishable = nil, nil
	none.Flash = &layout.Flash{Bad: true, Text: "That key was already revoked",
		Detail: "Sol Marchetti revoked it 22 minutes ago. Nothing was changed."}

	viewer := keysOf("development")
	viewer.CanManage, viewer.Person, viewer.Managers = false, vic, []string{"Olivia Brandt", "Ade Okafor"}
	viewer.Revoked = revoked

	soon := keysOf("production")
	soon.Base = endingBase("API keys", layout.Keys)
	soon.Agreement = &pages.Agreement{Reference: "MSA-2026-014", Ends: now.Add(12*day - time.Nanosecond)}

	waiting := soon
	environment := *soon.Environment
	environment.Pending = true
	waiting.Environment = &environment

	locked := keysOf("production")
	locked.Base, locked.Retiring, locked.Revoked = lockedAgain("API keys", layout.Keys), retiring, revoked
	return []state{
		{"keys-ends-soon", soon},
		{"keys-renewal-requested", waiting},
		{"keys-locked-again", locked},
		{"keys", keysOf("development")},
		{"keys-playground", keysViewed("playground")},
		{"keys-production-history", history},
		{"keys-production-viewed", keysViewed("production")},
		{"keys-production-revoked", after},
		{"keys-copied", copied},
		{"keys-copy-after-proof", confirmed},
		{"keys-named", named},
		{"keys-name-refused", naming},
		{"keys-none", none},
		{"keys-viewer", viewer},
	}
}

func revokeStates() []state {
	open := keysOf("development")
	open.Revoke = &pages.RevokeForm{KeyID: "k2", Kind: models.Secret, Ending: secret.Ending, When: "grace", Grace: "24h",
		Reason: "rotation"}

	public := keysOf("development")
	public.Revoke = &pages.RevokeForm{KeyID: "k1", Kind: models.Publishable, Ending: publishable.Ending, When: "grace",
		Grace:  "24h",
		Reason: "rotation"}

	rejected := keysOf("production")
	rejected.Revoke = &pages.RevokeForm{
		KeyID: "k2", Kind: models.Secret, Ending: secret.Ending, CompromisedWhen: "grace", CompromisedGrace: "24h",
		Reason: "compromised", Note: "Found in a log",
		Confirm:      "prod",
		ConfirmError: "Type the word production to confirm.",
	}

	old := keysOf("production")
	old.Retiring = retiring
	old.Revoke = &pages.RevokeForm{KeyID: "k3", Kind: models.Secret, Ending: "9e03", Name: "Nightly export",
		Retiring: true, Reason: "rotation"}

	locked := keysOf("production")
	locked.Base = lockedAgain("API keys", layout.Keys)
	locked.Revoke = &pages.RevokeForm{KeyID: "k2", Kind: models.Secret, Ending: secret.Ending, Locked: true,
		Reason: "rotation"}
	return []state{
		{"revoke-locked", locked},
		{"revoke-secret", open},
		{"revoke-publishable", public},
		{"revoke-production-rejected", rejected},
		{"revoke-retiring", old},
	}
}
