// Package demo builds the database that dojo demo shows: teams with weeks of
// history behind them. It goes through the store like everybody else, with the
// clock set back, so that every line of history is one that Dojo itself wrote.
package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dojo/models"
	"dojo/passwords"
	"dojo/samples"
	"dojo/store"
	"dojo/views/pages"
)

// Password is everybody's password in the demo.
const Password = "dojo-demo"

// SignIns lists who can sign in.
func SignIns() []pages.DemoSignIn {
	return []pages.DemoSignIn{
		{Email: "ade@acme.example", Password: Password, Who: "Acme Books, admin"},
		{Email: "olivia@acme.example", Password: Password, Who: "Acme Books, owner"},
		{Email: "dev@acme.example", Password: Password, Who: "Acme Books and Umami Foods, developer"},
		{Email: "vic@acme.example", Password: Password, Who: "Acme Books, viewer"},
		{Email: "uma@umami.example", Password: Password, Who: "Umami Foods, owner"},
		{Email: "sol@dojo.example", Password: Password, Who: "Solutions engineer"},
	}
}

// Build fills the empty database of the options with the demo, unless it holds one
// already, which it empties first with fresh. One that was not built to its end is built
// anew. Its history ends shortly before now. A database that is used for something else is
// refused with Conflict.
func Build(ctx context.Context, options store.Options, fresh bool, now time.Time) (err error) {
	b := &builder{ctx: ctx, end: now, clock: now, people: map[string]models.Actor{}}
	options.Now, options.Serves, options.Migrate = func() time.Time { return b.clock }, true, true
	if b.store, err = store.Open(ctx, options); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.store.Close()) }()
	if build, err := b.store.BeginDemo(ctx, engineer, fresh); err != nil || !build {
		return err
	}
	b.hasher = passwords.New(1)
	b.do(func() error { return samples.Fill(ctx, b.store) })
	b.story()
	b.do(func() error { return b.store.Tell(ctx) })
	b.do(func() error { return b.store.EndDemo(ctx) })
	if b.err != nil {
		return fmt.Errorf("cannot build the demo: %w", b.err)
	}
	return nil
}

// builder tells the story step by step. After the first failure it does nothing
// more.
type builder struct {
	ctx    context.Context
	store  *store.Store
	hasher *passwords.Hasher
	end    time.Time // the present
	clock  time.Time // the moment of the story
	people map[string]models.Actor
	err    error
}

// ago moves the story to so many days and hours before the present. Time in it
// never goes back.
func (b *builder) ago(days int, hours float64) {
	to := b.end.Add(-time.Duration(days)*24*time.Hour - time.Duration(hours*float64(time.Hour)))
	if to.Before(b.clock) && b.err == nil {
		b.err = fmt.Errorf("the story goes back from %s to %s", b.clock, to)
	}
	b.clock = to
}

// do runs a step unless an earlier one failed.
func (b *builder) do(step func() error) {
	if b.err == nil {
		b.err = step()
	}
}

// person makes an account.
func (b *builder) person(email, name, address string) {
	b.do(func() error {
		hash, err := b.hasher.Hash(b.ctx, Password)
		if err != nil {
			return err
		}
		user, err := b.store.CreateUser(b.ctx, models.SystemActor("Demo"), email, name, hash)
		b.people[email] = models.Actor{
			UserID: user.ID, Name: name, Email: email, Address: address, RequestID: models.NewID(),
		}
		return err
	})
}

// engineer makes a solutions engineer the way the command line does.
func (b *builder) engineer(email, name, address string) {
	b.do(func() error {
		token, err := b.store.CreateSetupLink(b.ctx, models.SystemActor("Command line"), email)
		if err != nil {
			return err
		}
		hash, err := b.hasher.Hash(b.ctx, Password)
		if err != nil {
			return err
		}
		visitor := models.Actor{Address: address, RequestID: models.NewID()}
		user, err := b.store.UseSetupLink(b.ctx, visitor, token, email, name, hash)
		b.people[email] = models.Actor{
			UserID: user.ID, Name: name, Email: email, Engineer: true, Address: address, RequestID: models.NewID(),
		}
		return err
	})
}

func (b *builder) team(slug, name, owner string) {
	b.do(func() error {
		_, err := b.store.CreateTeam(b.ctx, b.people[engineer],
			store.NewTeam{Slug: slug, Name: name, OwnerID: b.people[owner].UserID})
		return err
	})
}

func (b *builder) member(team, email string, role models.Role) {
	b.do(func() error {
		return b.store.AddMember(b.ctx, models.SystemActor("Dojo"), team, b.people[email].UserID, role)
	})
}

// as opens a team for one of its members.
func (b *builder) as(email, team string, step func(t *store.TeamScope) error) {
	b.do(func() error {
		t, err := b.store.Team(b.ctx, b.people[email], team)
		if err != nil {
			return err
		}
		return step(t)
	})
}

// request asks for an unlock and returns the request's id.
func (b *builder) request(email, team string, kind models.EnvironmentKind, useCase string) (id string) {
	b.as(email, team, func(t *store.TeamScope) error {
		request, err := t.RequestUnlock(b.ctx, kind, models.UnlockWish{UseCase: useCase})
		id = request.ID
		return err
	})
	return id
}

func (b *builder) approve(requestID, reference string, lastDay time.Time) {
	b.do(func() error {
		desk, err := b.store.Desk(b.ctx, b.people[engineer])
		if err != nil {
			return err
		}
		agreement, err := models.NewTerms(reference, lastDay.Format(time.DateOnly), b.clock)
		if err == nil {
			_, err = desk.Approve(b.ctx, requestID, agreement)
		}
		return err
	})
}

func (b *builder) decline(requestID, reason string) {
	b.do(func() error {
		desk, err := b.store.Desk(b.ctx, b.people[engineer])
		if err == nil {
			_, err = desk.Decline(b.ctx, requestID, reason)
		}
		return err
	})
}

// active returns the id of the active key of a kind.
func (b *builder) active(t *store.TeamScope, kind models.EnvironmentKind, keyKind models.KeyKind) (string, error) {
	keys, err := t.Keys(b.ctx, kind)
	for _, key := range keys {
		if key.Kind == keyKind && key.State == models.Active {
			return key.ID, nil
		}
	}
	return "", errors.Join(err, fmt.Errorf("no active %s key in %s of %s", keyKind, kind, t.Team.Slug))
}

func (b *builder) view(email, team string, kind models.EnvironmentKind) {
	b.as(email, team, func(t *store.TeamScope) error {
		id, err := b.active(t, kind, models.Secret)
		if err == nil {
			_, err = t.ViewKey(b.ctx, kind, id)
		}
		return err
	})
}

func (b *builder) revoke(
	email, team string, kind models.EnvironmentKind, keyKind models.KeyKind, revocation models.Revocation,
) {
	b.as(email, team, func(t *store.TeamScope) error {
		id, err := b.active(t, kind, keyKind)
		if err == nil {
			_, err = t.RevokeKey(b.ctx, kind, id, revocation)
		}
		return err
	})
}

// upload keeps records as if the team's program had sent them.
func (b *builder) upload(email, team string, kind models.EnvironmentKind, batch models.Batch) {
	b.as(email, team, func(t *store.TeamScope) error {
		environment, err := t.Environment(kind)
		if err != nil {
			return err
		}
		key, err := b.active(t, kind, models.Secret)
		if err != nil {
			return err
		}
		return b.store.AddRecords(b.ctx,
			models.Grant{KeyID: key, Environment: kind, DataSetID: environment.DataSetID}, batch)
	})
}

// sweep lets time do its part.
func (b *builder) sweep() { b.do(func() error { return b.store.Sweep(b.ctx) }) }
