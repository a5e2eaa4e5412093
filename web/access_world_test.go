package web

import (
	"context"
	"strings"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// address fills a route's path in with things of Acme that exist at this moment:
// its secret key in Development, a member, an invitation, and a request for
// Production that is pending; and with a passkey and a session of Vic's. Without
// a request in the path, none is pending.
func (s *site) address(path, environment string) string {
	s.t.Helper()
	if environment == "" {
		environment = "development"
	}
	fill := []string{":team", "acme", ":environment", environment, ":token", "unknown"}
	for part, make := range map[string]func() string{
		":key":        func() string { return s.Key(models.Development, models.Secret).ID },
		":user":       s.member,
		":invitation": func() string { return s.invitation(s.Olivia, s.Acme) },
		":passkey":    func() string { return s.passkey(s.Vic) },
		":session":    func() string { return s.session(s.Vic) },
		":id":         func() string { return s.request(models.Development, models.Succeeded).ID },
	} {
		if strings.Contains(path, part) {
			fill = append(fill, part, make())
		}
	}
	if strings.HasSuffix(path, "/settle") {
		s.exposed(models.Development)
	}
	s.repair()
	if environment == "production" {
		s.Database.Exec("UPDATE environments SET unlocked_at = NULL WHERE kind = 'production'")
		fill = append(fill, ":request", s.pending(strings.Contains(path, ":request")))
	}
	return strings.NewReplacer(fill...).Replace(path)
}

// repair gives Acme's members the roles they began with.
func (s *site) repair() {
	s.t.Helper()
	for person, role := range map[models.Actor]models.Role{s.Olivia: models.Owner, s.Ade: models.Admin, s.Dev: models.Developer, s.Vic: models.Viewer} {
		s.setRole(person.UserID, role)
	}
}

func (s *site) setRole(userID string, role models.Role) {
	s.t.Helper()
	s.Database.Exec("INSERT INTO members (team_id, user_id, role, last_environment, created_at) SELECT id, $1, $2, 'playground', created_at FROM teams WHERE slug = 'acme' "+
		"ON CONFLICT (team_id, user_id) DO UPDATE SET role = excluded.role", userID, string(role))
}

// member is the id of another member of Acme, who is a viewer at this moment.
func (s *site) member() string {
	s.t.Helper()
	user, err := s.Store.UserByEmail(context.Background(), "tess@acme.example")
	if models.CodeOf(err) == models.NotFound {
		user, err = s.Store.CreateUser(context.Background(), storetest.System, "tess@acme.example", "Tess Target", "")
	}
	s.ok(err)
	s.setRole(user.ID, models.Viewer)
	return user.ID
}

// invitation is the id of an open invitation to the team.
func (s *site) invitation(by models.Actor, team models.Team) string {
	s.t.Helper()
	s.ok(s.Team(by, team).Invite(context.Background(), "ivy@new.example", models.Viewer))
	open, err := s.Team(by, team).Invitations(context.Background())
	s.ok(err)
	return open[0].ID
}

// passkey is the id of a passkey of the person's, with which nobody can sign in.
func (s *site) passkey(person models.Actor) string {
	s.t.Helper()
	account, err := s.Store.Account(context.Background(), person)
	s.ok(err)
	id := models.NewID()
	s.ok(account.AddPasskey(context.Background(), "Old phone", []byte(id), []byte("{}")))
	return s.column("SELECT id FROM passkeys WHERE user_id = '" + person.UserID + "' ORDER BY created_at DESC, id DESC LIMIT 1")
}

// session is the id of another session of the person's.
func (s *site) session(person models.Actor) string {
	s.t.Helper()
	cookie := s.cookie(person)
	row, err := s.Store.Session(context.Background(), models.TokenDigest(cookie.Value))
	s.ok(err)
	return row.ID
}

// pending makes sure that a request for Acme's Production waits, and returns its
// id; or that none does.
func (s *site) pending(wanted bool) (id string) {
	s.t.Helper()
	s.Database.Clock.Add(time.Second) // the newest comes first
	ctx, acme := context.Background(), s.Team(s.Dev, s.Acme)
	requests, err := acme.UnlockRequests(ctx, models.Production)
	s.ok(err)
	if len(requests) > 0 && requests[0].State == models.Pending {
		if !wanted {
			s.ok(acme.WithdrawUnlock(ctx, models.Production, requests[0].ID))
		}
		return requests[0].ID
	}
	if !wanted {
		return ""
	}
	return s.RequestUnlock(models.Production).ID
}
