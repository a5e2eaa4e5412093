package webtest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dojo/models"
	"dojo/store/storetest"
)

// ThingsOfUmami is what exists in Umami for each part of an address.
func (s *Site) ThingsOfUmami() map[string]string {
	s.T.Helper()
	scope := s.Team(s.Uma, s.Umami)
	request, err := scope.RequestUnlock(context.Background(), models.Production, models.UnlockWish{UseCase: "Tea"})
	s.Ok(err)
	keys, err := scope.Keys(context.Background(), models.Playground)
	s.Ok(err)
	return map[string]string{
		":team": "umami", ":key": keys[0].ID, ":request": request.ID, ":user": s.Uma.UserID,
		":sequence": "1", ":invitation": s.Invitation(s.Uma, s.Umami),
		":passkey": s.Passkey(s.Uma), ":session": s.Session(s.Uma),
		":id":      s.RequestWith(keys[0], models.Succeeded).ID,
		":webhook": s.Webhook(s.Umami.ID),
	}
}

// AddressWith is address with one part exchanged, and with the key in the place of
// another part that names one.
func (s *Site) AddressWith(path, part, value, environment, key string) string {
	before, after, _ := strings.Cut(path, part)
	if environment == "" {
		environment = "development"
	}
	fill := strings.NewReplacer(":team", "acme", ":environment", environment,
		":key", key, ":request", "none", ":user", s.Vic.UserID, ":", "")
	return fill.Replace(before) + value + fill.Replace(after)
}

// Address fills a route's path in with things of Acme that exist at this moment:
// its secret key in Development, a member, an invitation, and a request for
// Production that is pending; and with a passkey and a session of Vic's. Without
// a request in the path, none is pending. A deletion is that of a record which is there no more.
func (s *Site) Address(path, environment string) string {
	s.T.Helper()
	if environment == "" {
		environment = "development"
	}
	fill := []string{":team", "acme", ":environment", environment, ":token", "unknown"}
	for part, make := range map[string]func() string{
		":key":        func() string { return s.Key(models.Development, models.Secret).ID },
		":user":       s.Member,
		":invitation": func() string { return s.Invitation(s.Olivia, s.Acme) },
		":passkey":    func() string { return s.Passkey(s.Vic) },
		":session":    func() string { return s.Session(s.Vic) },
		":sequence":   func() string { return fmt.Sprint(s.EnvironmentReceipt().Sequence) },
		":id":         func() string { return s.Request(models.Development, models.Succeeded).ID },
	} {
		if strings.Contains(path, part) {
			fill = append(fill, part, make())
		}
	}
	if strings.Contains(path, ":key/receipt") {
		fill = append(fill[:4:4], ":key", s.Receipt().KeyID, ":token", "unknown")
	}
	if strings.Contains(path, ":agreement") {
		team, err := s.Server.Store.Team(context.Background(), s.Olivia, "acme")
		s.Ok(err)
		development, err := team.Environment(models.Development)
		s.Ok(err)
		fill = append(fill, ":agreement", development.Covers[0].AgreementID)
	}
	if strings.Contains(path, ":webhook") {
		teamID := s.Acme.ID
		if strings.HasPrefix(path, "/desk") {
			teamID = ""
		}
		id := s.Webhook(teamID)
		fill = append(fill, ":webhook", id, ":delivery", id)
	}
	if strings.HasSuffix(path, "/settle") || strings.Contains(path, "/programs/") {
		s.Exposed(models.Development)
	}
	if strings.HasSuffix(path, "/unaccept") {
		s.Ok(s.Team(s.Dev, s.Acme).AcceptProgram(s.T.Context(), models.Development, "curl"))
	}
	s.Repair()
	for _, of := range models.Collections {
		if strings.Contains(path, of.Path()+"/delete/:deletion") {
			fill = append(fill, ":deletion", s.Deletion(of))
		}
	}
	if environment == "production" {
		s.Uncover(models.Production)
		fill = append(fill, ":request", s.Pending(strings.Contains(path, ":request")))
	}
	return strings.NewReplacer(fill...).Replace(path)
}

// Repair gives Acme's members the roles they began with.
func (s *Site) Repair() {
	s.T.Helper()
	for person, role := range map[models.Actor]models.Role{s.Olivia: models.Owner, s.Ade: models.Admin,
		s.Dev: models.Developer, s.Vic: models.Viewer} {
		s.SetRole(person.UserID, role)
	}
}

// SetRole gives a user a role in Acme, whoever they were there before.
func (s *Site) SetRole(userID string, role models.Role) {
	s.T.Helper()
	s.Database.Exec("INSERT INTO members (team_id, user_id, role, last_environment, created_at) SELECT id, $1, $2, "+
		"'playground', created_at FROM teams WHERE slug = 'acme' "+
		"ON CONFLICT (team_id, user_id) DO UPDATE SET role = excluded.role", userID, string(role))
}

// Member is the id of another member of Acme, who is a viewer at this moment.
func (s *Site) Member() string {
	s.T.Helper()
	user, err := s.Store.UserByEmail(context.Background(), "tess@acme.example")
	if models.CodeOf(err) == models.NotFound {
		user, err = s.Store.CreateUser(context.Background(), storetest.System, "tess@acme.example", "Tess Target", "")
	}
	s.Ok(err)
	s.SetRole(user.ID, models.Viewer)
	return user.ID
}

// Invitation is the id of an open invitation to the team.
func (s *Site) Invitation(by models.Actor, team models.Team) string {
	s.T.Helper()
	_, err := s.Team(by, team).Invite(context.Background(), "ivy@new.example", models.Viewer)
	s.Ok(err)
	open, err := s.Team(by, team).Invitations(context.Background())
	s.Ok(err)
	return open[0].ID
}

// Passkey is the id of a passkey of the person's, with which nobody can sign in.
func (s *Site) Passkey(person models.Actor) string {
	s.T.Helper()
	account, err := s.Store.Account(context.Background(), person)
	s.Ok(err)
	id := models.NewID()
	s.Ok(account.AddPasskey(context.Background(), "Old phone", []byte(id), []byte("{}")))
	return s.Column("SELECT id FROM passkeys WHERE user_id = '" + person.UserID +
		"' ORDER BY created_at DESC, id DESC LIMIT 1")
}

// Session is the id of another session of the person's.
func (s *Site) Session(person models.Actor) string {
	s.T.Helper()
	cookie := s.Cookie(person)
	row, err := s.Store.Session(context.Background(), models.TokenDigest(cookie.Value))
	s.Ok(err)
	return row.ID
}

// Pending makes sure that a request for Acme's Production waits, and returns its
// id; or that none does.
func (s *Site) Pending(wanted bool) (id string) {
	s.T.Helper()
	s.Database.Clock.Add(time.Second) // the newest comes first
	ctx, acme := context.Background(), s.Team(s.Dev, s.Acme)
	requests, err := acme.UnlockRequests(ctx, models.Production)
	s.Ok(err)
	if len(requests) > 0 && requests[0].State == models.Pending {
		if !wanted {
			s.Ok(acme.WithdrawUnlock(ctx, models.Production, requests[0].ID))
		}
		return requests[0].ID
	}
	if !wanted {
		return ""
	}
	return s.RequestUnlock(models.Production).ID
}

// Receipt revokes a publishable key of Acme's Development, which gets another one, and
// returns the receipt.
func (s *Site) Receipt() models.Receipt {
	s.T.Helper()
	team, ctx := s.Team(s.Olivia, s.Acme), s.T.Context()
	key := s.Key(models.Development, models.Publishable)
	if _, err := team.RevokeKey(ctx, models.Development, key.ID, models.Revocation{Reason: models.Other}); err != nil {
		s.T.Fatal(err)
	}
	if settled, err := s.Server.Store.AwaitSettled(ctx, key.EnvironmentID, time.Minute); err != nil || !settled {
		s.T.Fatalf("the revocation is settled: %v, %v", settled, err)
	}
	receipt, err := team.Receipt(ctx, models.Development, key.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	return receipt
}

// EnvironmentReceipt changes the origins of Acme's Development to what they are, and returns
// the receipt.
func (s *Site) EnvironmentReceipt() models.Receipt {
	s.T.Helper()
	team, ctx := s.Team(s.Olivia, s.Acme), s.T.Context()
	s.Ok(team.SetAllowedOrigins(ctx, models.Development, ""))
	environment, err := team.Environment(models.Development)
	s.Ok(err)
	if settled, err := s.Server.Store.AwaitSettled(ctx, environment.ID, time.Minute); err != nil || !settled {
		s.T.Fatalf("the change is settled: %v, %v", settled, err)
	}
	receipt, err := team.EnvironmentReceipt(ctx, models.Development)
	s.Ok(err)
	return receipt
}
