package storetest

import (
	"context"
	"testing"
	"time"

	"dojo/models"
	"dojo/store"
)

// Fixture is a small population on one database: somebody of every sort.
// Playground is open in both teams; Development and Production are locked.
type Fixture struct {
	Database *Database
	Store    *store.Store

	Acme  models.Team  // slug acme
	Umami models.Team  // slug umami
	Sol   models.Actor // solutions engineer, in no team

	Olivia models.Actor // Acme's owner
	Ade    models.Actor // Acme's admin
	Dev    models.Actor // Acme's developer
	Vic    models.Actor // Acme's viewer
	Fay    models.Actor // Acme's admin once, and in no team any more
	Uma    models.Actor // Umami's owner
	Nina   models.Actor // has an account and nothing else

	t testing.TB
}

// NewFixture opens a store on the database and populates it through the store's
// public face. Nobody has a password; see SetPasswords.
func NewFixture(t testing.TB, db *Database, adjust ...func(*store.Options)) *Fixture {
	t.Helper()
	w := &Fixture{Database: db, Store: db.Open(adjust...), t: t}
	w.Sol = w.engineer("sol@dojo.example", "Sol Engineer")
	w.Olivia = w.user("olivia@acme.example", "Olivia Owner")
	w.Ade = w.user("ade@acme.example", "Ade Admin")
	w.Dev = w.user("dev@acme.example", "Dev Developer")
	w.Vic = w.user("vic@acme.example", "Vic Viewer")
	w.Fay = w.user("fay@acme.example", "Fay Former")
	w.Uma = w.user("uma@umami.example", "Uma Owner")
	w.Nina = w.user("nina@nowhere.example", "Nina Nobody")
	w.Acme = w.team("acme", "Acme Books", w.Olivia)
	w.Umami = w.team("umami", "Umami Foods", w.Uma)
	w.join(w.Ade, models.Admin)
	w.join(w.Dev, models.Developer)
	w.join(w.Vic, models.Viewer)
	w.join(w.Fay, models.Admin)
	db.Exec("DELETE FROM members WHERE user_id = '" + w.Fay.UserID + "'")
	return w
}

// System is Dojo itself, as the fixture's maker.
var System = models.SystemActor("Test")

func (w *Fixture) user(email, name string) models.Actor {
	w.t.Helper()
	user, err := w.Store.CreateUser(context.Background(), System, email, name, "")
	w.must(err)
	return actor(user)
}

func (w *Fixture) engineer(email, name string) models.Actor {
	w.t.Helper()
	token, err := w.Store.CreateSetupLink(context.Background(), System, email)
	w.must(err)
	user, err := w.Store.UseSetupLink(context.Background(), models.Actor{Address: "192.0.2.7"}, token, email, name, "")
	w.must(err)
	return actor(user)
}

// actor is the user at a browser.
func actor(user models.User) models.Actor {
	return models.Actor{
		UserID: user.ID, Name: user.Name, Email: user.Email, Engineer: user.Engineer,
		Address: "192.0.2.7", RequestID: "request-of-" + user.Email,
	}
}

func (w *Fixture) team(slug, name string, owner models.Actor) models.Team {
	w.t.Helper()
	team, err := w.Store.CreateTeam(context.Background(), w.Sol,
		store.NewTeam{Slug: slug, Name: name, OwnerID: owner.UserID})
	w.must(err)
	return team.Team
}

func (w *Fixture) join(member models.Actor, role models.Role) {
	w.t.Helper()
	w.must(w.Store.AddMember(context.Background(), System, w.Acme.Slug, member.UserID, role))
}

// SetPasswords gives everybody the same password hash.
func (w *Fixture) SetPasswords(hash string) {
	w.t.Helper()
	w.Database.Exec("UPDATE users SET password_hash = '" + hash + "'")
}

// Team opens the team for the actor, who must be a member.
func (w *Fixture) Team(actor models.Actor, team models.Team) *store.TeamScope {
	w.t.Helper()
	scope, err := w.Store.Team(context.Background(), actor, team.Slug)
	w.must(err)
	return scope
}

// Desk opens the desk for Sol.
func (w *Fixture) Desk() *store.Desk {
	w.t.Helper()
	desk, err := w.Store.Desk(context.Background(), w.Sol)
	w.must(err)
	return desk
}

// Agreement are the terms of one with a year to go.
func (w *Fixture) Agreement() models.Terms {
	w.t.Helper()
	now := w.Store.Now()
	agreement, err := models.NewTerms("MSA-2026-014", now.AddDate(1, 0, 0).Format(time.DateOnly), now)
	w.must(err)
	return agreement
}

// RequestUnlock has Acme's developer ask for an unlock.
func (w *Fixture) RequestUnlock(kind models.EnvironmentKind) models.UnlockRequest {
	w.t.Helper()
	request, err := w.Team(w.Dev, w.Acme).RequestUnlock(context.Background(), kind,
		models.UnlockWish{UseCase: "Search on our shop."})
	w.must(err)
	return request
}

// Unlock has Acme's environment requested and unlocked, for a year.
func (w *Fixture) Unlock(kind models.EnvironmentKind) {
	w.t.Helper()
	_, err := w.Desk().Approve(context.Background(), w.RequestUnlock(kind).ID, w.Agreement())
	w.must(err)
}

// Uncover has no agreement cover environments of the kind, past the store.
func (w *Fixture) Uncover(kind models.EnvironmentKind) {
	w.t.Helper()
	w.Database.Exec("DELETE FROM agreement_covers WHERE environment_id IN (SELECT id FROM environments WHERE kind = '" +
		string(kind) + "')")
}

// Key returns the active key of the kind in Acme's environment.
func (w *Fixture) Key(environment models.EnvironmentKind, kind models.KeyKind) models.Key {
	w.t.Helper()
	keys, err := w.Team(w.Olivia, w.Acme).Keys(context.Background(), environment)
	w.must(err)
	for _, key := range keys {
		if key.Kind == kind && key.State == models.Active {
			return key
		}
	}
	w.t.Fatalf("Acme's %s has no active %s key", environment, kind)
	return models.Key{}
}

func (w *Fixture) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
