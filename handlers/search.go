package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"dojo/models"
	"dojo/store"
	"dojo/views/components"
	"dojo/views/layout"
	"dojo/views/pages"
	"dojo/words"
)

// Search shows what is found for ?q=. Opened in a team, ?team= and ?environment= say where, which the
// pages and actions it lists are then in.
func (h *Handlers) Search(v *Visit) error {
	return h.search(v, v.QueryParam("q"), v.QueryParam("team"), v.QueryParam("environment"))
}

// SearchFor leads to the results of what was typed. It is a POST, since what is pasted may hold a
// key, which belongs in no address.
func (h *Handlers) SearchFor(v *Visit) error {
	text, team, environment := v.FormValue("q"), v.FormValue("team"), v.FormValue("environment")
	if holdsKey(text) {
		return h.search(v, text, team, environment)
	}
	query := url.Values{"q": {strings.TrimSpace(text)}}
	if team != "" {
		query.Set("team", team)
		query.Set("environment", environment)
	}
	return v.Redirect(http.StatusSeeOther, keyless(&url.URL{Path: "/search", RawQuery: query.Encode()}))
}

func (h *Handlers) search(v *Visit, text, team, environment string) error {
	base, err := h.base(v, "Search", "")
	if err != nil {
		return err
	}
	page := pages.Search{Base: base}
	if holdsKey(text) {
		page.HeldKey = true
		return render(v, http.StatusUnprocessableEntity, page)
	}
	wanted := readSearch(text)
	page.Query = wanted.text
	found, err := h.Store.Search(v.ctx(), v.Actor, wanted.SearchQuery)
	if err != nil {
		return err
	}
	results := searchResults{h: h, wanted: wanted, found: found}
	if err := results.comeFrom(v, team, models.EnvironmentKind(environment)); err != nil {
		return err
	}
	if results.from != nil {
		page.FromTeam, page.FromEnvironment = results.from.Team.Slug, string(results.kind)
	}
	page.Groups, err = results.groups(v)
	if err != nil {
		return err
	}
	return render(v, http.StatusOK, page)
}

// wanted is what somebody looks for. Its words are in lower case.
type wanted struct {
	store.SearchQuery
	text  string
	words []string
	kind  models.EnvironmentKind // that a word names; empty: none does
	about []string               // the words that begin a page's or an action's
	named bool                   // some words are of no page and no environment
}

const (
	maxSearch      = 200 // characters that are looked at
	maxSearchWords = 6
)

var keyEnding = regexp.MustCompile(`^[•·*.…]*([0-9a-f]{4})$`)

func readSearch(text string) wanted {
	runes := []rune(strings.TrimSpace(text))
	w := wanted{text: string(runes[:min(len(runes), maxSearch)])}
	w.Request = findRequestID(w.text)
	lower := strings.ToLower(w.text)
	if found := keyEnding.FindStringSubmatch(lower); found != nil {
		w.Ending = found[1]
	}
	w.words = strings.Fields(lower)
	w.words = w.words[:min(len(w.words), maxSearchWords)]
	for _, word := range w.words {
		kind := environmentNamed(word)
		isPage := isAbout(word) && (kind == "" || len(w.words) == 1) // "prod" may begin "products"
		if isPage {
			w.about = append(w.about, word)
		}
		if kind != "" {
			w.kind = kind
		}
		if !isPage && kind == "" && word != "/" {
			w.Names = append(w.Names, word)
		}
	}
	w.named = len(w.Names) > 0
	if !w.named {
		w.Names = w.words
	}
	return w
}

// environmentNamed is the environment whose name begins with the word: "prod".
func environmentNamed(word string) models.EnvironmentKind {
	for _, kind := range models.EnvironmentKinds() {
		if len(word) > 2 && strings.HasPrefix(string(kind), word) {
			return kind
		}
	}
	return ""
}

// isAbout reports whether the word begins one of a page or an action.
func isAbout(word string) bool {
	if len(word) < 2 {
		return false
	}
	for _, of := range []layout.Scope{layout.OfEnvironment, layout.OfTeam, layout.OfDesk, layout.OfPerson} {
		for _, role := range models.Roles() {
			if slices.ContainsFunc(layout.Destinations(of, role),
				func(d layout.Destination) bool { return d.FoundBy([]string{word}) }) {
				return true
			}
		}
	}
	return false
}

// manyDigits is a run of hexadecimal digits that is too long for a name, and may be a part of a key.
var manyDigits = regexp.MustCompile(`[0-9a-fA-F]{12,}`)

// holdsKey reports whether what was typed may hold a key or a good part of one, also when it is
// wrapped over lines or has characters in it that cannot be seen.
func holdsKey(text string) bool {
	joined := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, requestID.ReplaceAllString(text, "·"))
	return models.HoldsKey(text) || models.HoldsKey(joined) ||
		slices.ContainsFunc(manyDigits.FindAllString(joined, -1), func(run string) bool {
			return strings.ContainsAny(run, "0123456789")
		})
}

// searchResults makes a page's results of what was found.
type searchResults struct {
	h      *Handlers
	wanted wanted
	found  store.SearchResults
	from   *store.TeamScope       // whose pages are offered; nil: none
	kind   models.EnvironmentKind // likewise
}

// comeFrom finds the team whose pages and actions are offered: the first that was named, or else
// that in which the search was opened.
func (s *searchResults) comeFrom(v *Visit, slug string, kind models.EnvironmentKind) error {
	if s.wanted.named {
		slug, kind = "", ""
		for _, t := range s.found.Teams {
			if t.Member.Role != models.Nobody {
				slug, kind = t.Team.Slug, t.Member.LastEnvironment
				break
			}
		}
	}
	if slug == "" {
		return nil
	}
	team, err := s.h.Store.Team(v.ctx(), v.Actor, slug)
	if models.CodeOf(err) == models.NotFound {
		return nil // the search is for those outside of teams too
	}
	if err != nil {
		return err
	}
	if lacks, err := team.LacksSecondFactor(v.ctx()); lacks || err != nil {
		return err
	}
	s.from, s.kind = team, models.Playground
	for _, wanted := range []models.EnvironmentKind{s.wanted.kind, kind} {
		if _, err := team.Environment(wanted); err == nil {
			s.kind = wanted
			break
		}
	}
	return nil
}

func (s *searchResults) groups(v *Visit) (groups []pages.SearchGroup, err error) {
	add := func(name, title string, rows []pages.SearchResult) {
		if len(rows) > 0 {
			groups = append(groups, pages.SearchGroup{Name: name, Title: title, Results: rows})
		}
	}
	add("requests", "Request", s.request(v))
	add("keys", "Keys", s.keys())
	teams := func() {
		add("teams", "Teams and environments", s.teams())
		if s.found.MoreTeams && len(groups) > 0 {
			groups[len(groups)-1].More = "/desk/teams?" + url.Values{"q": {strings.Join(s.wanted.Names, " ")}}.Encode()
			if !s.found.Engineer {
				groups[len(groups)-1].More = "/?all"
			}
		}
	}
	visit, act := s.destinations()
	if s.wanted.named || len(s.wanted.about) == 0 {
		teams()
	}
	add("pages", "Pages", visit)
	add("actions", "Actions", act)
	if !s.wanted.named && len(s.wanted.about) > 0 {
		teams()
	}
	add("people", "People", s.people())
	return groups, nil
}

// teamsUnfolded is how many teams are listed with each of their environments.
const teamsUnfolded = 3

func (s *searchResults) teams() (rows []pages.SearchResult) {
	if !s.wanted.named && s.from != nil {
		rows = s.environments(s.from.Team, s.from.Environments, s.wanted.kind, len(s.wanted.words) > 0)
	}
	unfolded := teamsUnfolded
	if len(s.wanted.words) == 0 && s.from != nil {
		unfolded = 0 // the team that one is in
	}
	for i, t := range s.found.Teams {
		switch {
		case !s.wanted.named && s.from != nil && t.Team.ID == s.from.Team.ID && len(rows) > 0:
		case t.Member.Role == models.Nobody:
			rows = append(rows, pages.SearchResult{Href: "/desk/teams/" + t.Team.Slug, Icon: "building-2", Name: t.Team.Name,
				Detail: "At the desk"})
		case i < unfolded:
			rows = append(rows, s.environments(t.Team, t.Environments, s.wanted.kind, false)...)
		default:
			rows = append(rows, s.environments(t.Team, t.Environments, t.Member.LastEnvironment, true)...)
		}
	}
	return rows
}

// environments are rows for a team's environments, the wanted one first; with only, for no others.
func (s *searchResults) environments(team models.Team, all []models.Environment, wanted models.EnvironmentKind,
	only bool) (rows []pages.SearchResult) {
	for _, row := range all {
		environment := s.h.environment(row)
		result := pages.SearchResult{Href: layout.Href(team.Slug, string(row.Kind), layout.Overview),
			Icon: components.EnvironmentIcon(string(row.Kind)), Name: team.Name, Environment: &environment,
			Detail: stateWord(environment.State)}
		switch {
		case row.Kind == wanted:
			rows = slices.Insert(rows, 0, result)
		case !only:
			rows = append(rows, result)
		}
	}
	return rows
}

func stateWord(state layout.State) string {
	switch state {
	case layout.Locked:
		return "Locked"
	case layout.ReadOnly:
		return "Read-only"
	}
	return "Unlocked"
}

// destinations are the pages and the actions that the words begin, or all of them for no word.
func (s *searchResults) destinations() (visit, act []pages.SearchResult) {
	if s.wanted.named && s.from == nil || s.wanted.Ending != "" || s.wanted.Request != "" {
		return nil, nil
	}
	if s.from != nil {
		s.listed(layout.OfEnvironment, s.from.Role, &visit, &act)
		s.listed(layout.OfTeam, s.from.Role, &visit, &act)
	}
	if s.wanted.named {
		return visit, act
	}
	if s.found.Engineer && (s.from == nil || len(s.wanted.words) > 0) {
		s.listed(layout.OfDesk, models.Engineer, &visit, &act)
	}
	s.listed(layout.OfPerson, models.Nobody, &visit, &act)
	return visit, act
}

// listed adds the destinations of a scope that the words begin.
func (s *searchResults) listed(of layout.Scope, role models.Role, visit, act *[]pages.SearchResult) {
	for _, d := range layout.Destinations(of, role) {
		if !s.wants(d) {
			continue
		}
		row := pages.SearchResult{Icon: d.Icon, Text: d.Text, Keys: d.Keys}
		slug := ""
		switch of {
		case layout.OfEnvironment:
			own, _ := s.from.Environment(s.kind)
			environment := s.h.environment(own)
			if d.State != "" && d.State != environment.State {
				continue
			}
			slug, row.Team, row.Environment = s.from.Team.Slug, s.from.Team.Name, &environment
		case layout.OfTeam:
			slug, row.Team = s.from.Team.Slug, s.from.Team.Name
		case layout.OfDesk:
			row.Detail = "Solutions desk"
		}
		row.Href = d.In(slug, string(s.kind))
		if d.Does {
			*act = append(*act, row)
		} else {
			*visit = append(*visit, row)
		}
	}
}

// wants reports whether the destination is among what the words are about.
func (s *searchResults) wants(d layout.Destination) bool {
	if len(s.wanted.words) == 0 {
		return true
	}
	return len(s.wanted.about) > 0 && d.FoundBy(s.wanted.about)
}

func (s *searchResults) people() (rows []pages.SearchResult) {
	for _, p := range s.found.People {
		row := pages.SearchResult{Href: "/desk/teams/" + p.TeamSlug, Icon: "circle-user", Name: p.Name, Email: p.Email,
			Detail: words.Role(p.Role), Team: p.TeamName}
		if p.Own {
			row.Href = "/t/" + p.TeamSlug + "/members"
		}
		rows = append(rows, row)
	}
	return rows
}

func (s *searchResults) keys() (rows []pages.SearchResult) {
	for _, k := range s.found.Keys {
		environment := s.h.environment(k.Environment)
		row := pages.SearchResult{Icon: "key-round", Text: words.Key(&k.Key),
			Detail: keyStateWord(k.Key.StateAt(s.h.Store.Now())),
			Team:   k.Team.Name, Environment: &environment, Href: "/desk/teams/" + k.Team.Slug}
		if k.Own {
			row.Href = layout.Href(k.Team.Slug, string(k.Environment.Kind), layout.Keys)
			if k.Key.State != models.Active {
				row.Href += "#previous-keys"
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func keyStateWord(state models.KeyState) string {
	switch state {
	case models.Active:
		return "Active"
	case models.Retiring:
		return "Replaced, still works"
	}
	return "Revoked"
}

func (s *searchResults) request(v *Visit) []pages.SearchResult {
	r := s.found.Request
	if r == nil {
		return nil
	}
	row := pages.SearchResult{Icon: "activity", Text: "Request " + r.ID, Team: r.Team.Name}
	team, kind := r.Team.Slug, r.Environment
	if team == "" { // of a key that no team has: any of one's own pages explains it
		if s.from == nil || s.from.Viewing != nil || !s.from.May(models.ViewPeople) {
			return nil
		}
		team, kind, row.Detail = s.from.Team.Slug, s.kind, "A key that no team has"
	} else {
		row.Environment = &layout.Environment{Slug: string(kind), Name: kind.Name()}
	}
	row.Href = layout.Href(team, string(kind), layout.Usage) + "/requests/" + r.ID
	if r.Unlock {
		row.Icon, row.Text = "lock-open", "Unlock request"
		row.Href = layout.Href(team, string(kind), layout.Overview) + "/unlock-requests/" + r.ID
	}
	switch {
	case !r.Own && r.Unlock, s.found.Engineer && r.Unlock:
		row.Href = "/desk/requests/" + r.ID
	case !r.Own:
		row.Href = "/desk/teams/" + team
	}
	return []pages.SearchResult{row}
}

// Shortcuts is the sheet of keys, with those that lead somewhere for the person.
func (h *Handlers) Shortcuts(v *Visit) error {
	base, err := h.base(v, "Keyboard shortcuts", "")
	if err != nil {
		return err
	}
	page := pages.Shortcuts{Base: base}
	page.Groups = []pages.ShortcutGroup{{Name: "Everywhere", Shortcuts: []pages.Shortcut{
		{Keys: []string{"Ctrl", "K"}, Text: "Search (⌘ K on a Mac)"},
		{Keys: []string{"/"}, Text: "Search"},
		{Keys: []string{"?"}, Text: "This sheet"},
	}}}
	page.Groups[0].Shortcuts = append(page.Groups[0].Shortcuts, shortcuts(layout.OfPerson, models.Nobody)...)
	page.Groups = append(page.Groups, pages.ShortcutGroup{Name: "In a team", Shortcuts: append(
		shortcuts(layout.OfEnvironment, models.Owner), shortcuts(layout.OfTeam, models.Owner)...)})
	if v.Actor.Engineer {
		page.Groups = append(page.Groups,
			pages.ShortcutGroup{Name: "At the solutions desk", Shortcuts: shortcuts(layout.OfDesk, models.Engineer)})
	}
	return render(v, http.StatusOK, page)
}

// shortcuts are those of a scope's destinations that are pressed one after the other.
func shortcuts(of layout.Scope, role models.Role) (list []pages.Shortcut) {
	for _, d := range layout.Destinations(of, role) {
		if keys := strings.Fields(d.Keys); len(keys) > 1 {
			list = append(list, pages.Shortcut{Keys: keys, InTurn: true, Text: d.Text})
		}
	}
	return list
}
