package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"dojo/models"
)

// SearchQuery is what somebody looks for, wherever it is. What is empty is not looked for; where all
// is, the actor's own teams are found, the one viewed last first.
type SearchQuery struct {
	Names   []string // each is in the name or the address of a team or a person
	Ending  string   // of a key, see models.KeyEnding
	Request string   // the id of a request to the API, or of an unlock request
}

// searchRows is how many results of a kind are returned at most.
const searchRows = 8

// SearchResults are what the actor may see of what was found, the best first.
type SearchResults struct {
	Engineer bool // the actor is a solutions engineer, and may open any team at the desk

	Teams     []FoundTeam
	MoreTeams bool // than are listed
	People    []FoundPerson
	Keys      []SearchedKey
	Request   *FoundRequest
}

// FoundTeam is a team that was found.
type FoundTeam struct {
	Team         models.Team
	Member       models.Member        // the actor's; without a Role: the actor is not in the team
	Environments []models.Environment // of the actor's own teams, in the order they are shown
}

// FoundPerson is a person that was found, with one of their teams.
type FoundPerson struct {
	Name, Email string
	Role        models.Role // in the team
	TeamSlug    string
	TeamName    string
	Own         bool // the actor is in the team too
}

// SearchedKey is a key that was found by its ending.
type SearchedKey struct {
	FoundKey
	Own bool // the actor is in its team
}

// FoundRequest is a request that was found by its id: one to the API, or an unlock request.
type FoundRequest struct {
	ID          string
	Unlock      bool
	Team        models.Team // without an ID for a request with a key that no team has
	Environment models.EnvironmentKind
	Own         bool // the actor is in the team
}

// searcher looks for what one actor may see.
type searcher struct {
	*gorm.DB
	engineer bool
	own      map[string]FoundTeam // the actor's teams by id, as far as they are open to them
	ids      []string             // of own
}

// Search finds teams, people, keys and requests: those of the actor's own teams, and for
// solutions engineers those of all. A team that asks for a second factor which the actor lacks is
// found as none of the actor's. It is NotFound for whoever has no account that is in use.
func (s *Store) Search(ctx context.Context, actor models.Actor, query SearchQuery) (found SearchResults, err error) {
	user, err := s.SessionUser(ctx, actor.UserID)
	if err != nil {
		return found, err
	}
	err = s.read(ctx, func(db *gorm.DB) error {
		in := searcher{DB: db, engineer: user.Role().May(models.ViewDesk)}
		found.Engineer = in.engineer
		if err := in.enter(user.ID); err != nil {
			return err
		}
		if query.Ending == "" && query.Request == "" || len(query.Names) > 0 {
			if err := in.teams(query.Names, &found); err != nil {
				return err
			}
		}
		if found.People, err = in.people(query.Names); err != nil {
			return err
		}
		if found.Keys, err = in.keys(query.Ending); err != nil {
			return err
		}
		found.Request, err = in.request(query.Request)
		return err
	})
	return found, err
}

// enter reads the teams that are open to the user as one of their members.
func (in *searcher) enter(userID string) error {
	var members []models.Member
	if err := in.Where("user_id = ?", userID).Find(&members).Error; err != nil {
		return err
	}
	byTeam := make(map[string]models.Member, len(members))
	for _, m := range members {
		byTeam[m.TeamID] = m
		in.ids = append(in.ids, m.TeamID)
	}
	var teams []models.Team
	if err := in.Where("id IN ? AND deleted_at IS NULL", in.ids).Find(&teams).Error; err != nil {
		return err
	}
	proven, err := hasSecondFactor(in.DB, userID)
	in.own, in.ids = map[string]FoundTeam{}, nil
	for _, team := range teams {
		if member := byTeam[team.ID]; member.Role.May(models.ViewPeople) && (proven || !team.SecondFactorRequired) {
			in.own[team.ID] = FoundTeam{Team: team, Member: member}
			in.ids = append(in.ids, team.ID)
		}
	}
	return err
}

// teams finds the teams whose names or addresses hold all words: those that the actor is in
// first, of which few are looked through, and then others.
func (in *searcher) teams(names []string, found *SearchResults) error {
	for _, team := range in.own {
		if holdAll(names, team.Team.Name, team.Team.Slug) {
			found.Teams = append(found.Teams, team)
		}
	}
	slices.SortFunc(found.Teams, func(a, b FoundTeam) int {
		if len(names) == 0 {
			return cmp.Or(viewed(b.Member).Compare(viewed(a.Member)), CompareNames(a.Team.Name, b.Team.Name))
		}
		return byName(names, a.Team, b.Team)
	})
	if len(names) > 0 && len(found.Teams) <= searchRows && in.engineer {
		var others []models.Team
		if err := in.named(in.Where("deleted_at IS NULL AND NOT open_to_guests"), names, "name", "slug").
			Where("id NOT IN ?", append(in.ids, "")).Limit(searchRows + 1 - len(found.Teams)).Find(&others).Error; err != nil {
			return err
		}
		for _, team := range others {
			found.Teams = append(found.Teams, FoundTeam{Team: team})
		}
	}
	found.MoreTeams = len(found.Teams) > searchRows
	found.Teams = found.Teams[:min(len(found.Teams), searchRows)]
	return in.addEnvironments(found.Teams)
}

func (in *searcher) addEnvironments(teams []FoundTeam) error {
	var ids []string
	for _, t := range teams {
		if t.Member.Role != models.Nobody {
			ids = append(ids, t.Team.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	environments, err := environmentsOf(in.DB, ids)
	for i := range teams {
		teams[i].Environments = environments[teams[i].Team.ID]
	}
	return err
}

// people finds the members of teams whose names or addresses hold all words.
func (in *searcher) people(names []string) (found []FoundPerson, err error) {
	if len(names) == 0 || len(in.ids) == 0 && !in.engineer {
		return nil, nil
	}
	users := in.Table("users").Select("id").Where("disabled_at IS NULL")
	if !in.engineer {
		users = users.Where("id IN (SELECT user_id FROM members WHERE team_id IN ?)", in.ids)
	}
	var ids []string
	if err := in.named(users, names, "name", "email").Limit(searchRows).Find(&ids).Error; err != nil || len(ids) == 0 {
		return nil, err
	}
	var rows []struct {
		UserID, Name, Email string
		Role                models.Role
		TeamID              string
		TeamSlug, TeamName  string
	}
	memberships := in.Table("members").Select("users.id AS user_id, users.name, users.email, members.role, "+
		"teams.id AS team_id, teams.slug AS team_slug, teams.name AS team_name").
		Joins("JOIN users ON users.id = members.user_id").Joins("JOIN teams ON teams.id = members.team_id").
		Where("members.user_id IN ? AND teams.deleted_at IS NULL", ids)
	if !in.engineer {
		memberships = memberships.Where("members.team_id IN ?", in.ids)
	}
	err = memberships.Order("teams.name, teams.id").Find(&rows).Error
	for _, id := range ids { // which are in order
		for _, row := range rows {
			if row.UserID == id && len(found) < searchRows {
				_, own := in.own[row.TeamID]
				found = append(found, FoundPerson{Name: row.Name, Email: row.Email, Role: row.Role, TeamSlug: row.TeamSlug,
					TeamName: row.TeamName, Own: own})
			}
		}
	}
	return found, err
}

// named leaves the rows of which the name or the address holds each word, those that begin with
// the first word first. A single letter is in almost all of them, and has to be their first.
func (in *searcher) named(rows *gorm.DB, names []string, name, address string) *gorm.DB {
	// Addresses are in lower case as it is, and the letters of all rows take time.
	either := "(" + finds(in.DB, name) + " OR " + address + ` LIKE ? ESCAPE '\')`
	beginning := func(word string) string { return strings.TrimPrefix(likePattern(word), "%") }
	for _, word := range names {
		pattern := likePattern(word)
		if utf8.RuneCountInString(word) == 1 {
			pattern = beginning(word)
		}
		rows = rows.Where(either, pattern, pattern)
	}
	first := beginning(names[0])
	return rows.Order(clause.OrderBy{Expression: gorm.Expr("CASE WHEN "+either+" THEN 0 ELSE 1 END, "+name+", id",
		first, first)})
}

// keys finds keys by their ending, the latest first.
func (in *searcher) keys(ending string) (found []SearchedKey, err error) {
	if ending == "" || len(in.ids) == 0 && !in.engineer {
		return nil, nil
	}
	rows := in.Omit("Sealed").Where("ending = ?", ending)
	if in.engineer {
		rows = rows.Where("EXISTS (SELECT 1 FROM teams WHERE teams.id = keys.team_id AND teams.deleted_at IS NULL)")
	} else {
		rows = rows.Where("team_id IN ?", in.ids)
	}
	var keys []models.Key
	if err := rows.Order("created_at DESC, id").Limit(searchRows).Find(&keys).Error; err != nil {
		return nil, err
	}
	for _, key := range keys {
		_, own := in.own[key.TeamID]
		one := SearchedKey{FoundKey{Key: key}, own}
		if err := one.loadOwner(in.DB); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

// request finds a request by its id; it is nil when there is none that the actor may see.
func (in *searcher) request(id string) (*FoundRequest, error) {
	if id == "" {
		return nil, nil
	}
	found := &FoundRequest{ID: id}
	var environmentID string
	err := in.Table("requests").Select("environment_id").Where("id = ?", id).Take(&environmentID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		found.Unlock = true
		err = in.Table("unlock_requests").Select("environment_id").Where("id = ?", id).Take(&environmentID).Error
	}
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case environmentID == "": // who has the id has had the answer, see TeamScope.Request
		found.Own = len(in.ids) > 0
		return found, nil
	}
	var environment models.Environment
	if err := in.Where("id = ?", environmentID).Take(&environment).Error; err != nil {
		return nil, err
	}
	own, isOwn := in.own[environment.TeamID]
	found.Team, found.Environment, found.Own = own.Team, environment.Kind, isOwn
	if isOwn {
		return found, nil
	}
	if !in.engineer {
		return nil, nil
	}
	err = in.Where("id = ? AND deleted_at IS NULL", environment.TeamID).Take(&found.Team).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	return found, err
}

// viewed is when the member viewed the team last; zero: never.
func viewed(member models.Member) (at time.Time) {
	if last := member.LastViewedAt; last != nil {
		at = *last
	}
	return at
}

// holdAll reports whether each word is in one of the texts, in whichever case.
func holdAll(words []string, texts ...string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(texts, func(text string) bool {
			return strings.Contains(strings.ToLower(text), strings.ToLower(word))
		}) {
			return false
		}
	}
	return true
}

// byName orders teams that were found: those first that begin with the first word.
func byName(words []string, a, b models.Team) int {
	begins := func(team models.Team) int {
		first := strings.ToLower(words[0])
		if strings.HasPrefix(strings.ToLower(team.Name), first) || strings.HasPrefix(team.Slug, first) {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(begins(a), begins(b)), CompareNames(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}
