package journey

// revokesTheLeakedKey: the engineer pastes the key, sees whose it is, and
// revokes it; the team sees who did it, why, and the new key.
func revokesTheLeakedKey(sol, ade *person, leaked string) string {
	sol.find("link", "Compromised key").follow()
	sol.looksUp(leaked)
	found := sol.find("region", "Secret key of Acme Books")
	found.says("Active", "Production", "Created", "by Ade Balogun", "Last viewed by Ade Balogun")
	found.find("link", "Acme Books").isThere()

	sol.find("textbox", "What happened?").fill("Seen in a public repository since this morning.")
	sol.find("button", "Revoke").followTo(403) // it has been an hour since sol signed in
	sol.confirms()
	sol.says("Refused everywhere", "The team has a new key")
	ade.refused(leaked)

	ade.nav("API keys").follow()
	ade.row("Secret key", "Revoked", "Sol Marin", "solutions engineer", "Compromised",
		"Seen in a public repository since this morning.").isThere()
	fresh := ade.viewsSecretAfterProof()
	ade.accepted(fresh)
	return fresh
}

// looksUp pastes a key at the desk. It goes into no address.
func (p *person) looksUp(key string) {
	p.t.Helper()
	p.find("textbox", "Compromised key").fill(key)
	p.find("button", "Find").follow()
	p.isAt("/desk/compromise")
}

// revokesWithoutANewKey: the team has none until it asks for one.
func revokesWithoutANewKey(sol, ade *person, leaked string) {
	sol.looksUp(leaked)
	sol.find("radio", "Revoke without a new key").press()
	sol.find("textbox", "What happened?").fill("It leaked again, from where is not clear.")
	sol.find("button", "Revoke").follow()
	sol.says("Refused everywhere", "The team has no secret key now")
	ade.refused(leaked)

	ade.nav("API keys").follow()
	secret := ade.find("region", "Secret key")
	secret.says("No secret key.")
	ade.row("Sol Marin", "It leaked again, from where is not clear.").isThere()
	secret.find("button", "Get a new key").follow()
	ade.find("status", "").says("New secret key issued")
	ade.accepted(ade.viewsSecret())
}

// readsWhatHappened: who, what, when, and from which address.
func readsWhatHappened(ade *person) {
	ade.nav("Activity").follow()
	const here, before, after = "127.0.0.1", "23 Nov 2026, 10:30 UTC", "23 Nov 2026, 11:30 UTC"
	for _, line := range [][]string{
		{"Ade Balogun", "requested an unlock: Just trying.", here, before},
		{"Ade Balogun", "withdrew the unlock request", here, before},
		{"Ade Balogun", "requested an unlock: Our shop goes live in December", here, before},
		{"Sol Marin", "solutions engineer", "unlocked the environment under agreement ACME-2026-031, until 30 Nov 2027",
			here, before},
		{"Ade Balogun", "revoked the secret key ••••", "(compromised) and issued a new one", "Pasted into a chat.", here,
			before},
		{"Ade Balogun", "replaced the secret key ••••", "(rotation) with ••••",
			"; the old one works until 23 Nov 2026, 11:30 UTC",
			here, before},
		{"Sol Marin", "solutions engineer", "revoked the secret key ••••", "(compromised) and issued a new one",
			"Seen in a public repository", here, after},
		{"Sol Marin", "solutions engineer", "revoked a secret key ••••", "(compromised) without issuing a new one",
			"It leaked again", here, after},
		{"Ade Balogun", "issued the secret key", here, after},
	} {
		ade.row(line...).isThere()
	}
	ade.says("viewed the secret key", "looked up a pasted secret key of this environment at the desk")
}
