package store_test

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dojo/models"
	"dojo/store"
	"dojo/store/storetest"
)

// agreementsWorld is one team on which engineers, members and the clock do what they like, one after
// the other. Of everything that is tried much is refused, which is as good as nothing.
type agreementsWorld struct {
	t       *rapid.T
	w       *storetest.Fixture
	slug    string
	owner   models.Actor
	desk    *store.Desk
	team    *store.TeamScope
	decided string         // the request that was decided last
	grants  []models.Grant // that the gate has: it reads them after a change, and not as time passes
}

const waited = "wait"

// Each check does some ten changes of the database. -rapid.checks=1000 tries more.
func init() {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
}

var lockable = []models.EnvironmentKind{models.Development, models.Production}

// TestKeysAreAcceptedExactlyUnderAnAgreement: whatever is done, and in whatever order, what
// agreements say at the desk is what the gate does.
func TestKeysAreAcceptedExactlyUnderAnAgreement(t *testing.T) {
	each(t, func(t *testing.T, w *storetest.Fixture) {
		checks, begun := 0, w.Store.Now()
		rapid.Check(t, func(rt *rapid.T) {
			checks++
			w.Database.Clock.Set(begun)
			a := newAgreementsWorld(rt, w, "rule-"+strconv.Itoa(checks))
			a.holds("at the start")
			for range rapid.IntRange(1, 14).Draw(rt, "steps") {
				did := a.step()
				a.holds(did)
			}
		})
	})
}

func newAgreementsWorld(t *rapid.T, w *storetest.Fixture, slug string) *agreementsWorld {
	a := &agreementsWorld{t: t, w: w, slug: slug, desk: w.Desk()}
	owner, err := w.Store.CreateUser(ctx, storetest.System, slug+"@rule.example", "Olivia Owner", "")
	a.fine(err)
	a.owner = models.Actor{UserID: owner.ID, Name: owner.Name, Email: owner.Email}
	_, err = w.Store.CreateTeam(ctx, w.Sol, store.NewTeam{Slug: slug, Name: slug, OwnerID: owner.ID})
	a.fine(err)
	a.open()
	return a
}

func (a *agreementsWorld) fine(err error) {
	if err != nil {
		a.t.Fatal(err)
	}
}

// open looks at the team as it is now.
func (a *agreementsWorld) open() {
	team, err := a.w.Store.Team(ctx, a.owner, a.slug)
	a.fine(err)
	a.team = team
}

// refusable is whether an error is one that people are told of.
func (a *agreementsWorld) refusable(err error) string {
	switch models.CodeOf(err) {
	case models.Conflict, models.Invalid, models.NotFound, models.Forbidden:
		return ", which is refused"
	}
	a.fine(err)
	return ""
}

func (a *agreementsWorld) step() string {
	steps := map[string]func() error{
		"request": a.request, "approve": a.approve, "approve under": a.approveUnder, "undo": a.undo,
		"make": a.make, "change": a.change, "renew": a.renew, "end": a.end, "trial": a.trial,
		"lock": a.lock, "unlock": a.unlock, waited: a.wait, "sweep": func() error { return a.w.Store.Sweep(ctx) },
	}
	names := make([]string, 0, len(steps))
	for name := range steps {
		names = append(names, name)
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(a.t, "do")
	return name + a.refusable(steps[name]())
}

func (a *agreementsWorld) kind() models.EnvironmentKind {
	return rapid.SampledFrom(lockable).Draw(a.t, "environment")
}

// terms are drawn with days that touch, overlap and leave gaps.
func (a *agreementsWorld) terms() models.Terms {
	now := a.w.Store.Now()
	first := rapid.IntRange(-1, 3).Draw(a.t, "first")
	terms := models.Terms{Reference: "R" + strconv.Itoa(rapid.IntRange(1, 3).Draw(a.t, "reference")), FirstAt: now,
		Covers: rapid.SampledFrom([][]models.EnvironmentKind{nil, lockable[:1], lockable[1:], lockable}).Draw(a.t, "covers")}
	if first > 0 {
		terms.FirstAt = models.DayOf(now).AddDate(0, 0, first)
	}
	if days := rapid.IntRange(0, 4).Draw(a.t, "days"); days > 0 {
		terms.EndsAt = models.DayOf(terms.FirstAt).AddDate(0, 0, days)
	}
	return terms
}

func (a *agreementsWorld) request() error {
	_, err := a.team.RequestUnlock(ctx, a.kind(), models.UnlockWish{UseCase: "Search."})
	return err
}

func (a *agreementsWorld) pending() string {
	requests, err := a.team.UnlockRequests(ctx, a.kind())
	a.fine(err)
	if len(requests) == 0 {
		return "none"
	}
	return requests[0].ID
}

func (a *agreementsWorld) approve() error {
	a.decided = a.pending()
	_, err := a.desk.Approve(ctx, a.decided, a.terms())
	return err
}

func (a *agreementsWorld) approveUnder() error {
	a.decided = a.pending()
	_, err := a.desk.ApproveUnder(ctx, a.decided, a.some())
	return err
}

func (a *agreementsWorld) undo() error {
	_, err := a.desk.Undo(ctx, a.decided)
	return err
}

// some is the id of one of the team's agreements.
func (a *agreementsWorld) some() string {
	known := a.agreements()
	if len(known) == 0 {
		return "none"
	}
	return known[rapid.IntRange(0, len(known)-1).Draw(a.t, "agreement")]
}

// agreements are the ids of the team's, the oldest first.
func (a *agreementsWorld) agreements() (ids []string) {
	file, err := a.desk.Team(ctx, a.slug)
	a.fine(err)
	seen := map[string]bool{}
	for _, environment := range file.Environments {
		for _, cover := range environment.Covers {
			if !seen[cover.AgreementID] {
				seen[cover.AgreementID] = true
				ids = append(ids, cover.AgreementID)
			}
		}
	}
	return ids
}

func (a *agreementsWorld) make() error {
	_, err := a.desk.CreateAgreement(ctx, a.slug, a.terms(), "")
	return err
}

func (a *agreementsWorld) change() error {
	file, err := a.desk.Agreement(ctx, a.some())
	if err != nil {
		return err
	}
	terms := a.terms()
	if !file.Agreement.FirstAt.After(a.w.Store.Now()) {
		terms.FirstAt = file.Agreement.FirstAt
	}
	_, err = a.desk.ChangeAgreement(ctx, file.Agreement.ID, file.Agreement.Version, terms, "")
	return err
}

func (a *agreementsWorld) renew() error {
	_, err := a.desk.RenewAgreement(ctx, a.some())
	return err
}

func (a *agreementsWorld) end() error {
	_, err := a.desk.EndAgreement(ctx, a.some())
	return err
}

func (a *agreementsWorld) trial() error {
	return a.team.StartTrial(ctx, models.TrialOffer{Days: rapid.IntRange(1, 3).Draw(a.t, "days"), PerDay: 10})
}

func (a *agreementsWorld) lock() error {
	return a.desk.LockEnvironment(ctx, a.slug, a.kind(), "Because.")
}

func (a *agreementsWorld) unlock() error { return a.desk.UnlockEnvironment(ctx, a.slug, a.kind()) }

// wait has time pass, often to the first moment of a day, at which agreements begin and end.
func (a *agreementsWorld) wait() error {
	now := a.w.Store.Now()
	next := rapid.SampledFrom([]time.Time{now.Add(time.Minute), models.DayOf(now).AddDate(0, 0, 1),
		models.DayOf(now).AddDate(0, 0, 1).Add(-time.Microsecond), models.DayOf(now).AddDate(0, 0, 3)}).Draw(a.t, "until")
	if next.After(now) {
		a.w.Database.Clock.Set(next)
	}
	return nil
}

// holds compares what agreements say, as they are read at the desk, with what the gate would say
// of each key.
func (a *agreementsWorld) holds(did string) {
	a.open()
	now := a.w.Store.Now()
	if did != waited {
		a.grants = a.grants[:0]
		a.fine(a.w.Store.Grants(ctx, func(grant *models.Grant) error {
			if grant.TeamID == a.team.Team.ID && !grant.Revoked {
				a.grants = append(a.grants, *grant)
			}
			return nil
		}))
	}
	for _, kind := range lockable {
		covering := []string{}
		locked := false
		for _, id := range a.agreements() {
			file, err := a.desk.Agreement(ctx, id)
			a.fine(err)
			t := file.Terms
			if slices.Contains(t.Covers, kind) && !now.Before(t.FirstAt) && (t.EndsAt.IsZero() || now.Before(t.EndsAt)) {
				covering = append(covering, id)
				locked = lockedUnder(file.Environments, kind, id)
			}
		}
		if len(covering) > 1 {
			a.t.Fatalf("after %s %s is under %d agreements", did, kind, len(covering))
		}
		want := len(covering) == 1 && !locked
		environment, err := a.team.Environment(kind)
		a.fine(err)
		if environment.Unlocked(now) != want {
			a.t.Fatalf("after %s at %v: %s is unlocked %v; agreements say %v (%v)", did, now, kind, !want, want, covering)
		}
		keys := 0
		for _, grant := range a.grants {
			if grant.EnvironmentID != environment.ID {
				continue
			}
			keys++
			if got := grant.Standing(now) == models.Accepted; got != want {
				a.t.Fatalf("after %s at %v: the gate accepts %s's keys %v; agreements say %v", did, now, kind, got, want)
			}
		}
		if want && keys == 0 {
			a.t.Fatalf("after %s %s is unlocked and has no keys", did, kind)
		}
	}
}

// lockedUnder reports whether an engineer has locked the environment under the agreement.
func lockedUnder(environments []models.Environment, kind models.EnvironmentKind, agreementID string) bool {
	for _, environment := range environments {
		for _, cover := range environment.Covers {
			if environment.Kind == kind && cover.AgreementID == agreementID {
				return cover.LockedAt != nil
			}
		}
	}
	panic(fmt.Sprintf("agreement %s does not cover %s", agreementID, kind))
}
