package pages

import "dojo/views/layout"

// Search is /search: what was found for some words. The command palette is the same part of the
// page in a dialog.
type Search struct {
	Base
	// Query is what was looked for.
	Query string
	// FromTeam and FromEnvironment are the slugs of where the search was opened; empty: outside of
	// a team.
	FromTeam, FromEnvironment string
	// HeldKey is set when what was looked for looked like a key. It is shown nowhere.
	HeldKey bool
	Groups  []SearchGroup
}

// SearchGroup are results of one kind.
type SearchGroup struct {
	// Name is "teams", "pages", "actions", "people", "keys" or "requests".
	Name    string
	Title   string
	Results []SearchResult
	// More leads to the list that has more of them; empty: there are no more.
	More string
}

// SearchResult leads to something that was found. Of Text and Name one is set.
type SearchResult struct {
	Href string
	Icon string
	// Text is ours: "API keys", "Secret key ••••425f".
	Text string
	// Name is a team's or a person's.
	Name string
	// Email is the person's.
	Email string
	// Detail is ours: "Locked", "Owner".
	Detail string
	// Team and Environment are where it is. A team's own environment has its name in Name.
	Team        string
	Environment *layout.Environment
	// Keys are the shortcut keys that lead there: "g k".
	Keys string
}

// Shortcuts is /search/shortcuts: the keys that lead somewhere.
type Shortcuts struct {
	Base
	Groups []ShortcutGroup
}

// ShortcutGroup are keys that work in the same places.
type ShortcutGroup struct {
	Name      string
	Shortcuts []Shortcut
}

// Shortcut is one key, several at once ("Ctrl K"), or several one after the other ("g k").
type Shortcut struct {
	Keys []string
	// InTurn marks keys that are pressed one after the other.
	InTurn bool
	Text   string
}
